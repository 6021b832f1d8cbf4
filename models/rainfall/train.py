"""Fit the rainfall model and measure it. Writes model.skops, card.json, thumbnail.svg.

python -m models.rainfall.train --data DIR [--out DIR] [--seed N] [--download] [--feedback FILE]

DIR holds weather_aus.csv.gz or weatherAUS.zip; --download fetches the latter. FILE is what
`python -m showcase feedback export --training rainfall --out FILE` wrote. About 3 minutes on two
cores.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.rainfall import (
    artifact,
    baselines,
    candidates,
    experiments,
    report,
    shipped,
    thumbnail,
    verdicts,
    weather,
)
from models.rainfall.scores import auc_interval
from models.rainfall.verdicts import Verdicts
from showcase.contract import Card

YEARS = 5
WHERE = f"""Which data? Say --data DIR, a folder with {weather.TABLE} or {weather.ARCHIVE}.

The observations are the Australian Bureau of Meteorology's, compiled as weatherAUS. Get
{weather.ADDRESS}
by hand, or let --data DIR --download put it into the folder.
"""


@dataclass(frozen=True)
class Calendar:
    """The table's last years, oldest first: each is scored once, the last is kept apart."""

    starts: list[pd.Timestamp]

    @property
    def calibration(self) -> pd.Timestamp:
        """First day of the year that thresholds are set on."""
        return self.starts[-2]

    @property
    def test(self) -> pd.Timestamp:
        """First day of the year kept apart."""
        return self.starts[-1]

    def kept_apart(self, days: pd.DataFrame) -> pd.DataFrame:
        """Return the days that the card's scores are measured on."""
        return weather.year_from(days, self.test)


def calendar(table: pd.DataFrame) -> Calendar:
    """Return the years; ValueError when the table is too short to keep two of them apart."""
    starts = weather.last_years(table, YEARS)
    if len(starts) < 2:
        first, last = table["Date"].min(), table["Date"].max()
        raise ValueError(
            f"the table runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}, expected three years or more"
        )
    return Calendar(starts)


def train(folder: Path, out: Path, seed: int, feedback: Path | None = None) -> Card:
    """Measure, then fit on all days and on the verdicts of visitors, and write the three files."""
    path = weather.find(folder)
    table = weather.read(path)
    days, years = weather.with_target(table), calendar(table)
    usual = shipped.share_of_similar_days(
        weather.before(days, years.calibration), weather.year_from(days, years.calibration)
    )
    said = verdicts.read(feedback).apart_from(years.kept_apart(days)) if feedback else None
    model = shipped.fit(days, usual, seed, said)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
    card = measure(days, years, seed, sums, model_figures(days, years, usual, model), said=said)
    write(model, card, out)
    return card


def measure(
    days: pd.DataFrame,
    years: Calendar,
    seed: int,
    sums: dict[str, str],
    more: dict[str, Any],
    *,
    said: Verdicts | None = None,
) -> Card:
    """Return the card, with the figures of all that was tried.

    What visitors said changes the scores; all that is compared with them is measured without it.
    """
    fits = experiments.committees(days, years.starts, seed)
    scored = experiments.outcome(fits[years.test], days, years.test)
    if said is not None:
        more = more | {"feedback": said.figures | {"scores_without": scored.scores}}
        sums = sums | {said.file: said.sha256}
        fit = experiments.past_fit(candidates.committee, days, years.test, seed, said)
        scored = experiments.outcome(fit, days, years.test)
    weeks = weather.weeks(years.kept_apart(days))
    figures = {
        "roc_auc_interval_95": auc_interval(scored.y, scored.p, weeks, seed),
        "baselines": baselines.baselines(days, years.test, seed),
        "targets": baselines.targets(days, years.test, scored.p, seed),
        "leaking_target": baselines.leaking_target(days, years.test, seed),
        "experiments": {
            "rolling_years": experiments.rolling_years(days, fits, seed),
            "calibration": experiments.calibrations(days, fits),
            "optional_inputs": experiments.optional_inputs(days, years.test, seed),
        },
    }
    return report.card(scored, split_text(days, years), sums, seed, more | figures)


def model_figures(
    days: pd.DataFrame, years: Calendar, usual: float, model: artifact.Model
) -> dict[str, Any]:
    """Return the counts of days and what the shipped artifact's own numbers are."""
    past, test = weather.before(days, years.test), years.kept_apart(days)
    flagged = shipped.flagged_share(past, test, usual)
    return {
        "days": {
            "all": len(days),
            "before_kept_apart": len(past),
            "kept_apart": len(test),
            "stations": int(days["Location"].nunique()),
            "from": f"{days['Date'].min():%Y-%m-%d}",
            "to": f"{days['Date'].max():%Y-%m-%d}",
        },
        "shipped_model_on_the_year_kept_apart": {
            "meaning": (
                "It learned from these very days, so this is no score: it shows how little more "
                "the four readings tell of this year."
            ),
            "scores": experiments.outcome(model.classifier, days, years.test).scores,
        },
        "average_chance": round(model.average_chance, 6),
        "familiarity": {
            "unusual_below": model.fewest,
            "flagged_share_of_days_kept_apart": round(flagged, 4),
        },
    }


def split_text(days: pd.DataFrame, years: Calendar) -> str:
    """Return how the days were divided and what is shipped."""
    last = years.kept_apart(days)["Date"].max()
    return (
        "By date, never by row; rows with all four readings. Choices (kind of model, no correction "
        "of its chances, what counts as unusual) were made on the years before "
        f"{years.test:%Y-%m-%d}; the scores are of a model fitted on those years, on the 12 months "
        f"to {last:%Y-%m-%d}, kept apart. The day before a border is left out. The shipped model "
        "has the same settings and is fitted once more on all days, so no day is left to score it "
        "on; its chances are the networks' own, uncorrected."
    )


def write(model: artifact.Model, card: Card, out: Path) -> None:
    """Write the artifact, the card and the picture."""
    out.mkdir(parents=True, exist_ok=True)
    artifact.write(model, out / "model.skops")
    (out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    thumbnail.write(out / "thumbnail.svg", model)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 when no data folder is named."""
    parser = argparse.ArgumentParser(description="Fit and measure the rainfall model.")
    parser.add_argument("--data", type=Path, help="folder of the weather table")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=0, help="of the networks' first weights")
    parser.add_argument("--download", action="store_true", help="fetch the table into --data first")
    parser.add_argument("--feedback", type=Path, metavar="FILE", help="what visitors said, a CSV")
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        print(WHERE, file=sys.stderr)
        return 2
    if chosen.download:
        weather.download(chosen.data)
    with threadpool_limits(limits=1):  # threads that wait for one another cost more than they give
        card = train(chosen.data, chosen.out, chosen.seed, chosen.feedback)
    print(card.summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
