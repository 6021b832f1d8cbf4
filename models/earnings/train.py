"""Fit the earnings model and measure it. Writes model.skops, card.json, thumbnail.svg, fields.json.

python -m models.earnings.train --data DIR [--out DIR] [--seed N]

DIR holds earnings.csv.gz and institutions.csv.gz, or a folder college_scorecard with them. Where
the data come from and which columns are used: `models.earnings.scorecard`. About 6 minutes.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from models.earnings import artifact, report, scorecard, thumbnail
from models.earnings.evaluation import outcome, strange_fields
from models.earnings.margins import margins
from models.earnings.names import TITLES
from models.earnings.shipped import assembled
from showcase.contract import Card

WHERE = f"""Which data? Say --data DIR, a folder with two tables.

They hold these columns (College Scorecard):
  {scorecard.TABLE}: {", ".join(scorecard.NEEDED)}
  {scorecard.INSTITUTIONS}: {", ".join(scorecard.NEEDED_OF_INSTITUTIONS)}
Get the department's files from {scorecard.ADDRESS}
{scorecard.FILES}
and see models/earnings/scorecard.py for how the columns are joined.
"""


def train(folder: Path, out: Path, seed: int) -> Card:
    """Measure, then fit on all rows, and write the four files into `out`."""
    place = scorecard.find(folder)
    table = scorecard.read(place)
    rows = scorecard.rows(table)
    model = assembled(rows, margins(rows, seed), seed)
    counts = {
        "rows": len(rows),
        "institutions": int(table["UNITID"].nunique()),
        "campus_groups": int(table["OPEID6"].nunique()),
        "fields": int(table["CIPCODE"].nunique()),
    }
    more = {"counts": counts, "fields_never_seen": strange_fields(rows, seed)}
    card = report.card(outcome(rows, seed), scorecard.checksums(place), seed, more)
    out.mkdir(parents=True, exist_ok=True)
    artifact.write(model, out / "model.skops")
    (out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    titles = json.dumps(scorecard.titles(table), indent=1, ensure_ascii=False)
    (out / TITLES.name).write_text(titles + "\n", encoding="utf-8")
    thumbnail.write(out / "thumbnail.svg", model)
    return card


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 when no data folder is named."""
    parser = argparse.ArgumentParser(description="Fit and measure the earnings model.")
    parser.add_argument("--data", type=Path, help="folder of the two tables")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=0, help="of folds and trees")
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        print(WHERE, file=sys.stderr)
        return 2
    card = train(chosen.data, chosen.out, chosen.seed)
    print(card.summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
