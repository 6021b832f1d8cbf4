"""One module or package for each model, and the list of them."""
