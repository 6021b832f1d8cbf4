"""Recorded inputs through a model: wrong ones now right, right ones now broken, the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from showcase.annotation import MOST_ITEMS, Task
from showcase.contract import BaseOutput, Demo
from showcase.contract.outputs import Output
from showcase.learning.candidate import answers, is_right
from showcase.learning.learner import Lesson

PEOPLE = 2  # who judge each disagreement again
GUIDELINES = (
    "On these inputs the model and those who judged them do not agree. Judge each as if nobody had."
)
RECORDED: TypeAdapter[BaseOutput] = TypeAdapter(Output)


@dataclass(frozen=True)
class Replay:
    """What became of the recorded answers, by lesson."""

    mended: list[Lesson]
    broken: list[Lesson]
    still_right: int
    still_wrong: list[Lesson]

    @property
    def disagreements(self) -> list[Lesson]:
        """Where the model and the people do not agree now, those that were right before first."""
        return [*self.broken, *self.still_wrong]

    def __str__(self) -> str:
        """Return the counts in words."""
        return (
            f"{len(self.mended):,} wrong ones now right, {len(self.broken):,} right ones now "
            f"broken, {self.still_right:,} still right, {len(self.still_wrong):,} still wrong."
        )


def replay(module: Any, model: Any, lessons: Sequence[Lesson]) -> Replay:
    """Return how the model's answers now compare with those that the rows recorded."""
    mended: list[Lesson] = []
    broken: list[Lesson] = []
    still_wrong: list[Lesson] = []
    still_right = 0
    now = answers(module, model, [lesson.input for lesson in lessons])
    for lesson, answer in zip(lessons, now, strict=True):
        was, is_now = _was_right(lesson), is_right(answer, lesson.target)
        if was and is_now:
            still_right += 1
        elif is_now:
            mended.append(lesson)
        else:
            (broken if was else still_wrong).append(lesson)
    return Replay(mended, broken, still_right, still_wrong)


def _was_right(lesson: Lesson) -> bool:
    try:
        return is_right(RECORDED.validate_json(lesson.prediction), lesson.target)
    except ValidationError:  # of another version of the app
        return False


def task_of(done: Replay, demo: Demo, who: str, title: str = "") -> Task:
    """Return an annotation task of the disagreements, of which there are some."""
    return Task.of(
        [lesson.input for lesson in done.disagreements[:MOST_ITEMS]],
        demo=demo.name,
        title=title or f"{demo.title}, disagreements of {datetime.now(UTC):%Y-%m-%d}",
        guidelines=GUIDELINES,
        people=PEOPLE,
        created_by=who,
    )
