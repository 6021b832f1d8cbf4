"""Fit the model and measure it. Writes model.skops, card.json and thumbnail.svg.

python -m models.my_demo.train [--out DIR]

A second on one core; the data comes with scikit-learn. What people say makes a better one:
`showcase learn`, which `training/learn.py` serves.
"""

import argparse
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from models.my_demo import FIELDS, LABELS, load
from showcase.contract import Card, Score
from showcase.contract.skops_archive import repeatable

SEED = 0
COLUMNS = ("alcohol", "flavanoids", "color_intensity")  # as the data calls the fields of Input
FOLDER = Path(__file__).parent
COLOURS = ("#0072B2", "#E69F00", "#009E73")  # Okabe and Ito's, readable for the colour-blind


class Split(NamedTuple):
    """The measurements (n, 3) and growers (n,), from 0, of wines to learn and of those apart."""

    X_train: Any
    X_test: Any
    y_train: Any
    y_test: Any


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure on wines kept apart, and write the three files."""
    parser = argparse.ArgumentParser(
        description="Fit the model and measure it.", epilog="The data come with scikit-learn."
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write")
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    X, y = wines()
    apart = split()
    model = fitted(apart.X_train, apart.y_train)
    write(model, out / "model.skops")
    load(out / "model.skops")  # refuses what is not trusted
    usual = max((apart.y_test == label).mean() for label in set(apart.y_train.tolist()))
    accuracy = float(model.score(apart.X_test, apart.y_test))
    card = described(accuracy, float(usual), digest(X, y))
    (out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (out / "thumbnail.svg").write_text(picture(X, y), encoding="utf-8")
    print(card.summary)


def wines() -> tuple[Any, Any]:
    """Return the measurements (178, 3) and the growers (178,), from 0."""
    from sklearn.datasets import load_wine

    data = load_wine()
    return data.data[:, [data.feature_names.index(column) for column in COLUMNS]], data.target


def split() -> Split:
    """Return the wines to learn from and those that are kept apart, always the same ones."""
    from sklearn.model_selection import train_test_split

    X, y = wines()
    return Split(*train_test_split(X, y, test_size=0.3, stratify=y, random_state=SEED))


def write(model: Any, path: Path) -> None:
    """Write a model, byte for byte the same from one seed."""
    from skops.io import dumps

    path.write_bytes(repeatable(dumps(model)))


def fitted(X: Any, y: Any) -> Any:
    """Return a logistic regression on scaled measurements."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(random_state=SEED)).fit(X, y)


def digest(X: Any, y: Any) -> str:
    """Return the SHA-256 of the data used."""
    return hashlib.sha256(X.tobytes() + y.tobytes()).hexdigest()


def described(accuracy: float, usual: float, sha256: str) -> Card:
    """Return the model card; `usual` is what always naming the most frequent grower gets right."""
    return Card(
        demo="my_demo",
        model="Logistic regression on three scaled measurements.",
        data="Wine recognition data",
        author="S. Aeberhard and M. Forina",
        licence="CC BY 4.0",
        url="https://archive.ics.uci.edu/dataset/109/wine",
        data_sha256={"load_wine": sha256},
        split=f"30% of 178 wines, stratified by grower, seed {SEED}.",
        seed=SEED,
        headline="accuracy",
        summary=f"Right for {accuracy:.0%} of 54 wines kept apart; guessing gets {usual:.0%}.",
        scores=[
            Score(name="accuracy", value=accuracy, meaning="share of wines put to their grower"),
            Score(name="baseline", value=usual, meaning="always naming the most frequent grower"),
        ],
        limits=["Wines of one region of Italy, of three growers: it knows no others."],
        versions={name: version(name) for name in ("scikit-learn", "skops")},
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        command="python -m models.my_demo.train",
    )


def picture(X: Any, y: Any) -> str:
    """Return the gallery's picture: the wines by two measurements, a colour for each grower."""
    low, high = X.min(axis=0), X.max(axis=0)
    places = (X - low) / (high - low)
    dots = "\n".join(
        f'<circle cx="{20 + 280 * place[0]:.0f}" cy="{145 - 130 * place[1]:.0f}" r="5" '
        f'fill="{COLOURS[label]}" fill-opacity="0.7"/>'
        for place, label in zip(places, y.tolist(), strict=True)
    )
    title = f"{len(X)} wines of {len(LABELS or ())} growers, by {FIELDS[0]} and {FIELDS[1]}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 160" width="320" height="160" '
        f'role="img">\n<title>{title}</title>\n{dots}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
