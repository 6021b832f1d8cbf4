"""How the model was made and measured; nothing here is needed to serve it."""
