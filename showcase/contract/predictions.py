"""What goes into a model and what comes out of it: inputs, outputs, and their JSON."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_serializer

STORED_LABELS = 10
STORED_DIGITS = 6


def canonical_json(value: BaseModel | dict[str, Any]) -> str:
    r"""Return JSON that is the same for equal values: sorted keys, compact, ASCII, no NaN.

    >>> canonical_json({"b": 1, "a": "é"})
    '{"a":"\\u00e9","b":1}'
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def rounded(value: float) -> float:
    """Return the value with the six significant digits that are stored and sent.

    >>> rounded(0.12345678)
    0.123457
    """
    return float(f"{value:.{STORED_DIGITS}g}")


class ModelInput(BaseModel):
    """Base of every demo's `Input`: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BaseOutput(BaseModel):
    """Base of every answer; `showcase.contract.outputs` has the other kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Classification(BaseOutput):
    """One label out of several.

    `probabilities` sums to 1, or is None for a model whose numbers are not probabilities. Such a
    model fills `score` and `parts` instead (VADER: the compound score and its three shares). Of
    more than ten labels only the ten likeliest are sent and stored: those sum to less.
    """

    kind: Literal["classification"] = "classification"
    label: str
    probabilities: dict[str, float] | None = None
    score: float | None = None
    parts: dict[str, float] | None = None

    @classmethod
    def of(cls, probabilities: Mapping[str, float] | Iterable[tuple[str, float]]) -> Self:
        """Return the likeliest of some labels, with the probability of each; they sum to 1.

        >>> Classification.of({"cat": 0.25, "dog": 0.75}).label
        'dog'
        """
        named = dict(probabilities)
        return cls(label=max(named, key=named.__getitem__), probabilities=named)

    @property
    def confidence(self) -> float | None:
        """Probability of the label, 0 to 1; None where the model gives no probabilities."""
        return None if self.probabilities is None else self.probabilities[self.label]

    def top(self, k: int) -> list[tuple[str, float]]:
        """Return the k likeliest labels with their probabilities, likeliest first."""
        ranked = sorted((self.probabilities or {}).items(), key=lambda pair: -pair[1])
        return ranked[:k]

    @field_serializer("probabilities")
    def _likeliest(self, _: dict[str, float] | None) -> dict[str, float] | None:
        if self.probabilities is None:
            return None
        return {label: rounded(p) for label, p in self.top(STORED_LABELS)}

    @field_serializer("score")
    def _rounded_score(self, score: float | None) -> float | None:
        return None if score is None else rounded(score)

    @field_serializer("parts")
    def _rounded_parts(self, parts: dict[str, float] | None) -> dict[str, float] | None:
        return None if parts is None else {name: rounded(share) for name, share in parts.items()}


class Regression(BaseOutput):
    """A number with the interval that holds the truth in `coverage` (0 to 1) of the cases."""

    kind: Literal["regression"] = "regression"
    value: float
    low: float
    high: float
    coverage: float = Field(gt=0, lt=1)
    unit: str

    @field_serializer("value", "low", "high")
    def _six_digits(self, number: float) -> float:
        return rounded(number)


Prediction = Classification | Regression


class Contribution(BaseModel):
    """What one part of the input added to the answer; `start:end` slices a text input."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: float
    start: int | None = None
    end: int | None = None
