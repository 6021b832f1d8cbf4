"""All rows of one person removed from the files of a CSV log, for good (GDPR, article 17).

Each file is replaced as a whole, so that a kill leaves it as it was or without the rows. Rotated
files have other columns, which only a person can understand: they are named, not searched.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from showcase.feedback.csv_injection import unescape_formula
from showcase.feedback.csv_log import index as log_index
from showcase.feedback.csv_log.file import (
    Rows,
    allow_large_cells,
    copy_paths,
    header_length,
    replacement,
    split,
)
from showcase.feedback.normalise import person_key
from showcase.feedback.record import COLUMNS, keys

ROTATED = re.compile(r"-\d{8}T\d{6}\.\d{6}Z")
LONGEST_NAME = 400  # of a cell that may be a name, with letters that cannot be seen
FORGETTING = ".forgetting"  # what a file is called while it is rewritten
# Where a row begins: its id and the year.
ROW = re.compile(rb"^(?=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}.\d{4}-)", re.MULTILINE)
# No quote that was left open reaches beyond this line, and it is no row itself.
AFRESH = b'"-"-\r\n'


def replaced_by(rows: Iterable[str], supersedes: Mapping[str, str]) -> set[str]:
    """Return the ids of all that these rows replaced, at once or in several steps.

    Without the rows they would count again, as nobody said they should.
    """
    replaced: set[str] = set()
    for row in rows:
        older = supersedes.get(row)
        while older and older not in replaced:
            replaced.add(older)
            older = supersedes.get(older)
    return replaced


class ErasureRequest:
    """Whose rows are to be removed: by the name in any spelling, by the session, or by either.

    `replaced` are ids of rows that theirs replaced, which go with them; `removed` counts the rows
    that were left out.
    """

    def __init__(self, annotator: str, session: str) -> None:
        if not (annotator or session):
            raise ValueError("nobody to forget: give a name or a session")
        by = {"annotator": annotator, "session": session}
        self._wanted = {COLUMNS.index(name): value for name, value in by.items() if value}
        self._name, self._person = annotator, person_key(annotator)
        self.replaced: Collection[str] = ()
        self.removed = 0

    def note_replaced(self, rows: Iterable[list[str]]) -> None:
        """Look through the rows of a log for those that this person's rows replaced."""
        theirs, supersedes = [], {}
        for row in rows:
            key = keys(row)
            if key.supersedes:
                supersedes[key.id] = key.supersedes
                if self._is_theirs(row):
                    theirs.append(key.id)
        self.replaced = replaced_by(theirs, supersedes)

    def left_of(self, raw: bytes, cells: list[str]) -> bytes:
        """Return what stays of a piece of a log: nothing of this person's row."""
        if not raw.endswith(b"\n"):
            return b"".join(map(self.left_of_half, fragments(raw)))
        if len(cells) == len(COLUMNS):
            return self._unless(self._is_theirs(cells), raw)
        parts = [(part, self._is_mentioned_in(part)) for part in fragments(raw)]
        left = b"".join(self._unless(is_theirs, part) for part, is_theirs in parts)
        return left + AFRESH if left and left != raw else left

    def left_of_half(self, fragment: bytes) -> bytes:
        """Return what stays of half a row: nothing unless it says that it is somebody else's."""
        if self._is_mentioned_in(fragment):
            return self._unless(True, fragment)
        rows = _cells(fragment)
        # a cell behind the last that tells has begun, so that this one is whole
        tells = len(rows) == 1 and len(rows[0]) > max(self._wanted) + 1
        return fragment if tells else b""

    def _unless(self, is_theirs: bool, raw: bytes) -> bytes:
        self.removed += is_theirs
        return b"" if is_theirs else raw

    def _is_theirs(self, cells: list[str]) -> bool:
        return cells[0] in self.replaced or any(
            self._is_value(unescape_formula(cells[column]), value)
            for column, value in self._wanted.items()
        )

    def _is_mentioned_in(self, raw: bytes) -> bool:
        cells = [unescape_formula(cell) for row in _cells(raw) for cell in row]
        return any(self._is_value(cell, value) for value in self._wanted.values() for cell in cells)

    def _is_value(self, cell: str, value: str) -> bool:
        if cell.strip() == value:
            return True
        may_be_name = self._person and value == self._name and len(cell) <= LONGEST_NAME
        return bool(may_be_name) and person_key(cell) == self._person


