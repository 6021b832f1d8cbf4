"""Learn: what verdicts would make of each model, and the way there and back. `/learn`."""

from showcase.pages.learn.page import page

page()
