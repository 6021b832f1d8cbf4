"""How VADER's answers compare with what people said, as the scores of the model card."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from models.sentiment import LABELS, label
from models.sentiment.training import data
from models.sentiment.vader import Analyzer
from showcase.contract import Score

THRESHOLDS = (0.05, 0)  # the authors' and the article's; the first is the default
BANDS = (0.5, 0.05)  # raters whose mean is nearer to 0 are taken to have felt neutral
HEADLINE = "accuracy on tweets"
FILMS = "accuracy on film reviews"
FILMS_NEUTRAL = "film reviews called neutral"
SIDES = {"pos": "positive", "neg": "negative"}

Labels = npt.NDArray[np.str_]


def measure(model: Analyzer, folder: Path) -> tuple[list[Score], dict[str, Any]]:
    """Return every score, the headline first, and the counts behind them."""
    counts: dict[str, Any] = {}
    together: list[Score] = []
    for name, file in data.RATED.items():
        rated = data.read(folder, file)
        ratings, scores = rated["mean_rating"], compound(model, rated["text"])
        counts[name] = len(rated)
        together += correlations(name, ratings, scores)
        if name == "tweets":
            tweets, table = tweet_scores(ratings, scores), confusion(ratings, scores)
    labelled = data.read(folder, data.LABELLED)
    sides = labelled["label"].map(SIDES).to_numpy(dtype=str)
    films = film_scores(sides, compound(model, labelled["text"]))
    counts["labelled film reviews"] = len(labelled)
    return [*tweets[:2], *films, *together, *tweets[2:]], counts | table


def compound(model: Analyzer, texts: Iterable[str]) -> "pd.Series[float]":
    """Return each text's compound score, -1 to 1."""
    return pd.Series([model.polarity_scores(text)["compound"] for text in texts], dtype=float)


def said(scores: "pd.Series[float]", threshold: float) -> Labels:
    """Return the label of each score."""
    return np.array([label(score, threshold) for score in scores])


def felt(ratings: "pd.Series[float]", band: float) -> Labels:
    """Return the raters' label; "neutral" where their mean is under 0.5, or at most 0.05, from 0.

    So few means are exactly 0 that this neutral band decides what accuracy comes out.
    """
    near = ratings.abs() < band if band == BANDS[0] else ratings.abs() <= band
    return np.where(near, "neutral", np.where(ratings > 0, "positive", "negative"))


def tweet_scores(ratings: "pd.Series[float]", scores: "pd.Series[float]") -> list[Score]:
    """Return accuracy and macro F1 for both bands and thresholds; the headline comes first."""
    return [
        score
        for band in BANDS
        for threshold in THRESHOLDS
        for score in _agreement(felt(ratings, band), said(scores, threshold), band, threshold)
    ]


def _agreement(truth: Labels, answers: Labels, band: float, threshold: float) -> list[Score]:
    usual = (band, threshold) == (BANDS[0], THRESHOLDS[0])
    where = "" if usual else f", neutral zones {band} and {threshold}"
    zones = f"the raters' neutral zone ends {band} from 0, VADER's {threshold}"
    f1 = f1_score(truth, answers, labels=LABELS, average="macro", zero_division=0)
    return [
        Score(
            name=HEADLINE + where,
            value=float(accuracy_score(truth, answers)),
            meaning=f"Share with the raters' label; {zones}",
        ),
        Score(
            name=f"macro F1 on tweets{where}",
            value=float(f1),
            meaning=f"Mean of the three labels' F1, rare ones counting as much; {zones}",
        ),
    ]


def correlations(name: str, ratings: "pd.Series[float]", scores: "pd.Series[float]") -> list[Score]:
    """Return how the score goes with the raters' mean: in a straight line, and by rank."""
    pairs = (("Pearson r", ratings, scores), ("Spearman rho", ratings.rank(), scores.rank()))
    return [
        Score(
            name=f"{kind} on {name}",
            value=float(one.corr(other)),
            meaning=f"Score against the raters' mean, {len(ratings):,} texts; 1 is perfect",
        )
        for kind, one, other in pairs
    ]


def film_scores(truth: Labels, scores: "pd.Series[float]") -> list[Score]:
    """Return how often labelled sentences of film reviews are told apart, and not judged."""
    answers = said(scores, THRESHOLDS[0])
    answered = answers != "neutral"
    right = answers == truth
    return [
        Score(
            name=FILMS,
            value=float(right.mean()),
            meaning=f"Share of {len(truth):,} sentences on the right side; neutral is wrong here",
        ),
        Score(
            name=FILMS_NEUTRAL,
            value=float(1 - answered.mean()),
            meaning="Share of the same sentences, none of which is neutral",
        ),
        Score(
            name=f"{FILMS} where not neutral",
            value=float(right[answered].mean()),
            meaning=f"Right side among the other {answered.sum():,} sentences; 0.5 is guessing",
        ),
    ]


def confusion(ratings: "pd.Series[float]", scores: "pd.Series[float]") -> dict[str, Any]:
    """Return the headline's confusion matrix and what always saying the commonest label scores."""
    truth = felt(ratings, BANDS[0])
    table = confusion_matrix(truth, said(scores, THRESHOLDS[0]), labels=LABELS)
    return {
        "confusion": {"labels": LABELS, "rows": "raters", "counts": table.tolist()},
        "accuracy of always the commonest label": float(table.sum(axis=1).max() / table.sum()),
    }
