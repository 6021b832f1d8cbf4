"""The guests of `make bench-load` notice an answer that belongs to somebody else."""

import time

from bench.load.clicking import Guest, Seen
from bench.load.visitor import Shown
from showcase.contract import registry
from tests.bench import apart


class Page:
    """A page that says the same to every click."""

    def __init__(self, shown):
        self.shown = shown

    async def open(self, _):
        return self.shown

    async def click(self, _):
        return self.shown


def stayed(shown):
    guest = Guest(0, registry.find("rainfall"), [["dry"]], Page(shown), Seen())

    async def visit():
        await guest.open()
        await guest.stay(time.perf_counter() + 0.01, 0)

    apart.run(visit())
    return guest.seen


def test_right_answers_and_thanks_are_no_errors():
    seen = stayed(Shown(sentences=["dry"], thanks=["Saved"]))
    assert (seen.errors, seen.verdicts) == ([], 1)
    assert len(seen.times_ms) > 1


def test_anothers_answer_a_missing_thanks_and_an_empty_page_are_errors():
    seen = stayed(Shown())
    assert seen.errors[0] == "rainfall stays empty."
    assert "rainfall says [], not ['dry']." in seen.errors
    assert "rainfall: no thanks for a verdict." in seen.errors
    assert seen.verdicts == 0
