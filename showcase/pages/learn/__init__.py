"""Learn: candidates from verdicts, what they change, promote and roll back, what people enter."""
