"""The figures that the review page shows."""

from datetime import datetime
from typing import NamedTuple

from showcase.contract.metrics import wilson


class Agreement(NamedTuple):
    """How often people said that a model is right: of a demo, a version of it, or a time."""

    demo: str
    version: str
    since: datetime | None
    until: datetime | None
    correct: int
    wrong: int
    unsure: int

    @property
    def judged(self) -> int:
        """How many said that it is right or wrong."""
        return self.correct + self.wrong

    @property
    def share(self) -> float:
        """The share (0 to 1) of those that said it is right; 0 for none."""
        return self.correct / self.judged if self.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share."""
        return wilson(self.correct, self.judged)


class Bin(NamedTuple):
    """Answers of about one confidence (0 to 1, their mean): how many, and how many correct."""

    confidence: float
    correct: int
    judged: int

    @property
    def share(self) -> float:
        """The share (0 to 1) that was said to be right."""
        return self.correct / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share."""
        return wilson(self.correct, self.judged)


class Annotator(NamedTuple):
    """One annotator: rows, seconds between two of them, agreement with what most others said."""

    name: str
    rows: int
    last: datetime | None
    pace_s: float | None
    agreed: int
    compared: int


class Pair(NamedTuple):
    """Two annotators on the inputs that both judged."""

    mine: str
    theirs: str
    inputs: int
    share: float
    kappa: float


class Together(NamedTuple):
    """How far people agree on the inputs that several of them judged; NaN where undefined."""

    inputs: int
    people: int
    is_numeric: bool
    percent: float
    cohen: float
    fleiss: float
    alpha: float
    interval: tuple[float, float]
    pairs: list[Pair]


class Contested(NamedTuple):
    """An input that people judged differently: the answers with their numbers of people."""

    demo: str
    people: int
    contested: float
    answers: list[tuple[str, int]]
    place: int
    row_id: int
