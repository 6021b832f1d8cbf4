"""Demos that no package has: a function with every kind of input, one of a script, an estimator."""

from sklearn import datasets, linear_model

from showcase import from_estimator
from showcase.contract import Demo
from tests.showcase.interface.kinds import every_kind


def tip(bill: float = 40, service: str = "good") -> dict:
    """How much to tip."""
    return {"tip": round(bill * 0.15, 2), "service": service}


def dice() -> int:
    """Dice. What comes where nothing is asked."""
    return 4


def every_demo() -> list[Demo]:
    """Return them, as lines of a registry."""
    X, y = datasets.load_wine(return_X_y=True, as_frame=True)
    model = linear_model.LogisticRegression(max_iter=5_000).fit(X[["alcohol", "hue"]], y)
    wine = from_estimator(model, X[["alcohol", "hue"]], y, name="wine")
    return [
        Demo("every_kind", "Every kind", "", "", "Takes everything.", "", made=every_kind),
        Demo("tip", "Tip", "", "", "How much to tip.", "tip:tip", made=tip),
        Demo("dice", "Dice", "", "", "Takes nothing.", "dice:dice", made=dice),
        Demo("wine", "Wine", "", "", "Which grower?", "wine:wine", made=wine),
    ]
