"""What may be null: a box beside the widget, or an empty text."""

from typing import Any

import streamlit as st

from showcase.interface import widgets
from showcase.ui.widgets import CompositeWidget, held


class Boxed(CompositeWidget):
    """A widget under `<key>_value` and a box to tick where there is no value, `<key>_unknown`."""

    def push(self, value: Any) -> None:
        """Tick the box, or hand the value to the widget."""
        st.session_state[self._box] = value is None
        if value is not None:
            st.session_state[self._inner] = value

    def draw(self) -> None:
        """Draw the widget, or an empty field in its place, and the box below."""
        if st.session_state[self._box]:
            st.text_input(
                self.field.title,
                placeholder=widgets.nothing(self.field),
                disabled=True,
                key=f"{self.key}_none",
                help=self.field.info.description,
            )
        else:
            widgets.draw(self._inner, self.field.known)
        st.checkbox(widgets.nothing(self.field), key=self._box, persist_state="session")

    def held(self) -> Any:
        """Return the widget's value, None where the box is ticked."""
        return None if st.session_state.get(self._box, True) else held(self._inner)

    @property
    def _box(self) -> str:
        return f"{self.key}_unknown"

    @property
    def _inner(self) -> str:
        return f"{self.key}_value"


class Blank(CompositeWidget):
    """A text under `<key>_value`, null while it is empty."""

    def push(self, value: Any) -> None:
        """Show the text."""
        st.session_state[f"{self.key}_value"] = value or ""

    def draw(self) -> None:
        """Draw the text."""
        widgets.draw(f"{self.key}_value", self.field.known)

    def held(self) -> Any:
        """Return the text, None for an empty one."""
        return st.session_state.get(f"{self.key}_value") or None
