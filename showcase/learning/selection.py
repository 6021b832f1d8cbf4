"""What there is to learn from a log: one lesson per input, with the votes that people cast for it.

A person's newest verdict on an input counts, of several people the majority. What nobody can learn
from is left out and counted by its reason.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError

from showcase.contract import Demo, ModelInput, ModelModule, canonical_json
from showcase.contract.fields import Field, fields
from showcase.export import ExportError, cells, parsed, writing
from showcase.feedback import COLUMNS
from showcase.feedback.analytics.load import SIGNED_IN, Log, Snapshot
from showcase.feedback.normalise import person_key
from showcase.feedback.record import Status
from showcase.learning.consensus import weighed_labels
from showcase.learning.learner import HeldOut, Learner, Lesson, Target

TARGET = "target"
ORIGIN = ("id", "created_at", "people", "model_version", "votes")  # columns beside it
COLUMN_TYPES = {"float": "number", "int": "whole", "bool": "bool"}
OF_DEMO = "SELECT position FROM keys WHERE demo = ?"
GAMES = "SELECT position FROM keys WHERE source = 'game'"
OLDER = "replaced by a newer one"
UNDONE = "withdrawn"
PLAYED = "from games"
UNSURE = "unsure"
UNTOLD = "wrong, without the right answer"
NO_ANSWER = "correct, without a right answer to learn"
UNKNOWN = "with a right answer that the model does not know"
INVALID = "with an input that the model does not take"
TIED = "on inputs with as many people for one answer as for another"
NOT_ASKED_FOR = "not asked for"
TOO_FEW = "on inputs that fewer people judged"
REASONS = (OLDER, UNDONE, PLAYED, UNSURE, UNTOLD, NO_ANSWER, UNKNOWN, INVALID, TIED)
# Besides, when a model learns:
HELD_OUT = "on inputs of the held-out set, which no verdict may enter"
IMPOSSIBLE = "with a number that cannot be"
QUARREL = "of people who contradict the others more often than not"
FLOOD = "beyond what one person may add"
LEARNING_REASONS = (*REASONS, IMPOSSIBLE, HELD_OUT, QUARREL, FLOOD)

MOST_OF_ONE = 500  # inputs, or as many as all others together have
SHARED = 5  # inputs that others judged too, before somebody counts as contradicting them
APART = 0.3  # of the lessons a candidate is tested on
NOBODY = "without a name and a visit"


class Vote(NamedTuple):
    """What one person says is right for an input, and the row that says so."""

    target: str
    person: str
    id: str
    created_at: str
    version: str
    prediction: str


@dataclass
class Judged:
    """An input with the votes cast for it."""

    input: ModelInput
    votes: list[Vote]


@dataclass(frozen=True)
class Selection:
    """Lessons, the number of verdicts and of people behind them, and how many were left out why."""

    lessons: list[Lesson]
    verdicts: int
    people: int
    outvoted: int
    left_out: dict[str, int]


class Asked(NamedTuple):
    """Which verdicts an export is asked for; empty for any. `task` is an annotation task's id.

    `min_votes` is how many people must have judged an input. Moments are as the log has them.
    """

    version: str = ""
    source: str = ""
    task: str = ""
    annotator: str = ""
    since: str = ""
    until: str = ""
    min_votes: int = 1

    def takes(self, row: dict[str, str]) -> bool:
        """Return True for a row of the log that is asked for."""
        return (
            row["model_version"].startswith(self.version)
            and self.source in ("", row["source"])
            and self.task in ("", row["session"])
            and (not self.annotator or person_key(self.annotator) == person_key(row["annotator"]))
            and self.since <= row["created_at"]
            and (not self.until or row["created_at"] < self.until)
        )


ANY = Asked()


def select(log: Log, demo: Demo, asked: Asked = ANY) -> Selection:
    """Return what `export --training` writes."""
    left_out = Counter(dict.fromkeys(REASONS, 0))
    judged, is_number = _judged(log, demo, left_out, asked)
    if asked.min_votes > 1:
        enough = {hashed for hashed, one in judged.items() if len(one.votes) >= asked.min_votes}
        _keep(judged, left_out, TOO_FEW, lambda hashed, _: hashed in enough)
    return _selection(judged, left_out, {}, is_number=is_number)


def select_to_learn(
    log: Log, demo: Demo, learner: Learner | None = None, held_out: HeldOut | None = None
) -> Selection:
    """Return what a candidate may learn from: less of the held-out set, floods and quarrels.

    Without a learner and its held-out set, which only the data tell, nothing is left out for them.
    """
    left_out = Counter(dict.fromkeys(LEARNING_REASONS, 0))
    judged, is_number = _judged(log, demo, left_out)
    if learner is not None and held_out is not None:
        _leave_out_frozen(judged, left_out, learner, held_out)
    if learner is not None and learner.POSSIBLE and is_number:
        low, high = learner.POSSIBLE
        _keep(judged, left_out, IMPOSSIBLE, lambda _, vote: low <= float(vote.target) <= high)
    if not is_number:
        quarrelsome = _quarrelsome(judged)
        _keep(judged, left_out, QUARREL, lambda _, vote: vote.person not in quarrelsome)
    kept = _within_bounds(judged)
    _keep(judged, left_out, FLOOD, lambda hashed, vote: hashed in kept[_crowd(vote.person)])
    weighed = {} if is_number else _weighed(judged)
    return _selection(judged, left_out, weighed, is_number=is_number)


def _weighed(judged: dict[str, Judged]) -> dict[str, Target]:
    """Return by hash what is right where people do not agree, unless the majority has to do."""
    hashes = list(judged)
    votes = [{vote.person: vote.target for vote in judged[hashed].votes} for hashed in hashes]
    return {hashes[number]: label for number, label in weighed_labels(votes).items()}


def _leave_out_frozen(
    judged: dict[str, Judged], left_out: Counter[str], learner: Learner, held_out: HeldOut
) -> None:
    frozen = {learner.identity(given) for given in held_out.inputs}
    for hashed, one in list(judged.items()):
        if learner.identity(one.input) in frozen:
            left_out[HELD_OUT] += len(judged.pop(hashed).votes)


def split(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Return the lessons to learn and those to test on, of other people: about 30 of 100.

    Nobody's verdict is in both. Of a single person's lessons some are kept apart by their input.
    """
    counts = Counter(person for lesson in lessons for person in lesson.people)
    apart: set[str] = set()
    rows = 0
    for person in sorted(counts, key=_digest):
        if rows + counts[person] <= APART * len(lessons) * 1.2 and rows < APART * len(lessons):
            apart.add(person)
            rows += counts[person]
    if len(counts) == 1 or rows < APART * len(lessons) / 3:
        tested = sorted(lessons, key=lambda one: _digest(one.input_hash))
        chosen = {one.input_hash for one in tested[: round(APART * len(lessons))]}
        return (
            [one for one in lessons if one.input_hash not in chosen],
            [one for one in lessons if one.input_hash in chosen],
        )
    return (
        [one for one in lessons if apart.isdisjoint(one.people)],
        [one for one in lessons if not apart.isdisjoint(one.people)],
    )


