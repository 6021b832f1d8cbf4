"""The CSV log on disk: its lock, rows as bytes and back, appended whole or not at all."""

import csv
import errno
import hashlib
import io
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from filelock import FileLock

from showcase.feedback.csv_injection import escape_formula, unescape_formula
from showcase.feedback.record import ADDED, COLUMNS, is_row

logger = logging.getLogger(__name__)

WINDOW = 4096
# New with every start of the machine; only Linux has it.
BOOT = Path("/proc/sys/kernel/random/boot_id")
# A drawing takes megabytes. This is the most that a C long holds on every system.
LARGEST_CELL = 2**31 - 1
# Long enough for another process to rebuild the index of a million rows.
LOCK_TIMEOUT_S = 30.0
LOCK_POLL_S = 0.005


def lock_of(path: Path, timeout_s: float) -> FileLock:
    """Return the lock that whoever writes to the log holds, in any process: `PATH.lock`, empty."""
    return FileLock(
        f"{path}.lock", timeout=timeout_s, poll_interval=LOCK_POLL_S, preserve_lock_file=True
    )


def encode(row: Sequence[str]) -> bytes:
    r"""Return one line of RFC 4180 in UTF-8, its end included.

    >>> encode(["-5", "'tis", 'a "b", c'])
    b'-5,\'tis,"a ""b"", c"\r\n'
    """
    return encode_all([row])


def encode_all(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the lines of several rows."""
    lines = io.StringIO(newline="")
    escaped = ([escape_formula(cell) for cell in row] for row in rows)
    csv.writer(lines, lineterminator="\r\n").writerows(escaped)
    return lines.getvalue().encode()


HEADER = encode(COLUMNS)


def header_length(start: bytes) -> int:
    """Return how many bytes the header takes at this start of a file; 0 for other columns.

    A byte order mark, quotes and bare line feeds, as spreadsheets leave them, are no difference.
    """
    return _header(start)[0]


def _header(start: bytes) -> tuple[int, int]:
    """Return how many bytes the header takes, and how many columns there are: 0 for others."""
    line, end, _ = start.partition(b"\n")
    cells = line.decode("utf-8-sig", "replace").removesuffix("\r").split(",")
    names = tuple(cell.strip('"') for cell in cells)
    ours = bool(end) and names in (COLUMNS, COLUMNS[: -len(ADDED)])
    return (len(line) + len(end), len(names)) if ours else (0, 0)


def allow_large_cells() -> None:
    """Let `csv` read cells of any size, in the whole process: raised, never lowered."""
    if csv.field_size_limit() < LARGEST_CELL:
        csv.field_size_limit(LARGEST_CELL)


def split(file: BinaryIO) -> Iterator[tuple[bytes, list[str]]]:
    """Split the rest of an open file into rows: the bytes of each with its cells as written.

    What is no CSV has no cells. All pieces together are the file, memory holds one.
    """
    allow_large_cells()
    held: list[bytes] = []

    def lines() -> Iterator[str]:
        for line in file:
            held.append(line)
            yield line.decode("utf-8", "replace")

    reader = csv.reader(lines(), strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:  # the reader starts afresh at the next line
            cells = []
        if cells is None:
            return
        yield b"".join(held), cells
        held.clear()


class Rows:
    """The valid rows of an open log, from the offset `start` of one on.

    During the iteration `offset` is where the present row begins, with whatever unusable stands
    before it, and `end` where it ends; `skipped` counts the unusable rows before it. Memory holds
    one row at a time. In a file of fewer columns, `width`, the others are empty.
    """

    def __init__(self, file: BinaryIO, start: int, width: int = len(COLUMNS)) -> None:
        file.seek(start)
        self._file = file
        self._width = width
        self._more = [""] * (len(COLUMNS) - width)
        self.offset = self.end = start
        self.skipped = 0

    def __iter__(self) -> Iterator[list[str]]:
        position, unusable = self.end, 0
        for raw, cells in split(self._file):
            if not raw.endswith(b"\n"):  # a dead writer's half row, or one being written
                return
            position += len(raw)
            if not is_row(cells, self._width):
                unusable += 1
                continue
            self.offset, self.end = self.end, position
            self.skipped += unusable
            unusable = 0
            row = [unescape_formula(cell) if cell[:1] == "'" else cell for cell in cells]
            yield row + self._more if self._more else row


@cache
def boot_id() -> str:
    """Return the name of this run of the machine; empty where the system has none."""
    try:
        return BOOT.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in the folder survive a power cut."""
    with suppress(OSError):  # Windows and some network disks open or flush no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def private_opener(path: str, flags: int) -> int:
    """Open a file that nobody else may read, if it is made now: it holds texts and names."""
    return os.open(path, flags, 0o600)


def copy_rights(path: Path, fresh: Path) -> None:
    """Let whoever could write to the one file write to the other: the app may be another user."""
    shutil.copymode(path, fresh)
    with suppress(OSError, AttributeError):  # only the superuser may give files away; not Windows
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)


def copy_paths(path: Path) -> tuple[Path, Path]:
    """Return where the short columns of a log lie once more, and where while they are written."""
    return path.with_name(f"{path.name}.columns"), path.with_name(f"{path.name}.columns.new")


