"""The weatherAUS table, its target shifted to the next day, and what visitors said of readings."""

import hashlib
import io
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from models.rainfall import LABELS
from models.rainfall.inputs import FIELDS, Input

COLUMNS = dict(zip(["Temp3pm", "Humidity3pm", "Pressure3pm", "WindGustSpeed"], FIELDS, strict=True))
NEEDED = ("Date", "Location", "Rainfall", *COLUMNS)
WET_MM = 1.0

TABLE, ARCHIVE, MEMBER = "weather_aus.csv.gz", "weatherAUS.zip", "weatherAUS.csv"
REPOSITORY = "https://github.com/vineetp6/Rain-Prediction-in-Australia"
COMMIT = "c81a4c0d55cb37695497379908e472cb0bb07f3a"
ADDRESS = f"{REPOSITORY}/raw/{COMMIT}/{ARCHIVE}"
# The published sum is accepted for the archive and for its only member.
SHA256 = "573fd715cd69fcacc4df32024d823b450ae3edaae7e8ff2eeb623adbed424014"


def find(folder: Path) -> Path:
    """Return the data file in a folder; FileNotFoundError names the two that are looked for."""
    for name in (TABLE, ARCHIVE):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"neither {TABLE} nor {ARCHIVE} in {folder}: get {ADDRESS}")


def download(folder: Path) -> Path:
    """Fetch the public archive (4 MB) into a folder; ValueError when its SHA-256 is another."""
    with urllib.request.urlopen(ADDRESS, timeout=60) as answer:  # noqa: S310 - a constant https address
        content: bytes = answer.read()
    _member(content)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARCHIVE).write_bytes(content)
    return folder / ARCHIVE


def read(path: Path) -> pd.DataFrame:
    """Return the table, one row per station and day, `Date` parsed.

    ValueError names what is wrong: the archive's SHA-256, missing columns, a station's day twice.
    """
    source = io.BytesIO(_member(path.read_bytes())) if path.suffix == ".zip" else path
    table = pd.read_csv(source)
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise ValueError(f"{path.name} lacks the columns {missing}; it has {list(table)}")
    table["Date"] = pd.to_datetime(table["Date"], format="%Y-%m-%d")
    twice = table[table.duplicated(["Location", "Date"])]
    if len(twice):
        first = twice.iloc[0]
        raise ValueError(f"{path.name} has {first.Location} on {first.Date:%Y-%m-%d} twice")
    return table


def with_target(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with all four inputs and the next calendar day's `Rainfall` known.

    `Rainfall` covers the 24 hours to 9am of its own row, so what falls with and after a row's 3pm
    readings stands in the row of the next date. It is matched by station and date, since calendars
    have gaps. Adds `rain_next` (mm) and `wet` (at least 1 mm), and renames the inputs to `FIELDS`.
    """
    following = table[["Location", "Date", "Rainfall"]].rename(columns={"Rainfall": "rain_next"})
    following["Date"] -= pd.Timedelta(days=1)
    days = table.merge(following, on=["Location", "Date"], how="left").rename(columns=COLUMNS)
    days = days.dropna(subset=[*FIELDS, "rain_next"]).reset_index(drop=True)
    return days.assign(wet=days["rain_next"] >= WET_MM)


def before(days: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Return the days whose 24 hours of rain ended before the day `start` began."""
    return days[days["Date"] < start - pd.Timedelta(days=1)]


def year_from(days: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Return the 12 months that begin with `start`."""
    return days[(days["Date"] >= start) & (days["Date"] < start + pd.DateOffset(years=1))]


def last_years(table: pd.DataFrame, n: int) -> list[pd.Timestamp]:
    """Return the first days of the table's last n years, oldest first.

    Each year ends where the next begins, the last with the table's last date. Years with less than
    12 months before them are left out.
    """
    end = table["Date"].max() + pd.Timedelta(days=1)
    starts = [end - pd.DateOffset(years=back) for back in range(n, 0, -1)]
    earliest = table["Date"].min() + pd.DateOffset(years=1)
    return [start for start in starts if start >= earliest]


def inputs(days: pd.DataFrame) -> NDArray[np.float64]:
    """Return the four inputs as (n, 4) float64, columns as in `FIELDS`."""
    return days[list(FIELDS)].to_numpy(dtype=float)


def weeks(days: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of each day's week (n,), counted from the first day of all."""
    since = (days["Date"] - days["Date"].min()).dt.days
    numbers: NDArray[np.int64] = since.to_numpy(dtype=np.int64) // 7
    return numbers


def _member(content: bytes) -> bytes:
    """Return the table inside the archive; ValueError when neither has the published SHA-256."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = archive.read(MEMBER)
    found = [hashlib.sha256(data).hexdigest() for data in (content, table)]
    if SHA256 not in found:
        raise ValueError(f"{ARCHIVE} has SHA-256 {found[0]}, expected {SHA256}: fetch it again")
    return table


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
        kept_apart = set(_rounded(inputs(days)))
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


def read_verdicts(path: Path) -> Verdicts:
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
