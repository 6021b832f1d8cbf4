"""Annotate: people judge a list one by one, blind to each other."""
