"""What is known of a candidate, and its sentences for people who do not compute."""

from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field

from showcase.learning.gate import Comparison, Verdict, amount, between

CHANGED_EXAMPLES = 12


class Example(BaseModel):
    """A row of the log that was kept apart: what is right, and both answers, in words."""

    model_config = ConfigDict(frozen=True)

    id: str
    target: str
    before: str
    after: str
    better: bool
    worse: bool = False
    same_label: bool = False


class Report(BaseModel):
    """A candidate's report: what it learnt, what it was compared with, and what came of it."""

    model_config = ConfigDict(frozen=True)

    demo: str
    compared_with: str
    learnt: int
    apart: int
    verdicts: int
    people: int
    by_person: bool
    outvoted: int
    left_out: dict[str, int]
    margins: dict[str, Any]
    verdict: Verdict
    examples: list[Example]
    seconds: float = 0.0
    memory_mb: float = 0.0
    passed: bool

    @computed_field  # type: ignore[prop-decorator]  # it stands in report.json, for whoever reads it
    @property
    def sentence(self) -> str:
        """What came of it, in two sentences."""
        verdicts = self.verdict.verdicts
        first = on_verdicts(verdicts) if verdicts else "No verdicts were kept apart to test it on."
        return f"{first} {elsewhere(self.verdict.held_out)}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def scores(self) -> dict[str, float]:
        """The figures that the history keeps."""
        held_out, verdicts = self.verdict.held_out, self.verdict.verdicts
        told = {"held_out_before": held_out.before, "held_out_after": held_out.after}
        if verdicts:
            told |= {"verdicts_before": verdicts.before, "verdicts_after": verdicts.after}
        return {name: round(value, 6) for name, value in told.items()}


def on_verdicts(one: Comparison) -> str:
    """Return how the candidate does on the verdicts that were kept apart."""
    off = f"off by {amount(one.after, one.measure)}, {amount(one.before, one.measure)} before"
    if one.right_after is None:
        return f"On {one.rows:,} judged inputs that it has not learnt it is {off}."
    labels = (
        f"It gets {one.right_after:,} of {one.rows:,} judged inputs right that it has not learnt; "
        f"the model before it {one.right_before:,}."
    )
    return labels if one.measure == "right" else f"{labels} Its chances are {off} (Brier score)."


def elsewhere(one: Comparison) -> str:
    """Return what became of the held-out rows."""
    if one.measure == "right":
        figures = f"{one.before:.1%} right before, {one.after:.1%} now"
    else:
        before, after = (amount(value, one.measure) for value in (one.before, one.after))
        figures = f"off by {before} before, {after} now"
    surely = "nothing changed for sure" if one.low <= 0 <= one.high else "a difference"
    if one.low > 0:
        surely = "better"
    elif one.high < 0:
        surely = "worse"
    same = (one.low, one.high) == (0.0, 0.0)
    gain = "the same answers" if same else f"difference {between(one.low, one.high, one.measure)}"
    return f"On {one.rows:,} other rows {surely}: {figures} ({gain})."


def got_worse(one: Verdict) -> str:
    """Return what got worse, in one line; what did not is not there."""
    told = []
    if one.held_out.gain < 0:
        value = amount(-one.held_out.gain, one.held_out.measure)
        told.append(f"held-out rows by {value}")
    if one.held_out.broken > one.held_out.mended:
        told.append(f"{one.held_out.broken - one.held_out.mended:,} held-out labels lost")
    fallen = sorted((part for part in one.parts if part.gain < 0), key=lambda part: part.gain)
    told += [f"{part.name} by {amount(-part.gain, one.held_out.measure)}" for part in fallen[:3]]
    return f"Worse: {', '.join(told)}." if told else "Nothing got worse."
