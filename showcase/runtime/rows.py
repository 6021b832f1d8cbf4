"""The row that a verdict on an answer becomes, on the pages and over the API alike."""

from showcase.contract import BaseOutput, ModelInput, canonical_json
from showcase.contract.outputs import stored
from showcase.feedback import Record
from showcase.runtime.loading import Loaded

LARGEST_INPUT = 1_000_000  # bytes of canonical JSON


def row(loaded: Loaded, given: ModelInput, prediction: BaseOutput, **more: str) -> Record:
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


def why_not_stored(given: ModelInput) -> str:
    """Return why an input is too large to be stored; empty for one that is not."""
    if len(canonical_json(given)) <= LARGEST_INPUT:
        return ""
    return (
        f"This input is too large to store: it takes more than {LARGEST_INPUT / 1e6:.0f} MB, so it "
        "cannot be judged. A smaller one can."
    )
