"""Fit the rainfall model and measure it. Writes model.skops and card.json.

python -m models.rainfall.train --data DIR [--out DIR] [--seed N] [--download] [--feedback FILE]

DIR holds weather_aus.csv.gz or weatherAUS.zip; --download fetches the latter. FILE is what
`python -m showcase feedback export --training rainfall --out FILE` wrote. About 3 minutes on two
cores.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.rainfall.inputs import FIELDS
from models.rainfall.model import write
from models.rainfall.training import card, data, evaluate, fit
from showcase.contract import Card
from showcase.contract.card import sha256
from showcase.learning.drift import INPUTS, summary

WHERE = f"""Which data? Say --data DIR, a folder with {data.TABLE} or {data.ARCHIVE}.

The observations are the Australian Bureau of Meteorology's, compiled as weatherAUS. Get
{data.ADDRESS}
by hand, or let --data DIR --download put it into the folder.
"""
OWN_PLACE = """\
What people said never replaces the shipped model in place: say --out DIR, or let
`showcase learn rainfall --data DIR` train a candidate and tell whether it is better.
"""


def train(folder: Path, out: Path, seed: int, feedback: Path | None = None) -> Card:
    """Measure, then fit on all days and on the verdicts of visitors; write model and card."""
    path = data.find(folder)
    table = data.read(path)
    days, years = data.with_target(table), evaluate.calendar(table)
    usual = fit.share_of_similar_days(
        data.before(days, years.calibration), data.year_from(days, years.calibration)
    )
    said = data.read_verdicts(feedback).apart_from(years.kept_apart(days)) if feedback else None
    sums = sha256([path]) | ({said.file: said.sha256} if said else {})
    model = fit.fit_model(days, usual, seed, said)
    scored, figures = evaluate.measure(days, years, seed, said)
    more = evaluate.model_figures(days, years, usual, model) | figures
    written = card.card(scored, card.split_text(days, years), sums, seed, more)
    written.more[INPUTS] = summary({name: days[name].tolist() for name in FIELDS})
    out.mkdir(parents=True, exist_ok=True)
    write(model, out / "model.skops")
    written.write(out)
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 2 when no data folder is named."""
    parser = argparse.ArgumentParser(
        description="Fit and measure the rainfall model.",
        epilog=WHERE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, help="folder of the weather table")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=0, help="of the networks' first weights")
    parser.add_argument("--download", action="store_true", help="fetch the table into --data first")
    parser.add_argument("--feedback", type=Path, metavar="FILE", help="what visitors said, a CSV")
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        print(WHERE, file=sys.stderr)
        return 2
    if chosen.feedback and chosen.out == Path(__file__).parent:
        print(OWN_PLACE, file=sys.stderr)
        return 2
    if chosen.download:
        data.download(chosen.data)
    with threadpool_limits(limits=1):  # threads that wait for one another cost more than they give
        written = train(chosen.data, chosen.out, chosen.seed, chosen.feedback)
    print(written.summary)
    if chosen.feedback:
        print(got_worse(written))
    return 0


# Score of the card, its name among those without verdicts, and whether more is better.
COMPARED = (
    ("ROC AUC", "roc_auc", True),
    ("Brier score", "brier", False),
    ("calibration error", "calibration_error", False),
)


def got_worse(card: Card) -> str:
    """Return which scores are worse than without what visitors said, in a line."""
    without = card.more["feedback"]["scores_without"]
    told = [
        f"{name} {card.score(name):.4f} instead of {without[key]:.4f}"
        for name, key, more_is_better in COMPARED
        if (card.score(name) < without[key]) == more_is_better and card.score(name) != without[key]
    ]
    return f"Worse with what visitors said: {', '.join(told)}." if told else "Nothing got worse."


if __name__ == "__main__":
    sys.exit(main())
