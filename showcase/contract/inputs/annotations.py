"""From the annotation of a function's parameter to the one of an `Input`'s field, and back."""

import types
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter
from pydantic.fields import FieldInfo

from showcase.contract.inputs.codecs import Codec, EnumCodec, First, RangeCodec, without_zone
from showcase.contract.inputs.files import (
    ArrayCodec,
    Audio,
    AudioCodec,
    BytesCodec,
    File,
    FileCodec,
    ImageCodec,
    Limits,
)
from showcase.contract.inputs.tables import Columns, TableCodec

PLAIN = (str, int, float, bool, date, timedelta)
SEVERAL = (list, set, frozenset)
BOUNDS = ("ge", "gt", "le", "lt")
TABLES = ("pandas.DataFrame", "pandas.core.frame.DataFrame")
# by name: importing pandas or Pillow to compare takes longer than the gallery may
CODECS: dict[str, Codec] = {
    "builtins.bytes": BytesCodec(),
    "PIL.Image.Image": ImageCodec(),
    "numpy.ndarray": ArrayCodec(),
    f"{File.__module__}.File": FileCodec(),
    f"{Audio.__module__}.Audio": AudioCodec(),
}


def annotation(kind: Any) -> Any:
    """Return the annotation of the `Input`'s field for a parameter's annotation.

    Whatever a field of it holds is JSON, a date or a nested model, and is equal to itself after a
    way through JSON. A `pydantic.Field` in the metadata stays, without bounds that moved into the
    two values of a range. TypeError for a kind that no form can ask for.
    """
    base, metadata = apart(kind)
    if (inner := not_null(base)) is not base:
        return _or_null(annotation(_dressed(inner, metadata)))
    if get_origin(base) is Literal and None in get_args(base):
        return annotation(or_none(_dressed(Literal[_not_none(base)], metadata)))
    if codec := codec_of(kind):
        kept = codec.literal if isinstance(codec, EnumCodec) else codec.base
        rest = (m for m in metadata if not isinstance(m, Codec | Limits | Columns))
        return _dressed(kept, (*(_with_kept_examples(m, codec) for m in rest), codec))
    if get_origin(base) is tuple:
        return _range(kind)
    if get_origin(base) in SEVERAL:
        return _dressed(list[_item(kind)], (First(), *metadata))  # type: ignore[misc]
    may_have_zone = base in (datetime, time) or _is_model(base)
    if not may_have_zone and base not in PLAIN and get_origin(base) is not Literal:
        raise TypeError(f"{kind} is no kind of input: showcase.contract.inputs has those there are")
    return _dressed(base, (*metadata, AfterValidator(without_zone))) if may_have_zone else kind


def decode(kind: Any, value: Any) -> Any:
    """Return what the function gets for the value of an `Input`'s field."""
    base, metadata = apart(kind)
    if value is None:
        return None
    if (inner := not_null(base)) is not base:
        return decode(_dressed(inner, metadata), value)
    if codec := codec_of(kind):
        return codec.decode(value)
    if (origin := get_origin(base)) in SEVERAL:
        return origin(decode(get_args(base)[0], item) for item in value)
    return value


def encode(kind: Any, value: Any) -> Any:
    """Return what an `Input` keeps for a natural value: for start values and examples."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation(kind))
    return adapter.dump_python(adapter.validate_python(value))


def codec_of(kind: Any) -> Codec | None:
    """Return the codec of an annotation, with the limits that stand beside it; None for none."""
    base, metadata = apart(kind)
    found = next((m for m in reversed(metadata) if isinstance(m, Codec) and m.kind), None)
    if found is None and isinstance(base, type):
        name = f"{base.__module__}.{base.__qualname__}"
        if name in TABLES:
            return TableCodec(_columns(metadata))
        found = EnumCodec.of(base) if issubclass(base, Enum) else CODECS.get(name)
    limits = next((m for m in metadata if isinstance(m, Limits)), None)
    return replace(found, limits=limits) if limits and isinstance(found, BytesCodec) else found


def apart(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return an annotation's type and its metadata.

    >>> apart(Annotated[int, "a"])
    (<class 'int'>, ('a',))
    """
    if get_origin(kind) is Annotated:
        base, *metadata = get_args(kind)
        return base, tuple(metadata)
    return kind, ()


