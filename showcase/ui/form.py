"""The form of a demo: one widget per field of its pydantic `Input`, bound to the URL."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from annotated_types import MaxLen
from pydantic import ValidationError

from models.base import ModelInput
from showcase.messages import plain
from showcase.ui import address, links, unknown
from showcase.ui.errors import callback
from showcase.ui.fields import Field, fields, key

LONG_TEXT = 300
STALE = "stale"
CHANGED = "The input changed before your click arrived: nothing was stored. Judge the new answer."


@dataclasses.dataclass
class Answer:
    """What the form holds: a valid input, or what is wrong with each field."""

    given: ModelInput | None = None
    problems: dict[str, str] = dataclasses.field(default_factory=dict)


def form(
    name: str,
    input_type: type[ModelInput],
    *,
    names: Mapping[str, Mapping[Any, str]] | None = None,
    rows: Sequence[Sequence[str]] = (),
    widgets: Mapping[str, Callable[[str, Field], Any]] | None = None,
) -> Answer:
    """Draw the form and return the one `Input` it holds, or the problems by field.

    Choices and numbers are in the URL; text is not (length, privacy). What a link brought that
    cannot be used is named above the form. `names` are what people read for a choice's values and
    for null; `rows` are fields that stand side by side, the others follow one by one. `widgets`
    are a page's own: each is called with its key and field, keeps the value in
    `st.session_state[key]` and returns it.
    """
    own = address.written_here(input_type, widgets or ())
    links.take(name, input_type, own)
    put_back = links.restore(name, input_type)
    drawn = _Drawn(name, names or {}, widgets or {})
    values = drawn.all(fields(input_type), rows)
    links.insist(name, put_back, values)
    address.write(name, input_type, own, values)
    say_if_stale(name, values)
    try:
        return Answer(given=input_type.model_validate(values))
    except ValidationError as error:
        found = {field.name: field for field in fields(input_type)}
        said = {str(e["loc"][0]): e for e in error.errors()}
        return Answer(problems={name: _said(found.get(name), e) for name, e in said.items()})


def shows(name: str, given: ModelInput) -> bool:
    """Tell whether the form's widgets still hold this very input.

    In a callback they hold what the browser just sent: that may be newer than the answer that the
    visitor saw. A field without a widget of its own counts as unchanged.
    """
    before = given.model_dump()
    now = {field: st.session_state.get(key(name, field), value) for field, value in before.items()}
    if any(unknown.box_moved(key(name, field), value) for field, value in before.items()):
        return False
    try:
        return type(given).model_validate(now) == given
    except ValidationError:
        return False


def _said(field: Field | None, error: Mapping[str, Any]) -> str:
    """Return what is wrong with a field: its own words, or what it takes."""
    if field is not None and error["type"].startswith(("greater_than", "less_than")):
        return f"{field.title}: {field.allowed}."
    return plain(error["msg"])


def say_if_stale(name: str, values: object = None) -> None:
    """Say above an input that the last click was for the one before, and stored nothing.

    It stays while the same `values` are shown: one click may make the page run twice. Without them
    it is said once.
    """
    said = st.session_state.get(key(name, STALE))
    if said and (said is True or said == (values,)):
        st.session_state[key(name, STALE)] = (values,) if values else False
        st.warning(CHANGED, icon=":material/update:")
    else:
        st.session_state[key(name, STALE)] = False


def examples(
    name: str,
    inputs: Sequence[ModelInput],
    names: Sequence[str],
    fill: Callable[[Any], None] | None = None,
) -> None:
    """Draw a button per example, in one row; a click fills the form, or calls `fill` with it."""
    clicked = partial(_fill, name) if fill is None else callback(fill)
    st.caption("Or try one of these")
    with st.container(horizontal=True, gap="small", wrap=False, key=f"{name}_examples"):
        for index, (given, label) in enumerate(zip(inputs, names, strict=True)):
            chosen = f"{name}_example_{index}"
            st.button(label, key=chosen, on_click=clicked, args=(given,), width="content")


@callback
def _fill(name: str, given: ModelInput) -> None:
    for field_name, value in given.model_dump().items():
        st.session_state[key(name, field_name)] = value
    links.forget(name)


@dataclasses.dataclass(frozen=True)
class _Drawn:
    """How the fields of one form are drawn."""

    name: str
    names: Mapping[str, Mapping[Any, str]]
    widgets: Mapping[str, Callable[[str, Field], Any]]

    def all(self, found: Sequence[Field], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Draw every field and return the values, in the order of the fields."""
        by_name = {field.name: field for field in found}
        placed = {field_name for row in rows for field_name in row}
        values: dict[str, Any] = {}
        for row in (*rows, *([field] for field in by_name if field not in placed)):
            places = st.columns(len(row), gap="small") if len(row) > 1 else [st.container()]
            for place, field_name in zip(places, row, strict=True):
                with place:
                    values[field_name] = self.widget(by_name[field_name])
        return {field_name: values[field_name] for field_name in by_name}

    def widget(self, field: Field) -> Any:
        """Draw one field and return its value."""
        chosen, names = key(self.name, field.name), self.names.get(field.name, {})
        if field.name in self.widgets:
            return self.widgets[field.name](chosen, field)
        if field.options and (field.is_long or field.may_be_unknown):
            return unknown.select(chosen, field, names)
        if field.may_be_unknown:
            return unknown.number(chosen, field, names.get(None, unknown.NOT_KNOWN))
        if field.options:
            return _choice(chosen, field)
        return _text(chosen, field) if field.is_text else _number(chosen, field)


def _choice(chosen: str, field: Field) -> Any:
    return st.segmented_control(
        field.title,
        field.options,
        default=field.start,
        required=True,
        format_func=str,
        key=chosen,
        help=field.info.description,
        bind="query-params",
    )


def _number(chosen: str, field: Field) -> float:
    return float(
        st.slider(
            field.title,
            min_value=field.bound("ge", "gt"),
            max_value=field.bound("le", "lt"),
            value=float(field.start),
            step=field.step,
            format=f"%.{field.decimals}f {field.unit.replace('%', '%%')}".strip(),
            key=chosen,
            help=field.info.description,
            bind="query-params",
        )
    )


def _text(chosen: str, field: Field) -> str:
    """Draw a line that answers while it is typed, or an area for longer text.

    No `max_chars`: the browser would drop a paste that is too long without a word.
    """
    st.session_state.setdefault(chosen, field.start)
    note = field.info.description
    if st.session_state.get(f"{chosen}_long", False):
        value = st.text_area(
            field.title, height=220, key=chosen, help=note, persist_state="session"
        )
    else:
        value = st.text_input(
            field.title, live=True, key=chosen, help=note, persist_state="session"
        )
    limit = next((c.max_length for c in field.info.metadata if isinstance(c, MaxLen)), None)
    if limit is None or limit > LONG_TEXT:
        st.toggle(
            "Longer text",
            key=f"{chosen}_long",
            on_change=_keep,
            args=(chosen,),
            persist_state="session",
        )
    return value or ""


@callback
def _keep(chosen: str) -> None:
    """Carry the text over when the one-line field becomes an area, or back."""
    st.session_state[chosen] = st.session_state.get(chosen, "")
