"""What the iris classifier is asked: four measurements with their bounds, and examples."""

from collections.abc import Sequence

from pydantic import Field

from showcase.contract import ModelInput


class Input(ModelInput):
    """One iris; the bounds refuse what no iris has, and are wider than what was measured."""

    sepal_length: float = Field(
        title="Sepal length",
        description="Centimetres (cm), of the three outer petals that hang down",
        ge=0.1,
        le=12,
        examples=[5.8],
        json_schema_extra={"unit": "cm", "step": 0.1},
    )
    sepal_width: float = Field(
        title="Sepal width",
        description="Centimetres (cm), at the widest place",
        ge=0.1,
        le=6,
        examples=[2.7],
        json_schema_extra={"unit": "cm", "step": 0.1},
    )
    petal_length: float = Field(
        title="Petal length",
        description="Centimetres (cm), of the three inner petals that stand up",
        ge=0.1,
        le=12,
        examples=[4.1],
        json_schema_extra={"unit": "cm", "step": 0.1},
    )
    petal_width: float = Field(
        title="Petal width",
        description="Centimetres (cm), at the widest place",
        ge=0.1,
        le=6,
        examples=[1.0],
        json_schema_extra={"unit": "cm", "step": 0.1},
    )


FIELDS: tuple[str, ...] = tuple(Input.model_fields)


def measured(values: Sequence[float]) -> Input:
    """Return the input of four measurements in the order of `FIELDS`.

    >>> measured([5.1, 3.5, 1.4, 0.2]).petal_width
    0.2
    """
    return Input(**dict(zip(FIELDS, values, strict=True)))


IRISES: dict[str, Input] = {
    "Bristle petals": measured([5.0, 3.4, 1.5, 0.2]),
    "In the middle": measured([5.8, 2.7, 4.1, 1.0]),
    "Large and wide": measured([6.6, 3.0, 5.6, 2.1]),
    "Contested": measured([6.2, 2.8, 4.8, 1.7]),
    "Never seen": measured([4.5, 4.0, 6.5, 0.3]),
}
