"""A function with a parameter of every kind of input, and its `Input`."""

import enum
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, get_type_hints

import pandas as pd
from PIL.Image import Image
from pydantic import BaseModel, Field, create_model

from showcase.contract import ModelInput
from showcase.contract.inputs import (
    Audio,
    Colour,
    Columns,
    Drawing,
    File,
    Limits,
    LongText,
    Photo,
    Recording,
    annotation,
)

LANGUAGES = Literal["Arabic", "Bengali", "English", "French", "Hindi", "Mandarin", "Portuguese",
                    "Russian", "Spanish", "Urdu"]  # fmt: skip


class Size(enum.Enum):
    """Few members."""

    SMALL = 1
    LARGE = 2


class Address(BaseModel):
    """A nested model."""

    street: str = Field(title="Street", max_length=100, examples=["Main Street"])
    number: int = Field(title="Number", ge=1, le=999, examples=[12])
    since: date = Field(title="Lives there since", examples=[date(2020, 2, 3)])
    owner: bool = Field(title="Owner", examples=[True])


def every_kind(
    text: Annotated[str, Field(title="Short text", max_length=80, examples=["A line"])],
    long_text: Annotated[LongText, Field(title="Long text", examples=["Some\nlines"])],
    whole: Annotated[int, Field(title="Whole number", ge=0, le=10, examples=[3])],
    decimal: Annotated[
        float,
        Field(
            title="Length",
            description="How long it is.",
            ge=0,
            le=2,
            examples=[1.25],
            json_schema_extra={"unit": "m", "step": 0.05},
        ),
    ],
    unbounded: Annotated[float, Field(title="Any number", examples=[-0.125])],
    at_least: Annotated[int, Field(title="At least one", ge=1, examples=[40])],
    yes_no: Annotated[bool, Field(title="Yes or no", examples=[True])],
    few: Annotated[Literal["tea", "coffee", "water"], Field(title="Few", examples=["coffee"])],
    many: Annotated[LANGUAGES, Field(title="Many", examples=["Hindi"])],
    size: Annotated[Size, Field(title="Enum", examples=[Size.LARGE.value])],
    several: Annotated[
        list[Literal["red", "green", "blue"]], Field(title="Several of few", examples=[["red"]])
    ],
    several_of_many: Annotated[
        list[LANGUAGES], Field(title="Several of many", examples=[["Urdu", "Hindi"]])
    ],
    share: Annotated[
        tuple[float, float],
        Field(title="Range", ge=0, le=1, examples=[(0.25, 0.75)]),
    ],
    ends: Annotated[tuple[int, int], Field(title="Range without bounds", examples=[(-5, 500)])],
    day: Annotated[date, Field(title="Day", ge=date(2000, 1, 1), examples=[date(2024, 2, 29)])],
    clock: Annotated[time, Field(title="Time", examples=[time(18, 30)])],
    moment: Annotated[
        datetime, Field(title="Moment", examples=[datetime.fromisoformat("2024-02-29T18:30")])
    ],
    days: Annotated[
        tuple[date, date],
        Field(title="First and last day", examples=[(date(2024, 2, 1), date(2024, 2, 29))]),
    ],
    length: Annotated[timedelta, Field(title="Duration", examples=[timedelta(minutes=90)])],
    shade: Annotated[Colour, Field(title="Colour", examples=["#0072b2"])],
    file: Annotated[File | None, Limits(100_000, types=("csv", "txt")), Field(title="File")],
    picture: Annotated[Image | None, Field(title="Picture")],
    sound: Annotated[Audio | None, Field(title="Sound")],
    photo: Annotated[Photo | None, Field(title="Photo")],
    recording: Annotated[Recording | None, Field(title="Recording")],
    drawing: Annotated[Drawing | None, Field(title="Drawing")],
    table: Annotated[
        pd.DataFrame,
        Columns(name=str, kind=Literal["cat", "dog"], weight=float, born=date, tame=bool, legs=int),
        Field(
            title="Table",
            examples=[
                [
                    {
                        "name": "Tom",
                        "kind": "cat",
                        "weight": 4.5,
                        "born": "2020-05-06",
                        "tame": True,
                        "legs": 4,
                    }
                ]
            ],
        ),
    ],
    words: Annotated[list[str], Field(title="List of texts", examples=[["one", "two"]])],
    numbers: Annotated[list[float], Field(title="List of numbers", examples=[[1.5, 2.0]])],
    address: Annotated[Address, Field(title="Nested model")],
    maybe_text: Annotated[str | None, Field(title="Text or nothing", max_length=80)],
    maybe_day: Annotated[date | None, Field(title="Day or nothing")],
    maybe_range: Annotated[
        tuple[float, float] | None, Field(title="Range or nothing", ge=0, le=10, examples=[(1, 2)])
    ],
    maybe_number: Annotated[float | None, Field(title="Number or nothing", ge=0, le=10)],
) -> str:
    """Return nothing of interest."""
    return text


HINTS = get_type_hints(every_kind, include_extras=True)
HINTS.pop("return")
FIELDS: dict[str, Any] = {name: (annotation(kind), ...) for name, kind in HINTS.items()}
Every = create_model("Every", __base__=ModelInput, **FIELDS)
