"""The gate: a candidate has to be better on people's verdicts, and not worse on anything else.

Both models answer the very same rows, so that differences are paired. Intervals are of the paired
bootstrap (Efron, 1979), percentiles, 95%; labels are compared by McNemar's exact test (1947): of
the rows on which one model is right and the other wrong, as many either way would be chance.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from showcase.contract import BaseOutput, Classification, Regression
from showcase.learning.learner import Margins, Measure, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 2_000
SEED = 0
ALPHA = 0.05  # two-sided: one candidate in 40 that is no better seems so on the verdicts
FEWEST_VERDICTS = 20  # kept apart, else nothing can be told
FEWEST_OF_A_PART = 20
FEW_VALUES = 64
DRAWN = 2_000_000  # numbers drawn at a time: bounds memory


class Comparison(BaseModel):
    """A candidate beside the model in force on the same rows; `gain` is better when it is larger.

    `low` and `high` are its 95% interval. `mended` rows only the candidate gets right, `broken`
    ones only the model in force; `p` says how often chance alone splits them so unevenly.
    """

    model_config = ConfigDict(frozen=True)

    measure: Measure
    rows: int
    before: float
    after: float
    gain: float
    low: float
    high: float
    right_before: int | None = None
    right_after: int | None = None
    mended: int = 0
    broken: int = 0
    p: float = 1.0


class Part(BaseModel):
    """What became of one label or slice."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    gain: float
    p: float


class Verdict(BaseModel):
    """Whether a candidate may be promoted, and every reason against it."""

    model_config = ConfigDict(frozen=True)

    verdicts: Comparison | None
    held_out: Comparison
    parts: list[Part]
    reasons: list[str]

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def quality(outputs: Sequence[BaseOutput], targets: Sequence[Target], measure: Measure) -> "Floats":
    """Return how good each answer is (n,), more being better, in the unit of the measure."""
    import numpy as np

    each = [_quality(one, target, measure) for one, target in zip(outputs, targets, strict=True)]
    return np.array(each, dtype=float)


def _quality(output: BaseOutput, target: Target, measure: Measure) -> float:
    if isinstance(output, Classification) and measure == "right":
        return float(output.label == target)
    if isinstance(output, Classification) and measure == "brier" and output.probabilities:
        shares = output.probabilities.items()
        return -0.5 * float(sum((p - (label == target)) ** 2 for label, p in shares))
    if isinstance(output, Regression) and measure == "absolute":
        return -abs(output.value - float(target))
    raise TypeError(f"{type(output).__name__} cannot be measured by {measure!r}")


def compare(
    before: "Floats",
    after: "Floats",
    measure: Measure,
    groups: Sequence[Any] = (),
    *,
    right: Any = None,
) -> Comparison:
    """Return how the qualities (n,) of a candidate compare with those of the model in force.

    `right` are two (n,) bool: whether each answer is right, where answers are labels.
    """
    import numpy as np

    gains = after - before
    low, high = interval(gains, groups)
    told: dict[str, Any] = {}
    if right is not None:
        was, is_now = (np.asarray(one, dtype=bool) for one in right)
        mended, broken = int((is_now & ~was).sum()), int((was & ~is_now).sum())
        told = {
            "right_before": int(was.sum()),
            "right_after": int(is_now.sum()),
            "mended": mended,
            "broken": broken,
            "p": mcnemar(mended, broken),
        }
    return Comparison(
        measure=measure,
        rows=len(gains),
        before=abs(float(before.mean())) if len(gains) else 0.0,
        after=abs(float(after.mean())) if len(gains) else 0.0,
        gain=float(gains.mean()) if len(gains) else 0.0,
        low=low,
        high=high,
        **told,
    )


