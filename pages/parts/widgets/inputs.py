"""Every kind of input. Each function is a page by itself."""

from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Literal

import pandas as pd
from PIL import Image, ImageOps
from pydantic import BaseModel, Field

from showcase.interface import (
    Audio,
    Colour,
    Columns,
    Drawing,
    File,
    Limits,
    LongText,
    Names,
    Photo,
    Recording,
)

Size = Literal["small", "medium", "large"]

Month = Literal[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

LANDING = datetime.fromisoformat("1969-07-20T20:17")

SHOPPING = [{"item": "bread", "price": 2.4}, {"item": "cheese", "price": 6.3}]


class Planet(Enum):
    """A planet, with its day in hours."""

    MERCURY = 4223
    VENUS = 2802
    EARTH = 24
    MARS = 24.7
    JUPITER = 9.9
    SATURN = 10.7


def short_text(
    name: Annotated[
        str, Field(min_length=1, max_length=40, description="Your first name.")
    ] = "Ada",
) -> str:
    """A short text."""
    return f"Hello, {name}!"


def long_text(
    story: Annotated[
        LongText, Field(description="As many lines as you like.")
    ] = "Once upon a time",
) -> str:
    """A long text."""
    return f"{len(story.split()):,} words, {len(story):,} characters"


def whole_number(year: Annotated[int, Field(description="Of the Common Era.")] = 2024) -> bool:
    """A whole number. Is it a leap year?"""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def number(
    metres: Annotated[
        float, Field(description="A length.", json_schema_extra={"unit": "m", "step": 0.01})
    ] = 1.83,
) -> str:
    """A number without bounds, with a unit and a step."""
    return f"{metres / 0.3048:.2f} feet"


def slider(
    celsius: Annotated[
        float,
        Field(
            title="Temperature",
            description="Two bounds make a number a slider.",
            ge=-40,
            le=60,
            json_schema_extra={"unit": "°C", "step": 0.5},
        ),
    ] = 21.5,
) -> str:
    """A number between bounds."""
    return f"{celsius * 9 / 5 + 32:.1f} °F"


def number_range(
    price: Annotated[
        tuple[float, float],
        Field(
            ge=0,
            le=500,
            description="From and to.",
            json_schema_extra={"unit": "EUR", "step": 5},
        ),
    ] = (50, 200),
) -> str:
    """A range of numbers."""
    low, high = price
    return f"{high - low:.0f} EUR between the cheapest and the dearest"


def switch(with_milk: Annotated[bool, Field(description="On or off.")] = True) -> str:
    """Yes or no."""
    return "White coffee" if with_milk else "Black coffee"


def few_choices(size: Annotated[Size, Field(description="One of a few.")] = "medium") -> str:
    """One of a few choices. They are buttons."""
    return f"A {size} one, please."


def many_choices(
    month: Annotated[Month, Field(description="Type to find one of many.")] = "July",
) -> str:
    """One of many choices. They are a list."""
    return f"{month} has {len(month)} letters."


def named_choices(
    planet: Annotated[Planet, Field(description="The members of an Enum.")] = Planet.MARS,
) -> str:
    """An Enum. The function gets the member."""
    return f"A day has {planet.value:g} hours."


def several_of_few(
    toppings: Annotated[
        list[Annotated[Literal["h", "o", "c"], Names({"h": "Ham", "o": "Olives", "c": "Chilli"})]],
        Field(description="Any number of them.", examples=[["h", "c"]]),
    ],
) -> str:
    """Several of a few choices, with names of their own."""
    return f"A pizza with {len(toppings)} toppings: {', '.join(toppings) or 'none'}"


def several_of_many(
    months: Annotated[
        list[Month], Field(description="Type to find them.", examples=[["June", "July"]])
    ],
) -> str:
    """Several of many choices."""
    return f"{len(months)} of 12 months"


def day(born: Annotated[date, Field(description="A day.")] = date(1815, 12, 10)) -> str:
    """A date. On which day of the week was it?"""
    return f"{born:%A}"


def clock(departs: Annotated[time, Field(description="A time of day.")] = time(9, 41)) -> str:
    """A time of day."""
    minutes = departs.hour * 60 + departs.minute
    return f"{minutes:,} minutes after midnight"


def moment(
    landing: Annotated[datetime, Field(description="A day and a time.")] = LANDING,
) -> str:
    """A date and a time."""
    return f"{landing:%A, %d %B %Y, %H:%M}"


def date_range(
    stay: Annotated[tuple[date, date], Field(description="The first and the last day.")] = (
        date(2026, 7, 1),
        date(2026, 7, 15),
    ),
) -> str:
    """A range of dates."""
    first, last = stay
    return f"{(last - first).days} nights"


def duration(
    film: Annotated[
        timedelta, Field(description="How long it takes.", ge=timedelta(0))
    ] = timedelta(hours=2, minutes=19),
) -> str:
    """A duration."""
    return f"{film.total_seconds() / 60:,.0f} minutes"


def colour(paint: Annotated[Colour, Field(description="Any colour.")] = "#0072b2") -> str:
    """A colour. Is black or white writing better on it?"""
    red, green, blue = (int(paint[start : start + 2], 16) for start in (1, 3, 5))
    return "Black" if 0.299 * red + 0.587 * green + 0.114 * blue > 150 else "White"


def file(
    upload: Annotated[File, Limits(max_bytes=1_000_000), Field(description="Up to 1 MB.")],
) -> str:
    """A file. The function gets its name and its bytes."""
    return f"{upload.name} begins with {upload.content[:8].hex(' ')}"


def image(
    picture: Annotated[Image.Image, Field(description="PNG, JPEG or WebP.")],
) -> Image.Image:
    """A picture. The function gets a Pillow image, and gives one back."""
    return ImageOps.invert(picture.convert("RGB"))


def photo(
    picture: Annotated[Photo, Field(description="Your browser asks before it looks.")],
) -> str:
    """A photo from the camera."""
    return f"{picture.width} x {picture.height} pixels"


def audio(sound: Annotated[Audio, Field(description="WAV, MP3, Ogg, FLAC or M4A.")]) -> str:
    """A sound file."""
    return f"{len(sound.content):,} bytes of {sound.media_type}"


def recording(
    voice: Annotated[Recording, Field(description="Your browser asks before it listens.")],
) -> str:
    """A recording from the microphone. How long is it, how loud?"""
    rate, samples = voice.samples()
    return f"{len(samples) / rate:.1f} seconds, the loudest at {abs(samples).max():.0%}"


def drawing(lines: Annotated[Drawing, Field(description="Use the mouse or a finger.")]) -> str:
    """A drawing. The function gets its strokes."""
    points = sum(len(xs) for xs, ys in lines)
    return f"{len(lines)} strokes, {points} points"


class Address(BaseModel):
    """Where a letter goes."""

    street: str = Field("10 Downing Street", description="With the number.")
    town: str = Field("London", description="Town or village.")
    country: Literal["UK", "France", "Italy"] = Field("UK", description="Where it is.")


def table(
    basket: Annotated[
        pd.DataFrame,
        Columns(item=str, price=float),
        Field(description="Change a cell, add a row.", examples=[SHOPPING]),
    ],
) -> str:
    """A table. The function gets a pandas DataFrame."""
    return f"{basket['price'].sum():.2f} EUR for {len(basket)} things"


def any_table(
    rows: Annotated[pd.DataFrame, Field(description="Whatever columns it has.")],
) -> pd.DataFrame:
    """A table of any columns, from a file. The function gets a pandas DataFrame."""
    return rows.describe()


def values(
    marks: Annotated[
        list[float], Field(description="A value in each row.", examples=[[1.7, 2.3, 1.0]])
    ],
) -> str:
    """A list of values."""
    return f"{sum(marks) / max(len(marks), 1):.2f} on average, of {len(marks)}"


def group(
    to: Annotated[Address, Field(description="A pydantic model.", examples=[Address()])],
) -> str:
    """Several fields as one. The function gets the model."""
    return f"{to.street}, {to.town}, {to.country}"


def optional(
    weight: Annotated[
        float | None,
        Field(description="May stay unknown.", ge=0, le=200, json_schema_extra={"unit": "kg"}),
    ] = None,
) -> str:
    """A value that may be unknown. The function gets None."""
    return "Nobody weighed it." if weight is None else f"{weight / 0.45359237:.0f} pounds"
