"""The model card: every figure measured on days that the measured model had not seen."""

from typing import Any

import pandas as pd

from models.rainfall.training import data
from models.rainfall.training.evaluate import Calendar, Outcome, share_when_said
from showcase.contract import Card, Score
from showcase.contract.card import today, versions
from showcase.contract.metrics import BINS

HEADLINE = "ROC AUC"
COMMAND = "python -m models.rainfall.train --data DIR"
OPINIONS_APART = (
    " What visitors said is learned from by the measured and by the shipped model, and scores "
    "neither; readings of a day kept apart are left out of it."
)
LIBRARIES = ("scikit-learn", "skops", "numpy", "pandas")
LICENCE = (
    "Copyright Commonwealth of Australia, Bureau of Meteorology. The sources state no explicit "
    "open licence; the compilation in rattle is GPL-3. Check the Bureau's terms before a "
    "commercial use."
)


def card(
    kept_apart: Outcome, split: str, sha256: dict[str, str], seed: int, more: dict[str, Any]
) -> Card:
    """Return the card from what the model of earlier years said on the year kept apart."""
    return Card(
        demo="rainfall",
        model=(
            "Five small neural networks (32 and 32 units) on four readings; their chances are "
            "averaged. scikit-learn, saved with skops."
        ),
        data=learned_from(more),
        author=(
            "Bureau of Meteorology, Commonwealth of Australia; compiled as weatherAUS by "
            "Graham Williams (rattle)"
        ),
        licence=LICENCE,
        url=data.REPOSITORY,
        data_sha256=sha256,
        split=split + (OPINIONS_APART if "feedback" in more else ""),
        seed=seed,
        headline=HEADLINE,
        summary=summary(kept_apart),
        scores=scores(kept_apart),
        limits=limits(more),
        versions=versions(LIBRARIES),
        date=today(),
        command=COMMAND + (" --feedback FILE" if "feedback" in more else ""),
        more=more,
    )


def learned_from(more: dict[str, Any]) -> str:
    """Return what the model learned from."""
    days = f"Daily weather of {more['days']['stations']} Australian stations (weatherAUS)"
    said = f" and {more['feedback']['rows']:,} verdicts of visitors" if "feedback" in more else ""
    return days + said


def scores(kept_apart: Outcome) -> list[Score]:
    """Return the scores with what each means."""
    figures, wet = kept_apart.scores, float(kept_apart.y.mean())
    auc, brier, error = figures["roc_auc"], figures["brier"], figures["calibration_error"]
    return [
        Score(
            name=HEADLINE,
            value=auc,
            meaning=f"It ranks a wet day above a dry one {100 * auc:.0f} times in 100; 50 is luck",
        ),
        Score(
            name="Brier score",
            value=brier,
            meaning=(
                "Mean squared gap between the chance and what happened (1 or 0); 0 is perfect, "
                f"{wet * (1 - wet):.3f} says the share of wet days every day"
            ),
        ),
        Score(
            name="calibration error",
            value=error,
            meaning=(
                f"The chance said and the share of wet days lie {100 * error:.1f} percentage "
                f"points apart on average, over {BINS} equally wide steps of chance"
            ),
        ),
        Score(
            name="share of wet days",
            value=round(wet, 4),
            meaning=f"At least 1 mm fell on {100 * wet:.0f} of 100 days kept apart",
        ),
    ]


def summary(kept_apart: Outcome) -> str:
    """Return the honest score in one sentence."""
    rained = share_when_said(kept_apart.y, kept_apart.p, 0.25, 0.35)
    said = (
        "Nothing is known of days it gave about 30%"
        if rained is None
        else f"When it said about 30% on days it had never seen, it rained on {rained:.0%} of them"
    )
    ranked = 100 * kept_apart.scores["roc_auc"]
    return f"{said}; it ranks a wet day above a dry one {ranked:.0f} times in 100."


def limits(more: dict[str, Any]) -> list[str]:
    """Return what a visitor must know before believing a chance."""
    years = next(iter(more["experiments"]["rolling_years"].values()))
    ranks = [figures["roc_auc"] for year, figures in years.items() if year != "mean"]
    part = (
        "The 24 hours run from 9 this morning to 9 tomorrow morning: part of the rain may have "
        "fallen before 3pm, when the readings were taken."
    )
    place = (
        "It does not know the place or the season: the same readings in Darwin and in Hobart get "
        "the same chance."
    )
    harder = (
        f"Some years are harder: over {len(ranks)} years, each judged by a model of the years "
        f"before it, ROC AUC ran from {min(ranks):.3f} to {max(ranks):.3f}."
    )
    opinions = (
        "What visitors said of readings that they made up is their opinion: nobody measured it."
    )
    first, last = more["days"]["from"][:4], more["days"]["to"][:4]
    return [
        part,
        f"Australian stations only, {first} to {last}. It knows no other country's data.",
        place,
        "A day counts as wet from 1 mm, and the model says nothing of how much falls.",
        harder,
        *([opinions] if "feedback" in more else []),
    ]


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
