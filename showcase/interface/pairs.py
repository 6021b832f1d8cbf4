"""Two widgets for one value: a range without bounds, a length of time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from showcase.contract.fields import Field
from showcase.interface import simple
from showcase.ui.widgets import CompositeWidget

UNITS = {
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}


class Ends(CompositeWidget):
    """Two numbers without bounds, side by side."""

    def push(self, value: Any) -> None:
        """Show the two."""
        made = self.field.item.base
        st.session_state[f"{self.key}_from"] = made(value[0])
        st.session_state[f"{self.key}_to"] = made(value[1])

    def draw(self) -> None:
        """Draw the two, the first with the title."""
        whole = self.field.item.base is int
        unit = f" ({self.field.unit})" if self.field.unit else ""
        for place, end, label in zip(
            st.columns(2, gap="small"), ("from", "to"), (f"{self.field.title}{unit}, from", "to"),
            strict=True,
        ):  # fmt: skip
            place.number_input(
                label,
                value=None,
                step=1 if whole else float(self.field.step),
                format="%d" if whole else f"%.{max(self.field.decimals, 2)}f",
                key=f"{self.key}_{end}",
                help=self.field.info.description if end == "from" else None,
                persist_state="session",
            )

    def held(self) -> Any:
        """Return the two numbers."""
        return tuple(st.session_state.get(f"{self.key}_{end}") for end in ("from", "to"))

    def is_lost(self) -> bool:
        """Tell whether the parts are gone."""
        return f"{self.key}_from" not in st.session_state


class Duration(CompositeWidget):
    """An amount and its unit, side by side."""

    def push(self, value: timedelta | None) -> None:
        """Show the largest unit of which the value is a whole number."""
        value = value or timedelta(0)
        unit = next((u for u, size in UNITS.items() if value and not value % size), "seconds")
        unit = unit if value else "minutes"
        st.session_state[f"{self.key}_amount"] = value / UNITS[unit]
        st.session_state[f"{self.key}_unit"] = unit

    def draw(self) -> None:
        """Draw the two."""
        amount, unit = st.columns([3, 2], gap="small", vertical_alignment="bottom")
        amount.number_input(
            self.field.title,
            step=1.0,
            format="%g",
            key=f"{self.key}_amount",
            help=self.field.info.description,
            persist_state="session",
        )
        unit.selectbox(
            "Unit",
            list(UNITS),
            key=f"{self.key}_unit",
            label_visibility="collapsed",
            persist_state="session",
        )

    def held(self) -> timedelta | None:
        """Return the length of time."""
        amount = st.session_state.get(f"{self.key}_amount")
        if amount is None:
            return None
        found: timedelta = amount * UNITS[st.session_state[f"{self.key}_unit"]]
        return found

    def is_lost(self) -> bool:
        """Tell whether the parts are gone."""
        return f"{self.key}_amount" not in st.session_state


def widget(field: Field) -> Callable[[str, Field], Any]:
    """Return what draws a range: a calendar for days, a slider where both bounds are known."""
    if field.item.base is date:
        return simple.days
    return simple.slider if field.is_slider else Ends.widget
