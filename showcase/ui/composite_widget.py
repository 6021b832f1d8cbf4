"""Widgets that are made of several: the value stands under one key, its parts follow it."""

from dataclasses import dataclass
from typing import Any, Self

import streamlit as st

from showcase.contract.fields import Field
from showcase.ui.escape_markdown import literal

NOTHING = object()
EVERY = "widgets_of_parts"


@dataclass
class Parts:
    """What a visit remembers of one such widget.

    `st.session_state[key]` holds the value. Examples, links and a return to the page put another
    there; then `push` hands it to the parts, and `held` reads it from them again.
    """

    key: str
    field: Field
    last: Any = NOTHING

    @classmethod
    def of(cls, chosen: str, field: Field) -> Self:
        """Return this visit's widget with that key."""
        every = _every()
        found = every.get(chosen)
        if not isinstance(found, cls):
            found = every[chosen] = cls(chosen, field)
        found.field = field
        return found

    @classmethod
    def widget(cls, chosen: str, field: Field) -> Any:
        """Draw the parts and return their value."""
        return cls.of(chosen, field).shown()

    def shown(self) -> Any:
        """Draw the parts and return their value."""
        if self.key not in st.session_state:
            st.session_state[self.key] = self.field.start
        value = st.session_state[self.key]
        if self.last is NOTHING or value != self.last or self.is_lost():
            self.push(value)
        self.draw()
        self.last = st.session_state[self.key] = self.held()
        return self.last

    def push(self, value: Any) -> None:
        """Make the parts show a value."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the parts."""
        raise NotImplementedError

    def held(self) -> Any:
        """Return the value that the parts hold now."""
        raise NotImplementedError

    def is_lost(self) -> bool:
        """Tell whether the parts lost their value: on another page, or hidden."""
        return False


def held(chosen: str, default: Any = None) -> Any:
    """Return what a widget holds now: in a callback, what the browser just sent."""
    found = _every().get(chosen)
    return st.session_state.get(chosen, default) if found is None else found.held()


def _every() -> dict[str, Parts]:
    """Return this visit's widgets of several parts; under one key, as Streamlit copies the keys."""
    if EVERY not in st.session_state:
        st.session_state[EVERY] = {}
    found: dict[str, Parts] = st.session_state[EVERY]
    return found


def label(field: Field) -> None:
    """Draw the title of a field over what has no label of its own, in a label's size."""
    st.markdown(f":small[{literal(field.title)}]", help=field.info.description)
