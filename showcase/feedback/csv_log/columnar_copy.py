"""The short columns of a large log once more, in an Arrow file beside it: read many times as fast.

The file `feedback.csv.columns` knows nothing that the log does not say. It is used for the very log
of which it was made only, as far as it goes; where it lacks much it is written anew by whoever
reads the whole log anyway. Without room, rights or the file itself the log alone is read.
"""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from typing import BinaryIO, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock

from showcase.feedback.csv_log.arrow_reader import POSITION, STATUS, read, with_status
from showcase.feedback.csv_log.file import (
    Log,
    LogPosition,
    boot_id,
    copy_paths,
    copy_rights,
    private_opener,
)
from showcase.feedback.csv_log.index import Snapshot
from showcase.feedback.record import COLUMNS

logger = logging.getLogger(__name__)

VERSION = 1
LONG = {"input", "prediction", "guess", "comment", "supersedes"}
KEPT = (*(name for name in COLUMNS if name not in LONG), POSITION)
# Bytes of the log that are read from itself: so many take a few hundredths of a second.
LEAST = 16 * 2**20
BATCH_ROWS = 50_000
LOCK_TIMEOUT_S = 1.0  # whoever reads does not wait for others longer than that to leave a copy
ORIGIN = b"vitrine"


def has(columns: Sequence[str]) -> bool:
    """Return True if a copy holds these columns; the status is worked out for it."""
    return set(columns) <= {*KEPT, STATUS}


