"""Fetch drawings from Quick, Draw!'s public bucket, as many of each category as asked for.

They come in simplified form, from the beginning of each category's file; the first are kept as
vector drawings, the others drawn as bitmaps. No drawing is in both files. CC BY 4.0, Google.
"""

import gzip
import json
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.drawings import BITMAPS, VECTORS
from models.sketch.labels import LABELS
from models.sketch.raster import rasterise_many

BUCKET = "https://storage.googleapis.com/quickdraw_dataset/full/simplified"
KEPT_AS_VECTORS = 20
KEPT = ("word", "key_id", "countrycode", "recognized", "drawing")

Row = dict[str, Any]


def lines_of(label: str) -> Iterator[bytes]:
    """Yield the lines of a category's file, fetched as they are read."""
    address = f"{BUCKET}/{quote(label)}.ndjson"
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # https above
        yield from answer


def download(
    folder: Path,
    each: int,
    labels: Iterable[str] = LABELS,
    lines: Callable[[str], Iterator[bytes]] = lines_of,
) -> None:
    """Write `each` drawings of every category into the folder, as `drawings.read` reads them."""
    classes, vectors, images, counts = list(labels), [], [], []
    for label in tqdm(classes, "fetching", unit="category"):
        rows = [json.loads(line) for line in islice(lines(label), each)]
        vectors += rows[:KEPT_AS_VECTORS]
        images.append(rasterise_many(row["drawing"] for row in rows[KEPT_AS_VECTORS:]))
        counts.append(len(images[-1]))
    folder.mkdir(parents=True, exist_ok=True)
    _write_vectors(folder / VECTORS, vectors)
    np.savez_compressed(
        folder / BITMAPS,
        images=np.concatenate(images),
        labels=np.repeat(np.arange(len(classes), dtype=np.int16), counts),
        classes=np.array(classes),
    )


def _write_vectors(path: Path, rows: Iterable[Row]) -> None:
    """Write one JSON object a line, gzipped."""
    lines = (json.dumps({key: row[key] for key in KEPT}, separators=(",", ":")) for row in rows)
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
