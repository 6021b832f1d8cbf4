"""What a page of a function remembers for a visit, and what the visitor has just asked for."""

from dataclasses import dataclass

import streamlit as st

from showcase import ui
from showcase.contract import BaseOutput, ModelInput
from showcase.contract.fields import key, note_key
from showcase.runtime.loading import Loaded


@dataclass(frozen=True)
class Kept:
    """An answer that a visitor asked for, and to what."""

    given: ModelInput
    output: BaseOutput


def button(name: str, label: str) -> None:
    """Draw the button that runs the function."""
    chosen = key(name, "run")
    icon = ":material/play_arrow:"
    st.button(label, key=chosen, type="primary", icon=icon, on_click=ui.callback(ask), args=(name,))


def fill(name: str, given: ModelInput) -> None:
    """Put an example into the form, and ask for its answer."""
    ui.fill_in(name, given)
    ask(name)


def ask(name: str) -> None:
    """Note that the visitor wants an answer. It holds until `asked`, if the page starts anew."""
    st.session_state[note_key(name, "asked")] = True


def ask_if_linked(name: str, input_type: type[ModelInput]) -> None:
    """Ask for an answer, once a visit, if a link to an input has opened the form."""
    seen = note_key(name, "seen")
    if seen in st.session_state:
        return
    st.session_state[seen] = True
    if any(key(name, field) in st.query_params for field in input_type.model_fields):
        ask(name)


def asked(name: str) -> bool:
    """Tell, once, whether the visitor has just asked for an answer."""
    return bool(st.session_state.pop(note_key(name, "asked"), False))


def keep(loaded: Loaded, kept: Kept | None) -> None:
    """Remember an answer of this version, or none."""
    st.session_state[note_key(loaded.demo.name, "answer")] = kept and (loaded.version, kept)


def kept(loaded: Loaded) -> Kept | None:
    """Return the answer that is remembered, if it is of this version."""
    version, found = st.session_state.get(note_key(loaded.demo.name, "answer")) or ("", None)
    return found if version == loaded.version else None
