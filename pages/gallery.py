"""The gallery: a card per demo, with its score, its verdicts and a real example."""

from showcase.pages.gallery import page

page()
