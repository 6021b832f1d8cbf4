"""Where a command reads and writes: a store by its URL, or a Parquet file; no password is shown."""

import re
from pathlib import Path

from showcase.commands.parquet import ParquetLog
from showcase.feedback import Store, open_store
from showcase.runtime.settings import feedback_spool, feedback_url, settings

APP = "app"  # the store that the settings name
FILES = ("csv:", "sqlite:///")


class CommandError(ValueError):
    """What was asked for could not be done; the message says why, in a sentence."""


def store(url: str | None, *, exists: bool = True) -> Store:
    """Return the store behind a URL; for none the app's own, with what waits to be sent there."""
    named = _with_scheme(url or APP)
    try:
        if named == APP:
            return open_store(feedback_url(), settings().feedback_lasting, feedback_spool())
        path = _path(named)
        if exists and path and not path.exists():  # nothing would be read, without a word
            raise CommandError(f"There is no file {path}.")
        return open_store(named)
    except ValueError as error:
        raise CommandError(str(error).replace(named, shown(named))) from None


def log(url: str | None, *, exists: bool = True) -> Store | ParquetLog:
    """Return the store or the Parquet file behind a URL; the app's own store for none."""
    path = _parquet(url or "")
    if not path:
        return store(url, exists=exists)
    if exists and not Path(path).is_file():
        raise CommandError(f"There is no file {path}.")
    return ParquetLog(Path(path))


def whole(url: str | None) -> str:
    """Return the URL of a store as it is opened: the app's own for none."""
    return feedback_url() if url in (None, APP) else _with_scheme(str(url))


def file_of(url: str | None) -> Path | None:
    """Return the file behind a URL; None for a database elsewhere."""
    named = whole(url)
    path = _path(named) or (Path(_parquet(named)) if _parquet(named) else None)
    return path.resolve() if path else None


def is_same(one: str, other: str) -> bool:
    """Tell whether two URLs lead to one place."""
    files = file_of(one), file_of(other)
    return files[0] == files[1] if any(files) else one == other


def shown(url: str) -> str:
    """Return a URL as it may be printed: without user, password and parameters.

    >>> shown("postgresql+psycopg://ann:s3cret@db.example:5432/verdicts?password=s3cret")
    'postgresql+psycopg://db.example:5432/verdicts'
    """
    return re.sub(r"(?<=://).*@|\?.*", "", url, flags=re.DOTALL)


def _with_scheme(url: str) -> str:
    return f"csv:{url}" if url.endswith(".csv") and ":" not in url else url


def _parquet(url: str) -> str:
    """Return the path of a Parquet file; empty for another URL."""
    path = url.removeprefix("parquet:")
    return path if path != url or url.endswith(".parquet") else ""


def _path(url: str) -> Path | None:
    for scheme in FILES:
        if url.startswith(scheme) and url != scheme:
            return Path(url.removeprefix(scheme))
    return None
