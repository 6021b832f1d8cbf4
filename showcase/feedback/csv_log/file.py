"""The CSV file on disk: appended to whole or not at all, repaired, recognised again."""

import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from showcase.feedback.csv_log.rows import HEADER, header_length

logger = logging.getLogger(__name__)

WINDOW = 4096
# New with every start of the machine; only Linux has it.
BOOT = Path("/proc/sys/kernel/random/boot_id")


@cache
def boot_id() -> str:
    """Return the name of this run of the machine; empty where the system does not tell."""
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


class Mark(NamedTuple):
    """How far a log was taken in, and what tells that log from any other file."""

    committed: int
    inode: str
    boot: str
    fingerprint: bytes


class Log:
    """The CSV file, open within a `with` block. Whoever writes holds the lock."""

    def __init__(self, path: Path, mode: str = "rb") -> None:
        self.path = path
        self._file = FileIO(path, mode)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return os.fstat(self._file.fileno()).st_size

    @property
    def start(self) -> int:
        """The offset of the first row; 0 for a file that has other columns, or none yet."""
        return header_length(self._read(0, WINDOW))

    def mark(self, committed: int) -> Mark:
        """Return the mark of the first `committed` bytes."""
        window = min(WINDOW, committed)
        ends = self._read(0, window) + self._read(committed - window, window)
        inode = str(os.fstat(self._file.fileno()).st_ino)
        return Mark(committed, inode, boot_id(), hashlib.blake2b(ends, digest_size=16).digest())

    def bears(self, mark: Mark) -> bool:
        """Tell whether the mark was made from this very file."""
        return self.start <= mark.committed <= self.size and self.mark(mark.committed) == mark

    def in_place(self) -> bool:
        """Tell whether the path still leads to this file."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def is_foreign(self) -> bool:
        """Tell whether the file begins with other columns; a half-written header does not."""
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
        with self.buffered() as source, torn.open("ab") as target:
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
    path.parent.mkdir(parents=True, exist_ok=True)
    with Log(path, "ab+") as found:
        foreign = found.is_foreign()
    if foreign:
        _rename(path)
    with Log(path, "ab+") as log:
        log.begin()
        yield log


def _rename(path: Path) -> None:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    target = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    path.rename(target)
    sync_folder(path.parent)
    logger.warning("%s has other columns: renamed to %s, a new log is begun", path, target.name)
