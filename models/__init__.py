"""The models on show: one package each, and the registry that lists them."""
