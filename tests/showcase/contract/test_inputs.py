"""The kinds of input: what an `Input` keeps, its way through JSON, what the function gets."""

import base64
import dataclasses
import enum
import io
import json
import wave
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, Field, ValidationError, create_model

from showcase.contract import ModelInput, canonical_json
from showcase.contract.fields import fields
from showcase.contract.inputs import (
    AnyTableCodec,
    Audio,
    Colour,
    Columns,
    Drawing,
    File,
    Limits,
    LongText,
    Photo,
    Recording,
    TableCodec,
    annotation,
    decode,
    encode,
    told_by_default,
)

MILLENNIUM = datetime.fromisoformat("2000-01-01T00:00")


def bounded(kind, **bounds):
    return Annotated[kind, Field(**bounds)]


class Tea(enum.Enum):
    GREEN = "green"
    BLACK = 2
    WHITE = (3, 4)


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Pet(BaseModel):
    name: str
    born: date
    size: Size


@dataclasses.dataclass
class Owner:
    """Who has a pet.

    Attributes:
        name: As on the door.
    """

    name: str
    born: date = date(2000, 1, 2)
    size: Size = Size.LARGE
    pets: list[Tea] = dataclasses.field(default_factory=lambda: [Tea.WHITE])
    number: Annotated[int, Field(ge=1, le=9)] | None = None

    def __post_init__(self):
        if self.name == "nobody":
            raise ValueError("Somebody must own it.")


@dataclasses.dataclass
class House:
    owner: Owner
    floors: int = 2


class Flat(NamedTuple):
    owner: Owner
    size: Size = Size.SMALL
    floor: int | None = None


class Visit(TypedDict):
    flat: Flat
    at: date


class Maybe(TypedDict, total=False):
    floor: int


MOMENTS = Annotated[pd.DataFrame, Columns(at=datetime)]
TABLE = Annotated[pd.DataFrame, Columns(name=str, size=float, legs=int, tame=bool, born=date)]


def input_of(kind: Any) -> type[ModelInput]:
    return create_model("Input", __base__=ModelInput, value=(annotation(kind), ...))


def png(size=(20, 10), colour="red", form="PNG", **more) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form, **more)
    return buffer.getvalue()


def wav(samples=b"\0\1" * 8) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(samples)
    return buffer.getvalue()


