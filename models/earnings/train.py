"""Fit the earnings model and measure it. Writes model.skops, card.json, fields.json.

python -m models.earnings.train --data DIR [--out DIR] [--seed N]

DIR holds earnings.csv.gz and institutions.csv.gz, or a folder college_scorecard with them. Where
the data come from and which columns are used: `models.earnings.training.data`. About 6 minutes.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from models.earnings.inputs import TITLES, Input
from models.earnings.model import write
from models.earnings.training import data
from models.earnings.training.card import card
from models.earnings.training.evaluate import outcome, strange_fields
from models.earnings.training.fit import assembled, margins
from showcase.contract import Card
from showcase.contract.card import sha256
from showcase.learning.drift import INPUTS, summary

WHERE = f"""Which data? Say --data DIR, a folder with two tables.

They hold these columns (College Scorecard):
  {data.TABLE}: {", ".join(data.NEEDED)}
  {data.INSTITUTIONS}: {", ".join(data.NEEDED_OF_INSTITUTIONS)}
Get the department's files from {data.ADDRESS}
{data.FILES}
and see models/earnings/training/data.py for how the columns are joined.
"""


def train(folder: Path, out: Path, seed: int) -> Card:
    """Measure, then fit on all rows, and write the three files into `out`."""
    place = data.find(folder)
    table = data.read(place)
    rows = data.rows(table)
    model = assembled(rows, margins(rows, seed), seed)
    counts = {
        "rows": len(rows),
        "institutions": int(table["UNITID"].nunique()),
        "campus_groups": int(table["OPEID6"].nunique()),
        "fields": int(table["CIPCODE"].nunique()),
    }
    more = {"counts": counts, "fields_never_seen": strange_fields(rows, seed)}
    sums = sha256([place / data.TABLE, place / data.INSTITUTIONS])
    measured = card(outcome(rows, seed), sums, seed, more)
    measured.more[INPUTS] = summary(learned(table))
    out.mkdir(parents=True, exist_ok=True)
    write(model, out / "model.skops")
    measured.write(out)
    titles = json.dumps(data.titles(table), indent=1, ensure_ascii=False)
    (out / TITLES.name).write_text(titles + "\n", encoding="utf-8")
    return measured


def learned(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the table's columns as the model's inputs have them, codes as texts."""
    renamed = table.rename(columns=data.COLUMNS)[list(Input.model_fields)]
    found = {str(name): renamed[name].tolist() for name in renamed}
    for name in ("region", "locale"):
        found[name] = [None if math.isnan(code) else str(int(code)) for code in found[name]]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 when no data folder is named."""
    parser = argparse.ArgumentParser(
        description="Fit and measure the earnings model.",
        epilog=WHERE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, help="folder of the two tables")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=0, help="of folds and trees")
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        print(WHERE, file=sys.stderr)
        return 2
    measured = train(chosen.data, chosen.out, chosen.seed)
    print(measured.summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
