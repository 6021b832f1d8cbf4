"""What a store of versions offers, and files that are one: beside the CSV of the verdicts.

`models/<demo>/<version>/` holds the artifact, `card.json`, `report.json` and `version.json`; it is
there as a whole or not at all. `models/history.jsonl` is only ever appended to: a model's last line
there says which of its versions is in force; without one it is the shipped one.
"""

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from showcase.feedback.csv_log.file import sync_folder
from showcase.feedback.errors import FeedbackError, StorageError, storage_errors
from showcase.feedback.normalise import instant

logger = logging.getLogger(__name__)

NOT_KEPT, NOT_FOUND = "The version was not kept", "The versions could not be read"
VERSION = re.compile("[0-9a-f]{12}")
ARTIFACT_NAME = re.compile(r"[A-Za-z0-9_.-]+")
CARD, REPORT, MANIFEST, HISTORY = "card.json", "report.json", "version.json", "history.jsonl"


def now() -> str:
    """Return this moment as the log writes it."""
    return instant(datetime.now(UTC))


def digits(content: bytes) -> str:
    """Return the SHA-256 of an artifact."""
    return hashlib.sha256(content).hexdigest()


class DamagedError(FeedbackError):
    """A stored artifact is not the one that was stored."""


class StoredVersion(BaseModel):
    """A version as it was stored: its artifact's name and SHA-256, its card and its report."""

    model_config = ConfigDict(frozen=True)

    demo: str
    version: str = Field(pattern=f"^{VERSION.pattern}$")
    artifact: str = Field(pattern=f"^{ARTIFACT_NAME.pattern}$")
    sha256: str
    created_at: str = Field(default_factory=now)
    card: dict[str, Any] | None = None
    report: dict[str, Any] = {}

    @property
    def passed(self) -> bool:
        """Whether its report says that it passed the gate."""
        return bool(self.report.get("passed"))


class Change(BaseModel):
    """A line of the history: which version of a model came into force, and who said so, and why."""

    model_config = ConfigDict(frozen=True)

    at: str = Field(default_factory=now)
    action: Literal["promote", "roll back"] = "promote"
    who: str
    demo: str
    version: str
    replaces: str
    reason: str = ""
    scores: dict[str, float] = {}


class Versions(Protocol):
    """All versions of all models; each method raises a StorageError if it cannot."""

    def add(self, stored: StoredVersion, content: bytes) -> None:
        """Keep a version; once it returns, all of it is on disk. The same again changes nothing."""

    def find(self, demo: str, version: str) -> StoredVersion | None:
        """Return a stored version; None if there is none."""

    def every(self, demo: str) -> list[StoredVersion]:
        """Return a model's stored versions, the newest first."""

    def artifact(self, stored: StoredVersion) -> Path:
        """Return a file with the artifact; DamagedError if its SHA-256 is another."""

    def history(self, demo: str = "") -> list[Change]:
        """Return the changes of a model, or of all, the oldest first."""

    def change(self, change: Change) -> None:
        """Append to the history; once it returns, it is on disk and in force."""

    def token(self) -> str:
        """Return a text that is another one after each change; it costs next to nothing."""


def open_versions(url: str) -> Versions:
    """Return the versions beside the verdicts of that address; nothing is read or written yet."""
    scheme, _, path = url.partition(":")
    if scheme == "csv":
        return FileVersions(Path(path).resolve().parent / "models")
    return _in_database(url)


@lru_cache(4)
def _in_database(url: str) -> Versions:
    from showcase.versions.sql import SqlVersions

    return SqlVersions(url)


def checked(stored: StoredVersion, content: bytes) -> None:
    """Refuse an artifact whose SHA-256 is not the one that was stored."""
    if digits(content) != stored.sha256:
        raise DamagedError(
            f"The artifact of {stored.demo} {stored.version} has SHA-256 {digits(content)[:12]}…, "
            f"stored was {stored.sha256[:12]}…: it is not used."
        )


