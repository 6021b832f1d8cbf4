"""Why a verdict is refused, and how a failure begins: in the same words by every store."""

from showcase.feedback.errors import MissingError, RefusedError

NOT_STORED = "The verdict was not stored"
NOT_STORABLE = "Verdicts cannot be stored"
NOT_COUNTED = "The verdicts could not be counted"
NOT_READ = "The verdicts could not be read"
NOT_COPIED = "The rows were not stored"
NOT_FORGOTTEN = "Not everything was removed"


def id_taken(record_id: str) -> RefusedError:
    """Return the refusal of a verdict whose id another one has."""
    return RefusedError(
        f"{NOT_STORED}: its id {record_id} belongs to another verdict. Send it with a new id."
    )


def nothing_replaced(supersedes: str) -> MissingError:
    """Return the refusal of a verdict that replaces one that is not there."""
    return MissingError(
        f"{NOT_STORED}: the verdict {supersedes} that it replaces is not stored here. "
        "Send it as a new verdict."
    )


def other_replaced(supersedes: str) -> RefusedError:
    """Return the refusal of a verdict that replaces one about something else."""
    return RefusedError(
        f"{NOT_STORED}: the verdict {supersedes} that it replaces is about another demo, "
        "another input or another visit. Send it as a new verdict."
    )
