"""How good chances are: ranking, accuracy of the number, agreement of said and happened."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

BINS = 10
RESAMPLES = 200


def measured(y: NDArray[np.bool_], p: NDArray[np.float64]) -> dict[str, float]:
    """Return ROC AUC, Brier score and calibration error of chances p (n,) for outcomes y (n,)."""
    figures = {
        "roc_auc": roc_auc_score(y, p),
        "brier": brier_score_loss(y, p),
        "calibration_error": calibration_error(y, p),
    }
    return {name: round(float(figure), 4) for name, figure in figures.items()}


def calibration_error(y: NDArray[np.bool_], p: NDArray[np.float64], bins: int = BINS) -> float:
    """Return the expected calibration error over equally wide bins.

    The mean gap between the chance said and the share that happened, weighted by days (Naeini et
    al., "Obtaining well calibrated probabilities using Bayesian binning", 2015).

    >>> calibration_error(np.array([True, False]), np.array([0.75, 0.25]))
    0.25
    """
    rows = reliability(y, p, bins)
    return float(sum(row["days"] * abs(row["said"] - row["happened"]) for row in rows) / len(y))


def reliability(
    y: NDArray[np.bool_], p: NDArray[np.float64], bins: int = BINS
) -> list[dict[str, float]]:
    """Return, for each bin that holds days, the mean chance said, the share of rain, the days."""
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    return [
        {
            "said": float(p[bin_of == one].mean()),
            "happened": float(y[bin_of == one].mean()),
            "days": int((bin_of == one).sum()),
        }
        for one in np.unique(bin_of)
    ]


def share_when_said(
    y: NDArray[np.bool_], p: NDArray[np.float64], low: float, high: float
) -> float | None:
    """Return the share of rain on the days with a chance from low to high; None without any."""
    said = (p >= low) & (p < high)
    return float(y[said].mean()) if said.any() else None


def auc_interval(
    y: NDArray[np.bool_], p: NDArray[np.float64], weeks: NDArray[np.int64], seed: int
) -> list[float]:
    """Return the range that holds ROC AUC in 95% of resamples.

    Whole weeks (n,) are drawn, with replacement: stations share a day's weather, days a week's.
    """
    rng = np.random.default_rng(seed)
    rows_of = [np.flatnonzero(weeks == week) for week in np.unique(weeks)]
    ranks = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[week] for week in drawn])
        ranks.append(roc_auc_score(y[rows], p[rows]))
    return [round(float(edge), 4) for edge in np.quantile(ranks, [0.025, 0.975])]
