"""A nested model: each field its own widget, together in a frame."""

from typing import Any

import streamlit as st

from showcase.contract.fields import fields, key
from showcase.interface import widgets
from showcase.ui.widgets import CompositeWidget, held


class Group(CompositeWidget):
    """The fields of a model, each under `<key>_<field>`."""

    names: tuple[str, ...] = ()

    def push(self, value: dict[str, Any]) -> None:
        """Hand each field's value to its widget."""
        self.names = tuple(each.name for each in fields(self.field.base))
        for name in self.names:
            if name in value:
                st.session_state[key(self.key, name)] = value[name]

    def draw(self) -> None:
        """Draw the title and the fields."""
        with st.container(border=True):
            st.markdown(f"**{self.field.title}**", help=self.field.info.description)
            for each in fields(self.field.base):
                widgets.draw(key(self.key, each.name), each)

    def held(self) -> dict[str, Any]:
        """Return the values by the name of their field."""
        return {name: held(key(self.key, name)) for name in self.names}

    def is_lost(self) -> bool:
        """Tell whether a field has no value."""
        return any(key(self.key, name) not in st.session_state for name in self.names)
