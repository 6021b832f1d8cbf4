"""Whatever can be called as a plain function: partials, objects, coroutines, named lambdas."""

import asyncio
import functools
import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, get_type_hints

STATE = "__page_state__"  # what a partial or an object holds besides its code
NAMELESS = "<lambda>"
END = object()


def plain_function(given: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """Return a function that takes every parameter by its name; a plain one as it is.

    What a partial binds is no parameter any more. `name` is what it is called, which a lambda
    needs. TypeError for what cannot be called.
    """
    if hasattr(getattr(given, "__self__", given), "get_params"):
        raise TypeError(
            "A fitted estimator is shown with its data, which tell its fields: "
            "interface(from_estimator(model, X, y))."
        )
    if not callable(given) or isinstance(given, type):
        raise TypeError(f"interface takes a function or the name of a demo, not {given!r}")
    inner: Any = given.func if isinstance(given, functools.partial) else given
    is_object = not inspect.isroutine(inner)
    code = type(inner).__call__ if is_object else inner
    own = _snake(type(inner).__name__) if is_object else inner.__name__
    if (name or own) == NAMELESS:
        raise TypeError("A lambda has no name: interface(your_lambda, name='double') gives it one.")
    signature = inspect.signature(given)
    bound = given.keywords if isinstance(given, functools.partial) else {}
    parameters = [one for key, one in signature.parameters.items() if key not in bound]
    first = [one.name for one in parameters if one.kind is inspect.Parameter.POSITIONAL_ONLY]
    is_async = inspect.iscoroutinefunction(code) or inspect.isasyncgenfunction(code)
    if not (inner is not given or is_object or name or first or is_async):
        plain: Callable[..., Any] = inner
        return plain

    def called(**values: Any) -> Any:
        answer = given(*[values.pop(one) for one in first], **values)
        if inspect.isasyncgen(answer):
            return _one_by_one(answer)
        return asyncio.run(answer) if is_async else answer

    named = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters if _asked(one)]
    rest = [one for one in parameters if not _asked(one)]
    hints = get_type_hints(code, include_extras=True)
    kept = {*(one.name for one in parameters), "return"}
    functools.update_wrapper(called, code, updated=())
    marks = {**getattr(inner, "__dict__", {}), **getattr(given, "__dict__", {})}
    vars(called).update({key: mark for key, mark in marks.items() if key.startswith("__page")})
    called.__name__ = called.__qualname__ = name or own
    called.__doc__ = code.__doc__ or (type(inner).__doc__ if is_object else None)
    called.__annotations__ = {key: hint for key, hint in hints.items() if key in kept}
    arranged = sorted([*named, *rest], key=lambda one: one.kind)
    vars(called)["__signature__"] = signature.replace(parameters=arranged)
    held = (given.args, bound) if isinstance(given, functools.partial) else ()
    setattr(called, STATE, (held, vars(inner) if is_object else ()))
    return called


def is_nameless(given: Callable[..., Any]) -> bool:
    """Return True for a lambda, or a partial of one: whoever shows it has to name it."""
    inner = given.func if isinstance(given, functools.partial) else given
    return getattr(inner, "__name__", "") == NAMELESS


def _one_by_one(steps: AsyncIterator[Any]) -> Iterator[Any]:
    """Yield what an asynchronous generator yields."""

    async def following() -> Any:
        return await anext(steps, END)

    with asyncio.Runner() as runner:
        while (step := runner.run(following())) is not END:
            yield step


def _asked(parameter: inspect.Parameter) -> bool:
    return parameter.kind not in (
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    )


def _snake(name: str) -> str:
    """Return a class's name as functions are called.

    >>> _snake("TextClassifier")
    'text_classifier'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
