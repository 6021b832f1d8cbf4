"""A candidate: selected verdicts, a training, the gate; kept with its report, not in force."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from showcase.contract import BaseOutput, Classification, Demo, Regression, version_of
from showcase.contract.card import LEARNT
from showcase.feedback import FeedbackError
from showcase.feedback.analytics.load import Log
from showcase.learning import gate
from showcase.learning.learner import HeldOut, Learner, Lesson, Measure, Progress, Target, learner
from showcase.learning.report import CHANGED_EXAMPLES, Example, Report
from showcase.learning.selection import Selection, select_to_learn, split, split_by_person
from showcase.learning.worker import train_apart
from showcase.runtime.loading import Loaded
from showcase.versions import StoredVersion, Versions, digits

MOST_AT_ONCE = 2_000  # inputs that a model answers in one call: bounds memory


class NothingToLearnError(FeedbackError):
    """There are no verdicts to learn from; the message says so."""


@dataclass(frozen=True)
class Plan:
    """What would be learnt, before anything is trained."""

    demo: Demo
    learner: Learner
    held_out: HeldOut
    selection: Selection
    learnt: list[Lesson]
    apart: list[Lesson]


@dataclass(frozen=True)
class Candidate:
    """A stored candidate with its report."""

    stored: StoredVersion
    report: Report


def plan(log: Log, demo: Demo, folder: Path) -> Plan:
    """Return what would be learnt; LookupError if the demo cannot learn."""
    offered = learner(demo)
    held_out = offered.held_out(folder)
    selection = select_to_learn(log, demo, offered, held_out)
    learnt, apart = split(selection.lessons)
    return Plan(demo, offered, held_out, selection, learnt, apart)


def learn(
    planned: Plan, folder: Path, current: Loaded, versions: Versions, progress: Progress
) -> Candidate:
    """Train a candidate, compare it with the model in force, and keep it with its report.

    NothingToLearnError, or TrainingError, as sentences.
    """
    if not planned.learnt:
        raise NothingToLearnError(
            f"There is nothing to learn for {planned.demo.title} yet: no verdict that says what is "
            "right is left beside those it would be tested on."
        )
    module: Any = planned.demo.load_module()
    name = getattr(module, "ARTIFACT_NAME", "") or module.ARTIFACT.name
    with tempfile.TemporaryDirectory(prefix="vitrine-learn-") as place:
        trained = train_apart(planned.demo, folder, planned.learnt, Path(place), progress)
        path = Path(place) / name
        content = path.read_bytes()
        model = module.load(path)
        report = _report(planned, current, model, trained._asdict())
    sha256 = digits(content)
    stored = StoredVersion(
        demo=planned.demo.name,
        version=version_of(module, sha256),
        artifact=name,
        sha256=sha256,
        card=_card(current, report),
        report=report.model_dump(mode="json"),
    )
    if stored.version != current.version:
        versions.add(stored, content)
    return Candidate(stored, report)


def _card(current: Loaded, report: Report) -> dict[str, Any] | None:
    """Return the card of the model in force with what this one learnt besides, in a sentence."""
    if current.card is None:
        return None
    people = "1 person" if report.people == 1 else f"{report.people:,} people"
    told = f"It learnt from {report.learnt:,} inputs that {people} judged. {report.sentence}"
    more = current.card.more | {LEARNT: told}
    return current.card.model_copy(update={"more": more}).model_dump(mode="json")


def _report(planned: Plan, current: Loaded, model: Any, trained: dict[str, float]) -> Report:
    margins, held_out = planned.learner.MARGINS, planned.held_out
    module = planned.demo.load_module()
    before, after = (answers(module, one, held_out.inputs) for one in (current.model, model))
    labels = [one if isinstance(one, str) else "" for one in held_out.targets]
    names = [labels, held_out.slices] if held_out.slices else [labels]
    was_so, is_so = (
        gate.quality(one, held_out.targets, margins.measure) for one in (before, after)
    )
    judged, was, is_now = _on_verdicts(planned, current.model, model)
    verdict = gate.judge(
        judged,
        _compared(before, after, held_out.targets, margins.measure, held_out.groups),
        gate.parts(was_so, is_so, names, margins.measure),
        margins,
    )
    return Report(
        demo=planned.demo.name,
        compared_with=current.version,
        learnt=len(planned.learnt),
        apart=len(planned.apart),
        verdicts=planned.selection.verdicts,
        people=planned.selection.people,
        by_person=split_by_person(planned.learnt, planned.apart),
        outvoted=planned.selection.outvoted,
        left_out=planned.selection.left_out,
        margins=asdict(margins),
        verdict=verdict,
        examples=_examples(planned.apart, was, is_now),
        passed=verdict.passed,
        **trained,
    )


def _on_verdicts(
    planned: Plan, current: Any, model: Any
) -> tuple[gate.Comparison | None, list[BaseOutput], list[BaseOutput]]:
    """Return how both do on the lessons kept apart, and what they answer."""
    if not planned.apart:
        return None, [], []
    module = planned.demo.load_module()
    inputs = [lesson.input for lesson in planned.apart]
    targets = [lesson.target for lesson in planned.apart]
    was, is_now = (answers(module, one, inputs) for one in (current, model))
    compared = _compared(was, is_now, targets, planned.learner.MARGINS.measure)
    return compared, was, is_now


def _compared(
    before: Sequence[BaseOutput],
    after: Sequence[BaseOutput],
    targets: Sequence[Target],
    measure: Measure,
    groups: Sequence[Any] = (),
) -> gate.Comparison:
    was, is_now = (gate.quality(one, targets, measure) for one in (before, after))
    right = None
    if isinstance(before[0], Classification):
        right = tuple(gate.quality(one, targets, "right") > 0 for one in (before, after))
    return gate.compare(was, is_now, measure, groups, right=right)


def answers(module: Any, model: Any, inputs: Sequence[Any]) -> list[BaseOutput]:
    """Return a model's answers to any number of inputs; a package may name another function.

    `learnt_answers` of a module gives those of the part of it that learns.
    """
    many = getattr(module, "learnt_answers", module.predict_many)
    found: list[BaseOutput] = []
    for start in range(0, len(inputs), MOST_AT_ONCE):
        found += many(model, inputs[start : start + MOST_AT_ONCE])
    return found


def _examples(
    lessons: Sequence[Lesson], before: Sequence[BaseOutput], after: Sequence[BaseOutput]
) -> list[Example]:
    """Return judged inputs whose answer changed: half mended ones, half broken or wrong ones."""
    found = [
        Example(
            id=lesson.ids[-1],
            target=_shown(lesson.target),
            before=headline(was),
            after=headline(is_now),
            better=is_right(is_now, lesson.target) and not is_right(was, lesson.target),
            worse=is_right(was, lesson.target) and not is_right(is_now, lesson.target),
            same_label=getattr(was, "label", None) == getattr(is_now, "label", ""),
        )
        for lesson, was, is_now in zip(lessons, before, after, strict=True)
        if headline(was) != headline(is_now)
    ]
    mended = [one for one in found if one.better]
    others = [one for one in found if not one.better]
    others.sort(key=lambda one: (not one.worse, one.same_label))
    half = max(CHANGED_EXAMPLES // 2, CHANGED_EXAMPLES - len(others))
    return [*mended[:half], *others][:CHANGED_EXAMPLES]


def headline(output: BaseOutput) -> str:
    """Return an answer as people read it in a table."""
    if isinstance(output, Classification):
        sure = f" ({output.confidence:.0%})" if output.confidence is not None else ""
        return f"{output.label}{sure}"
    return _shown(output.value) if isinstance(output, Regression) else str(output)


def _shown(value: Target) -> str:
    return value if isinstance(value, str) else f"{value:,.0f}"


def is_right(output: BaseOutput, target: Target) -> bool:
    """Return True for the right label, or an interval that holds the number."""
    if isinstance(output, Regression):
        return output.low <= float(target) <= output.high
    return getattr(output, "label", None) == target
