"""The parameters of a function as the fields of a pydantic `Input`."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from showcase.contract.inputs import Kind, annotation, kept, start
from showcase.contract.predictions import ModelInput

NAMELESS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def input_type(
    function: Callable[..., Any], hints: Mapping[str, Any], lines: Mapping[str, str]
) -> type[ModelInput]:
    """Return the `Input` of a function; TypeError names a parameter that no widget is for.

    `hints` are the parameters' annotations, `lines` what the docstring says of them.
    """
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        _refuse(function, parameter, hints)
        fields[name] = _field(hints[name], parameter, lines.get(name))
    name = "".join(part.capitalize() for part in function.__name__.split("_"))
    made: type[ModelInput] = create_model(
        f"{name}Input", __base__=ModelInput, __module__=function.__module__, **fields
    )
    made.__doc__ = f"What {function.__name__} takes."
    return made


def _refuse(
    function: Callable[..., Any], parameter: inspect.Parameter, hints: Mapping[str, Any]
) -> None:
    called = f"{function.__name__}({parameter.name})"
    if parameter.kind in NAMELESS:
        raise TypeError(f"{called}: *args and **kwargs have no widget, name every parameter")
    if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
        raise TypeError(f"{called}: a page gives every parameter by its name")
    if parameter.name not in hints:
        raise TypeError(f"{called} needs a type: the page chooses its widget by it")
    if parameter.name.startswith("_") or hasattr(ModelInput, parameter.name):
        raise TypeError(f"{called}: pydantic keeps this name for itself, choose another")


def _field(kind: Any, parameter: inspect.Parameter, line: str | None) -> tuple[Any, FieldInfo]:
    """Return the annotation and the field: its title, help and start value filled in."""
    info = FieldInfo.from_annotation(annotation(kind))
    given = [kept(kind, example) for example in info.examples or []]
    first = _start(kind, info, parameter, given)
    # with another default, a program that leaves it out would get another answer than Python
    starts_null = parameter.default in (None, inspect.Parameter.empty)
    more: dict[str, Any] = {
        "title": info.title or parameter.name.replace("_", " ").capitalize(),
        "description": info.description or line,
        "examples": [first, *(example for example in given if example != first)],
        "default": None if starts_null and Kind.of(info).nullable else PydanticUndefined,
    }
    if first is None and not given:
        more["examples"] = None
    return info.annotation, FieldInfo.merge_field_infos(info, **more)


def _start(kind: Any, info: FieldInfo, parameter: inspect.Parameter, given: list[Any]) -> Any:
    """Return what the widget starts with; None where the visitor has to bring something."""
    if parameter.default is not inspect.Parameter.empty:
        return None if parameter.default is None else kept(kind, parameter.default)
    return given[0] if given else start(Kind.of(info))