def split_by_person(learnt: Iterable[Lesson], apart: Iterable[Lesson]) -> bool:
    """Tell whether nobody has lessons in both."""
    ours = {person for lesson in learnt for person in lesson.people}
    return all(ours.isdisjoint(lesson.people) for lesson in apart)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _judged(
    log: Log, demo: Demo, left_out: Counter[str], asked: Asked = ANY
) -> tuple[dict[str, Judged], bool]:
    """Return inputs by their hash with the votes that count, and whether targets are numbers."""
    module = demo.load_module()
    is_number = module.LABELS is None and _is_number(log, demo)
    judged: dict[str, Judged] = {}
    with Snapshot(log) as snapshot:
        chosen = _countable(snapshot, demo.name, left_out)
        for batch in snapshot.rows(chosen):
            votes = _votes(module, batch, left_out, asked, is_number=is_number)
            for hashed, given, vote in votes:
                judged.setdefault(hashed, Judged(given, [])).votes.append(vote)
    return judged, is_number


def _countable(snapshot: Snapshot, demo: str, left_out: Counter[str]) -> NDArray[np.bool_]:
    """Return the rows (n,) bool that count by their status; say how many do not, and why."""
    status = snapshot.status.copy()
    of_demo, games = np.zeros((2, len(status)), bool)
    of_demo[snapshot.positions(OF_DEMO, demo)] = True
    games[snapshot.positions(GAMES)] = True
    status[snapshot.older_of_a_person()] = Status.SUPERSEDED
    left_out[PLAYED] = int((of_demo & games).sum())
    candidates = of_demo & ~games
    for reason, code in ((OLDER, Status.SUPERSEDED), (UNDONE, Status.WITHDRAWN)):
        left_out[reason] = int((candidates & (status == code)).sum())
        candidates &= status != code
    return candidates