DAYS = st.dates(min_value=date(1900, 1, 1))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, TEXT),
    (LongText, TEXT),
    (int, st.integers()),
    (float, NUMBERS),
    (bool, st.booleans()),
    (Literal["a", 2], st.sampled_from(["a", 2])),
    (Tea, st.sampled_from(Tea)),
    (list[Tea], st.lists(st.sampled_from(Tea), max_size=4)),
    (set[Literal["a", "b"]], st.sets(st.sampled_from("ab"))),
    (tuple[float, float], st.tuples(NUMBERS, NUMBERS).map(sorted).map(tuple)),
    (tuple[date, date], st.tuples(DAYS, DAYS).map(sorted).map(tuple)),
    (date, DAYS),
    (time, st.times()),
    (datetime, st.datetimes()),
    (timedelta, st.timedeltas(timedelta(days=-999), timedelta(days=9999))),
    (Colour, st.integers(0, 0xFFFFFF).map("#{:06x}".format)),
    (bytes, st.binary(min_size=1, max_size=50)),
    (File, st.builds(File, TEXT.map(lambda t: t.replace("/", "") or "f"), st.binary(min_size=1))),
    (Recording, st.binary(max_size=40).map(lambda b: Audio(wav(b + b"\0" * (-len(b) % 4))))),
    (Drawing, st.lists(st.lists(st.floats(-999, 999), min_size=2, max_size=2).map(
        lambda pair: [[pair[0]], [pair[1]]]), min_size=1, max_size=4)),
    (list[float], st.lists(NUMBERS, max_size=4)),
    (list[str], st.lists(TEXT, max_size=4)),
    (Pet, st.builds(Pet, name=TEXT, born=DAYS, size=st.sampled_from(Size))),
    (date | None, st.none() | DAYS),
    (House, st.builds(House, st.builds(Owner, TEXT, DAYS, st.sampled_from(Size)))),
    (House | None, st.none()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values"), VALUES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_any_value_survives_json_and_reaches_the_function(kind, values):
    input_type = input_of(kind)

    @given(values)
    def survives(value):
        made = input_type(value=value)
        again = input_type.model_validate(json.loads(canonical_json(made)))
        assert again == made
        got = decode(kind, again.value)
        if kind is File:
            assert got.content == value.content
        else:
            assert got == value

    survives()


def test_picture_becomes_base64_and_a_picture_again():
    picture = Image.new("RGB", (30, 20), "#0072b2")
    input_type = input_of(Image.Image)
    made = input_type(value=picture)
    again = input_type.model_validate(json.loads(canonical_json(made)))
    assert again == made
    got = decode(Image.Image, again.value)
    assert (got.size, got.mode, got.getpixel((0, 0))) == ((30, 20), "RGB", (0, 0x72, 0xB2))


def test_picture_is_turned_as_the_camera_was_and_paper_is_white():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = decode(Photo, base64.b64encode(png((20, 10), form="JPEG", exif=exif)).decode())
    assert turned.size == (10, 20)
    clear = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(clear, "PNG")
    assert decode(Photo, base64.b64encode(clear.getvalue()).decode()).getpixel((1, 1)) == (
        255, 255, 255,
    )  # fmt: skip


def test_table_is_a_frame_with_its_types_and_gaps():
    frame = pd.DataFrame(
        {"name": ["Tom", None], "size": [1.5, None], "legs": [4, 3], "tame": [True, False],
         "born": pd.to_datetime(["2020-01-02", None])}
    )  # fmt: skip
    input_type = input_of(TABLE)
    made = input_type(value=frame)
    again = input_type.model_validate(json.loads(canonical_json(made)))
    assert again == made
    assert made.value[1] == {"name": None, "size": None, "legs": 3, "tame": False, "born": None}
    got = decode(TABLE, again.value)
    assert [str(kind) for kind in got.dtypes] == [
        "object", "float64", "int64", "bool", got.dtypes["born"].name,
    ]  # fmt: skip
    assert got["born"][0] == pd.Timestamp("2020-01-02")
    assert list(decode(TABLE, []).columns) == ["name", "size", "legs", "tame", "born"]


def test_columns_come_from_an_example():
    kind = Annotated[pd.DataFrame, Field(examples=[pd.DataFrame({"a": [1], "b": ["x"]})])]
    assert input_of(kind)(value=[{"a": 2}]).value == [{"a": 2, "b": None}]


def test_a_table_without_named_columns_takes_any():
    frame = pd.DataFrame({"size": [1.5, None], "name": ["Tom", None], "tame": [True, False]})
    input_type = input_of(pd.DataFrame)
    made = input_type(value=frame)
    again = input_type.model_validate(json.loads(canonical_json(made)))
    assert again == made
    pd.testing.assert_frame_equal(decode(pd.DataFrame, again.value), frame)
    ragged = input_type(value=[{"b": 1}, {"a": 2}])
    assert ragged.value == [["b", "a"], [1, None], [None, 2]]


CSV = "name;legs;born\nTom;4;2020-01-02\n;;\nRex;;\n".encode("utf-16")


def test_a_table_is_read_from_a_file():
    known, any_table = TableCodec(Columns(name=str, legs=int, born=date)), AnyTableCodec()
    tom, rex = {"name": "Tom", "legs": 4, "born": "2020-01-02"}, {"name": "Rex", "legs": None}
    assert known.read(CSV, "a.csv") == [tom, rex | {"born": None}]
    assert any_table.read(CSV, "a.csv") == [tom | {"legs": 4.0}, rex | {"born": None}]
    assert any_table.read(b"ok,n\ntrue,1\nfalse,2", "A.CSV")[1] == {"ok": False, "n": 2}
    parquet = io.BytesIO()
    pd.DataFrame({"legs": [4], "name": ["Tom"], "born": [date(2020, 1, 2)]}).to_parquet(parquet)
    assert known.read(parquet.getvalue(), "a.parquet") == [tom]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a,b", "a.xlsx", "no CSV or Parquet"),
        (b"PAR1", "a.parquet", "damaged"),
        (b"name\nTom", "a.csv", "column “legs” must be named"),
        (b"name,legs\nTom,many", "a.csv", "Row 1, “legs”: it takes a whole number"),
        (b"name,legs\nTom,1,2", "a.csv", "Line 2 has more cells"),
    ],
)
def test_a_file_that_is_no_such_table_is_named(content, name, said):
    with pytest.raises(ValueError, match=said):
        TableCodec(Columns(name=str, legs=int)).read(content, name)


BIG = 2**53 + 1


def test_whole_numbers_of_a_table_keep_their_digits_beside_empty_cells():
    content = f"n,m\n{BIG},1\n,2\n".encode()
    known, any_table = TableCodec(Columns(n=int, m=int)), AnyTableCodec()
    assert known.decode(known.read(content, "a.csv"))["n"][0] == BIG
    rows = any_table.read(content, "a.csv")
    assert rows[0]["n"] == any_table.decode(any_table.encode(rows))["n"][0] == BIG
    assert any_table.read(b"n\n" + b"9" * 30, "a.csv") == [{"n": "9" * 30}]