class LogPosition(NamedTuple):
    """How far a log was read, and what tells that log from any other file."""

    committed: int
    inode: str
    boot: str
    fingerprint: bytes


class Log:
    """The CSV file, open within a `with` block. Whoever writes holds the lock."""

    def __init__(self, path: Path, mode: str = "rb") -> None:
        self.path = path
        self._file = FileIO(path, mode, opener=private_opener)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return os.fstat(self._file.fileno()).st_size

    @property
    def modified(self) -> int:
        """When the file was last changed, in nanoseconds."""
        return os.fstat(self._file.fileno()).st_mtime_ns

    @property
    def start(self) -> int:
        """The offset of the first row; 0 for a file that has other columns, or none yet."""
        return header_length(self._read(0, WINDOW))

    @property
    def width(self) -> int:
        """How many columns the file has; all where there is none yet."""
        return _header(self._read(0, WINDOW))[1] or len(COLUMNS)

    def rows(self, file: BinaryIO) -> Rows:
        """Return the rows in order, for a buffered reader of this file."""
        start, width = self.start, self.width  # read before, as both have one place in the file
        return Rows(file if start else BytesIO(), start, width)

    def position(self, committed: int) -> LogPosition:
        """Return the position behind the first `committed` bytes."""
        window = min(WINDOW, committed)
        ends = self._read(0, window) + self._read(committed - window, window)
        inode = str(os.fstat(self._file.fileno()).st_ino)
        fingerprint = hashlib.blake2b(ends, digest_size=16).digest()
        return LogPosition(committed, inode, boot_id(), fingerprint)

    def has(self, position: LogPosition) -> bool:
        """Return True if the position was taken in this very file."""
        within = self.start <= position.committed <= self.size
        return within and self.position(position.committed) == position

    def in_place(self) -> bool:
        """Return True if the path still leads to this file."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def is_foreign(self) -> bool:
        """Return True if the file begins with other columns; a half-written header does not."""
        return not self.start and not HEADER.startswith(self._read(0, WINDOW))

    def begin(self) -> None:
        """Write the header where none stands yet."""
        if self.start:
            return
        self.cut(0)
        self.append(HEADER)
        sync_folder(self.path.parent)
        sync_folder(self.path.parent.parent)

    def buffered(self) -> BinaryIO:
        """Return a second, buffered reader of the same file, to be closed by the caller."""
        return os.fdopen(os.dup(self._file.fileno()), "rb")

    def append(self, data: bytes) -> None:
        """Add the bytes and flush them to disk; OSError leaves the file as it was."""
        before = self.size
        try:
            self._write(data)
            self.sync()
        except OSError:
            with suppress(OSError):  # what stays is set aside by the next writer
                self._truncate(before)
            raise

    def cut(self, end: int) -> None:
        """Move what stands behind the offset `end` into the file of torn rows."""
        torn = self.path.with_name(f"{self.path.name}.torn")
        size = self.size - end
        if size == 0:
            return
        with self.buffered() as source, open(torn, "ab", opener=private_opener) as target:
            source.seek(end)
            if target.tell():
                target.write(b"\r\n")
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        self._truncate(end)
        logger.warning("%s: %d bytes of an unfinished row set aside into %s", self.path, size, torn)

    def sync(self) -> None:
        """Flush what was written to disk."""
        os.fsync(self._file.fileno())

    def _write(self, data: bytes) -> None:
        written = self._file.write(data)
        if written != len(data):
            raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes were taken")

    def _truncate(self, end: int) -> None:
        self._file.truncate(end)
        self.sync()

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)


@contextmanager
def open_log(path: Path) -> Iterator[Log]:
    """Open the log for a writer: begun where it is missing, other columns moved out of the way."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Log(path, "ab+") as found:
        foreign = found.is_foreign()
    if foreign:
        _rename(path)
    else:
        add_columns(path)
    with Log(path, "ab+") as log:
        log.begin()
        yield log


def add_columns(path: Path) -> None:
    """Give the log of an earlier version the columns that it lacks, empty in all its rows.

    The file is replaced as a whole. The caller holds the lock.
    """
    with Log(path) as log, log.buffered() as source:
        lacking = len(COLUMNS) - log.width
        if not lacking:
            return
        source.seek(0)
        with replacement(path, ".upgrading") as target:
            pieces = split(source)
            next(pieces)
            target.write(HEADER)
            for raw, cells in pieces:
                whole = raw.removesuffix(b"\n").removesuffix(b"\r")
                added = b"," * lacking if is_row(cells, len(COLUMNS) - lacking) else b""
                target.write(whole + added + raw[len(whole) :] if whole != raw else raw)
    logger.warning("%s has new columns: %s", path, ", ".join(ADDED))


@contextmanager
def replacement(path: Path, suffix: str) -> Iterator[BinaryIO]:
    """Give a file to write to that takes the place of the one at `path`: whole or not at all."""
    fresh = path.with_name(f"{path.name}{suffix}")
    try:
        with open(fresh, "wb", opener=private_opener) as target:
            copy_rights(path, fresh)
            yield target
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _rename(path: Path) -> None:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    target = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    path.rename(target)
    sync_folder(path.parent)
    logger.warning("%s has other columns: renamed to %s, a new log is begun", path, target.name)
