"""The College Scorecard table: where it comes from, its columns, the rows that a model learns from.

Free to use, by the US Department of Education; `ADDRESS` and `FILES` say where it is. In the first
release of the field-of-study file (November 2019) each column begins with `P_`, and the target is
called `MD_EARN_WNE`; the department's later files call the same measure `EARN_MDN_HI_1YR`.
`tuition` is NPT4_PUB or else NPT4_PRIV: the average net price a year. `CIPDESC_new` is the title
of the 2-digit family in the CIP 2010 list (https://nces.ed.gov/ipeds/cipcode). Rows without a
published median or without UNITID are dropped; the rest are joined on UNITID.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.earnings.inputs import CONTROLS, CREDENTIALS
from models.earnings.model import CREDENTIAL, NUMBERS, Programmes

ADDRESS = "https://collegescorecard.ed.gov/data/"
FILES = """\
  FieldOfStudyData1516_1617_PP.csv: UNITID, INSTNM, CONTROL, CIPCODE, CIPDESC, CREDDESC, MD_EARN_WNE
  MERGED2018_19_PP.csv, for institutions it lacks MERGED2017_18_PP.csv:
    UNITID, OPEID6, REGION, LOCALE, SAT_AVG_ALL, ADM_RATE_ALL, NPT4_PUB, NPT4_PRIV"""
FOLDER = "college_scorecard"
TABLE, INSTITUTIONS = "earnings.csv.gz", "institutions.csv.gz"
TARGET = "EARN_MDN_HI_1YR"
COLUMNS = {
    "CREDDESC": "credential",
    "CIPCODE": "field",
    "CONTROL": "control",
    "REGION": "region",
    "LOCALE": "locale",
    "tuition": "net_price",
    "SAT_AVG_ALL": "sat_average",
    "ADM_RATE_ALL": "admission_rate",
}
NEEDED = ("UNITID", "CIPDESC", "CIPDESC_new", *COLUMNS, TARGET)
NEEDED_OF_INSTITUTIONS = ("UNITID", "OPEID6")


@dataclass(frozen=True)
class Rows:
    """Programmes with what their graduates earn, US dollars a year (n,), and their campus group.

    `group` (n,) numbers the OPEID6: branch campuses repeat the figures of their group, so rows of
    one group never stand on both sides of a split.
    """

    programmes: Programmes
    earnings: NDArray[np.float64]
    group: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.earnings)

    @property
    def rank(self) -> NDArray[np.int64]:
        """The position of each row's credential in `names.CREDENTIALS`, (n,)."""
        return self.programmes.numbers[:, CREDENTIAL].astype(np.int64)

    def take(self, rows: NDArray[np.int64]) -> "Rows":
        """Return the chosen rows."""
        return Rows(self.programmes.take(rows), self.earnings[rows], self.group[rows])


def find(folder: Path) -> Path:
    """Return the folder that holds both tables; FileNotFoundError says where to get the data."""
    for place in (folder, folder / FOLDER):
        if (place / TABLE).exists() and (place / INSTITUTIONS).exists():
            return place
    raise FileNotFoundError(f"no {TABLE} and {INSTITUTIONS} in {folder}: get {ADDRESS}")


def read(folder: Path) -> pd.DataFrame:
    """Return the table, one row per institution, field and credential, with its `OPEID6`.

    ValueError names missing columns, institutions without a campus group, and texts or fields that
    are not those of `models.earnings.inputs`.
    """
    table = _csv(folder / TABLE, NEEDED)
    institutions = _csv(folder / INSTITUTIONS, NEEDED_OF_INSTITUTIONS)[list(NEEDED_OF_INSTITUTIONS)]
    joined = table.merge(institutions, on="UNITID", how="left", validate="many_to_one")
    homeless = joined["OPEID6"].isna()
    if homeless.any():
        first = joined.loc[homeless, "UNITID"].iloc[0]
        raise ValueError(f"{INSTITUTIONS} has no OPEID6 for UNITID {first}")
    for column, known in (("CREDDESC", CREDENTIALS), ("CONTROL", CONTROLS)):
        strangers = sorted(set(joined[column]) - set(known))
        if strangers:
            raise ValueError(f"{TABLE} has {column} {strangers}, expected only {list(known)}")
    return joined


def rows(table: pd.DataFrame) -> Rows:
    """Return the table's rows as the model takes them.

    A net price below zero (six rows: grants above the cost) becomes zero, the least that a visitor
    may enter.
    """
    renamed = table.rename(columns=COLUMNS)
    renamed["credential"] = renamed["credential"].map(CREDENTIALS.index)
    renamed["control"] = renamed["control"].map(CONTROLS.index)
    renamed["net_price"] = renamed["net_price"].clip(lower=0)
    return Rows(
        Programmes(renamed["field"].to_list(), renamed[list(NUMBERS)].to_numpy(dtype=float)),
        table[TARGET].to_numpy(dtype=float),
        pd.factorize(table["OPEID6"])[0].astype(np.int64),
    )


def titles(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the titles of the 4-digit fields and of their 2-digit families, by code.

    A code with two titles keeps the commoner one; the closing full stop of the source goes.
    """
    codes = table["CIPCODE"]
    return {
        "fields": _commonest(codes, table["CIPDESC"].str.rstrip(".")),
        "families": _commonest(codes.str[:2], table["CIPDESC_new"]),
    }


def _commonest(codes: "pd.Series[str]", words: "pd.Series[str]") -> dict[str, str]:
    chosen = words.groupby(codes).agg(lambda texts: texts.value_counts().index[0])
    return {str(code): str(text) for code, text in chosen.sort_index().items()}


def _csv(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """Return a table; ValueError names the columns that it lacks."""
    table = pd.read_csv(path, dtype={"CIPCODE": str, "OPEID6": str})
    missing = [name for name in needed if name not in table]
    if missing:
        raise ValueError(f"{path.name} lacks the columns {missing}; it has {list(table)}")
    return table
