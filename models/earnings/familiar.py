"""How much the model has seen of a field, in words for a visitor."""

from dataclasses import dataclass

from models.earnings.names import title_of

FEW = 10


@dataclass(frozen=True)
class Familiarity:
    """How many institutions with this field, and with this credential in it, the model has seen."""

    field: str
    in_field: int
    with_credential: int

    @property
    def unusual(self) -> bool:
        """Whether there were too few to trust the answer as much as others."""
        return self.with_credential < FEW

    @property
    def sentence(self) -> str:
        """The counts in words.

        >>> Familiarity("5202", 900, 12).sentence[-40:]
        'with this credential at 12 institutions.'
        """
        title = title_of(self.field)
        if not self.in_field:
            return (
                f"The model has never seen this field ({title}): it goes by the credential and "
                "by related fields, and the range is wider."
            )
        if not self.with_credential:
            return (
                f"The model has never seen {title} with this credential: take the number with "
                "great care."
            )
        only = "only " if self.unusual else ""
        seen = f"{only}{self.with_credential:,} institution{'s' * (self.with_credential != 1)}"
        care = ": take the number with care" if self.unusual else ""
        return f"The model has seen {title} with this credential at {seen}{care}."
