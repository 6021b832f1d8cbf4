"""Which widget suits a plain kind: choices, numbers, yes or no, text; each may be nullable."""

from collections.abc import Mapping
from typing import Any

from showcase.contract.fields import Field
from showcase.ui import nullable, scalar_widgets


def draw(chosen: str, field: Field, names: Mapping[Any, str], *, bound: bool = True) -> Any:
    """Draw the widget of a field and return its value.

    `names` are what people read for the choices of a select box and for null. Not `bound` to the
    address, it is a part of another widget.
    """
    if field.options and (field.is_long or field.may_be_unknown):
        return nullable.select(chosen, field, names)
    if field.may_be_unknown:
        return nullable.number(chosen, field, names.get(None, nullable.NOT_KNOWN))
    if field.options:
        return scalar_widgets.choice(chosen, field, field.names, bound=bound)
    if field.kind.sort == "bool":
        return scalar_widgets.switch(chosen, field, bound=bound)
    if field.is_text:
        return scalar_widgets.text(chosen, field, grows=bound)
    return scalar_widgets.number(chosen, field, bound=bound)