def fragments(raw: bytes) -> Iterator[bytes]:
    """Return what is no row, cut where rows seem to begin; together they are all of it."""
    starts = [found.start() for found in ROW.finditer(raw) if found.start()]
    for start, end in pairwise([0, *starts, len(raw)]):
        yield raw[start:end]


def _cells(raw: bytes) -> list[list[str]]:
    """Return the cells as written of what is no row, if it has any; blank lines left out."""
    allow_large_cells()
    lines = csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline=""))
    return [cells for cells in lines if cells]


def erase(path: Path, index_path: Path, request: ErasureRequest) -> int:
    """Remove a person's rows from the log at `path` and the torn rows beside it; return how many.

    Half rows of killed writers go as well if they do not say that they are somebody else's. The
    caller holds the lock.
    """
    torn = _torn(path)
    for file in (torn, path):
        for suffix in (FORGETTING, ".upgrading"):  # of a run that was killed
            file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    for copy in copy_paths(path):  # before the log: a kill leaves none with these rows
        copy.unlink(missing_ok=True)
    removed = _erase_torn(torn, request)
    if not path.exists():
        log_index.remove(index_path)
        return removed
    return removed + _erase_rows(path, index_path, request)


def is_there(path: Path, index_path: Path) -> bool:
    """Return True if there is anything of a log at this path, its lock set aside."""
    beside = (index_path, *copy_paths(path), _torn(path), *rotated(path))
    return any(map(Path.exists, (path, *beside)))


def other_columns(path: Path) -> list[Path]:
    """Return the files of a log at this path that have other columns, the oldest first."""
    return [file for file in (*rotated(path), path) if file.exists() and not _is_ours(file)]


def rotated(path: Path) -> list[Path]:
    """Return the files that were renamed because they had other columns, the oldest first."""
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    return [
        file
        for file in beside
        if file.name.startswith(path.stem)
        and file.suffix == path.suffix
        and ROTATED.fullmatch(file.stem.removeprefix(path.stem))
    ]


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(header_length(file.readline())) or not path.stat().st_size


def _erase_rows(path: Path, index_path: Path, request: ErasureRequest) -> int:
    """Rewrite the log without the person's rows, if it has any; return how many it had."""
    request.removed = 0
    with path.open("rb") as source:
        if not (start := header_length(source.readline())):
            return 0
        request.note_replaced(Rows(source, start))
        source.seek(0)
        with suppress(_Unchanged), replacement(path, FORGETTING) as target:
            pieces = split(source)
            target.write(next(pieces)[0])  # the names of the columns
            for raw, cells in pieces:
                target.write(request.left_of(raw, cells))
            _check_changed(path, target, request)
            # It goes first: it knows the rows too, and would outlive a kill between the two.
            log_index.remove(index_path)
    return request.removed


def _erase_torn(path: Path, request: ErasureRequest) -> int:
    if not path.exists():
        return 0
    request.removed = 0
    with suppress(_Unchanged), replacement(path, FORGETTING) as target:
        for fragment in fragments(path.read_bytes()):
            target.write(request.left_of_half(fragment))
        _check_changed(path, target, request)
    if not path.stat().st_size:
        path.unlink()
    return request.removed


def _torn(path: Path) -> Path:
    return path.with_name(f"{path.name}.torn")


class _Unchanged(Exception):  # noqa: N818  # no error
    """Nothing was left out of a file: it stays as it is."""


def _check_changed(path: Path, target: BinaryIO, request: ErasureRequest) -> None:
    if not request.removed and target.tell() == path.stat().st_size:
        raise _Unchanged
