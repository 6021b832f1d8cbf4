"""The widget of each kind of input: what `ui.form(..., widgets=widgets(Input))` draws.

A widget stands under the key of its field and so does its value; a widget of several parts keeps
its value there too (`showcase.ui.widgets`).
"""

import importlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from showcase.contract.fields import KEPT_TYPES, Field, fields
from showcase.interface import simple
from showcase.ui import widgets as plain

Widget = Callable[[str, Field], Any]

SIMPLE: dict[str, Widget] = {
    "long": plain.area,
    "choices": simple.several,
    "date": simple.day,
    "time": simple.clock,
    "datetime": simple.moment,
    "colour": simple.colour,
}
# what has an empty state of its own, and so needs no box for “not known”
BLANKABLE = ("file", "bytes", "image", "photo", "audio", "recording", "drawing")
MADE_OF_PARTS = {
    "duration": ("pairs", "Duration"),
    "group": ("group", "Group"),
    "list": ("rows", "Editor"),
    "table": ("rows", "Editor"),
    "drawing": ("drawing", "Drawing"),
    **dict.fromkeys(
        ("file", "bytes", "image", "photo", "audio", "recording"), ("upload", "Upload")
    ),
}
PLAIN = ("text", "int", "float", "bool", "choice")


@lru_cache(KEPT_TYPES)
def widgets(input_type: type[BaseModel]) -> Mapping[str, Widget]:
    """Return the widgets of the fields that the plain form has none for.

    TypeError names a field of a kind that there is no widget for.
    """
    found = {field.name: of(field) for field in fields(input_type) if not is_plain(field)}
    if without := [name for name, widget in found.items() if widget is None]:
        raise TypeError(f"there is no widget for {', '.join(without)} of {input_type.__name__}")
    return MappingProxyType({name: widget for name, widget in found.items() if widget})


def is_plain(field: Field) -> bool:
    """Tell whether the form itself draws a field, bound to the address."""
    return field.kind in PLAIN and not (field.nullable and field.kind in ("text", "bool"))


def of(field: Field) -> Widget | None:
    """Return what draws a field: not bound to the address, in a group as well as in a form."""
    sort = field.kind
    found: Widget | None = None
    if field.nullable and sort in ("text", "long"):
        found = _part("optional").Blank.widget
    elif field.nullable and sort not in BLANKABLE and not field.may_be_unknown:
        found = _part("optional").Boxed.widget
    elif sort in PLAIN:
        found = _unbound
    elif sort == "range":
        found = _part("pairs").widget(field)
    elif sort in MADE_OF_PARTS:
        module, name = MADE_OF_PARTS[sort]
        found = getattr(_part(module), name).widget
    return found or SIMPLE.get(sort)


def draw(chosen: str, field: Field) -> Any:
    """Draw a field and return its value."""
    widget = of(field)
    if widget is None:
        raise TypeError(f"there is no widget for {field.name}: {field.base}")
    return widget(chosen, field)


def _part(name: str) -> Any:
    """Return a module of widgets: imported where it is needed only, for the light gallery."""
    return importlib.import_module(f"showcase.interface.{name}")


def _unbound(chosen: str, field: Field) -> Any:
    return plain.draw(chosen, field, {None: nothing(field)} | dict(field.names), bound=False)


def nothing(field: Field) -> str:
    """Return what the box beside a value that may be null says."""
    return str(field.extra.get("unknown", plain.NOT_KNOWN))
