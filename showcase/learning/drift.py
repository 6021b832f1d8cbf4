"""Does what people enter differ from what the model learned from? Input by input, in a sentence.

A card keeps, under `inputs`, what training looked like: `QUANTILES` quantiles of each number, the
share of each choice. Numbers are compared by the Kolmogorov-Smirnov test, choices by the population
stability index (PSI), which is the Kullback-Leibler divergence both ways; how often chance alone
gives as much is drawn from the shares. All tests of a demo together tell of a difference where
there is none in at most 5% of cases (Bonferroni).
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from showcase.contract import Card, ModelInput, ModelModule
from showcase.contract.fields import NUMBERS, TEXTS, Field, as_text, fields
from showcase.estimator.model import EstimatorModel
from showcase.feedback import Store, hash_input
from showcase.learning.estimators import learned_inputs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INPUTS = "inputs"  # in a card's `more`
QUANTILES = 100
ALPHA = 0.05
FEWEST, MOST = 30, 2_000  # inputs that can be told from training; the newest, which are looked at
BINS, DRAWS, SEED = 10, 999, 0
ROUNDING = 1e-9
OTHER = ""  # choices that training never had
LEAST_SHARE = 1e-4  # in place of none, whose logarithm there is not
READ = ("demo", "source", "session", "input_hash", "id", "position")
QUERY = """
SELECT arg_max(id, position) FROM log
WHERE demo = ? AND source <> 'game' AND NOT starts_with(session, 'task-')
GROUP BY input_hash ORDER BY max(position) DESC LIMIT ?
"""


@dataclass(frozen=True)
class Drift:
    """How one input is entered, beside training: in a sentence and in figures.

    `p` says how often chance alone differs so much; `ks` is there for numbers only.
    """

    name: str
    sentence: str
    rows: int
    psi: float
    ks: float | None
    p: float
    differs: bool


@dataclass(frozen=True)
class Column:
    """What is compared of an input: its title and unit, and how its value is read."""

    title: str
    unit: str
    read: Callable[[Any], Any]
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, value: str) -> str:
        """Return what people call a choice."""
        return self.names.get(value, value)


def columns(module: Any) -> dict[str, Column]:
    """Return what is compared of a demo's inputs: numbers, choices, the words of texts.

    A model that offers `as_numbers(given) -> dict[str, float | None]` is compared by these.
    """
    if numbers := getattr(module, "as_numbers", None):
        return {name: _measured(name, numbers) for name in numbers(module.EXAMPLES[0])}
    names = getattr(module, "CHOICE_NAMES", {})
    found = {
        one.name: _column(one, names.get(one.name) or one.names) for one in fields(module.Input)
    }
    return {name: column for name, column in found.items() if column is not None}


def _measured(name: str, numbers: Callable[[Any], Mapping[str, float | None]]) -> Column:
    return Column(name, "", lambda given: numbers(given)[name])


def _column(described: Field, names: Mapping[Any, str]) -> Column | None:
    title = described.title

    def value(given: Any) -> Any:
        return getattr(given, described.name)

    def words(given: Any) -> int | None:
        text = value(given)
        return None if text is None else len(text.split())

    def choice(given: Any) -> str | None:
        chosen = value(given)
        return None if chosen is None else as_text(chosen)

    if described.options or set(names) - {None} or described.kind == "bool":
        return Column(title, "", choice, {as_text(one): name for one, name in names.items()})
    if described.kind in NUMBERS:
        return Column(title, described.unit, value)
    return Column(f"Words in “{title}”", "words", words) if described.kind in TEXTS else None


def summary(table: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """Return what a card keeps of the columns that a model learned from; None is a missing value.

    >>> summary({"a": ["x", "x", "y", None]})
    {'a': {'missing': 0.25, 'shares': {'x': 0.6667, 'y': 0.3333}}}
    """
    import numpy as np

    found: dict[str, dict[str, Any]] = {}
    for name, values in table.items():
        known = [value for value in values if not _is_missing(value)]
        of: dict[str, Any] = {"missing": round(1 - len(known) / max(len(values), 1), 4)}
        if known and not isinstance(known[0], str):
            levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
            quantiles = np.quantile(np.asarray(known, float), levels, method="inverted_cdf")
            of["quantiles"] = [float(f"{value:.5g}") for value in quantiles]
        else:
            counts = Counter(known).most_common()
            of["shares"] = {name: round(count / len(known), 4) for name, count in counts}
        found[name] = of
    return found


def training_of(module: Any, card: Card | None) -> Mapping[str, Mapping[str, Any]] | None:
    """Return what training looked like: as the card keeps it, or as an estimator's data are.

    None if nobody knows.
    """
    if card is not None and INPUTS in card.more:
        kept: dict[str, dict[str, Any]] = card.more[INPUTS]
        return kept
    if isinstance(module, EstimatorModel):
        return summary_of(module, learned_inputs(module, MOST))
    return None


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def summary_of(module: Any, inputs: Sequence[ModelInput]) -> dict[str, dict[str, Any]]:
    """Return what a card keeps of inputs that a model learned from."""
    return summary({name: list(map(one.read, inputs)) for name, one in columns(module).items()})


def entered(store: Store, demo: str, module: ModelModule, most: int = MOST) -> list[ModelInput]:
    """Return the newest inputs that people entered, each once, without the page's examples.

    Those of games and of annotation tasks were chosen for them, and are left out.
    """
    import duckdb
    import pyarrow as pa

    batches = store.batches(READ)
    first = next(batches, None)
    if first is None:
        return []
    log = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    with duckdb.connect(config={"memory_limit": "256MB", "threads": 2}) as database:
        database.register("log", log)
        ids = [row[0] for row in database.execute(QUERY, [demo, most]).fetchall()]
    offered = {hash_input(given) for given in module.EXAMPLES}
    found = []
    for row in store.get(ids):
        if row["input_hash"] in offered:
            continue
        try:
            found.append(module.Input.model_validate_json(row["input"]))
        except ValidationError:  # of an earlier form of the model
            continue
    return found


def drift(
    module: Any, training: Mapping[str, Mapping[str, Any]], inputs: Sequence[ModelInput]
) -> list[Drift]:
    """Return how each input is entered beside training, as a card's `inputs` tell it.

    There is none with fewer than `FEWEST` inputs.
    """
    if len(inputs) < FEWEST:
        return []
    known = {name: one for name, one in columns(module).items() if name in training}
    tests = sum(1 + _may_be_missing(training[name]) for name in known)
    found = []
    for name, column in known.items():
        values = list(map(column.read, inputs))
        found.append(_compared(name, column, values, training[name], ALPHA / tests))
    return found


def _may_be_missing(training: Mapping[str, Any]) -> bool:
    return bool(0 < training["missing"] < 1)


def _compared(
    name: str, column: Column, values: list[Any], training: Mapping[str, Any], alpha: float
) -> Drift:
    """Return what differs the most: the values, or how often there is none."""
    known = [value for value in values if value is not None]
    tests = [_missing(column, len(values) - len(known), len(values), training["missing"])]
    if known:
        compare = _numbers if "quantiles" in training else _choices
        tests.append(compare(column, known, training))
    found = min(tests, key=lambda one: one.p)
    differs = found.p < alpha
    sentence = found.sentence if differs else f"{column.title}: as in training."
    return Drift(name, sentence, len(values), found.psi, found.ks, found.p, differs)


class _Test(NamedTuple):
    p: float
    sentence: str
    psi: float
    ks: float | None = None


def _missing(column: Column, missing: int, rows: int, share: float) -> _Test:
    observed = {"missing": missing, "known": rows - missing}
    p, index = chance(observed, {"missing": share, "known": 1 - share})
    told = f"{column.title}: left open in {missing / rows:.0%}, in training in {share:.0%}."
    return _Test(p if 0 < share < 1 else 1.0, told, index)


def _choices(column: Column, known: list[str], training: Mapping[str, Any]) -> _Test:
    """Compare choices; what training never had counts together, as one more of them."""
    shares: dict[str, float] = training["shares"]
    counts = Counter(value if value in shares else OTHER for value in known)
    p, index = chance(counts, shares)
    gaps = {one: counts[one] / len(known) - share for one, share in shares.items()}
    gaps[OTHER] = counts[OTHER] / len(known)
    name = max(gaps, key=lambda one: abs(gaps[one]))
    shown = "something that training never had" if name == OTHER else f"“{column.named(name)}”"
    share = counts[name] / len(known)
    told = f"{column.title}: {shown} in {share:.0%}, in training in {share - gaps[name]:.0%}."
    return _Test(p, told, index)


def chance(counts: Mapping[str, int], shares: Mapping[str, float]) -> tuple[float, float]:
    """Return how often so many draws from the shares give as large a PSI as the counts; the PSI."""
    import numpy as np

    names = [*shares, *(name for name in counts if name not in shares)]
    expected = np.array([shares.get(name, 0.0) for name in names])
    expected /= expected.sum()
    observed = np.array([counts.get(name, 0) for name in names])
    index = float(psi(observed / observed.sum(), expected))
    draws = np.random.default_rng(SEED).multinomial(observed.sum(), expected, DRAWS)
    as_large = int((psi(draws / observed.sum(), expected) >= index - ROUNDING).sum())
    return (1 + as_large) / (1 + DRAWS), index


def psi(entered: "Floats", training: "Floats") -> "Floats":
    """Return the population stability index of shares, along the last axis.

    It is the relative entropy of either to the other, added up.
    """
    import numpy as np
    from scipy.stats import entropy  # type: ignore[import-untyped]  # it has no types

    p, q = np.broadcast_arrays(*(np.maximum(one, LEAST_SHARE) for one in (entered, training)))
    found: Floats = entropy(p, q, axis=-1) + entropy(q, p, axis=-1)
    return found


def _numbers(column: Column, known: list[float], training: Mapping[str, Any]) -> _Test:
    import numpy as np
    from scipy.stats import ks_2samp

    values, quantiles = np.asarray(known, float), np.asarray(training["quantiles"], float)
    # Its quantiles stand for all that was learned from, as if it had been no more: too few alarms.
    ks = ks_2samp(values, quantiles, method="asymp")
    edges = np.unique(np.quantile(quantiles, np.arange(1, BINS) / BINS, method="inverted_cdf"))
    both = [
        np.bincount(np.digitize(one, edges), minlength=len(edges) + 1)
        for one in (values, quantiles)
    ]
    index = psi(*(one / one.sum() for one in both))
    return _Test(
        float(ks.pvalue), _moved(column, values, quantiles), float(index), float(ks.statistic)
    )


def _moved(column: Column, values: "Floats", quantiles: "Floats") -> str:
    """Return how numbers differ: where their middle is, or how far they spread."""
    import numpy as np

    low, was, high = np.quantile(quantiles, (0.25, 0.5, 0.75), method="inverted_cdf")
    now = float(np.quantile(values, 0.5, method="inverted_cdf"))
    inside = float(((values >= low) & (values <= high)).mean())
    above = float((values > was).mean() + (values == was).mean() / 2)
    if now != was and abs(above - 0.5) >= abs(inside - 0.5):
        unit = "points" if column.unit == "%" else column.unit
        return (
            f"{column.title}: entered {f'{_figure(abs(now - was))} {unit}'.strip()} "
            f"{'higher' if now > was else 'lower'} than in training ({_figure(now)} in the middle, "
            f"in training {_figure(was)})."
        )
    way = "nearer to the middle" if inside > 0.5 else "further from the middle"
    ends = f"{_figure(low)} and {f'{_figure(high)} {column.unit}'.strip()}"
    return (
        f"{column.title}: entered {way} than in training ({inside:.0%} between {ends}, in training "
        "half)."
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
