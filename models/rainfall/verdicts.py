"""What visitors said about readings, as exported for training: read, and kept out of the scores."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from models.rainfall import FIELDS, LABELS, Input, weather

TARGET = "target"
# The table gives readings with one decimal: a visitor's may be those of a day but for rounding.
DECIMALS = 1

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Verdicts:
    """Readings X (n, 4) with what a visitor says came of them, y (n,), from a file.

    `left_out` counts those that were in the file and must not be learned from.
    """

    file: str
    sha256: str
    X: Floats
    y: Bools
    left_out: int = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self.y)

    def apart_from(self, days: pd.DataFrame) -> Self:
        """Return those whose readings are none of these days': the model is scored on them."""
        kept_apart = set(_rounded(weather.inputs(days)))
        stays = np.array([reading not in kept_apart for reading in _rounded(self.X)], dtype=bool)
        left_out = self.left_out + int((~stays).sum())
        return replace(self, X=self.X[stays], y=self.y[stays], left_out=left_out)

    def added_to(self, X: Floats, y: Bools) -> tuple[Floats, Bools]:
        """Return days X (n, 4) and y (n,) with these behind them, each worth a day."""
        return np.concatenate([X, self.X]), np.concatenate([y, self.y])

    @property
    def figures(self) -> dict[str, Any]:
        """The counts for the card."""
        return {
            "meaning": "Verdicts of visitors: learned from, never scored on.",
            "rows": len(self),
            "left_out_for_readings_of_a_day_kept_apart": self.left_out,
        }


def read(path: Path) -> Verdicts:
    """Return what `python -m showcase feedback export --training rainfall` wrote, as CSV.

    ValueError names what is wrong: missing columns, or the line, the column and what it holds.
    """
    content = path.read_bytes()
    table = pd.read_csv(path, dtype={TARGET: str}, keep_default_na=False, na_values={})
    missing = [name for name in (*FIELDS, TARGET) if name not in table]
    if missing:
        raise ValueError(f"{path.name} lacks the columns {missing}; it has {list(table)}")
    wrong = next(_wrong(table), None)
    if wrong:
        raise ValueError(f"{path.name}, line {wrong}")
    X = table[list(FIELDS)].to_numpy(dtype=float)
    y = (table[TARGET] == "rain").to_numpy(dtype=bool)
    return Verdicts(path.name, hashlib.sha256(content).hexdigest(), X, y)


def _wrong(table: pd.DataFrame) -> Iterator[str]:
    """Yield the line of each row that cannot be used, with the reason."""
    for line, row in enumerate(table[[*FIELDS, TARGET]].to_dict("records"), start=2):
        target = row.pop(TARGET)
        try:
            Input.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            yield f"{line}: {first['loc'][0]} is {first['input']!r}. {first['msg']}"
        if target not in (LABELS or ()):
            yield f"{line}: {TARGET} is {target!r}, expected one of {list(LABELS or ())}"


def _rounded(X: Floats) -> list[tuple[float, ...]]:
    return [tuple(row) for row in X.round(DECIMALS).tolist()]