@pytest.mark.parametrize("cell", ["2", True, float(BIG), 2.5])
def test_a_cell_of_another_kind_is_named(cell):
    with pytest.raises(ValueError, match="Row 2, “n”: it takes a whole number"):
        TableCodec(Columns(n=int)).check([{"n": 1.0}, {"n": cell}])


def test_a_dataclass_has_the_fields_of_a_form():
    (owner, floors) = fields(fields(input_of(House))[0].base)
    found = {field.name: field for field in fields(owner.base)}
    assert (owner.kind, floors.start) == ("group", 2)
    assert found["name"].info.description == "As on the door."
    assert (found["size"].start, found["pets"].start) == (2, ["WHITE"])
    assert found["number"].nullable
    with pytest.raises(ValueError, match="Somebody must own it"):
        decode(Owner, input_of(Owner)(value={"name": "nobody"}).value)


def test_a_named_tuple_and_a_typed_dict_have_the_fields_of_a_form():
    flat, at = fields(fields(input_of(Visit))[0].base)
    assert [(field.name, field.start) for field in fields(flat.base)][1:] == [
        ("size", Size.SMALL.value),
        ("floor", None),
    ]
    assert at.kind == "date"
    visit = Visit(flat=Flat(Owner("Ada"), Size.LARGE), at=date(2026, 1, 2))
    given = input_of(Visit)(value=visit)
    again = type(given).model_validate_json(given.model_dump_json())
    assert decode(Visit, again.value) == visit


def test_an_array_is_numbers_or_a_picture():
    numbers = input_of(NDArray[np.float64])(value=np.array([1.5, 2]))
    assert numbers.value == [1.5, 2.0]
    assert decode(NDArray[np.float64], numbers.value).dtype == np.float64
    assert decode(NDArray[np.int32], [1, 2]).tolist() == [1, 2]
    assert fields(input_of(NDArray[np.uint8]))[0].kind == "image"
    by_default = told_by_default(np.ndarray, np.array([1, 2]))
    assert decode(by_default, [3]).dtype == np.int64


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Colour, "red", "six digits"),
        (bytes, "!", "not in base64"),
        (bytes, "", "empty"),
        (Annotated[bytes, Limits(max_bytes=9)], b"0123456789", "at most 9 bytes"),
        (Annotated[File, Limits(types=("csv",))], File("a.exe", b"1"), "“a.exe” is not a .csv"),
        (Image.Image, b"GIF89a", "This is a GIF"),
        (Annotated[Photo, Limits(max_pixels=100)], png(), "20 x 10 pixels: at most 100"),
        (Audio, b"no sound at all", "no WAV, MP3"),
        (Audio, "A text in UTF-16".encode("utf-16"), "no WAV, MP3"),
        (Drawing, [], "Draw something"),
        (Drawing, [[[1], [1, 2]]], "equal length"),
        (LongText, "x" * 1_000_001, "at most 1,000,000"),
        (datetime, "2024-01-01T00:00:00Z", "without a time zone"),
        (tuple[int, int], [2, 1], "starts with 2, after its end, 1"),
        (Annotated[tuple[int, int], Field(ge=0)], [-1, 1], "may start at 0"),
        (Annotated[tuple[int, int], Field(le=5)], [1, 6], "may end at 5"),
        (TABLE, [{"name": "a"}, {"size": "big"}], "Row 2, “size”: it takes a number"),
        (TABLE, [{"legs": 2**63}], "Row 1, “legs”: it takes a whole number"),
        (MOMENTS, [{"at": "2020-01-01T00:00"}, {"at": "2020-01-01T00:00Z"}], "Row 2, “at”: it tak"),
        (TABLE, [{"nome": "a"}], "Row 1: there is no column “nome”"),
        (pd.DataFrame, [{"a": 1}, {"a": [2]}], "Row 2, “a”: it takes a text, a number"),
        (pd.DataFrame, [["a", "a"]], "each of them once"),
        (pd.DataFrame, [["a"], [1, 2]], "Row 1 has 2 cells for 1 columns"),
        (pd.DataFrame, [], "Choose a CSV or Parquet file"),
        (Annotated[pd.DataFrame, Columns({"a": int}, max_rows=1)], [{}, {}], "at most 1 are"),
        (Annotated[pd.DataFrame, Columns(a=Literal["x", "y"])], [{"a": "z"}], "one of: x; y"),
    ],
)
def test_what_is_not_allowed_is_named(kind, value, said):
    with pytest.raises(ValidationError) as caught:
        input_of(kind)(value=value)
    assert said in caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    "kind",
    [
        int | str,
        object,
        dict[str, int],
        tuple[int, str],
        list[Image.Image],
        complex,
        NDArray[np.complex128],
    ],
    ids=str,
)
def test_a_kind_that_no_form_can_ask_for_is_refused(kind):
    with pytest.raises(TypeError):
        annotation(kind)


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        (dict, "write a dataclass"),
        (dict[str, int], "write a dataclass"),
        (Maybe, "write a dataclass"),
        (Sequence[float], "write a list"),
        (Decimal, "take a float"),
        (list, r"list\[float\]"),
        (list[dict], "pandas.DataFrame"),
        (tuple[int, NDArray[np.float64]], "a sound is an Audio"),
        (Path, "take a File"),
        (pd.Series, "pandas.DataFrame"),
        (Any, "say which"),
        (Image.Image | str, "one of several types"),
    ],
)
def test_refusal_says_what_to_write(kind, instead):
    with pytest.raises(TypeError, match=instead):
        annotation(kind)


