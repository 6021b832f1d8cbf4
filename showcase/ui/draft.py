"""An answer on the screen, what this visit said about it, and the row that a verdict becomes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from showcase.contract import BaseOutput, ModelInput
from showcase.feedback import Record, hash_input
from showcase.runtime.loading import Loaded
from showcase.runtime.rows import row
from showcase.ui.authentication import person


@dataclass(frozen=True)
class Given:
    """The row that holds what this visit said last about one answer, and what it says."""

    row: str
    verdict: str
    expected: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Draft:
    """The answer on the screen, ready to become a row when somebody judges it.

    `unchanged` tells whether the widgets still hold an input: a click may come with a newer one.
    """

    loaded: Loaded
    given: ModelInput
    prediction: BaseOutput
    unchanged: Callable[[ModelInput], bool]

    @property
    def name(self) -> str:
        """The demo's name, which starts every widget key."""
        return self.loaded.demo.name

    @cached_property
    def token(self) -> str:
        """What a verdict belongs to: this version's answer to this very input."""
        return f"{self.loaded.version}:{hash_input(self.given)}"

    def key(self, *parts: str) -> str:
        """Return a widget key: the demo's name and the parts."""
        return "_".join((self.name, *parts))

    def note(self, part: str) -> Any:
        """Return what this visit remembers under a name; None for nothing."""
        return st.session_state.get(self.key("note", part))

    def remember(self, part: str, value: object) -> None:
        """Remember something for this visit."""
        st.session_state[self.key("note", part)] = value

    def said(self) -> Given | None:
        """Return what this visit said about this answer."""
        return (self.note("said") or {}).get(self.token)

    def say(self, given: Given) -> None:
        """Remember what was stored about this answer."""
        self.remember("said", {**(self.note("said") or {}), self.token: given})

    def record(self, verdict: str, **more: str) -> Record:
        """Return the row for a verdict; `more` holds expected, comment, supersedes."""
        return record(self.loaded, self.given, self.prediction, verdict=verdict, **more)


def record(
    loaded: Loaded, given: ModelInput, prediction: BaseOutput, source: str = "ui", **more: str
) -> Record:
    """Return a row of this visit about an answer; `more` holds the verdict and what goes with it.

    ValidationError for a text that a row cannot hold.
    """
    visitor = {"annotator": visitor_name(), "session": visit()}
    return row(loaded, given, prediction, source=source, **visitor | more)


def visitor_name() -> str:
    """Return the name that verdicts carry: the one signed in with, else the one given, if any."""
    signed_in = person()
    return signed_in.name if signed_in else st.session_state.get("annotator") or ""


def visit() -> str:
    """Return this visit's random id; it says nothing about the person."""
    found: str = st.session_state.setdefault("visit", secrets.token_hex(8))
    return found
