"""What Python functions return by nature, as outputs."""

import dataclasses
import datetime as dt
import enum
import mimetypes
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from showcase.contract.outputs.kinds import (
    Chart,
    Data,
    Download,
    Gallery,
    Labels,
    Markdown,
    Number,
    Picture,
    Several,
    Table,
    Text,
    library,
    python_value,
)
from showcase.contract.predictions import BaseOutput, Classification, Regression

YES, NO = "yes", "no"
NOTHING = "No answer."
CHARTS, PICTURES = ("plotly", "altair"), ("PIL", "matplotlib")
IMAGE = "PIL.Image.Image"
LONGEST = 400  # digits
ROUNDED = 0.01  # so far from 1 a sum of rounded probabilities may be
FLAT = (Classification, Regression, Number, Text, Markdown)


def labels_of(annotation: Any) -> tuple[str, ...] | None:
    """Return the labels that a return annotation names: by `Labels`, a choice, or yes and no.

    >>> labels_of(Literal["rain", "dry"]), labels_of(bool), labels_of(str)
    (('rain', 'dry'), ('yes', 'no'), None)
    """
    kind, metadata = _taken_apart(annotation)
    named = [item.names for item in metadata if isinstance(item, Labels)]
    if named:
        return named[0]
    if get_origin(kind) is Literal:
        return tuple(map(str, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return tuple(str(member.value) for member in kind)
    return (YES, NO) if kind is bool else None


def is_flat(annotation: Any) -> bool:
    """Tell whether answers of this type fit into a cell of a table.

    >>> is_flat(bool), is_flat(Annotated[Classification, Labels("a")]), is_flat(list[str])
    (True, True, False)
    """
    kind, metadata = _taken_apart(annotation)
    named = [item for item in metadata if isinstance(item, type) and issubclass(item, BaseOutput)]
    kind = named[0] if named else kind
    if not isinstance(kind, type):
        return get_origin(kind) is Literal
    return issubclass(kind, (str, int, float, enum.Enum, *FLAT))


def as_output(value: Any, annotation: Any = None) -> BaseOutput:
    """Return a function's answer as an output; TypeError names a type that none is for.

    `annotation` is the function's return annotation: its `Annotated` metadata may name a kind of
    output (`Annotated[str, Markdown]`) or a unit (`Field(json_schema_extra={"unit": "km"})`).
    """
    if isinstance(value, BaseOutput):
        return value
    value = python_value(value)
    kind, metadata = _taken_apart(annotation)
    for item in metadata:
        if isinstance(item, type) and issubclass(item, BaseOutput):
            return _made(item, value)
    if chances := _chances(value, kind):
        return Classification.of(chances)
    return _plain(value, kind, metadata) or _composed(value, kind)


def _chances(value: Any, kind: Any) -> dict[str, float] | None:
    """Return labels with probabilities, if an answer declared as `dict[str, float]` is that."""
    if get_args(kind) != (str, float) or not isinstance(value, dict) or len(value) < 2:
        return None
    shares = {str(label): float(share) for label, share in value.items()}
    total = sum(shares.values())
    is_whole = min(shares.values()) >= 0 and abs(total - 1) <= ROUNDED
    return {label: share / total for label, share in shares.items()} if is_whole else None


def _plain(value: Any, kind: Any, metadata: tuple[Any, ...]) -> BaseOutput | None:
    """Return a label, a number or a text; None for what is none of these."""
    if value is None:
        return Text(NOTHING)
    if isinstance(value, bool | enum.Enum) or get_origin(kind) is Literal:
        return Classification(label=_label(value))
    if isinstance(value, int | float | Decimal):
        return Number(_number(value), _unit(metadata))
    if isinstance(value, str | dt.date | dt.time | dt.timedelta):
        return Text(str(value))
    return None


def _number(value: float | Decimal) -> float:
    if not isinstance(value, Decimal):
        return value
    whole = value.is_finite() and value == value.to_integral_value()
    return int(value) if whole and value.adjusted() < LONGEST else float(value)


def _made(kind: Callable[..., BaseOutput], value: Any) -> BaseOutput:
    return kind(value)


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(value.value if isinstance(value, enum.Enum) else value)


def _composed(value: Any, kind: Any) -> BaseOutput:
    """Return several answers, a table, a figure, a picture, or anything that JSON can hold."""
    if (parts := _parts(value, kind)) is not None:
        return Several(parts)
    if library(value) == "pandas" and hasattr(value, "to_frame"):  # a series or an index
        is_index = type(value).__name__.endswith("Index")
        return Table(value.to_frame(index=False) if is_index else value)
    kinds: dict[str, type[BaseOutput]] = dict.fromkeys(CHARTS, Chart) | dict.fromkeys(
        PICTURES, Picture
    )
    if type(value).__name__ == "DataFrame":
        kinds["pandas"] = Table
    if (media := _media(value, kind)) is not None:
        return media
    if library(value) in kinds:
        return _made(kinds[library(value)], value)
    is_data = isinstance(value, dict | list | set | frozenset | BaseModel)
    if is_data or (library(value) in ("numpy", "pandas") and hasattr(value, "ndim")):
        return Data(value)
    raise TypeError(f"no output shows a {type(value).__name__}: return text, a number, a table, …")


def _is_picture(value: Any, kind: Any) -> bool:
    """Tell whether an array declared as a picture, or as an array, is one: bytes of colours."""
    if str(value.dtype) != "uint8" or value.ndim not in (2, 3):
        return False
    if _is_image(kind):
        return True
    return value.ndim == 3 and value.shape[2] in (3, 4) and min(value.shape[:2]) > 1


def _media(value: Any, kind: Any) -> BaseOutput | None:
    """Return an array as a picture, pictures as a gallery, the path of a file as what it is."""
    if library(value) == "numpy" and _is_picture(value, kind):
        return Picture(value)
    if isinstance(value, list) and _are_pictures(value, kind):
        return Gallery(value)
    return _file(Path(value)) if isinstance(value, PurePath) else None


def _are_pictures(values: list[Any], kind: Any) -> bool:
    """Tell whether a list is of pictures, with captions or without; an empty one by its type."""
    if not values:
        return any(_is_image(of) for of in get_args(kind))
    pictures = [one[0] if isinstance(one, tuple) and len(one) == 2 else one for one in values]
    return all(
        isinstance(one, Picture)
        or library(one) in PICTURES
        or (library(one) == "numpy" and hasattr(one, "ndim") and _is_picture(one, None))
        for one in pictures
    )


def _is_image(kind: Any) -> bool:
    return f"{getattr(kind, '__module__', '')}.{getattr(kind, '__name__', '')}" == IMAGE


def _file(path: Path) -> BaseOutput:
    """Return a file that a function wrote: a picture as one, any other to download."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"):
        from showcase.contract.picture_file import decoded

        return Picture(decoded(path.read_bytes()))
    return Download(path.name, media_type, path.read_bytes())


def _parts(value: Any, kind: Any) -> dict[str, BaseOutput] | None:
    """Return the parts of an answer that has several, by name; None for one that is whole."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return _named({name: getattr(value, name) for name in names}, _hints(value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return _named(dict(zip(value._fields, value, strict=True)), _hints(value))
    if isinstance(value, tuple):
        kinds = [part for part in get_args(kind) if part is not Ellipsis]
        hints = dict(enumerate(kinds)) if len(kinds) == len(value) else {}
        return _named(dict(enumerate(value)), hints)
    if isinstance(value, BaseModel):
        found = {name: getattr(value, name) for name in type(value).model_fields}
        return _named(found, _hints(value)) if any(map(_drawn, found.values())) else None
    if isinstance(value, dict) and any(map(_drawn, value.values())):
        return {str(name): as_output(part) for name, part in value.items()}
    return None


def _drawn(value: Any) -> bool:
    """Tell whether a value is more than JSON: an output, a table, a figure or a picture."""
    is_frame = library(value) == "pandas" and hasattr(value, "ndim")
    return isinstance(value, BaseOutput) or is_frame or library(value) in (*CHARTS, *PICTURES)


def _named(values: Mapping[Any, Any], hints: Mapping[Any, Any]) -> dict[str, BaseOutput]:
    return {
        _title(name, hints.get(name)): as_output(value, hints.get(name))
        for name, value in values.items()
    }


def _title(name: str | int, annotation: Any) -> str:
    """Return what a part is called: its `Field(title=)`, else its name as a sentence."""
    for item in _taken_apart(annotation)[1]:
        if isinstance(item, FieldInfo) and item.title:
            return item.title
    return f"Answer {name + 1}" if isinstance(name, int) else name.replace("_", " ").capitalize()


def _hints(value: Any) -> dict[str, Any]:
    return get_type_hints(type(value), include_extras=True)


def _unit(metadata: tuple[Any, ...]) -> str:
    extras = [item.json_schema_extra for item in metadata if isinstance(item, FieldInfo)]
    units = [extra["unit"] for extra in extras if isinstance(extra, dict) and "unit" in extra]
    return str(units[0]) if units else ""


def _taken_apart(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the type and the metadata of an annotation."""
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return kind, tuple(metadata)
    return annotation, ()