class FileVersions:
    """Versions as folders, the history as lines of JSON."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = f"{'/'.join(folder.parts[-2:])} on this server"
        self._history = folder / HISTORY

    def add(self, stored: StoredVersion, content: bytes) -> None:
        """Write a folder under another name first, so that nobody ever sees half of it."""
        checked(stored, content)
        target = self._folder_of(stored.demo, stored.version)
        with storage_errors(NOT_KEPT, self._place):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                return
            fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
            try:
                told = stored.model_dump_json(indent=2, exclude={"card", "report"})
                files = {
                    stored.artifact: content,
                    MANIFEST: told.encode(),
                    REPORT: json.dumps(stored.report, indent=2).encode(),
                }
                if stored.card is not None:
                    files[CARD] = json.dumps(stored.card, indent=2).encode()
                for name, data in files.items():
                    _write(fresh / name, data)
                sync_folder(fresh)
                fresh.rename(target)
                sync_folder(target.parent)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)

    def find(self, demo: str, version: str) -> StoredVersion | None:
        """Return a stored version; None if there is none."""
        if not VERSION.fullmatch(version):
            return None
        folder = self._folder_of(demo, version)
        with storage_errors(NOT_FOUND, self._place):
            if not (folder / MANIFEST).is_file():
                return None
            return _read(folder)

    def every(self, demo: str) -> list[StoredVersion]:
        """Return a model's stored versions, the newest first."""
        folder = self._folder / demo
        with storage_errors(NOT_FOUND, self._place):
            names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
        found = [one for name in names if (one := self.find(demo, name)) is not None]
        return sorted(found, key=lambda one: one.created_at, reverse=True)

    def artifact(self, stored: StoredVersion) -> Path:
        """Return the file in the version's folder."""
        path = self._folder_of(stored.demo, stored.version) / stored.artifact
        with storage_errors(NOT_FOUND, self._place):
            checked(stored, path.read_bytes())
        return path

    def history(self, demo: str = "") -> list[Change]:
        """Return what whole lines say: a writer that was killed may have left half of one."""
        with storage_errors(NOT_FOUND, self._place):
            text = self._history.read_bytes() if self._history.exists() else b""
        changes = (_change(line) for line in text.split(b"\n")[:-1])
        return [one for one in changes if one is not None and demo in ("", one.demo)]

    def change(self, change: Change) -> None:
        """Append one line in one call, and flush it to disk."""
        with storage_errors(NOT_KEPT, self._place):
            self._folder.mkdir(parents=True, exist_ok=True)
            with (
                FileLock(self._folder / f"{HISTORY}.lock", timeout=10),
                self._history.open("ab") as file,
            ):
                # Half a line of a killed writer is closed, so that it spoils no other.
                torn = b"" if self._ends_whole() else b"\n"
                file.write(torn + change.model_dump_json().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._folder)

    def token(self) -> str:
        """Return size and time of the history."""
        try:
            stat = self._history.stat()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise StorageError(f"{NOT_FOUND}: {error.strerror}") from error
        return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"

    def _folder_of(self, demo: str, version: str) -> Path:
        return self._folder / demo / version

    def _ends_whole(self) -> bool:
        with self._history.open("rb") as file:
            if not file.seek(0, os.SEEK_END):
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path) -> StoredVersion:
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        card = folder / CARD
        told["card"] = json.loads(card.read_bytes()) if card.is_file() else None
        told["report"] = json.loads((folder / REPORT).read_bytes())
        return StoredVersion.model_validate(told)
    except (ValueError, ValidationError) as error:
        raise StorageError(
            f"{NOT_FOUND}: {folder.name} is no version any more. Whoever runs this app has to mend "
            "or remove its folder."
        ) from error


def _change(line: bytes) -> Change | None:
    try:
        return Change.model_validate_json(line)
    except ValidationError:
        if line.strip():
            logger.warning("a line of the history of models is none: %.80r", line)
        return None


def in_force(versions: Versions, demo: str) -> str:
    """Return the version that the last change brought into force; empty where there was none."""
    history = versions.history(demo)
    return history[-1].version if history else ""
