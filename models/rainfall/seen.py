"""What the model has seen: training days counted in a sparse grid over the four inputs."""

import numpy as np
from numpy.typing import NDArray

# Edges of a cell in °C, %, hPa, km/h. A cell and its neighbours reach about 1.5 edges either
# way: 3 °C, 9 points of humidity, 3 hPa and 9 km/h.
EDGES = np.array([2.0, 6.0, 2.0, 6.0])


def occupied_cells(X: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Return the cells (m, 4) that hold any of the days (n, 4), and how many each holds (m,)."""
    cells, counts = np.unique(_cell_of(X), axis=0, return_counts=True)
    return cells, counts.astype(np.int32)


def similar_days(
    cells: NDArray[np.int16], counts: NDArray[np.int32], X: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return for each reading (n, 4) the number of days in its cell and the cells around it."""
    near = [np.abs(cells - cell).max(axis=1) <= 1 for cell in _cell_of(X)]
    return np.array([counts[mask].sum() for mask in near], dtype=np.int64)


def _cell_of(X: NDArray[np.float64]) -> NDArray[np.int16]:
    cells: NDArray[np.int16] = np.floor(X / EDGES).astype(np.int16)
    return cells
