"""Filters for queries over the current verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SAID = ("ui", "api")  # in a game the verdict is the game's: the truth was known before
GAMES = ("game",)


@dataclass(frozen=True)
class VerdictFilter:
    """What is asked for; empty means all. Days are in UTC, the last one included."""

    demo: str = ""
    verdict: str = ""
    annotator: str = ""
    version: str = ""
    sources: Sequence[str] = SAID
    since: date | None = None
    until: date | None = None
    text: str = ""
    task: str = ""
    hidden: Sequence[str] = ()  # annotation tasks whose rows are left out

    @property
    def is_daily(self) -> bool:
        """Whether it is one of demos, versions, sources and days only."""
        return not (self.verdict or self.annotator or self.text or self.task)

    def where(self) -> tuple[str, list[object]]:
        """Return the condition of an SQL query, and the values of its parameters; `text` aside."""
        asked: list[tuple[str, object]] = [
            ("demo = ?", self.demo),
            ("verdict = ?", self.verdict),
            ("annotator = ?", self.annotator),
            ("version = ?", self.version),
            ("list_contains(?, source)", list(self.sources)),
            ("visit = hash(?)", self.task),  # a task is the session of its rows
            ("visit NOT IN (SELECT hash(unnest(?)))", list(self.hidden)),
            ("moment >= ?", self.since),
            ("moment < ?", self.until and self.until + timedelta(days=1)),
        ]
        used = [(condition, value) for condition, value in asked if value]
        return " AND ".join(["true", *(one for one, _ in used)]), [value for _, value in used]
