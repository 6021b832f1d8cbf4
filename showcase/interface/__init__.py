"""Any typed function becomes a page: `from showcase import interface` and `interface(function)`.

Beside it stands what functions need for their types: kinds of input and of output, `examples`,
`slow`. Streamlit is imported when a page is drawn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from showcase.contract.function import examples, slow, uses
from showcase.contract.function.callables import plain_function
from showcase.contract.inputs import (
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
from showcase.contract.outputs import (
    AnnotatedImage,
    Box,
    Chart,
    Classification,
    Data,
    Download,
    Gallery,
    HighlightedText,
    Labels,
    Markdown,
    Number,
    Output,
    Picture,
    Progress,
    Regression,
    Several,
    Sound,
    Span,
    Table,
    Text,
    TextStream,
)

if TYPE_CHECKING:
    from showcase.estimator.model import EstimatorModel

QUESTION = "Is this right?"
_recorded: ContextVar[list[Any] | None] = ContextVar("recorded", default=None)

__all__ = [
    "AnnotatedImage",
    "Audio",
    "Box",
    "Chart",
    "Classification",
    "Colour",
    "Columns",
    "Data",
    "Download",
    "Drawing",
    "File",
    "Gallery",
    "HighlightedText",
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
    "Span",
    "Table",
    "Text",
    "TextStream",
    "examples",
    "interface",
    "slow",
    "together",
    "uses",
]


def interface(
    function: "Callable[..., Any] | EstimatorModel | str",
    *,
    live: bool | None = None,
    submit: str = "Run",
    question: str = QUESTION,
    embedded: bool = False,
    name: str = "",
) -> None:
    """Draw the whole page of a typed function, of `from_estimator`, or of a registered demo's name.

    With `live` it answers on each change, else when the button `submit` is pressed; left out, a
    generator and a function marked `slow` wait for the button. `question` stands above the buttons
    for the verdict. `embedded` draws it as a part of a page with a title of its own. `name` is
    what a lambda is called.
    """
    if callable(function) and (name or not hasattr(function, "Input")):
        function = plain_function(function, name)
    if (recorded := _recorded.get()) is not None:
        recorded.append(function)
        return
    from showcase.interface.page import draw_page

    draw_page(function, live, submit, question, embedded=embedded)


def together(
    page: str,
    *,
    title: str = "",
    text: str = "",
    submit: str = "Run",
    question: str = QUESTION,
) -> None:
    """Draw the page that several registered demos share: a tab for each, only the open one drawn.

    The address says which tab is open: `?text_tools_tab=Palindromes`. `title` and `text` stand
    above the tabs; the title is the page's name, if it is left out.
    """
    from showcase.interface.page import draw_tabs

    draw_tabs(page, title, text, submit, question)


@contextmanager
def recording() -> Iterator[list[Any]]:
    """Collect the functions whose pages would be drawn, instead of drawing them.

    `showcase run SCRIPT` learns so what the script shows, before anybody visits.
    """
    functions: list[Any] = []
    token = _recorded.set(functions)
    try:
        yield functions
    finally:
        _recorded.reset(token)