def _votes(
    module: ModelModule,
    batch: pa.RecordBatch,
    left_out: Counter[str],
    asked: Asked,
    *,
    is_number: bool,
) -> Iterator[tuple[str, ModelInput, Vote]]:
    for row in cells(batch):
        told = dict(zip(COLUMNS, row, strict=True))
        if not asked.takes(told):
            left_out[NOT_ASKED_FOR] += 1
            continue
        if reason := _why_left_out(told, module, is_number=is_number):
            left_out[reason] += 1
            continue
        try:
            given = module.Input.model_validate_json(told["input"])
        except ValidationError:
            left_out[INVALID] += 1
            continue
        vote = Vote(
            told["expected"],
            _person(told),
            *(told[name] for name in ("id", "created_at", "model_version", "prediction")),
        )
        yield told["input_hash"], given, vote


def _person(row: dict[str, str]) -> str:
    """Return who spoke: a name, proven or not, else a visit; without either each row is its own."""
    if name := person_key(row["annotator"]):
        return f"{name}{SIGNED_IN}" if row["signed_in"] == "true" else name
    return f"visit {row['session']}" if row["session"] else f"{NOBODY} {row['id']}"


def _why_left_out(row: dict[str, str], module: ModelModule, *, is_number: bool) -> str:
    """Return why there is nothing to learn from a row; empty if there is."""
    if row["verdict"] == "unsure":
        return UNSURE
    if not row["expected"]:
        return UNTOLD if row["verdict"] == "wrong" else NO_ANSWER
    if is_number:
        return "" if _is_finite(row["expected"]) else UNKNOWN
    return UNKNOWN if module.LABELS is not None and row["expected"] not in module.LABELS else ""


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_number(log: Log, demo: Demo) -> bool:
    """Tell whether the demo answers with a number, by the first of its answers that is stored."""
    for batch in log.batches(("demo", "prediction")):
        for name, prediction in cells(batch):
            if name == demo.name:
                found = parsed(prediction)
                value = found.get("value") if isinstance(found, dict) else None
                return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _keep(
    judged: dict[str, Judged],
    left_out: Counter[str],
    reason: str,
    wanted: Callable[[str, Vote], bool],
) -> None:
    """Take out votes that are not wanted, and inputs without any left; count them."""
    for hashed, one in list(judged.items()):
        kept = [vote for vote in one.votes if wanted(hashed, vote)]
        left_out[reason] += len(one.votes) - len(kept)
        judged[hashed] = replace(one, votes=kept)
        if not kept:
            del judged[hashed]


def _quarrelsome(judged: dict[str, Judged]) -> set[str]:
    """Return who disagrees with most of what others said about the same inputs."""
    shared, against = Counter[str](), Counter[str]()
    for one in judged.values():
        if len(one.votes) < 2:
            continue
        counts = Counter(vote.target for vote in one.votes)
        for vote in one.votes:
            others = counts - Counter({vote.target: 1})
            shared[vote.person] += 1
            against[vote.person] += 2 * others[vote.target] < others.total()
    return {
        person
        for person, number in shared.items()
        if number >= SHARED and 2 * against[person] > number
    }


def _within_bounds(judged: dict[str, Judged]) -> dict[str, set[str]]:
    """Return for each person the inputs that count: no more than `MOST_OF_ONE` or all others'."""
    inputs: defaultdict[str, list[str]] = defaultdict(list)
    for hashed, one in judged.items():
        for crowd in {_crowd(vote.person) for vote in one.votes}:
            inputs[crowd].append(hashed)
    total = sum(map(len, inputs.values()))
    return {
        crowd: set(sorted(own, key=_digest)[: max(MOST_OF_ONE, total - len(own))])
        for crowd, own in inputs.items()
    }


