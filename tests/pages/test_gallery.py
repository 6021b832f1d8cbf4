"""The gallery: a card per demo, from the registry and the cards."""

import re

import pytest

from models.registry import DEMOS
from showcase import contract
from showcase.ui import NO_CARD
from tests.pages.challenges import answer, begin


def seen(at) -> str:
    return " ".join(
        element.value
        for kind in ("subheader", "markdown", "caption")
        for element in getattr(at, kind)
    )


def helps(at) -> str:
    return " ".join(caption.help or "" for caption in at.caption)


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_card_says_what_it_does_and_its_score(open_page, demo):
    at, card = open_page(), contract.card(demo)
    text = seen(at)
    assert demo.title in text
    assert demo.summary in text
    assert (card.summary.split(";")[0].rstrip(".") if card else NO_CARD) in text
    assert not card or f"{card.headline} {card.score(card.headline):.2f}" in helps(at)
    assert f"Open {demo.title}" in [link.value for link in at.page_link]


def test_counts_verdicts(open_page):
    assert "No verdicts yet" in seen(open_page())
    open_page("rainfall").button(key="rainfall_correct").click().run()
    text = seen(open_page())
    assert "1 verdict" in text
    assert "No verdicts yet" in text, "the other demos have none"


def test_rounds_of_a_game_are_counted_apart(open_page, store):
    """As the review page counts: in a game nobody judges."""
    at = open_page("flower_power", flower_power_tab="Challenge the AI")
    answer(begin(at), "setosa")
    text = seen(open_page())
    assert "No verdicts yet, 1 round of its game." in text
    assert "1 verdict" not in text


def test_it_says_what_the_app_is_and_for_whom(open_page):
    assert "**Vitrine** is for everybody" in seen(open_page())


def test_store_that_cannot_be_read_does_not_close_the_gallery(open_page, tmp_path):
    (tmp_path / "feedback.csv").mkdir()
    at = open_page()
    assert not at.exception
    assert len(at.page_link) >= len(DEMOS)


def test_thumbnails_have_a_text_alternative(open_page):
    pictures = [element.value for element in open_page().html if "<img" in element.value]
    assert len(pictures) == len(DEMOS)
    assert all(re.search('alt="[^"]{10,}"', picture) for picture in pictures)
