"""Annotate: people judge a list one by one, blind to each other. `/annotate`."""

from showcase.pages.annotate.page import page

page()
