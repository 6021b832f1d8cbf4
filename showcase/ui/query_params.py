"""Links that reproduce a result: what a link brings is checked, a copy is made on demand.

A value stands in a link as the data have it, null as "unknown"; a field that is not there starts
as it does without a link. Streamlit would write a choice's name instead of its value, and has no
word for null: such fields are written into the address here.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from showcase.contract import ModelInput
from showcase.contract.fields import Field, as_text, fields, key, note_key, parse, takes
from showcase.contract.messages import plain, shortened
from showcase.ui.browser import link_buttons
from showcase.ui.markdown import escape_markdown
from showcase.ui.routing import ARRIVED, FULL_RUN

LONGEST_TEXT = 1_500
HANDED_OVER = "handed_over"


def take(name: str, input_type: type[ModelInput], own: Collection[str] = ()) -> None:
    """Take what the link brings, once a visit, and name on the page what cannot be used.

    Streamlit itself fills the bound widgets and silently drops values it cannot use. A warning
    goes as soon as the visitor changes that field. `own` fields are taken again when the visitor
    goes back or forward to an address that `write` wrote earlier.
    """
    remembered = note_key(name, "link")
    went_elsewhere = moved(name, own)
    if remembered not in st.session_state or went_elsewhere:
        for field_name in own if went_elsewhere else ():
            st.session_state.pop(key(name, field_name), None)
        st.session_state[remembered] = _read_link(name, input_type, own)
    if (given := handed_over(name)) is not None:
        show(name, given)
        st.session_state[ARRIVED] = 0  # instead of what the widgets held before
    problems: dict[str, str] = st.session_state[remembered]
    for field in fields(input_type) if problems else ():
        problem = problems.get(field.name)
        if st.session_state.get(key(name, field.name), field.start) != field.start:
            problems.pop(field.name, None)
        elif problem:
            st.warning(
                f"{problem} The start value is shown.",
                title=f"The link’s “{field.title}” cannot be used",
                icon=":material/link_off:",
            )
    in_link = st.query_params.to_dict()
    for field in fields(input_type) if in_link else ():
        if not field.is_bound and field.name not in own and key(name, field.name) in in_link:
            _drop_outdated(key(name, field.name))


def restore(name: str, keys: Collection[str]) -> dict[str, Any]:
    """Put back what a page's widgets held before the visitor left it; return what was put back.

    Streamlit keeps bound widgets over a change of page, but the browser's back button leads to an
    address without their values, and that resets them: then `insist` makes a second attempt. A link
    that brings one of the `keys` comes first.
    """
    arrived = st.session_state.get(ARRIVED, 0)
    in_link = st.query_params.to_dict() if arrived else {}
    if not arrived or any(chosen in in_link for chosen in keys):
        st.session_state[ARRIVED] = 0
        return {}
    st.session_state[ARRIVED] -= 1
    kept: dict[str, Any] = st.session_state.get(note_key(name, "kept"), {})
    for chosen, value in kept.items():
        st.session_state[chosen] = value
    return kept


def insist(name: str, put_back: dict[str, Any], now: dict[str, Any]) -> None:
    """Remember what the widgets hold; run once more if Streamlit did not take what was put back."""
    lost = any(chosen in now and now[chosen] != value for chosen, value in put_back.items())
    kept = st.session_state.get(note_key(name, "kept"), {})
    st.session_state[note_key(name, "kept")] = {**kept, **(put_back if lost else now)}
    if lost and st.session_state.get(ARRIVED, 0):
        st.rerun()
    st.session_state[ARRIVED] = 0


def show(name: str, given: ModelInput) -> None:
    """Put an input into the form's widgets; only before they are drawn. A link counts no more."""
    for field_name, value in given.model_dump().items():
        st.session_state[key(name, field_name)] = value
    st.session_state[note_key(name, "link")] = {}


def hand_over(name: str, given: ModelInput) -> None:
    """Let the demo's page show this input when the visitor comes to it; no address holds it.

    What somebody typed, or another person's row, stays out of the browser's history.
    """
    st.session_state[note_key(name, HANDED_OVER)] = given


