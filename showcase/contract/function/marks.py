"""What a function is marked with: its examples, and that it is too slow to run on each change."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
EXAMPLES, SLOW = "__page_examples__", "__page_slow__"


def examples(named: Mapping[str, Mapping[str, Any]]) -> Callable[[Function], Function]:
    """Give a function its examples: a button's name to the value of each parameter."""

    def mark(function: Function) -> Function:
        setattr(function, EXAMPLES, dict(named))
        return function

    return mark


def slow(function: Function) -> Function:
    """Mark a function that takes long: its page runs it when asked to, not on each change."""
    setattr(function, SLOW, True)
    return function
