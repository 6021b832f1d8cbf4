"""A sign-in by password that a browser keeps: a signed token, until it ends or is given back.

The key that signs is made from the password: another password ends every kept sign-in, and all
processes agree without sharing anything. Only what was given back early is stored, beside the
verdicts.
"""

import hashlib
import secrets
import time
from functools import cache
from pathlib import Path
from typing import Protocol

from itsdangerous import BadData, URLSafeTimedSerializer

from showcase.feedback.errors import storage_errors
from showcase.runtime.settings import feedback_url

COOKIE = "vitrine_sign_in"
LASTS_S = 14 * 86_400
SALT = "vitrine kept sign-in"
NOT_ENDED = "The sign-in that this browser keeps was not ended"
NOT_KNOWN = "Whether the sign-in that this browser keeps was ended is not known"


def token_of(name: str, password: str) -> str:
    """Return a token for somebody who signed in by the password; it fits into a cookie."""
    return str(_serializer(password).dumps([name, secrets.token_hex(16)]))


def name_in(token: str, password: str) -> str:
    """Return whose token it is; empty if it is none, has ended, or was given back.

    StorageError if nobody can tell whether it was given back.
    """
    name, token_id = _read(token, password)
    return name if token_id and token_id not in _given_back() else ""


def give_back(token: str, password: str) -> None:
    """End a token before its time, in every browser and process; StorageError if that failed."""
    _, token_id = _read(token, password)
    if token_id:
        _given_back().add(token_id)


def _read(token: str, password: str) -> tuple[str, str]:
    """Return the name and the id in a token that is valid now; two empty texts for none."""
    if not password:
        return "", ""
    try:
        name, token_id = _serializer(password).loads(token, max_age=LASTS_S)
    except (BadData, ValueError, TypeError):
        return "", ""
    return str(name), str(token_id)


@cache
def _serializer(password: str) -> URLSafeTimedSerializer:
    """Return what signs; whoever finds a token finds the password by trying at scrypt's pace."""
    secret = password.encode("utf-8", "surrogatepass")
    key = hashlib.scrypt(secret, salt=SALT.encode(), n=2**14, r=8, p=1)
    return URLSafeTimedSerializer(key, SALT, signer_kwargs={"digest_method": hashlib.sha256})


class _GivenBack(Protocol):
    """Ids of tokens that were given back before they ended."""

    def add(self, token_id: str) -> None:
        """Remember one; those that have ended meanwhile are forgotten."""

    def __contains__(self, token_id: str) -> bool:
        """Return True if it was given back."""


def _given_back() -> _GivenBack:
    return _beside(feedback_url())


@cache
def _beside(url: str) -> _GivenBack:
    scheme, _, path = url.partition(":")
    if scheme == "csv":
        return _Files(Path(path).resolve().parent / "signed_out")
    from showcase.feedback.sql.signed_out import SignedOut

    return SignedOut(url, LASTS_S)


class _Files:
    """An empty file for each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, token_id: str) -> None:
        with storage_errors(NOT_ENDED, "this server"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path(token_id).touch(0o600)
            for path in self._folder.iterdir():
                if path.stat().st_mtime < time.time() - LASTS_S:
                    path.unlink(missing_ok=True)

    def __contains__(self, token_id: str) -> bool:
        with storage_errors(NOT_KNOWN, "this server"):
            return self._path(token_id).exists()

    def _path(self, token_id: str) -> Path:
        return self._folder / hashlib.sha256(token_id.encode()).hexdigest()