def is_handed_over(name: str) -> bool:
    """Return True if the page is about to show an input that was handed over to it."""
    return note_key(name, HANDED_OVER) in st.session_state


def handed_over(name: str) -> Any:
    """Return the input that was handed over to the page, once; None for none."""
    return st.session_state.pop(note_key(name, HANDED_OVER), None)


def copy_link(name: str, given: ModelInput, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Offer a link that reproduces this very input, text included, up to 1,500 characters.

    `more` are the parameters that open the tab of a page that several demos share.
    """
    values = written(given)
    if any(len(value) > LONGEST_TEXT for value in values.values()):
        st.caption(f"Too much for a link: at most {LONGEST_TEXT:,} characters.", width="content")
    else:
        link_buttons(url(name, values, more), f"{name}_copy")


def written(given: ModelInput) -> dict[str, str]:
    """Return the fields as a link writes them: texts as they are, all else as JSON.

    Null is "unknown" where the field would else start with something; it is left out if not.

    >>> from models.rainfall import EXAMPLES
    >>> written(EXAMPLES[0])["humidity_3pm"]
    '55.0'
    """
    values = given.model_dump(mode="json")
    return {
        field.name: as_text(values[field.name])
        for field in fields(type(given))
        if values[field.name] is not None or field.null_must_be_said
    }


def url(name: str, values: dict[str, str], more: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return this page's address with every input in it."""
    base = (st.context.url or f"/{name}").split("?")[0]
    values = {key(name, field): value for field, value in values.items()}
    query = urlencode({**more, **values}, safe="[],")
    return f"{base}?{query}"


def _read_link(name: str, input_type: type[ModelInput], own: Collection[str]) -> dict[str, str]:
    """Return the problems of the link by field; put into the widgets what Streamlit would not."""
    problems: dict[str, str] = {}
    start = {field.name: field.start for field in fields(input_type)}
    for field in fields(input_type):
        raw = st.query_params.get_all(key(name, field.name))
        if len(raw) > 1:
            problems[field.name] = f"It stands in the link {len(raw)} times."
        elif raw:
            try:
                taken = _taken(input_type, field, start, _parsed(field, raw[0]))
            except ValidationError as error:
                problems[field.name] = _problem(field, raw[0], error)
            else:
                unnamed = field.options and raw[0] not in map(str, field.options)
                if not field.is_bound or field.name in own or unnamed:
                    st.session_state[key(name, field.name)] = taken
    return problems


def _taken(input_type: type[ModelInput], field: Field, start: dict[str, Any], value: Any) -> Any:
    """Return a field's value as its widget holds it; ValidationError if it cannot be used.

    The other fields have their start values; what is wrong with those does not count.
    """
    try:
        return input_type.model_validate(start | {field.name: value}).model_dump()[field.name]
    except ValidationError as error:
        if any(e["loc"][:1] in ((), (field.name,)) for e in error.errors()):
            raise
        return field.checked(value)


def _parsed(field: Field, raw: str) -> Any:
    try:
        return parse(field, raw)
    except ValueError:
        return raw  # no number: the model says it better


def _problem(field: Field, raw: str, error: ValidationError) -> str:
    first = next((e for e in error.errors() if e["loc"][:1] == (field.name,)), error.errors()[0])
    if field.is_text or first["type"] == "value_error":  # the model's own words
        return escape_markdown(plain(first["msg"]))
    return escape_markdown(f"The link says “{shortened(raw)}”; {takes(field)}.")


def _drop_outdated(chosen: str) -> None:
    """Take a text out of the address once it was changed on the page."""
    brought = st.query_params[chosen]
    if as_text(st.session_state.get(chosen, brought)) != brought:
        del st.query_params[chosen]


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
    st.session_state[note_key(name, "address")] = _held(name, own)


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
    now, written_last = _held(name, own), st.session_state.get(note_key(name, "address"))
    returning = st.session_state.get(ARRIVED, 0) and not now
    return bool(full and not returning and written_last is not None and now != written_last)
