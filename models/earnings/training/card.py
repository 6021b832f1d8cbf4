"""The model card: every figure measured on institutions that the measured model had not seen."""

from typing import Any

from models.earnings import COVERAGE
from models.earnings.training import data
from models.earnings.training.evaluate import (
    FOLDS,
    LINEAR,
    MEDIANS,
    Outcome,
    by_credential,
    by_familiarity,
)
from models.earnings.training.fit import LEAST
from showcase.contract import Card, Score
from showcase.contract.card import today, versions

HEADLINE = "R²"
LIBRARIES = ("scikit-learn", "skops", "numpy", "pandas")
SPLIT = (
    f"By campus group (OPEID6), never by row, since branch campuses repeat their group's figures: "
    f"{FOLDS} parts, each answered by a model fitted on the other {FOLDS - 1}. The correction of "
    "the intervals is measured inside those others, on institutions left out in turn, so no row "
    "sets the interval that it is counted in. Scores are means over the parts, coverage is over "
    "all rows. Settings of the trees were compared on three of these parts; "
    "how intervals are corrected was settled after a look at the coverage of all five. The shipped "
    "model has the same settings and is fitted once more on all rows."
)
LIMITS = """\
It is the median one year after completing: half of the graduates earn less, later pay may differ.
Only graduates who received federal aid, were working and were not enrolled one year later count.
People without federal aid, without work or back in school are left out.
Completed in 2014-15 and 2015-16, measured in 2016 and 2017, in 2018 US dollars: not today's pay.
Medians of small groups are not published, and noise may have been added to those that are.
It says what programmes like this one go with, not what a price or a score would cause.
It does not know the institution's name, its state or the local cost of living.""".splitlines()


def card(outcome: Outcome, sha256: dict[str, str], seed: int, more: dict[str, Any]) -> Card:
    """Return the card from what models said of institutions they had not seen."""
    return Card(
        demo="earnings",
        model=(
            "Gradient-boosted trees on eight inputs and on what the same field, family and "
            "credential earn elsewhere, shrunk where few institutions teach it; ends of the "
            "interval by quantile regression, made to cover what they say per credential. "
            "scikit-learn, saved with skops."
        ),
        data="College Scorecard, earnings one year after completion by institution and field",
        author="US Department of Education",
        licence=(
            "Public domain: a work of the US federal government. Data courtesy of the US "
            "Department of Education, College Scorecard."
        ),
        url=data.ADDRESS,
        data_sha256=sha256,
        split=SPLIT,
        seed=seed,
        headline=HEADLINE,
        summary=summary(outcome),
        scores=scores(outcome),
        limits=LIMITS,
        versions=versions(LIBRARIES),
        date=today(),
        command="python -m models.earnings.train --data DIR",
        more=figures(outcome) | more,
    )


def summary(outcome: Outcome) -> str:
    """Return the honest score in one sentence; what stands before ';' is for the gallery."""
    error = round(outcome.mean_scores(outcome.value)["mae"], -2)
    return (
        f"Off by {error:,.0f} US dollars a year on average at institutions it had not seen; "
        f"its {COVERAGE:.0%} range held the published median "
        f"{outcome.covered.mean():.0%} of the time."
    )


def scores(outcome: Outcome) -> list[Score]:
    """Return the scores with what each means."""
    ours, linear = (outcome.mean_scores(said) for said in (outcome.value, outcome.linear))
    covered = round(float(outcome.covered.mean()), 4)
    return [
        Score(
            name=HEADLINE,
            value=ours["r2"],
            meaning=(
                f"It explains {ours['r2']:.0%} of the differences between published medians; 0% "
                "says the average every time"
            ),
        ),
        Score(
            name="mean absolute error",
            value=round(ours["mae"], 1),
            meaning="US dollars a year between its answer and the published median, on average",
        ),
        Score(
            name="interval coverage",
            value=covered,
            meaning=f"Its {COVERAGE:.0%} range held {100 * covered:.1f} in 100 published medians",
        ),
        Score(
            name="R² of a linear regression",
            value=linear["r2"],
            meaning="The article's kind of model, fitted and scored on the same institutions",
        ),
        Score(
            name="mean absolute error of a linear regression",
            value=round(linear["mae"], 1),
            meaning="US dollars a year, on the same institutions",
        ),
    ]


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return baselines and parts, for those who read the file."""
    return {
        "baselines": {
            LINEAR: outcome.mean_scores(outcome.linear),
            MEDIANS: outcome.mean_scores(outcome.medians),
        },
        "folds": outcome.by_fold(),
        "by_credential": by_credential(outcome),
        "by_institutions_seen_with_field_and_credential": by_familiarity(outcome),
        "least_institutions_of_a_published_distribution": LEAST,
    }
