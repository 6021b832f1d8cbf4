"""The demos in use: one list, handed over by Home, by the server or by the command line."""

from collections.abc import Sequence
from functools import cache

from showcase.contract.demo import Demo, model_version

_demos: tuple[Demo, ...] = ()


def register(demos: Sequence[Demo]) -> None:
    """Use these demos from now on; ValueError for two of one name."""
    global _demos  # noqa: PLW0603  # one list a process, shared by the pages and the API
    if tuple(demos) == _demos:
        return
    if len({demo.name for demo in demos}) < len(demos):
        raise ValueError(f"two demos have one name: {[demo.name for demo in demos]}")
    _demos = tuple(demos)
    version.cache_clear()


def demos() -> tuple[Demo, ...]:
    """Return the registered demos, in the order of the list."""
    return _demos


def find(name: str) -> Demo:
    """Return the demo called `name`; KeyError names those there are."""
    for demo in _demos:
        if demo.name == name:
            return demo
    raise KeyError(f"no demo {name!r}; there are {[demo.name for demo in _demos]}")


def pages() -> dict[str, list[Demo]]:
    """Return the demos of each page, by its name, in the order of the list."""
    pages: dict[str, list[Demo]] = {}
    for demo in _demos:
        pages.setdefault(demo.page_name, []).append(demo)
    return pages


def page_title(demos: Sequence[Demo]) -> str:
    """Return the title of a page: that of its one demo, else the page's name as a sentence.

    >>> page_title([Demo("a", "A", "", "", "", "", page="text_tools")])
    'Text tools'
    """
    first = demos[0]
    return first.page.replace("_", " ").capitalize() if first.page else first.title


@cache
def version(name: str) -> str:
    """Return the model version of the registered demo `name`."""
    return model_version(find(name).load_module())