def interval(gains: "Floats", groups: Sequence[Any] = ()) -> tuple[float, float]:
    """Return the 95% interval of the mean of paired differences (n,), by bootstrap.

    Rows of one group are drawn together. The same differences give the same interval.
    """
    import numpy as np

    if not len(gains):
        return 0.0, 0.0
    random, means = np.random.default_rng(SEED), np.empty(RESAMPLES)
    values, counts = np.unique(gains, return_counts=True)
    if len(values) == 1:
        return float(values[0]), float(values[0])
    if not len(groups) and len(values) <= FEW_VALUES:  # the same, much faster
        numbers = random.multinomial(len(gains), counts / len(gains), RESAMPLES)
        return _percentiles(numbers @ values / len(gains))
    sums, sizes = gains, np.ones(len(gains))
    if len(groups):
        _, code = np.unique(np.asarray(groups), return_inverse=True)
        sums, sizes = np.zeros((2, code.max() + 1))
        np.add.at(sums, code, gains)
        np.add.at(sizes, code, 1)
    step = max(1, DRAWN // len(sums))
    for start in range(0, RESAMPLES, step):
        size = (min(step, RESAMPLES - start), len(sums))
        drawn = random.integers(len(sums), size=size, dtype=np.int32)
        means[start : start + step] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return _percentiles(means)


def _percentiles(means: "Floats") -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(means, [ALPHA / 2, 1 - ALPHA / 2])
    return float(low), float(high)


def mcnemar(mended: int, broken: int) -> float:
    """Return the two-sided p of McNemar's exact test.

    >>> mcnemar(0, 0), mcnemar(5, 5), round(mcnemar(10, 1), 4)
    (1.0, 1.0, 0.0117)
    """
    from scipy.stats import binomtest  # type: ignore[import-untyped]  # it has no types

    if not mended + broken:
        return 1.0
    return float(binomtest(mended, mended + broken, 0.5).pvalue)


def judge(
    verdicts: Comparison | None, held_out: Comparison, parts: list[Part], margins: Margins
) -> Verdict:
    """Return whether the candidate may be promoted: better on the verdicts, not worse elsewhere."""
    reasons = [
        *_against_verdicts(verdicts),
        *_against_held_out(held_out, margins),
        *_against_parts(parts, margins),
    ]
    return Verdict(verdicts=verdicts, held_out=held_out, parts=parts, reasons=reasons)


def _against_verdicts(verdicts: Comparison | None) -> list[str]:
    if verdicts is None or verdicts.rows < FEWEST_VERDICTS:
        rows = verdicts.rows if verdicts else 0
        return [
            f"Only {rows} verdicts were kept apart to test it on: {FEWEST_VERDICTS} are needed."
        ]
    surely = verdicts.low > 0
    if verdicts.measure == "right":
        surely = verdicts.p < ALPHA and verdicts.mended > verdicts.broken
    return [] if surely else ["On the verdicts kept apart it is not surely better."]


def _against_held_out(held_out: Comparison, margins: Margins) -> list[str]:
    found = []
    if held_out.low < -margins.held_out:
        found.append(
            "On the held-out rows it may be worse by more than the margin of "
            f"{amount(margins.held_out, margins.measure)}."
        )
    if held_out.right_before is not None and held_out.right_after is not None and held_out.rows:
        fall = (held_out.right_before - held_out.right_after) / held_out.rows
        if fall > margins.label and held_out.p < ALPHA:
            found.append(f"It gets {100 * fall:.1f} in 100 labels fewer right.")
    return found


def _against_parts(parts: list[Part], margins: Margins) -> list[str]:
    """Name the parts that fell by more than the bound, chance among so many parts apart."""
    fallen = [
        part for part in parts if part.gain < -margins.part and part.p < ALPHA / max(len(parts), 1)
    ]
    return [
        f"{part.name}: worse by {amount(-part.gain, margins.measure)} on {part.rows:,} rows, "
        f"more than the bound of {amount(margins.part, margins.measure)}."
        for part in fallen
    ]


def parts(
    before: "Floats", after: "Floats", names: Sequence[Sequence[str]], measure: Measure
) -> list[Part]:
    """Return what became of each label and slice with enough rows; `names` hold one per row."""
    import numpy as np

    found = []
    gains = after - before
    for column in names:
        labels = np.asarray(column)
        for name in np.unique(labels).tolist():
            own = gains[labels == name]
            if name and len(own) >= FEWEST_OF_A_PART:
                p = _chance_of(own, measure)
                found.append(Part(name=name, rows=len(own), gain=float(own.mean()), p=p))
    return found


def _chance_of(gains: "Floats", measure: Measure) -> float:
    """Return how often chance alone would give such gains: McNemar, or a paired t test."""
    import numpy as np
    from scipy.stats import ttest_1samp

    if measure == "right" or not gains.any() or np.ptp(gains) == 0:
        return mcnemar(int((gains > 0).sum()), int((gains < 0).sum()))
    return float(ttest_1samp(gains, 0.0).pvalue)


def amount(value: float, measure: Measure, *, signed: bool = False) -> str:
    """Return a quality or a difference in words.

    >>> amount(0.005, "right"), amount(0.01234, "brier"), amount(1234.5, "absolute", signed=True)
    ('0.5 points', '0.0123', '+1,234')
    """
    sign = "+" if signed else ""
    if measure == "right":
        return f"{100 * value:{sign}.1f} points"
    return f"{value:{sign}.4f}" if measure == "brier" else f"{value:{sign},.0f}"


def between(low: float, high: float, measure: Measure) -> str:
    """Return an interval of differences in words.

    >>> between(-0.004, 0.008, "right"), between(-0.001, 0.002, "brier")
    ('−0.4 to +0.8 points', '−0.0010 to +0.0020')
    """
    first, last = (amount(end, measure, signed=True) for end in (low, high))
    return f"{first.removesuffix(' points')} to {last}".replace("-", "−")
