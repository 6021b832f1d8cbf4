"""My demo: which of three growers made a wine, from three measurements.

A start to change: put your input, your labels and your examples here, and what is learned from
which data into `train.py`. Importing this package loads no library of the model.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from showcase.contract import Classification, Contribution, ModelInput

ARTIFACT: Path | None = Path(__file__).with_name("model.skops")
# Every type that the file may hold beyond those that skops itself trusts.
TRUSTED: tuple[str, ...] = ()
LABELS: tuple[str, ...] | None = ("first grower", "second grower", "third grower")


class Input(ModelInput):
    """Three measurements of a wine; the bounds lie a little outside what was observed."""

    alcohol: float = Field(
        title="Alcohol",
        description="Percent by volume",
        ge=10,
        le=16,
        examples=[13.0],
        json_schema_extra={"unit": "%", "step": 0.1},
    )
    flavanoids: float = Field(
        title="Flavanoids",
        description="Tannins and pigments, on the scale of the data",
        ge=0,
        le=6,
        examples=[2.0],
        json_schema_extra={"step": 0.1},
    )
    colour_intensity: float = Field(
        title="Colour",
        description="Intensity, on the scale of the data",
        ge=1,
        le=14,
        examples=[5.0],
        json_schema_extra={"step": 0.1},
    )


FIELDS: tuple[str, ...] = tuple(Input.model_fields)
_WINES: dict[str, Input] = {
    "Strong and dark": Input(alcohol=13.9, flavanoids=3.0, colour_intensity=5.6),
    "Light": Input(alcohol=12.2, flavanoids=2.1, colour_intensity=2.9),
    "Few tannins": Input(alcohol=13.2, flavanoids=0.7, colour_intensity=7.6),
    "Between two": Input(alcohol=12.9, flavanoids=2.4, colour_intensity=3.9),
}
EXAMPLES: Sequence[Input] = tuple(_WINES.values())
EXAMPLE_NAMES: tuple[str, ...] = tuple(_WINES)


def load(path: Path | None = None) -> Any:
    """Read the model, or another one that was learnt.

    FileNotFoundError names the command that makes the artifact; ValueError names the types found
    in a file that are not among `TRUSTED`.
    """
    path = path or ARTIFACT
    if path is None or not path.exists():
        command = "python -m models.my_demo.train"
        raise FileNotFoundError(f"no {path}: run {command}")
    from skops.io import get_untrusted_types, loads

    data = path.read_bytes()
    strangers = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    if strangers:
        raise ValueError(f"{path.name} holds {strangers}, expected {list(TRUSTED)}: not read")
    return loads(data, trusted=list(TRUSTED))


def predict(model: Any, given: Input) -> Classification:
    """Return the likeliest grower with the probability of each."""
    return predict_many(model, [given])[0]


def predict_many(model: Any, inputs: Sequence[Input]) -> list[Classification]:
    """Return one answer per input, computed in one go."""
    if not inputs or LABELS is None:
        return []
    rows = [[getattr(given, name) for name in FIELDS] for given in inputs]
    shares = [dict(zip(LABELS, row, strict=True)) for row in model.predict_proba(rows).tolist()]
    return [
        Classification(label=max(each, key=each.__getitem__), probabilities=each) for each in shares
    ]


def explain(model: Any, given: Input, prediction: Classification) -> list[Contribution]:
    """Return what each measurement added for the predicted grower, in logits, against the mean.

    Of a linear model on scaled inputs: the coefficient times the distance from the average wine.
    """
    scaler, linear = model[0], model[-1]
    row = scaler.transform([[getattr(given, name) for name in FIELDS]])[0]
    weights = linear.coef_[(LABELS or ()).index(prediction.label)]
    return [
        Contribution(name=str(Input.model_fields[name].title), value=float(value))
        for name, value in zip(FIELDS, row * weights, strict=True)
    ]
