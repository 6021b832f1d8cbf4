"""What the pages share: interface, feedback, settings. Knows the models, never the pages."""
