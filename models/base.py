"""What every model package offers: output types, the model card, the registry's entry."""

import hashlib
import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Protocol

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


class Classification(BaseModel):
    """One label out of several.

    `probabilities` sums to 1, or is None for a model whose numbers are not probabilities. Such a
    model fills `score` and `parts` instead (VADER: the compound score and its three shares).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["classification"] = "classification"
    label: str
    probabilities: dict[str, float] | None = None
    score: float | None = None
    parts: dict[str, float] | None = None

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


class Regression(BaseModel):
    """A number with the interval that holds the truth in `coverage` (0 to 1) of the cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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


class Score(BaseModel):
    """One measured figure of a model card, in words that a visitor understands."""

    name: str
    value: float
    meaning: str = ""


class Card(BaseModel):
    """A model card: what `train.py` measured and wrote into `card.json`."""

    demo: str
    model: str = Field(description="One line: what kind of model this is.")
    data: str
    author: str
    licence: str
    url: str = Field(description="Public address of the data.")
    data_sha256: dict[str, str] = Field(description="File name to SHA-256 of the data used.")
    split: str
    seed: int | None
    headline: str = Field(description="Name of the score that the gallery shows.")
    summary: str = Field(description="The honest score in one plain sentence.")
    scores: list[Score] = Field(description="On the part kept apart from training.")
    limits: list[str] = Field(default=[], description="What the model does not know.")
    versions: dict[str, str] = Field(description="Library to version at training.")
    date: str
    command: str
    more: dict[str, Any] = Field(default={}, description="Baselines, experiments, counts.")

    def score(self, name: str) -> float:
        """Return the value of one score; KeyError names those there are."""
        return self.named(name).value

    def named(self, name: str) -> Score:
        """Return one score with what it means; KeyError names those there are."""
        found = {score.name: score for score in self.scores}
        if name not in found:
            raise KeyError(f"no score {name!r} in the card of {self.demo}; it has {sorted(found)}")
        return found[name]


@dataclass(frozen=True)
class Demo:
    """A line of the registry. Nothing of the model is imported before it is asked for."""

    name: str
    title: str
    icon: str
    section: str
    summary: str
    module: str

    def load_module(self) -> "ModelModule":
        """Import the model package."""
        return importlib.import_module(self.module)

    @property
    def folder(self) -> Path:
        """The model package's folder."""
        return Path(__file__).parents[1].joinpath(*self.module.split("."))


class ModelModule(Protocol):
    """What a model package offers; the contract test holds every one of them to it."""

    Input: type[ModelInput]
    EXAMPLES: Sequence[ModelInput]
    EXAMPLE_NAMES: tuple[str, ...]
    LABELS: tuple[str, ...] | None
    ARTIFACT: Path | None
    load: Callable[[], Any]
    predict: Callable[[Any, Any], Prediction]
    predict_many: Callable[[Any, Sequence[Any]], list[Prediction]]
    explain: Callable[[Any, Any, Any], list[Contribution]]


def card(demo: Demo) -> Card:
    """Return the demo's model card; FileNotFoundError names the command that makes it."""
    path = demo.folder / "card.json"
    if not path.exists():
        raise FileNotFoundError(
            f"no {path.name} for {demo.name}: run python -m {demo.module}.train"
        )
    return Card.model_validate_json(path.read_text(encoding="utf-8"))


def model_version(module: ModuleType | ModelModule) -> str:
    """Return 12 hex digits that change whenever the model could answer differently.

    They are the start of the SHA-256 of the artifact, or, for a model without one, of its
    `SETTINGS` (library versions and parameters).
    """
    artifact: Path | None = module.ARTIFACT
    settings: dict[str, Any] = getattr(module, "SETTINGS", {})
    content = canonical_json(settings).encode() if artifact is None else artifact.read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def version(name: str) -> str:
    """Return the model version of the registered demo `name`."""
    from models.registry import find

    return model_version(find(name).load_module())
