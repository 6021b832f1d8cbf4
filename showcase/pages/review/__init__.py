"""Review: what people said about the models, in figures and row by row."""
