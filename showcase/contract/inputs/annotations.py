"""From the annotation of a function's parameter to the one of an `Input`'s field, and back."""

import dataclasses
import types
from collections.abc import Collection, Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import docstring_parser
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, create_model
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
    NumbersCodec,
)
from showcase.contract.inputs.tables import AnyTableCodec, Columns, TableCodec

PLAIN = (str, int, float, bool, date, timedelta)
SEVERAL = (list, set, frozenset)
ABSTRACT = (Iterable, Collection, Sequence, MutableSequence)
BOUNDS = ("ge", "gt", "le", "lt")
TABLES = ("pandas.DataFrame", "pandas.core.frame.DataFrame")
ARRAY = "numpy.ndarray"
INSTEAD = {
    "typing.Any": "say which",
    "builtins.object": "say which",
    "pathlib.Path": "take a File, which has a name and its bytes",
    "pathlib._local.Path": "take a File, which has a name and its bytes",
    "pandas.Series": "take a list[float], or a pandas.DataFrame",
    "pandas.core.series.Series": "take a list[float], or a pandas.DataFrame",
    "builtins.complex": "take two numbers",
    "decimal.Decimal": "take a float",
}
KEPT_DATACLASSES = 256
# by name: importing pandas or Pillow to compare takes longer than the gallery may
CODECS: dict[str, Codec] = {
    "builtins.bytes": BytesCodec(),
    "PIL.Image.Image": ImageCodec(),
    ARRAY: ArrayCodec(),
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
        kept = codec.kept
        rest = (m for m in metadata if not isinstance(m, Codec | Limits | Columns))
        return _dressed(kept, (*(_with_kept_examples(m, codec) for m in rest), codec))
    if get_origin(base) is tuple:
        return _range(kind)
    if get_origin(base) in SEVERAL:
        return _dressed(list[_item(kind)], (First(), *metadata))  # type: ignore[misc]
    may_have_zone = base in (datetime, time) or _is_model(base)
    if not may_have_zone and base not in PLAIN and get_origin(base) is not Literal:
        raise TypeError(f"{_shown(kind)} is no kind of input: {_instead(base)}")
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
        name = _name(base)
        if name in TABLES:
            columns = _columns(metadata)
            return TableCodec(columns) if columns else AnyTableCodec()
        found = EnumCodec.of(base) if issubclass(base, Enum) else CODECS.get(name)
        if found is None and _has_named_parts(base):
            found = DataclassCodec(base)
    if found is None and (origin := get_origin(base)) and _name(origin) == ARRAY:
        found = _array(base)
    limits = next((m for m in metadata if isinstance(m, Limits)), None)
    return replace(found, limits=limits) if limits and isinstance(found, BytesCodec) else found


def _shown(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _instead(base: Any) -> str:
    """Return what to write in place of a type that no form can ask for.

    >>> _instead(dict)
    'write a dataclass, whose fields are asked for one by one'
    """
    origin = get_origin(base) or base
    if origin in (dict, Mapping) or is_typeddict(base):
        return "write a dataclass, whose fields are asked for one by one"
    if origin in ABSTRACT:
        return "write a list, as in list[float]"
    if origin in SEVERAL:
        return f"say of what, as in {origin.__name__}[float]"
    return INSTEAD.get(_name(base), "docs/components.md lists those that there are")


def told_by_default(kind: Any, default: Any) -> Any:
    """Return a parameter's annotation with what its default tells besides.

    None is allowed, a table has the default's columns, and an array of one dimension is numbers.
    """
    if default is None:
        return or_none(kind)
    base, metadata = apart(kind)
    name = _name(base)
    if name in TABLES and hasattr(default, "columns") and not _columns(metadata):
        return _dressed(base, (*metadata, Columns.of(default)))
    if name == ARRAY and codec_of(kind) == CODECS[ARRAY] and getattr(default, "ndim", 0) == 1:
        return _dressed(base, (*metadata, NumbersCodec(whole=default.dtype.kind in "iu")))
    return kind


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
    raise TypeError(
        f"{_shown(kind)} is no kind of input: a list is of texts, numbers, days or choices, and "
        "rows of several values are a pandas.DataFrame"
    )


def _range(kind: Any) -> Any:
    """Return the annotation of a pair of numbers or days; bounds are those of each of them."""
    base, metadata = apart(kind)
    items = get_args(base)
    if len(items) != 2 or items[0] != items[1] or items[0] not in (int, float, date):
        raise TypeError(
            f"{_shown(kind)} is no kind of input: a tuple is of two numbers or two days, first and "
            "last; other parts are fields of a dataclass, and a sound is an Audio"
        )
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


def _columns(metadata: Iterable[Any]) -> Columns | None:
    """Return the columns of a table: as given, else those of the first example; None for any."""
    for one in metadata:
        if isinstance(one, Columns):
            return one
    for one in metadata:
        if isinstance(one, FieldInfo) and one.examples:
            return Columns.of(one.examples[0])
    return None


def _array(kind: Any) -> Codec:
    """Return the codec of `NDArray[...]`: bytes are a picture, other numbers a list."""
    (of,) = get_args(get_args(kind)[1]) or (None,)
    names = [each.__name__ for each in getattr(of, "__mro__", ())]
    if "uint8" in names:
        return CODECS[ARRAY]
    if "number" not in names or "complexfloating" in names:
        raise TypeError(f"{kind} is no kind of input: an array is of numbers, or a picture's bytes")
    return NumbersCodec(whole="integer" in names)


def _name(kind: Any) -> str:
    return f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', '')}"


@dataclass(frozen=True)
class DataclassCodec(Codec):
    """A dataclass, a NamedTuple or a TypedDict, kept as an object with its fields."""

    kind: ClassVar[str] = "group"
    made: type

    @property
    def kept(self) -> type[BaseModel]:
        """The model of the kept object."""
        return dataclass_model(self.made)

    def encode(self, value: Any) -> Any:
        """Return the fields of a dataclass, each as an `Input` keeps it."""
        if is_typeddict(self.made) or not isinstance(value, self.made):
            return value
        hints = dataclass_hints(self.made)
        return {name: encode(kind, getattr(value, name)) for name, kind in hints.items()}

    def decode(self, value: BaseModel) -> Any:
        """Return the dataclass; ValueError is what its `__post_init__` refuses."""
        hints = dataclass_hints(self.made)
        return self.made(
            **{name: decode(kind, getattr(value, name)) for name, kind in hints.items()}
        )


@lru_cache(KEPT_DATACLASSES)
def dataclass_model(made: type) -> type[BaseModel]:
    """Return the pydantic model with a dataclass's fields; what its docstring says is their help.

    TypeError names a field that no form can ask for.
    """
    parsed = docstring_parser.parse(made.__doc__ or "").params
    lines = {one.arg_name: " ".join((one.description or "").split()) for one in parsed}
    fields: dict[str, Any] = {}
    for name, kind in dataclass_hints(made).items():
        if name.startswith("_") or hasattr(BaseModel, name):
            raise TypeError(f"{made.__name__}.{name}: pydantic keeps this name for itself")
        fields[name] = _dataclass_field(kind, _default(made, name), lines.get(name))
    config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, protected_namespaces=())
    model: type[BaseModel] = create_model(
        made.__name__, __config__=config, __module__=made.__module__, **fields
    )
    model.__doc__ = parsed_text(made)
    return model


def parsed_text(made: type) -> str | None:
    """Return a class's docstring; None for the signature that a dataclass without one gets."""
    text = made.__doc__ or ""
    return None if text.startswith(f"{made.__name__}(") else text or None


@lru_cache(KEPT_DATACLASSES)
def dataclass_hints(made: type) -> Mapping[str, Any]:
    """Return the annotation of each field that a dataclass is made with."""
    hints = get_type_hints(made, include_extras=True)
    found = {name: (hints[name], _default(made, name)) for name in _parts(made)}
    return {
        name: kind if default is dataclasses.MISSING else told_by_default(kind, default)
        for name, (kind, default) in found.items()
    }


def _has_named_parts(base: type) -> bool:
    """Return True for a dataclass, a NamedTuple and a TypedDict, all keys of which are required."""
    is_dict = is_typeddict(base) and not getattr(base, "__optional_keys__", ())
    return dataclasses.is_dataclass(base) or is_dict or hasattr(base, "_field_defaults")


def _parts(made: type) -> list[str]:
    if dataclasses.is_dataclass(made):
        return [one.name for one in dataclasses.fields(made) if one.init]
    return list(made.__annotations__)


def _default(made: type, name: str) -> Any:
    """Return what a field starts with; `dataclasses.MISSING` for what must be given."""
    if not dataclasses.is_dataclass(made):
        return getattr(made, "_field_defaults", {}).get(name, dataclasses.MISSING)
    found = next(one for one in dataclasses.fields(made) if one.name == name)
    if found.default_factory is not dataclasses.MISSING:
        return found.default_factory()
    return found.default


def _dataclass_field(kind: Any, default: Any, line: str | None) -> tuple[Any, FieldInfo]:
    info = FieldInfo.from_annotation(annotation(kind))
    more: dict[str, Any] = {"description": info.description or line}
    if default is not dataclasses.MISSING:
        start = encode(kind, default)
        others = [one for one in info.examples or [] if one != start]
        more |= {"default": start, "validate_default": True, "examples": [start, *others]}
    return info.annotation, FieldInfo.merge_field_infos(info, **more)


def _is_model(base: Any) -> bool:
    return isinstance(base, type) and issubclass(base, BaseModel)
