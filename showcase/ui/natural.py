"""Which widget suits a plain kind: choices, numbers, yes or no, text; each may be unknown."""

from collections.abc import Mapping
from typing import Any

from showcase.ui import plain, unknown
from showcase.ui.fields import Field


def draw(chosen: str, field: Field, names: Mapping[Any, str], *, bound: bool = True) -> Any:
    """Draw the widget of a field and return its value.

    `names` are what people read for the choices of a select box and for null. Not `bound` to the
    address, it is a part of another widget.
    """
    if field.options and (field.is_long or field.may_be_unknown):
        return unknown.select(chosen, field, names)
    if field.may_be_unknown:
        return unknown.number(chosen, field, names.get(None, unknown.NOT_KNOWN))
    if field.options:
        return plain.choice(chosen, field, field.names, bound=bound)
    if field.kind.sort == "bool":
        return plain.switch(chosen, field, bound=bound)
    if field.is_text:
        return plain.text(chosen, field, grows=bound)
    return plain.number(chosen, field, bound=bound)
