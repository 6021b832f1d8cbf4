"""How far a task is, what a person judges next, and the row that a judgement becomes.

All of it comes from the stored rows. Whoever gives a label sees neither the model's answer nor
anybody else's. A number is right if it lies in the model's interval.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from showcase.annotation.tasks import Item, Task, same
from showcase.contract import BaseOutput, Classification, ModelModule, Regression, rounded
from showcase.contract.outputs import Markdown, Number, Text

UNSURE = "unsure"
NUMBERS = (Regression, Number)
TEXTS = (Text, Markdown)


class Judgement(NamedTuple):
    """One person's verdict on one item of a task, in the words of the feedback log's columns."""

    id: str
    created_at: str
    demo: str
    input_hash: str
    annotator: str
    verdict: str
    predicted: str
    expected: str


class TaskAgreement(NamedTuple):
    """How far people agree on a task's inputs that several of them judged; NaN where undefined."""

    inputs: int
    percent: float
    alpha: float


@dataclass(frozen=True)
class Progress:
    """A task with its current rows: of one person and input the newest counts."""

    task: Task
    rows: Mapping[tuple[str, str], Judgement]
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, task: Task, judgements: Iterable[Judgement]) -> "Progress":
        """Return how far the task is; rows about other inputs count as nothing."""
        listed = {item.input_hash for item in task.items}
        rows: dict[tuple[str, str], Judgement] = {}
        for row in judgements:
            if row.input_hash in listed and row.demo == task.demo:
                rows.pop((same(row.annotator), row.input_hash), None)
                rows[same(row.annotator), row.input_hash] = row
        return cls(task, rows, Counter(hashed for _, hashed in rows))

    @property
    def done(self) -> int:
        """How many judgements there are; of an input never more than are wanted."""
        return sum(min(count, self.task.people) for count in self.counts.values())

    @property
    def is_complete(self) -> bool:
        """Whether every input has as many judgements as it needs."""
        return self.done == self.task.wanted

    @property
    def people(self) -> int:
        """How many people took part."""
        return len({person for person, _ in self.rows})

    def agreement(self, labels: Collection[str]) -> TaskAgreement:
        """Return how far people agree: equal answers in pairs, and Krippendorff's alpha.

        "Cannot tell" is no answer. Without labels, numbers are compared by their distance.
        """
        import numpy as np

        from showcase.feedback.analytics.agreement import Judged, alpha, percent

        is_numeric = not labels and all(_is_number(row.predicted) for row in self.rows.values())
        said = ((hashed, _answer(row)) for (_, hashed), row in self.rows.items())
        counts = Counter(one for one in said if one[1] and (_is_number(one[1]) or not is_numeric))
        texts = np.array([answer for _, answer in counts])
        distinct, answers = np.unique(
            texts.astype(float) if is_numeric else texts, return_inverse=True
        )
        _, items = np.unique(np.array([hashed for hashed, _ in counts]), return_inverse=True)
        judged = Judged.of(items, answers, list(counts.values()))
        values = distinct.astype(np.float64) if is_numeric else None
        return TaskAgreement(judged.items, percent(judged), alpha(judged, values))

    def own(self, name: str) -> dict[str, Judgement]:
        """Return a person's rows by the input's hash, in the order in which they were stored."""
        me = same(name)
        return {hashed: row for (person, hashed), row in self.rows.items() if person == me}

    def open_to(self, name: str, held: Mapping[str, int]) -> list[Item]:
        """Return what a person may judge next, the best first.

        That is what they have not judged and what has places left, apart from those that others
        hold just now. Inputs with the fewest judgements come first, those in an order of the
        person's own, so that two people who begin together do not meet.
        """
        me = same(name)
        free = self._free(me, held)
        free.sort(key=lambda one: (one[0], _place(me, one[1].input_hash)))
        return [item for _, item in free]

    def next(
        self, name: str, skipped: Collection[str], held: Mapping[str, int], mine: str
    ) -> Item | None:
        """Return what a person judges next: what is theirs already, as long as it is open.

        Skipped inputs come last, those first that were skipped longest ago.
        """
        found = {item.input_hash: item for item in self.open_to(name, held)}
        if mine in found:
            return found[mine]
        order = (*(hashed for hashed in found if hashed not in skipped), *skipped)
        return next((found[hashed] for hashed in order if hashed in found), None)

    def left_for(self, name: str) -> int:
        """Return how many inputs a person could still judge, whoever holds them."""
        return len(self._free(same(name), {}))

    def _free(self, me: str, held: Mapping[str, int]) -> list[tuple[int, Item]]:
        """Return what has places left for a person, each with how many of them are taken."""
        taken = (
            (self.counts[item.input_hash] + held.get(item.input_hash, 0), item)
            for item in self.task.items
            if (me, item.input_hash) not in self.rows
        )
        return [(count, item) for count, item in taken if count < self.task.people]


def before(own: Mapping[str, Judgement], input_hash: str) -> str:
    """Return the hash of what a person judged before an input, or last of all; empty for none."""
    order = list(own)
    place = order.index(input_hash) if input_hash in own else len(order)
    return order[place - 1] if place else ""


def _place(person: str, input_hash: str) -> bytes:
    return hashlib.sha256(f"{person} {input_hash}".encode("utf-8", "surrogatepass")).digest()


def is_blind(module: ModelModule, prediction: BaseOutput) -> bool:
    """Tell whether people can judge an input without the model's answer: by a label, a number."""
    return bool(module.LABELS) or isinstance(prediction, NUMBERS)


def row_of(prediction: BaseOutput, said: str | float | None) -> dict[str, str]:
    """Return verdict and expected answer for a person's own answer; None for "cannot tell".

    >>> row_of(Classification(label="cat"), "dog")
    {'verdict': 'wrong', 'expected': 'dog'}
    """
    if said is None:
        return {"verdict": UNSURE, "expected": ""}
    return {
        "verdict": "correct" if _is_right(prediction, said) else "wrong",
        "expected": said if isinstance(said, str) else _written(said),
    }


def seen_row(verdict: str, expected: str = "") -> dict[str, str]:
    """Return the columns for a verdict on an answer that the person saw."""
    return {"verdict": verdict, "expected": expected if verdict == "wrong" else ""}


def _is_right(prediction: Any, said: str | float) -> bool:
    match prediction:
        case Classification():
            return bool(prediction.label == said)
        case Regression():
            return bool(prediction.low <= float(said) <= prediction.high)
        case Number():
            return rounded(prediction.value) == rounded(float(said))
        case _:
            raise TypeError(f"a {type(prediction).__name__} is judged by looking at it")


def _written(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _answer(row: Judgement) -> str:
    """Return what somebody called right; empty if they could not tell."""
    if row.verdict == UNSURE:
        return ""
    return row.expected or (row.predicted if row.verdict == "correct" else f"not {row.predicted}")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