def batches(
    log: Log, file: BinaryIO, lock: FileLock, snapshot: Snapshot, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield columns of every row of a log, `status` among them, like `arrow_reader.read`.

    `file` is a buffered reader of the log.
    """
    copy = _open(log, snapshot)
    start, end = copy.committed if copy else log.start, snapshot.position.committed
    renewed = end - start >= LEAST
    wanted = KEPT if renewed else tuple(sorted({*columns, POSITION} - {STATUS}))
    rest = read(file, start, end, wanted, width=log.width)
    rows = chain(copy.batches(file, wanted), rest) if copy else rest
    others = np.array(snapshot.not_current, np.int64).reshape(-1, 2)
    for batch in _copying(rows, log, lock, snapshot) if renewed else rows:
        yield with_status(batch, others, columns)


# Reading one


class _Copy:
    """A copy that fits the log as far as `committed`."""

    def __init__(self, log: Log, source: pa.NativeFile, committed: int) -> None:
        self._path, self._start, self._width = copy_paths(log.path)[0], log.start, log.width
        self._source, self.committed = source, committed

    def batches(self, file: BinaryIO, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield its rows; those that it cannot give come from `file`, the log itself."""
        options = pa.ipc.IpcReadOptions(included_fields=[KEPT.index(name) for name in columns])
        last, broken = -1, False
        with self._source:
            try:
                reader = pa.ipc.open_file(self._source, options=options)
                for number in range(reader.num_record_batches):
                    batch = reader.get_batch(number).select(columns)
                    last = batch[POSITION][-1].as_py()
                    yield batch
            except (OSError, pa.ArrowException) as error:
                logger.warning("%s is broken: %s", self._path, error)
                broken = True
        if not broken:
            return
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        start = self._start if last < 0 else last
        for batch in read(file, start, self.committed, columns, width=self._width):
            yield batch.filter(pc.greater(batch[POSITION], last))


def _open(log: Log, snapshot: Snapshot) -> _Copy | None:
    """Return the copy if it was made of this log as the index knows it."""
    path, _ = copy_paths(log.path)
    try:
        with ExitStack() as stack:
            source = stack.enter_context(pa.OSFile(str(path)))
            origin = pa.ipc.open_file(source).schema.metadata[ORIGIN]
            made, generation, committed, inode, boot, ends = json.loads(origin)
            position = LogPosition(committed, inode, boot, bytes.fromhex(ends))
            if (made, generation) == (VERSION, snapshot.generation) and log.has(position):
                stack.pop_all()  # it stays open
                return _Copy(log, source, position.committed)
    except FileNotFoundError:
        pass
    except (OSError, pa.ArrowException, TypeError, ValueError, KeyError) as error:
        logger.warning("%s is unusable: %s", path, error)
    return None


# Making one


def _copying(
    rows: Iterator[pa.RecordBatch], log: Log, lock: FileLock, snapshot: Snapshot
) -> Iterator[pa.RecordBatch]:
    """Yield the rows, all columns of a copy; once they are through, it is in its place."""
    try:
        writer = _Writer(log, lock, snapshot)
    except OSError as error:  # such as a folder that may only be read
        logger.info("No copy of the columns of %s is written: %s", log.path, error)
        yield from rows
        return
    with writer:
        for batch in rows:
            writer.add(batch)
            yield batch
        writer.finish()


class _Writer:
    """Writes a copy under another name; that it fails is nobody's trouble.

    Where the log is replaced meanwhile, as `forget` does, the copy does not take its place: it has
    rows that are to be nowhere. Both hold the lock when they look at that.
    """

    def __init__(self, log: Log, lock: FileLock, snapshot: Snapshot) -> None:
        self._log, self._lock = log, lock
        self._path, self._fresh = copy_paths(log.path)
        self._waiting: list[pa.RecordBatch] = []
        self._failed = False
        if shutil.disk_usage(log.path.parent).free < log.size:
            raise OSError("the disk has little room")
        with lock.acquire(timeout=LOCK_TIMEOUT_S):
            self._check_in_place()
            self._fresh.unlink(missing_ok=True)
            self._file = open(self._fresh, "xb", opener=private_opener)  # noqa: SIM115  # see `__exit__`
            copy_rights(log.path, self._fresh)
        self._made = os.fstat(self._file.fileno())
        self._stream = pa.ipc.new_file(
            self._file, _schema(snapshot), options=pa.ipc.IpcWriteOptions(compression="lz4")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        with suppress(OSError):
            if self._is_there():
                self._fresh.unlink()

    def add(self, batch: pa.RecordBatch) -> None:
        """Write rows, many at a time."""
        self._waiting.append(batch.select(KEPT))
        if sum(map(len, self._waiting)) >= BATCH_ROWS:
            self._try(self._write)

    def finish(self) -> None:
        """Write the rest, and let the file take its place."""
        self._try(self._write)
        self._try(self._publish)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            if not self._failed:
                step()
        except (OSError, pa.ArrowException) as error:
            self._failed = True
            logger.warning("%s is not written: %s", self._path, error)
        self._waiting.clear()

    def _write(self) -> None:
        if self._waiting:
            for batch in pa.Table.from_batches(self._waiting).combine_chunks().to_batches():
                self._stream.write_batch(batch)

    def _publish(self) -> None:
        self._stream.close()
        self._file.flush()
        if not boot_id():  # else what a crash of the machine left is told by that
            os.fsync(self._file.fileno())
        self._file.close()
        with self._lock.acquire(timeout=LOCK_TIMEOUT_S):
            self._check_in_place()
            if self._is_there():
                self._fresh.replace(self._path)

    def _check_in_place(self) -> None:
        if not self._log.in_place():
            raise OSError("the log was replaced")

    def _is_there(self) -> bool:
        """Return True if nobody removed the file, or began another."""
        try:
            return os.path.samestat(self._fresh.stat(), self._made)
        except FileNotFoundError:
            return False


def _schema(snapshot: Snapshot) -> pa.Schema:
    committed, inode, boot, ends = snapshot.position
    origin = (VERSION, snapshot.generation, committed, inode, boot, ends.hex())
    types = ((name, pa.int64() if name == POSITION else pa.string()) for name in KEPT)
    return pa.schema(types, {ORIGIN: json.dumps(origin)})