def _crowd(person: str) -> str:
    """Return a person; those without a name and a visit, who may all be one, count as one."""
    return NOBODY if person.startswith(NOBODY) else person


def _selection(
    judged: dict[str, Judged],
    left_out: Counter[str],
    weighed: dict[str, Target],
    *,
    is_number: bool,
) -> Selection:
    lessons: list[Lesson] = []
    people: set[str] = set()
    verdicts = outvoted = 0
    for hashed, one in judged.items():
        counts = Counter(vote.target for vote in one.votes)
        target = weighed.get(hashed) or _consensus(counts, is_number=is_number)
        if target is None:
            left_out[TIED] += len(one.votes)
            continue
        lesson = _lesson(hashed, one, target, dict(counts.most_common()))
        lessons.append(lesson)
        people |= set(lesson.people)
        verdicts += len(one.votes)
        outvoted += 0 if is_number else len(one.votes) - counts[str(target)]
    return Selection(lessons, verdicts, len(people), outvoted, dict(left_out))


def _consensus(counts: Counter[str], *, is_number: bool) -> Target | None:
    """Return the label of the majority, or the median of numbers; None for a tie.

    >>> _consensus(Counter({"rain": 3, "dry": 2}), is_number=False)
    'rain'
    """
    if is_number:
        return float(median(map(float, counts.elements())))
    (first, most), *others = counts.most_common(2)
    return None if others and others[0][1] == most else first


def _lesson(hashed: str, one: Judged, target: Target, votes: dict[str, int]) -> Lesson:
    newest = one.votes[-1]
    return Lesson(
        input=one.input,
        input_hash=hashed,
        target=target,
        votes=votes,
        ids=tuple(vote.id for vote in one.votes),
        people=tuple(vote.person for vote in one.votes),
        created_at=newest.created_at,
        model_version=newest.version,
        prediction=newest.prediction,
    )


class TrainingExport(NamedTuple):
    """How many inputs were written, the verdicts and people behind them, what was left out why."""

    written: int
    verdicts: int
    people: int
    left_out: dict[str, int]


def export_training(
    log: Log, demo: Demo, path: Path, form: str, asked: Asked = ANY
) -> TrainingExport:
    """Write the inputs of a demo, a column for each field, with their targets and votes.

    One row per input: the answer of most people, or the median of their numbers, how many people
    said what, who they are by name, and the newest row's id, time and version.
    """
    module = demo.load_module()
    sorts = {field.name: _column_type(field) for field in fields(module.Input)}
    if taken := sorted({TARGET, *ORIGIN} & set(sorts)):
        raise ExportError(f"The input of {demo.name} has a field “{taken[0]}” of its own.")
    selection = select(log, demo, asked)
    numbers = all(isinstance(lesson.target, float) for lesson in selection.lessons)
    is_number = module.LABELS is None and numbers and bool(selection.lessons)
    columns = sorts | {TARGET: "number" if is_number else "text"} | dict.fromkeys(ORIGIN, "text")
    with writing(path, form, columns) as write:
        write(map(_training_row, selection.lessons))
    return TrainingExport(
        len(selection.lessons), selection.verdicts, selection.people, selection.left_out
    )


def _training_row(lesson: Lesson) -> list[Any]:
    names = sorted({_shown(person) for person in lesson.people})
    return [
        *lesson.input.model_dump(mode="json").values(),
        lesson.target,
        lesson.ids[-1],
        lesson.created_at,
        json.dumps(names, ensure_ascii=False),
        lesson.model_version,
        canonical_json(lesson.votes),
    ]


def _shown(person: str) -> str:
    """Return a person as a file names them."""
    return NOBODY if person.startswith(NOBODY) else person.removesuffix(SIGNED_IN)


def _column_type(field: Field) -> str:
    """Return which of `TYPES` holds the values of a field."""
    if field.options:
        return "whole" if all(type(option) is int for option in field.options) else "text"
    return COLUMN_TYPES.get(field.kind, "text")
