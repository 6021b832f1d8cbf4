"""Read Quick, Draw!'s drawings and keep a fixed part apart, by the hash of each drawing.

The folder holds bitmaps (`train*.npz`) and vector drawings in simplified form (`strokes*.gz`), as
its READMEs describe; whatever is not of `BITMAPS` and `VECTORS` may be missing. CC BY 4.0, Google,
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
from models.sketch.raster import SIDE, Bitmap, rasterise_many
from models.sketch.strokes import Drawing

BITMAPS, MORE_BITMAPS = "train.npz", "train_more.npz"
STRETCHED = ("train_stretched.npz", "train_stretched_more.npz")
VECTORS, MORE_VECTORS = "strokes345.ndjson.gz", "strokes345_more.ndjson.gz"
SOURCES = "strokes345_more_source.txt.gz"  # where each line of MORE_VECTORS comes from
FILES = (BITMAPS, MORE_BITMAPS, *STRETCHED, VECTORS, MORE_VECTORS)
EVEN_SOURCE = "all_aggregates"  # of MORE_VECTORS: every category, not chosen by pace
TESTED, CALIBRATED = 2, 1  # vector drawings of each category in VECTORS
MORE_TESTED, MORE_CALIBRATED = 18, 2  # in the even source of MORE_VECTORS
TESTED_SHARE, CALIBRATED_SHARE = 0.04, 0.01  # of the bitmaps
SALT = b"sketch"  # the bitmaps were gathered by their bare hash, which is not even any more
INDEX = {label: index for index, label in enumerate(LABELS)}

Labels = NDArray[np.int64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Bitmaps (n, 28, 28) uint8 with labels (n,), and vector drawings with theirs.

    `countries` are the codes of where each vector was drawn, None for unknown.
    """

    images: Bitmap
    labels: Labels
    drawings: list[Drawing]
    drawn: Labels
    countries: Sequence[str | None] = ()

    @property
    def rasters(self) -> Bitmap:
        """The vector drawings as (n, 28, 28) uint8 bitmaps."""
        return rasterise_many(self.drawings)


@dataclass(frozen=True)
class Split:
    """What is trained on, what the temperature is set on, and what is only measured.

    `known` are the labels that `BITMAPS` has many drawings of, in ascending order.
    """

    train: Part
    calibration: Part
    test: Part
    known: Labels


def read(folder: Path) -> Split:
    """Return all drawings of the folder, split; the same drawings are apart at every call."""
    rows, place = vectors(folder)
    apart = {row["key_id"] for row, where in zip(rows, place, strict=True) if where != "train"}
    images, labels, share = bitmaps(folder, apart)
    tested = share < TESTED_SHARE
    calibrated = ~tested & (share < TESTED_SHARE + CALIBRATED_SHARE)
    masks = {"train": ~tested & ~calibrated, "calibration": calibrated, "test": tested}
    drawn = np.array([INDEX[row["word"]] for row in rows])
    parts = {}
    for name, mask in masks.items():
        chosen = np.flatnonzero(place == name)
        drawings = [rows[index]["drawing"] for index in chosen]
        countries = [rows[index].get("countrycode") for index in chosen]
        parts[name] = Part(images[mask], labels[mask], drawings, drawn[chosen], countries)
    return Split(**parts, known=np.unique(_bitmap_file(folder / BITMAPS)[1]))


def bitmaps(folder: Path, apart: set[str]) -> tuple[Bitmap, Labels, NDArray[np.float64]]:
    """Return all bitmaps, their labels, and a share of 0 to 1 drawn from each bitmap's hash.

    The stretched ones have a share of 1: they serve training only, without those `apart` by key.
    """
    files = [_bitmap_file(folder / name) for name in (BITMAPS, MORE_BITMAPS)]
    shares = [np.array([_share(SALT + image.tobytes()) for image in file[0]]) for file in files]
    for name in STRETCHED:
        images, labels, keys = _bitmap_file(folder / name)
        known = ~np.isin(keys.astype(str), list(apart))
        files.append((images[known], labels[known], keys[known]))
        shares.append(np.ones(known.sum()))
    images, labels, _ = (np.concatenate(column) for column in zip(*files, strict=True))
    return images, labels, np.concatenate(shares)


def _bitmap_file(path: Path) -> tuple[Bitmap, Labels, NDArray[np.uint64]]:
    """Return a file's bitmaps, labels and key_ids, 0 for unknown; none of each if it is missing."""
    if not path.exists() and path.name != BITMAPS:
        return np.zeros((0, SIDE, SIDE), np.uint8), np.zeros(0, np.int64), np.zeros(0, np.uint64)
    with np.load(path) as file:
        classes = np.array([INDEX[str(name)] for name in file["classes"]])
        labels = classes[file["labels"]]
        keys = file["key_id"] if "key_id" in file else np.zeros(len(labels), np.uint64)
        return file["images"], labels, keys


def vectors(folder: Path) -> tuple[list[Row], NDArray[np.str_]]:
    """Return all vector drawings and for each "train", "calibration" or "test"."""
    rows, more = _vector_file(folder / VECTORS), _vector_file(folder / MORE_VECTORS)
    even = np.zeros(len(more), dtype=bool)
    if more:
        with gzip.open(folder / SOURCES, "rt", encoding="utf-8") as lines:
            even = np.array([EVEN_SOURCE in line for line in lines])
    place = np.full(len(rows) + len(more), "train", dtype="<U11")
    place[: len(rows)] = places(rows, TESTED, CALIBRATED)
    from_even = [more[index] for index in np.flatnonzero(even)]
    place[len(rows) + np.flatnonzero(even)] = places(from_even, MORE_TESTED, MORE_CALIBRATED)
    return rows + more, place


def _vector_file(path: Path) -> list[Row]:
    if not path.exists() and path.name != VECTORS:
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def places(rows: Sequence[Row], tested: int, calibrated: int) -> NDArray[np.str_]:
    """Return where each drawing belongs: of each label the first few by hash are kept apart."""
    keys = [row["key_id"] or json.dumps(row["drawing"]) for row in rows]
    rank = ranks(keys, [row["word"] for row in rows])
    names = np.array(["test", "calibration", "train"])
    chosen = (rank >= tested).astype(int) + (rank >= tested + calibrated)
    return np.asarray(names[chosen])


def ranks(keys: Sequence[str], labels: Sequence[str]) -> Labels:
    """Return each drawing's place, from 0, among those of its label in the order of the hashes."""
    rank = np.zeros(len(keys), dtype=np.int64)
    met: defaultdict[str, int] = defaultdict(int)
    for index in sorted(range(len(keys)), key=lambda index: _share(keys[index].encode())):
        rank[index] = met[labels[index]]
        met[labels[index]] += 1
    return rank


def _share(content: bytes) -> float:
    """Return a number of 0 to 1 that depends on the content alone."""
    return int.from_bytes(hashlib.sha256(content).digest()[:6]) / 2**48


BUCKET = "https://storage.googleapis.com/quickdraw_dataset/full/simplified"
KEPT_AS_VECTORS = 20
KEPT = ("word", "key_id", "countrycode", "recognized", "drawing")


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
