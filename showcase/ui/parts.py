"""Widgets that are made of several: the value stands under one key, its parts follow it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import streamlit as st

from showcase.ui.fields import Field
from showcase.ui.literal import literal

NOTHING = object()


@dataclass
class Parts:
    """What a visit remembers of one such widget.

    `st.session_state[key]` holds the value. Examples, links and a return to the page put another
    there; then `push` hands it to the parts, and `held` reads it from them again.
    """

    key: str
    field: Field
    last: Any = NOTHING

    suffix: ClassVar[str] = "parts"

    @classmethod
    def of(cls, chosen: str, field: Field) -> Self:
        """Return this visit's widget with that key."""
        found = st.session_state.get(f"{chosen}_{cls.suffix}")
        if not isinstance(found, cls):
            found = st.session_state[f"{chosen}_{cls.suffix}"] = cls(chosen, field)
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
    found = st.session_state.get(f"{chosen}_{Parts.suffix}")
    if isinstance(found, Parts):
        return found.held()
    return st.session_state.get(chosen, default)


def label(field: Field) -> None:
    """Draw the title of a field over what has no label of its own, in a label's size."""
    st.markdown(f":small[{literal(field.title)}]", help=field.info.description)
