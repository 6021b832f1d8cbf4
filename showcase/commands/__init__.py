"""What `python -m showcase feedback` does with the verdicts: count, export, copy, forget."""
