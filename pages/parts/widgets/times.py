"""Inputs that hold a time or a colour. Each function is a page by itself."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from showcase.interface import Colour

LANDING = datetime.fromisoformat("1969-07-20T20:17")


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
