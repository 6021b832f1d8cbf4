"""The form of a programme: credential, field of study, and what is known of the institution."""

import streamlit as st

from models.earnings import (
    CHOICE_NAMES,
    FAMILIES,
    FIELDS,
    Input,
    family_of,
    published,
)
from showcase import ui
from showcase.contract import ModelInput
from showcase.contract.fields import Field, key
from showcase.runtime.loading import Loaded

NAME = "earnings"
FAMILY = key(NAME, "family")
ALL = ""
ROWS = (
    ("credential", "control"),
    ("field",),
    ("region", "locale"),
    ("net_price", "sat_average", "admission_rate"),
)


def choose(loaded: Loaded) -> ui.Answer:
    """Draw the form and return what it holds."""

    def field_of_study(chosen: str, field: Field) -> str:
        return _family_and_field(loaded, chosen, field)

    return ui.form(NAME, Input, names=CHOICE_NAMES, rows=ROWS, widgets={"field": field_of_study})


def unchanged(name: str, given: ModelInput) -> bool:
    """Tell whether the form still holds this input, the family of its field too."""
    family = st.session_state.get(FAMILY, ALL)
    return ui.shows(name, given) and family in (ALL, family_of(given.model_dump()["field"]))


def _family_and_field(loaded: Loaded, chosen: str, field: Field) -> str:
    """Draw the family and all fields, its own first; the family follows the field."""
    code = st.session_state.setdefault(chosen, field.start)
    if st.session_state.get(FAMILY) != ALL:
        st.session_state[FAMILY] = family_of(code)
    family = st.selectbox(
        "Family of fields",
        (ALL, *sorted({*FAMILIES, family_of(code)}, key=_family_title)),
        format_func=_family_title,
        key=FAMILY,
        on_change=_pick_commonest,
        args=(loaded, chosen),
        help="Its fields come first in the list below.",
        persist_state="session",
    )
    return st.selectbox(
        field.title,
        sorted({*FIELDS, code}, key=lambda one: (family_of(one) != family, _field_title(one))),
        format_func=_field_title,
        key=chosen,
        filter_mode="contains",  # a fuzzy one finds an entrepreneur for "nurs"
        help="All fields, as the US Department of Education groups them (CIP). Type to search.",
        persist_state="session",
    )


def _field_title(code: str) -> str:
    return FIELDS.get(code, f"Field {code}")


def _family_title(family: str) -> str:
    return FAMILIES.get(family, f"Family {family}") if family else "All families"


@ui.callback
def _pick_commonest(loaded: Loaded, chosen: str) -> None:
    """Choose the field of a new family that most institutions publish for this credential."""
    family, credential = st.session_state[FAMILY], st.session_state[key(NAME, "credential")]
    if family == ALL:
        return
    codes = [code for code in FIELDS if family_of(code) == family]

    def institutions(code: str) -> int:
        same = published(loaded.model, credential, code)
        return same.institutions if same else 0

    if codes:
        st.session_state[chosen] = max(codes, key=institutions)
