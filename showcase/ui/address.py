"""The address of a page: what a form itself writes into it, where Streamlit cannot.

Streamlit would write a choice's name instead of its value, and has no word for null.
"""

from collections.abc import Collection
from typing import Any

import streamlit as st

from showcase.contract import ModelInput
from showcase.contract.fields import as_text, fields, key
from showcase.ui.routing import ARRIVED, FULL_RUN


def written_here(input_type: type[ModelInput], widgets: Collection[str]) -> tuple[str, ...]:
    """Return the fields that `write` keeps in the address; Streamlit does it for the others."""
    return tuple(
        field.name
        for field in fields(input_type)
        if field.in_address and (field.name in widgets or not (field.is_bound or field.is_text))
    )


def write(
    name: str, input_type: type[ModelInput], own: Collection[str], values: dict[str, Any]
) -> None:
    """Write the `own` fields into the address, all at once: one step for the back button.

    An address without any stays so until one of them is changed.
    """
    starts = {field.name: field.start for field in fields(input_type)}
    texts = {key(name, field): as_text(values[field]) for field in own}
    before = _held(name, own)
    if before != texts and (before or any(values[field] != starts[field] for field in own)):
        st.query_params.update(texts)
    st.session_state[f"{name}_address"] = _held(name, own)


def _held(name: str, own: Collection[str]) -> dict[str, str]:
    """Return what the address holds of the `own` fields."""
    held = st.query_params.to_dict() if own else {}
    keys = (key(name, field) for field in own)
    return {chosen: held[chosen] for chosen in keys if chosen in held}


def moved(name: str, own: Collection[str]) -> bool:
    """Tell whether the visitor went to another address of the page since `write`.

    Only a full run can tell: a fragment may run before the browser has the newest address.
    """
    full = st.session_state.pop(FULL_RUN, False)
    now, written_last = _held(name, own), st.session_state.get(f"{name}_address")
    returning = st.session_state.get(ARRIVED, 0) and not now
    return bool(full and not returning and written_last is not None and now != written_last)
