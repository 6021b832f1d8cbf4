"""Inputs of several values: tables, lists, groups, what may be unknown. Each function is a page."""

from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, Field

from showcase.interface import Columns

SHOPPING = [{"item": "bread", "price": 2.4}, {"item": "cheese", "price": 6.3}]


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
