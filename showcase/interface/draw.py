"""Drawing a typed function as a page, alone or in the tabs of one; what a script would draw."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from showcase.estimator.model import EstimatorModel

QUESTION = "Is this right?"
_recorded: ContextVar[list[Any] | None] = ContextVar("recorded", default=None)


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
        from showcase.contract.function.callables import plain_function

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
