"""The model card: scores on the flowers held out, and how lucky that split is."""

import platform
from datetime import UTC, datetime
from importlib.metadata import version

from models.flower_power.findings import Run, findings
from models.flower_power.network import UNITS
from models.flower_power.scores import error_by_chance, measured
from models.flower_power.split import HELD_OUT, SEED
from showcase.contract import Card, Score

HEADLINE = "accuracy"
LIBRARIES = ("tensorflow-cpu", "keras", "ai-edge-litert", "scikit-learn", "numpy")
ADDRESS = "https://archive.ics.uci.edu/dataset/53/iris"
AUTHOR = (
    "R. A. Fisher, \u201cThe use of multiple measurements in taxonomic problems\u201d, 1936; the "
    "flowers were gathered and measured by Edgar Anderson"
)
COPY = (
    "scikit-learn's copy, which since 0.20 agrees with Fisher's paper; UCI's and most other copies "
    "differ from it in flowers 35 and 38."
)


def card(run: Run, digests: dict[str, str]) -> Card:
    """Return the card."""
    found = measured(run.said, run.y)
    return Card(
        demo="flower_power",
        model=(
            f"A neural network with two hidden layers of {UNITS} units on four measurements. "
            "TensorFlow/Keras, exported to LiteRT."
        ),
        data="Iris: 150 flowers of three species, four measurements each",
        author=AUTHOR,
        licence="CC BY 4.0 (UCI Machine Learning Repository)",
        url=ADDRESS,
        data_sha256=digests,
        split=split_in_words(len(run.y)),
        seed=run.seed,
        headline=HEADLINE,
        summary=summary(run),
        scores=scores(run, found),
        limits=limits(run),
        versions={"python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        date=datetime.now(UTC).date().isoformat(),
        command="python -m models.flower_power.train",
        more=findings(run, found),
    )


def split_in_words(n: int) -> str:
    """Return how the n flowers held out were drawn."""
    return (
        f"{HELD_OUT} flowers of each species ({n} of 150) are held out, drawn once with the seed "
        f"{SEED}, the year of Fisher's paper, fixed before any model was fitted; no other seed "
        "was tried. Flowers of equal measurements (102 and 143) are on the same side. Weight decay "
        "and temperature were chosen by cross-validation on the training flowers. Neither model "
        f"nor player trains on the flowers held out. The data is {COPY}"
    )


def summary(run: Run) -> str:
    """Return the honest score in one sentence."""
    usual = run.network.everywhere.accuracies.mean()
    return (
        f"It named {run.right} of {len(run.y)} flowers that it had never seen; over other "
        f"divisions of the same 150 flowers, {usual:.0%} on average."
    )


def scores(run: Run, found: dict[str, float]) -> list[Score]:
    """Return the scores with what each means."""
    usual = run.network.everywhere.accuracies
    meanings = {
        HEADLINE: f"{run.right} of {len(run.y)} flowers held out were named; luck names a third",
        "log loss": "How surprised it is by the truth: 0 is perfect, 1.10 says a third each time",
        "Brier score": "Squared gap from chances to truth: 0 is perfect, 0.67 a third each time",
        "calibration error": (
            "How far its percentages are from the shares right; on so few flowers a perfect one "
            f"would show {error_by_chance(run.said):.3f}"
        ),
    }
    lucky = Score(
        name=f"accuracy, cross-validated {len(usual)} times",
        value=round(float(usual.mean()), 4),
        meaning=(
            "The same network fitted to four fifths of all 150 and asked about the rest, which "
            "shows how lucky the one division is"
        ),
    )
    own = [Score(name=name, value=found[name], meaning=meanings[name]) for name in found]
    return [*own, lucky, compared(run)]


def compared(run: Run) -> Score:
    """Return what logistic regression comes to on the same flowers."""
    other, usual = measured(run.said_by_logistic, run.y), run.logistic.everywhere.accuracies.mean()
    return Score(
        name="accuracy of logistic regression",
        value=other[HEADLINE],
        meaning=(
            f"Fitted and asked alike, it names {round(other[HEADLINE] * len(run.y))} of the same "
            f"{len(run.y)}, log loss {other['log loss']:.3f}; cross-validated {usual:.3f}. Four "
            "measurements need no more than this simplest model"
        ),
    )


def limits(run: Run) -> list[str]:
    """Return what a visitor must know before believing an answer."""
    one_place = (
        "150 flowers, measured by one botanist; all setosa and versicolor were picked in one "
        "pasture on one day. Irises elsewhere may differ."
    )
    few = (
        f"With {len(run.y)} flowers held out, one flower more or less is "
        f"{100 / len(run.y):.0f} percentage points."
    )
    return [
        "It knows three species. Any other iris, or any other plant, is called one of them.",
        "Versicolor and virginica overlap: four measurements cannot tell some of them apart.",
        one_place,
        few,
    ]
