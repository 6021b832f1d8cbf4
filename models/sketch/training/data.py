"""Read Quick, Draw!'s drawings and keep a fixed part apart, by the hash of each drawing.

The folder holds `train.npz`, `train_stretched.npz` (bitmaps) and `strokes345.ndjson.gz` (vector
drawings in simplified form), as its README describes. CC BY 4.0, Google,
https://github.com/googlecreativelab/quickdraw-dataset.
"""

import gzip
import hashlib
import json
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.labels import LABELS
from models.sketch.raster import Bitmap, rasterise_many
from models.sketch.strokes import Drawing

BITMAPS = "train.npz"
STRETCHED = "train_stretched.npz"
VECTORS = "strokes345.ndjson.gz"
FILES = (BITMAPS, STRETCHED, VECTORS)
TESTED, CALIBRATED = 2, 1  # vector drawings of each category
TESTED_SHARE, CALIBRATED_SHARE = 0.04, 0.01  # of the bitmaps
SALT = b"sketch"  # the bitmaps were gathered by their bare hash, which is not even any more
INDEX = {label: index for index, label in enumerate(LABELS)}

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Bitmaps (n, 28, 28) uint8 with labels (n,), and vector drawings with theirs."""

    images: Bitmap
    labels: Labels
    drawings: list[Drawing]
    drawn: Labels

    @property
    def rasters(self) -> Bitmap:
        """The vector drawings as (n, 28, 28) uint8 bitmaps."""
        return rasterise_many(self.drawings)


@dataclass(frozen=True)
class Split:
    """What is trained on, what the temperature is set on, and what is only measured."""

    train: Part
    calibration: Part
    test: Part


def read(folder: Path) -> Split:
    """Return all drawings of the folder, split; the same drawings are apart at every call."""
    images, labels, share = bitmaps(folder)
    drawings, drawn, rank = vectors(folder)
    tested = share < TESTED_SHARE
    calibrated = ~tested & (share < TESTED_SHARE + CALIBRATED_SHARE)
    masks = (~tested & ~calibrated, calibrated, tested)
    ranks = (
        rank >= TESTED + CALIBRATED,
        (rank >= TESTED) & (rank < TESTED + CALIBRATED),
        rank < TESTED,
    )
    return Split(
        *(
            Part(
                images[mask],
                labels[mask],
                [drawings[i] for i in np.flatnonzero(chosen)],
                drawn[chosen],
            )
            for mask, chosen in zip(masks, ranks, strict=True)
        )
    )


def bitmaps(folder: Path) -> tuple[Bitmap, Labels, NDArray[np.float64]]:
    """Return all bitmaps, their labels, and a share of 0 to 1 drawn from each bitmap's hash.

    The stretched ones have a share of 1: they serve training only.
    """
    images, labels = _bitmap_file(folder / BITMAPS)
    share = np.array([_share(SALT + image.tobytes()) for image in images])
    if (folder / STRETCHED).exists():
        more, theirs = _bitmap_file(folder / STRETCHED)
        images, labels = np.concatenate([images, more]), np.concatenate([labels, theirs])
        share = np.concatenate([share, np.ones(len(more))])
    return images, labels, share


def _bitmap_file(path: Path) -> tuple[Bitmap, Labels]:
    with np.load(path) as file:
        classes = np.array([INDEX[str(name)] for name in file["classes"]])
        return file["images"], classes[file["labels"]]


def vectors(folder: Path) -> tuple[list[Drawing], Labels, Labels]:
    """Return all vector drawings, their labels, and each one's rank in its category by hash."""
    with gzip.open(folder / VECTORS, "rt", encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    labels = np.array([INDEX[row["word"]] for row in rows])
    return [row["drawing"] for row in rows], labels, ranks([row["key_id"] for row in rows], labels)


def ranks(keys: Sequence[str], labels: Labels) -> Labels:
    """Return each drawing's place, from 0, among those of its label in the order of the hashes."""
    rank = np.zeros(len(keys), dtype=np.int64)
    met: defaultdict[int, int] = defaultdict(int)
    for index in sorted(range(len(keys)), key=lambda index: _share(keys[index].encode())):
        rank[index] = met[int(labels[index])]
        met[int(labels[index])] += 1
    return rank


def _share(content: bytes) -> float:
    """Return a number of 0 to 1 that depends on the content alone."""
    return int.from_bytes(hashlib.sha256(content).digest()[:6]) / 2**48


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
