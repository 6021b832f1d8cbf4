"""What a page of a function remembers for a visit, and what the visitor has just asked for."""

from dataclasses import dataclass

import streamlit as st

from models.base import BaseOutput, ModelInput
from showcase import ui
from showcase.ui.fields import key


@dataclass(frozen=True)
class Kept:
    """An answer that a visitor asked for, and to what."""

    given: ModelInput
    output: BaseOutput


def comes_by_link(name: str, input_type: type[ModelInput]) -> bool:
    """Tell, once a visit, whether the form is opened by a link to an input."""
    seen = key(name, "seen")
    if seen in st.session_state:
        return False
    st.session_state[seen] = True
    return any(key(name, field) in st.query_params for field in input_type.model_fields)


def button(name: str, label: str) -> bool:
    """Draw the button that runs the function, and tell whether it was pressed."""
    return st.button(label, key=key(name, "run"), type="primary", icon=":material/play_arrow:")


def example_clicked(name: str, count: int) -> bool:
    """Tell whether this run is for a click on one of the examples."""
    return any(st.session_state.get(f"{name}_example_{index}") for index in range(count))


def keep(loaded: ui.Loaded, kept: Kept | None) -> None:
    """Remember an answer of this version, or none."""
    st.session_state[key(loaded.demo.name, "answer")] = kept and (loaded.version, kept)


def kept(loaded: ui.Loaded) -> Kept | None:
    """Return the answer that is remembered, if it is of this version."""
    version, found = st.session_state.get(key(loaded.demo.name, "answer")) or ("", None)
    return found if version == loaded.version else None
