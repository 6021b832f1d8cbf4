"""The form of a demo: one widget per field of its pydantic `Input`, bound to the URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from annotated_types import MaxLen
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from models.base import ModelInput
from showcase.ui import links

LONG_TEXT = 300
SEGMENTS = 5


@dataclass
class Answer:
    """What the form holds: a valid input, or what is wrong with each field."""

    given: ModelInput | None = None
    problems: dict[str, str] = field(default_factory=dict)


def key(name: str, field_name: str) -> str:
    """Return the widget key, which is also the URL parameter: `rainfall_humidity_3pm`."""
    return f"{name}_{field_name}"


def start_values(input_type: type[ModelInput]) -> dict[str, Any]:
    """Return what each widget starts with: the first of the field's examples."""
    return {
        name: (info.examples or [info.default])[0] for name, info in input_type.model_fields.items()
    }


def form(name: str, input_type: type[ModelInput]) -> Answer:
    """Draw the form and return the one `Input` it holds, or the problems by field.

    Choices and numbers are bound to the URL; text is not (length, privacy). What a link brought
    that cannot be used is named above the form.
    """
    start = start_values(input_type)
    links.take(name, input_type, start)
    put_back = links.restore(name, input_type)
    values = {
        field_name: _widget(name, field_name, info, start[field_name])
        for field_name, info in input_type.model_fields.items()
    }
    links.insist(name, put_back, values)
    try:
        return Answer(given=input_type.model_validate(values))
    except ValidationError as error:
        return Answer(problems={str(e["loc"][0]): plain(e["msg"]) for e in error.errors()})


def plain(message: str) -> str:
    """Return a pydantic message as a visitor reads it.

    >>> plain("Value error, Type some words.")
    'Type some words.'
    """
    return message.removeprefix("Value error, ")


def examples(name: str, inputs: Sequence[ModelInput], names: Sequence[str]) -> None:
    """Draw a button per example; a click fills the form."""
    st.caption("Or try one of these")
    with st.container(horizontal=True, gap="small"):
        for index, (given, label) in enumerate(zip(inputs, names, strict=True)):
            st.button(
                label,
                key=f"{name}_example_{index}",
                on_click=_fill,
                args=(name, given),
                width="content",
            )


def _fill(name: str, given: ModelInput) -> None:
    for field_name, value in given.model_dump().items():
        if (chosen := key(name, field_name)) in st.session_state or isinstance(value, str):
            st.session_state[chosen] = value
    links.forget(name)


def _bound(info: FieldInfo, *names: str) -> float | None:
    """Return the first bound (`ge`, `gt`, `le`, `lt`) that the field has."""
    for constraint in info.metadata:
        for name in names:
            if hasattr(constraint, name):
                return float(getattr(constraint, name))
    return None


def extra(info: FieldInfo) -> dict[str, Any]:
    """Return the field's `json_schema_extra`: `unit`, `step`."""
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _widget(name: str, field_name: str, info: FieldInfo, start: Any) -> Any:
    if get_origin(info.annotation) is Literal:
        return _choice(name, field_name, info, start)
    if info.annotation is str:
        return _text(name, field_name, info, start)
    return _number(name, field_name, info, start)


def _choice(name: str, field_name: str, info: FieldInfo, start: Any) -> Any:
    options = get_args(info.annotation)
    return st.segmented_control(
        info.title or field_name,
        options,
        default=start,
        required=True,
        format_func=str,
        key=key(name, field_name),
        help=info.description,
        bind="query-params",
    )


def _number(name: str, field_name: str, info: FieldInfo, start: float) -> float:
    unit, step = str(extra(info).get("unit", "")), float(extra(info).get("step", 1))
    decimals = 0 if step.is_integer() else len(f"{step}".split(".")[1])
    return float(
        st.slider(
            info.title or field_name,
            min_value=_bound(info, "ge", "gt"),
            max_value=_bound(info, "le", "lt"),
            value=float(start),
            step=step,
            format=f"%.{decimals}f {unit.replace('%', '%%')}".strip(),
            key=key(name, field_name),
            help=info.description,
            bind="query-params",
        )
    )


def _text(name: str, field_name: str, info: FieldInfo, start: str) -> str:
    limit = next((c.max_length for c in info.metadata if isinstance(c, MaxLen)), None)
    chosen, title = key(name, field_name), info.title or field_name
    st.session_state.setdefault(chosen, start)
    long = st.session_state.get(f"{chosen}_long", False)
    if long:
        value = st.text_area(
            title,
            key=chosen,
            max_chars=limit,
            height=220,
            help=info.description,
            persist_state="session",
        )
    else:
        value = st.text_input(
            title,
            key=chosen,
            max_chars=limit,
            live=True,
            help=info.description,
            persist_state="session",
        )
    if limit is None or limit > LONG_TEXT:
        st.toggle(
            "Longer text",
            key=f"{chosen}_long",
            on_change=_keep,
            args=(chosen,),
            persist_state="session",
        )
    return value or ""


def _keep(chosen: str) -> None:
    """Carry the text over when the one-line field becomes an area, or back."""
    st.session_state[chosen] = st.session_state.get(chosen, "")
