"""The row that a verdict on an answer becomes, on the pages and over the API alike."""

from pydantic import BaseModel

from showcase.contract import BaseOutput, ModelInput, canonical_json
from showcase.contract.fields import fields
from showcase.contract.inputs.codecs import DrawingCodec
from showcase.contract.inputs.files import BytesCodec
from showcase.contract.outputs import stored
from showcase.feedback import Record
from showcase.runtime.loading import Loaded

LARGEST_INPUT = 1_000_000  # bytes of canonical JSON
LARGEST_TEXT = 100_000  # bytes of texts from somebody who did not sign in; drawings are no text


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