def test_a_damaged_picture_is_a_sentence():
    with pytest.raises(ValueError, match="damaged"):
        decode(Image.Image, base64.b64encode(png((200, 200))[:-60]).decode())


def test_limits_and_bounds_of_what_may_be_null():
    kind = Annotated[tuple[float, float] | None, Field(ge=0, le=1, title="Share")]
    (found,) = fields(create_model("Input", value=(annotation(kind), ...)))
    assert found.title == "Share"
    assert (found.kind, found.nullable, found.bound("ge"), found.bound("le")) == (
        "range",
        True,
        0,
        1,
    )
    assert decode(kind, None) is None


def test_sound_has_samples():
    rate, samples = Audio(wav(b"\xff\x7f\0\x80" * 3)).samples()
    assert (rate, samples.shape) == (8000, (3, 2))
    assert samples.max() == pytest.approx(1, abs=1e-3)
    with pytest.raises(ValueError, match="no WAV"):
        Audio(b"OggS").samples()


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_sound_that_was_cut_short_has_the_samples_that_are_whole(cut):
    rate, samples = Audio(wav()[:-cut]).samples()
    assert (rate, samples.shape) == (8000, (3, 2))


def test_file_has_a_name_without_folders_and_text():
    made = input_of(File)(value={"name": r"C:\secret\ü.txt", "content": "w7w="})
    got = decode(File, made.value)
    assert (got.name, got.text()) == ("ü.txt", "ü")


def test_start_and_encode():
    assert encode(Image.Image, Image.new("RGB", (1, 1))).startswith("iVBOR")
    assert encode(Tea, Tea.WHITE) == "WHITE"
    assert encode(Pet, {"name": "a", "born": "2020-01-01", "size": 2})["size"] is Size.LARGE
    assert fields(input_of(bounded(int, ge=3)))[0].start == 3


def test_day_between_distant_bounds_starts_today():
    earliest, latest = date(1900, 1, 1), date(2100, 1, 1)
    before = date.today()  # noqa: DTZ011  # as the widget has it
    found = fields(input_of(bounded(date, ge=earliest, le=latest)))[0].start
    assert before <= found < latest


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (bounded(int, gt=0), 1),
        (bounded(int, lt=-5), -6),
        (bounded(int, le=9), 0),
        (bounded(float, gt=0), 1),
        (bounded(float, gt=0, lt=1), 0.5),
        (bounded(float, ge=0, lt=1), 0),
        (bounded(date, gt=date(2100, 1, 1)), date(2100, 1, 2)),
        (bounded(date, lt=date(2000, 1, 1)), date(1999, 12, 31)),
        (bounded(datetime, le=MILLENNIUM), MILLENNIUM),
        (bounded(time, gt=time(18)), time(18, 1)),
        (bounded(timedelta, gt=timedelta(hours=2)), timedelta(hours=2, seconds=1)),
        (bounded(timedelta, le=timedelta(minutes=5)), timedelta(minutes=5)),
        (bounded(tuple[float, float], gt=0, lt=10), (1, 9)),
        (bounded(tuple[int, int], le=-5), (-5, -5)),
        (bounded(tuple[int, int], ge=5), (5, 5)),
        (bounded(tuple[date, date], lt=date(2000, 1, 1)), (date(1999, 12, 31),) * 2),
    ],
)
def test_start_is_within_its_bounds(kind, expected):
    made = input_of(kind)
    found = fields(made)[0].start
    assert found == expected
    made(value=found)


def test_json_schema_names_formats():
    schema = input_of(Photo).model_json_schema()["properties"]["value"]
    assert (schema["type"], schema["contentEncoding"]) == ("string", "base64")
    assert input_of(timedelta).model_json_schema()["properties"]["value"]["format"] == "duration"
