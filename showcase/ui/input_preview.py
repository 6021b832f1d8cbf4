"""An input to look at, not to change: as a picture where its model draws one, texts as texts."""

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from showcase.contract import ModelInput, ModelModule, canonical_json
from showcase.contract.fields import Field, fields
from showcase.contract.messages import shortened
from showcase.ui.markdown import escape_markdown, svg_image
from showcase.ui.widgets import NOT_KNOWN

PICTURE_WIDTH = 240  # pixels
LONG, HIGH = 700, 260  # letters from which on a text scrolls, and how high it is then, in pixels
QUOTED = 2_000


def show_input(
    module: ModelModule, given: ModelInput, width: int = PICTURE_WIDTH, most: int | None = None
) -> None:
    """Draw an input: its picture (`as_svg` of the model), its texts, a table of all else.

    Texts are shown as they are, never as Markdown, and only `most` letters of each. Beside a text,
    whatever is as the form starts is left out: how to read a text is seldom of interest.
    """
    draw = getattr(module, "as_svg", None)
    found = fields(type(given))
    texts = [field for field in found if _is_text(module, field)] if draw is None else []
    for field in texts:
        _text(field, getattr(given, field.name), most, alone=len(texts) == 1)
    small = {
        field.title: _said(module, field, given)
        for field in found
        if _is_small(module, field) and not (texts and getattr(given, field.name) == field.start)
    }
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        if draw is not None:
            with st.container(width=width):
                svg = draw(given)
                described = re.search('aria-label="([^"]*)"', svg)
                st.html(svg_image(svg, described[1] if described else ""))
        if small:
            alt = "What was given"
            st.table(small, border="horizontal", hide_header=True, width="content", alt=alt)
    if draw is None and not small and not texts:
        st.code(canonical_json(given)[:QUOTED], language="json", wrap_lines=True)


def in_short(module: ModelModule, given: ModelInput) -> str:
    """Return an input in one line of Markdown: its values, or what kind of thing it is."""
    said = [
        escape_markdown(shortened(str(getattr(given, field.name))))
        if _is_text(module, field)
        else _said(module, field, given)
        for field in fields(type(given))
        if _is_text(module, field) or _is_small(module, field)
        if getattr(given, field.name) is not None
    ]
    if hasattr(module, "as_svg") and not said:
        found = re.search('aria-label="([^"]*)"', module.as_svg(given))
        said = [escape_markdown(found[1])] if found else []
    return " · ".join(said) or "An input"


def _is_text(module: ModelModule, field: Field) -> bool:
    return field.kind in ("text", "long") and not _named(module, field)


def _text(field: Field, text: str | None, most: int | None, *, alone: bool) -> None:
    if not alone:
        st.caption(escape_markdown(field.title))
    length = len(text or "")
    with st.container(border=True, height=HIGH if length > LONG else "content"):
        st.text((text or NOT_KNOWN)[:most])
    if most is not None and length > most:
        st.caption(f"The first {most:,} of {length:,} letters.")


def _is_small(module: ModelModule, field: Field) -> bool:
    return field.is_small or _named(module, field)


def _named(module: ModelModule, field: Field) -> bool:
    """Tell whether it is a code that has a name."""
    return field.name in getattr(module, "CHOICE_NAMES", {})


def _said(module: ModelModule, field: Field, given: ModelInput) -> str:
    """Return a value as people read it, with its unit, as Markdown."""
    value: Any = getattr(given, field.name)
    if isinstance(value, list | tuple):
        names = field.item.names if field.kind == "choices" else {}
        several = (" to " if field.kind == "range" else ", ").join(_one(v, names) for v in value)
        return escape_markdown(f"{shortened(several)} {field.unit or ''}".strip() or "nothing")
    names = getattr(module, "CHOICE_NAMES", {}).get(field.name) or field.names
    if value is None or (isinstance(value, str | int | float) and value in names):
        return escape_markdown(names.get(value, NOT_KNOWN))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return escape_markdown(f"{value:,.10g} {field.unit}".strip())
    return escape_markdown(str(given.model_dump(mode="json")[field.name]))


def _one(value: Any, names: Mapping[Any, str]) -> str:
    """Return one of several values as people read it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (is_number or isinstance(value, str)) and value in names:
        return names[value]
    return f"{value:,.10g}" if is_number else str(value)
