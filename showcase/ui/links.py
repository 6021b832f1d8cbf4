"""Links that reproduce a result: what a link brings is checked, a copy is made on demand."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from models.base import ModelInput

LONGEST_TEXT = 1_500
ARRIVED = "arrived"
ATTEMPTS = 2


def take(name: str, input_type: type[ModelInput], start: dict[str, Any]) -> None:
    """Name on the page what the link holds that cannot be used; fill text fields from it.

    Streamlit itself fills the bound widgets and silently drops values it cannot use. It runs on a
    visit's first run of the page only; later the widgets are the truth.
    """
    remembered = f"{name}_link"
    if remembered not in st.session_state:
        brought = _brought(name, input_type)
        problems = _problems(brought, input_type, start)
        for field_name, value in brought.items():
            if input_type.model_fields[field_name].annotation is str and field_name not in problems:
                st.session_state[f"{name}_{field_name}"] = value
        st.session_state[remembered] = problems
    for field_name, problem in st.session_state[remembered].items():
        title = input_type.model_fields[field_name].title or field_name
        st.warning(
            f"{problem} The start value is used.",
            title=f"The link's “{title}” cannot be used",
            icon=":material/link_off:",
        )
    _drop_outdated_text(name, input_type)


def arrive(page: str) -> None:
    """Note on each full run which page it is, so that a form knows when the visitor came to it."""
    if st.session_state.get("page") != page:
        st.session_state["page"] = page
        st.session_state[ARRIVED] = ATTEMPTS


def restore(name: str, input_type: type[ModelInput]) -> dict[str, Any]:
    """Put back what the form held before the visitor left the page; return what was put back.

    Streamlit keeps bound widgets over a change of page, but the browser's back button leads to an
    address without their values, and that resets them: then `insist` makes a second attempt.
    """
    kept: dict[str, Any] = st.session_state.get(f"{name}_kept", {})
    if not st.session_state.get(ARRIVED, 0) or _brought(name, input_type):
        st.session_state[ARRIVED] = 0
        return {}
    st.session_state[ARRIVED] -= 1
    for field_name, value in kept.items():
        st.session_state[f"{name}_{field_name}"] = value
    return kept


def insist(name: str, put_back: dict[str, Any], values: dict[str, Any]) -> None:
    """Remember what the form holds; run once more if Streamlit did not take what was put back."""
    st.session_state[f"{name}_kept"] = put_back or values
    if put_back and put_back != values and st.session_state.get(ARRIVED, 0):
        st.rerun()
    st.session_state[ARRIVED] = 0


def forget(name: str) -> None:
    """Drop what was said about the link: the visitor has chosen something else."""
    st.session_state[f"{name}_link"] = {}


def copy_link(name: str, given: ModelInput) -> None:
    """Offer a link that reproduces this very input, text included, up to 1,500 characters."""
    values = given.model_dump(mode="json")
    too_long = any(isinstance(v, str) and len(v) > LONGEST_TEXT for v in values.values())
    with st.popover("Copy link", icon=":material/link:", type="tertiary"):
        if too_long:
            st.write(f"The text is too long for a link: at most {LONGEST_TEXT:,} characters.")
            return
        st.write("Whoever opens this link sees the same input and the same answer.")
        st.code(url(name, values), language=None, wrap_lines=True)


def url(name: str, values: dict[str, Any]) -> str:
    """Return this page's address with every input in it."""
    base = (st.context.url or f"/{name}").split("?")[0]
    return f"{base}?{urlencode({f'{name}_{field}': value for field, value in values.items()})}"


def _brought(name: str, input_type: type[ModelInput]) -> dict[str, str]:
    return {
        field_name: st.query_params[f"{name}_{field_name}"]
        for field_name in input_type.model_fields
        if f"{name}_{field_name}" in st.query_params
    }


def _problems(
    brought: dict[str, str], input_type: type[ModelInput], start: dict[str, Any]
) -> dict[str, str]:
    try:
        input_type.model_validate(start | brought)
    except ValidationError as error:
        return {
            str(
                e["loc"][0]
            ): f"It says {str(e['input'])[:60]!r}: {e['msg'].removeprefix('Value error, ')}."
            for e in error.errors()
            if e["loc"] and e["loc"][0] in brought
        }
    return {}


def _drop_outdated_text(name: str, input_type: type[ModelInput]) -> None:
    """Take a text out of the address once it was changed on the page."""
    for field_name, info in input_type.model_fields.items():
        chosen = f"{name}_{field_name}"
        if (
            info.annotation is str
            and chosen in st.query_params
            and st.session_state.get(chosen, st.query_params[chosen]) != st.query_params[chosen]
        ):
            del st.query_params[chosen]
