"""Any typed function becomes a page: `from showcase import interface` and `interface(function)`.

The package can be called, and it has what functions need for their types: kinds of input and of
output, `examples`, `slow`.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from models.function import examples, slow
from models.inputs import (
    Audio,
    Colour,
    Columns,
    Drawing,
    File,
    Limits,
    LongText,
    Names,
    Photo,
    Recording,
)
from models.outputs import (
    Chart,
    Classification,
    Data,
    Download,
    Labels,
    Markdown,
    Number,
    Output,
    Picture,
    Progress,
    Regression,
    Several,
    Sound,
    Table,
    Text,
)
from showcase.interface.page import interface, together

__all__ = [
    "Audio",
    "Chart",
    "Classification",
    "Colour",
    "Columns",
    "Data",
    "Download",
    "Drawing",
    "File",
    "Labels",
    "Limits",
    "LongText",
    "Markdown",
    "Names",
    "Number",
    "Output",
    "Photo",
    "Picture",
    "Progress",
    "Recording",
    "Regression",
    "Several",
    "Sound",
    "Table",
    "Text",
    "examples",
    "interface",
    "slow",
    "together",
]


class _Interface(ModuleType):
    """This package as a function."""

    def __call__(self, function: Callable[..., Any] | str, **options: Any) -> None:
        """Draw the page of a function; `interface` in `page.py` says which options there are."""
        interface(function, **options)


sys.modules[__name__].__class__ = _Interface
