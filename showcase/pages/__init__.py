"""The app's own pages, of every project: gallery, review, annotate, and the way between pages."""
