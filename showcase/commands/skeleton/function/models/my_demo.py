"""My demo: a typed function, whose page its types and docstring make."""

from typing import Annotated, Literal

from pydantic import Field

from showcase.contract.function import examples
from showcase.contract.outputs import Number

KILOMETRES = {"kilometres": 1.0, "miles": 1.609344, "nautical miles": 1.852}


@examples(
    {
        "A marathon": {"distance": 42.195, "unit": "kilometres", "hours": 2.5},
        "A walk": {"distance": 3, "unit": "miles", "hours": 1},
        "A ferry": {"distance": 40, "unit": "nautical miles", "hours": 2},
        "A cyclist": {"distance": 100, "unit": "kilometres", "hours": 4},
    }
)
def my_demo(
    distance: Annotated[
        float, Field(description="How far it went.", ge=0, le=200, json_schema_extra={"step": 0.5})
    ] = 10,
    unit: Annotated[
        Literal["kilometres", "miles", "nautical miles"], Field(description="Of the distance.")
    ] = "kilometres",
    hours: Annotated[
        float,
        Field(description="How long it took.", gt=0, le=24, json_schema_extra={"step": 0.5}),
    ] = 1,
) -> Number:
    """My demo.

    How fast was it? The average speed, from a distance and the time that it took.
    """
    return Number(round(distance * KILOMETRES[unit] / hours, 2), unit="km/h")
