"""Made-up drawings that Sketch's tests train on, and how alike two bitmaps are."""

import json

import numpy as np

from models.sketch.strokes import simplify
from models.sketch.training.data import KEPT_AS_VECTORS, download


def scribbles(folder):
    """Twenty scribbles and 400 bitmaps of each of three categories."""
    random, names = np.random.default_rng(0), ["cat", "circle", "The Mona Lisa"]
    rows = [
        {"word": name, "key_id": f"{label}{number}", "countrycode": "XX", "recognized": True,
         "drawing": simplify([random.uniform(0, 200, (2, 9)).tolist()])}
        for label, name in enumerate(names) for number in range(KEPT_AS_VECTORS + 400)
    ]  # fmt: skip
    lines = {
        name: [json.dumps(row).encode() for row in rows if row["word"] == name] for name in names
    }
    download(folder, KEPT_AS_VECTORS + 400, names, lambda name: iter(lines[name]))
    return folder


def cosine(one, other):
    """Return the cosine similarity of two arrays of one shape."""
    one, other = one.astype(float).ravel(), other.astype(float).ravel()
    return one @ other / np.sqrt((one @ one) * (other @ other))
