"""Inputs that hold a value: texts, numbers, choices. Each function is a page by itself."""

from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from showcase.interface import LongText, Names

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
