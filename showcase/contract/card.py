"""The model card: what `train.py` measured, as `card.json` holds it."""

import hashlib
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

LEARNT = "learnt_from_verdicts"  # in `more`: a sentence, of a model that learnt from some


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

    @property
    def learnt(self) -> str:
        """What verdicts changed, in a sentence; empty for a model that learnt from none."""
        return str(self.more.get(LEARNT, ""))

    def score(self, name: str) -> float:
        """Return the value of one score; KeyError names those there are."""
        return self.named(name).value

    def named(self, name: str) -> Score:
        """Return one score with what it means; KeyError names those there are."""
        found = {score.name: score for score in self.scores}
        if name not in found:
            raise KeyError(f"no score {name!r} in the card of {self.demo}; it has {sorted(found)}")
        return found[name]

    def write(self, folder: Path) -> None:
        """Write `card.json` into the folder."""
        text = self.model_dump_json(indent=2)
        (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def today() -> str:
    """Return the date (UTC) that a card is written on."""
    return datetime.now(UTC).date().isoformat()


def versions(libraries: Iterable[str]) -> dict[str, str]:
    """Return the versions of Python and of these libraries, for a card."""
    return {"python": platform.python_version()} | {name: version(name) for name in libraries}


def sha256(paths: Iterable[Path]) -> dict[str, str]:
    """Return file name to SHA-256, for a card."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