def not_null(base: Any) -> Any:
    """Return the one type of a union with None, else what was given.

    >>> not_null(int | None), not_null(int)
    (<class 'int'>, <class 'int'>)
    """
    if get_origin(base) not in (Union, types.UnionType):
        return base
    members = [member for member in get_args(base) if member is not types.NoneType]
    if len(members) != 1:
        raise TypeError(f"{base} is one of several types: a form asks for one, or for None")
    return members[0]


def or_none(kind: Any) -> Any:
    """Return an annotation with None allowed, its metadata still outside.

    >>> or_none(Annotated[int, "a"])
    typing.Annotated[int | None, 'a']
    """
    base, metadata = apart(kind)
    if type(None) in get_args(base) or (get_origin(base) is Literal and None in get_args(base)):
        return kind
    return _dressed(base | None, metadata)


def _not_none(literal: Any) -> tuple[Any, ...]:
    return tuple(value for value in get_args(literal) if value is not None)


def _dressed(base: Any, metadata: Iterable[Any]) -> Any:
    found = tuple(metadata)
    return Annotated[(base, *found)] if found else base


def _with_kept_examples(one: Any, codec: Codec) -> Any:
    """Return metadata, the examples of a Field as an `Input` keeps them."""
    if not isinstance(one, FieldInfo) or not one.examples:
        return one
    given = one._attributes_set  # noqa: SLF001  # what was given to Field, and only that
    return Field(**{**given, "examples": [codec.encode(example) for example in one.examples]})


def _or_null(kind: Any) -> Any:
    """Return the annotation with null allowed: checks inside, the Field and its bounds outside."""
    base, metadata = apart(kind)
    checks = [one for one in metadata if isinstance(one, Codec | AfterValidator | First)]
    others = [one for one in metadata if one not in checks]
    return _dressed(_dressed(base, checks) | None, others)


def _item(kind: Any) -> Any:
    """Return the annotation of a list's values: what a row of a table or a button can hold."""
    (item,) = get_args(apart(kind)[0]) or (None,)
    base, _ = apart(item)
    if isinstance(codec_of(item), EnumCodec) or get_origin(base) is Literal:
        return annotation(item)
    if base in (str, int, float, bool, date):
        return item
    raise TypeError(f"{kind} is no kind of input: a list is of texts, numbers, days or choices")


def _range(kind: Any) -> Any:
    """Return the annotation of a pair of numbers or days; bounds are those of each of them."""
    base, metadata = apart(kind)
    items = get_args(base)
    if len(items) != 2 or items[0] != items[1] or items[0] not in (int, float, date):
        raise TypeError(f"{kind} is no kind of input: a tuple is of two numbers or two days")
    bounds: dict[str, Any] = {}
    rest: list[Any] = []
    for one in metadata:
        if isinstance(one, FieldInfo):
            for limit in one.metadata:
                bounds |= {name: getattr(limit, name) for name in BOUNDS if hasattr(limit, name)}
            given = one._attributes_set  # noqa: SLF001  # what was given to Field, and only that
            kept_on = {name: value for name, value in given.items() if name not in BOUNDS}
            rest.append(Field(**kept_on))
        else:
            rest.append(one)
    return _dressed(base, (*rest, RangeCodec(**bounds)))


def _columns(metadata: Iterable[Any]) -> Columns:
    """Return the columns of a table: as given, else those of the first example."""
    for one in metadata:
        if isinstance(one, Columns):
            return one
    for one in metadata:
        if isinstance(one, FieldInfo) and one.examples:
            return Columns.of(one.examples[0])
    raise TypeError("say what the table holds: Annotated[pd.DataFrame, Columns(name=str)]")


def _is_model(base: Any) -> bool:
    return isinstance(base, type) and issubclass(base, BaseModel)
