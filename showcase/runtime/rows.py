"""The row that a verdict on an answer becomes, on the pages and over the API alike; its bounds."""

import ipaddress

from pydantic import BaseModel

from showcase.contract import BaseOutput, ModelInput, canonical_json
from showcase.contract.fields import fields
from showcase.contract.inputs.codecs import DrawingCodec
from showcase.contract.inputs.files import BytesCodec
from showcase.contract.outputs import stored
from showcase.feedback import Record
from showcase.feedback.errors import TooMuchError
from showcase.runtime.access import network_of
from showcase.runtime.loading import Loaded, store
from showcase.runtime.rate_limit import RateLimit

LARGEST_INPUT = 1_000_000  # bytes of canonical JSON
LARGEST_TEXT = 100_000  # bytes of texts from somebody who did not sign in; drawings are no text
MOST_MB = 50  # that people of one network who did not sign in may store within a day
stored_by_strangers = RateLimit(f"{MOST_MB * 10**6}/day")


def row(loaded: Loaded, given: ModelInput, prediction: BaseOutput, **more: str | bool) -> Record:
    """Return a row about an answer; `more` holds source, verdict and whatever else is known.

    ValidationError for a text that a row cannot hold.
    """
    return Record.model_validate(
        {
            "demo": loaded.demo.name,
            "model_version": loaded.version,
            "input": given.model_dump(mode="json"),
            "prediction": stored(prediction),
            **more,
        }
    )


def append(record: Record, address: str) -> str:
    """Store a row and return its id; `address` is where somebody unknown is, empty for others.

    TooMuchError if people of that network have filled what strangers may store: not the disk.
    """
    if not record.signed_in and not _is_this_machine(address):
        size = sum(map(len, record.row()))
        if wait_s := stored_by_strangers.hit(network_of(address), size):
            raise TooMuchError(
                f"The verdict was not stored: {MOST_MB} MB came from your network within a day, "
                f"which is as much as is taken. Try again in {max(1, round(wait_s / 3600))} h.",
                wait_s,
            )
    return store().append(record)


def _is_this_machine(address: str) -> bool:
    """Return True for no address too, and where a proxy on this machine names none."""
    try:
        return not address or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def why_not_stored(given: ModelInput, *, signed_in: bool) -> str:
    """Return why an input is too large to be stored; empty for one that is not."""
    if len(canonical_json(given)) > LARGEST_INPUT:
        return (
            f"This input is too large to store: it takes more than {LARGEST_INPUT / 1e6:.0f} MB, "
            "so it cannot be judged. A smaller one can."
        )
    if not signed_in and _text_bytes(given) > LARGEST_TEXT:
        return (
            f"This input is too large to store: its text takes more than {LARGEST_TEXT / 1e3:.0f} "
            "kB, so it cannot be judged. A shorter one can."
        )
    return ""


def _text_bytes(given: BaseModel) -> int:
    """Return how many bytes the texts of an input take, those of uploaded files left out."""
    typed = [
        field.name
        for field in fields(type(given))
        if not isinstance(field.codec, BytesCodec | DrawingCodec)
    ]
    return sum(_bytes_of(getattr(given, name)) for name in typed)


def _bytes_of(value: object) -> int:
    match value:
        case str():
            return len(value.encode("utf-8", "surrogatepass"))
        case BaseModel():
            return _text_bytes(value)
        case dict():
            return sum(_bytes_of(key) + _bytes_of(one) for key, one in value.items())
        case list() | tuple():
            return sum(map(_bytes_of, value))
        case _:
            return 0
