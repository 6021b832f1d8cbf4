"""Review: what people said about the models, in figures and row by row. `/review`."""

from showcase.pages.review.page import page

page()
