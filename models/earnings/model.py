"""The artifact `model.skops`: what a field earns elsewhere, trees, margins, published medians."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types

from models.earnings.inputs import CONTROLS, CREDENTIALS, Input, family_of
from showcase.contract.metrics import coalitions
from showcase.contract.skops_archive import repeatable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

NUMBERS = (
    "credential",
    "control",
    "region",
    "locale",
    "net_price",
    "sat_average",
    "admission_rate",
)
CREDENTIAL, CONTROL = NUMBERS.index("credential"), NUMBERS.index("control")

# Columns of `matrix`: log1p of the institutions seen with field and credential, and with the field.
PAIR_COUNT, FIELD_COUNT = -2, -1


@dataclass(frozen=True)
class Programmes:
    """4-digit field codes, n of them, and `numbers` (n, 7) float64, columns as in `NUMBERS`.

    Credential and control are positions in `names.CREDENTIALS` and `names.CONTROLS`; NaN stands
    for what is not known.
    """

    fields: list[str]
    numbers: Floats

    def __len__(self) -> int:
        """Return the number of programmes."""
        return len(self.fields)

    def take(self, rows: NDArray[np.int64]) -> "Programmes":
        """Return the chosen programmes."""
        return Programmes([self.fields[row] for row in rows.tolist()], self.numbers[rows])

    def with_strange_fields(self) -> "Programmes":
        """Return the same programmes, each in a made-up field of its own family."""
        return Programmes([f"{family_of(field)}??" for field in self.fields], self.numbers)

    def averages(self) -> list[tuple[str, ...]]:
        """Return the names of the averages that each programme belongs to, broadest first."""
        ranks = self.numbers[:, [CREDENTIAL, CONTROL]].astype(int).tolist()
        return [
            _keys(family_of(field), field, credential, control)
            for field, (credential, control) in zip(self.fields, ranks, strict=True)
        ]

    def with_column(self, column: int, values: Floats) -> "Programmes":
        """Return one programme once for each value of a column."""
        numbers = np.repeat(self.numbers, len(values), axis=0)
        numbers[:, column] = values
        return Programmes(self.fields * len(values), numbers)


@lru_cache(maxsize=4096)
def _keys(family: str, field: str, credential: int, control: int) -> tuple[str, ...]:
    by_credential = f"{field}|{credential}"
    return (
        f"{credential}",
        family,
        f"{family}|{credential}",
        field,
        by_credential,
        f"{by_credential}|{control}",
    )


def programmes(inputs: Sequence[Input]) -> Programmes:
    """Return inputs as the model takes them.

    No row of the data lies in region 0, so it counts as not known.
    """
    numbers = [
        (
            CREDENTIALS.index(one.credential),
            CONTROLS.index(one.control),
            one.region or None,
            one.locale,
            one.net_price,
            one.sat_average,
            one.admission_rate,
        )
        for one in inputs
    ]
    return Programmes([one.field for one in inputs], np.array(numbers, dtype=float))


def joined(parts: Sequence[Programmes]) -> Programmes:
    """Return the programmes of all parts, one after the other."""
    fields = [field for part in parts for field in part.fields]
    return Programmes(fields, np.concatenate([part.numbers for part in parts]))


def programmes_of(frame: "pd.DataFrame") -> Programmes:
    """Return the rows of a frame, whose columns are the fields of `Input`, as the model takes them.

    The same of columns as `programmes` of inputs.
    """
    ranks = {"credential": CREDENTIALS, "control": CONTROLS}
    columns = [
        frame[name].map({choice: rank for rank, choice in enumerate(ranks[name])})
        if name in ranks
        else frame.get(name, math.nan)
        for name in NUMBERS
    ]
    numbers = np.column_stack([np.broadcast_to(np.asarray(c, float), len(frame)) for c in columns])
    region = numbers[:, NUMBERS.index("region")]
    region[region == 0] = math.nan
    return Programmes(frame["field"].tolist(), numbers)


def as_inputs(programmes: Programmes) -> list[Input]:
    """Return programmes as inputs, the reverse of `programmes`."""
    found = []
    for field, row in zip(programmes.fields, programmes.numbers.tolist(), strict=True):
        known: dict[str, Any] = {
            name: x for name, x in zip(NUMBERS, row, strict=True) if not math.isnan(x)
        }
        known["credential"] = CREDENTIALS[int(known["credential"])]
        known["control"] = CONTROLS[int(known["control"])]
        found.append(Input(field=field, **known))
    return found


@dataclass(frozen=True)
class Encoder:
    """Average log earnings per credential, family and field, each shrunk to the one above it.

    Every average is a step away from the sum of the broader ones (six, `Programmes.averages`),
    taken over institutions, not rows. `steps` holds step and number of institutions by key.
    """

    mean: float
    steps: dict[str, tuple[float, int]]

    def encode(self, programmes: Programmes) -> Floats:
        """Return (n, 6): three expected log earnings, the field's own step, two counts (log1p).

        The expectations go by family, by field, and by field and control, all of the credential.
        """
        nothing = (0.0, 0)
        averages = programmes.averages()
        distinct = {keys: place for place, keys in enumerate(dict.fromkeys(averages))}
        found = [[self.steps.get(key, nothing) for key in keys] for keys in distinct]
        places = [distinct[keys] for keys in averages]
        arrays = np.array(found, dtype=float).reshape(-1, 6, 2)[places]
        steps, counts = np.moveaxis(arrays, 2, 0)
        expected = self.mean + np.cumsum(steps, axis=1)
        own = steps[:, 1] + steps[:, 3]
        return np.column_stack([expected[:, [2, 4, 5]], own, np.log1p(counts[:, [4, 3]])])

    def institutions(self, key: str) -> int:
        """Return how many institutions stand behind an average."""
        return self.steps.get(key, (0.0, 0))[1]


def matrix(programmes: Programmes, encoder: Encoder) -> Floats:
    """Return what the trees see, (n, 13) float64."""
    return np.hstack([programmes.numbers, encoder.encode(programmes)])


PERCENTS = np.arange(101)


@dataclass(frozen=True)
class Distribution:
    """Published medians of one group of programmes, US dollars a year.

    `institutions` is their number, a campus group counting once. `quantiles` (101,) are for 0, 1,
    ... 100 percent; each is a mean over neighbouring institutions, so that none shows alone.
    """

    institutions: int
    quantiles: Floats

    @property
    def median(self) -> float:
        """The middle of the published medians."""
        return float(self.quantiles[50])

    def percentile(self, value: float) -> float:
        """Return the share of the published medians below a value, in percent, 0 to 100.

        >>> Distribution(101, np.arange(101) * 1000.0).percentile(25_000.0)
        25.0
        """
        below = np.searchsorted(self.quantiles, value, side="left")
        if below in {0, len(PERCENTS)}:
            return 0.0 if not below else 100.0
        left, right = self.quantiles[below - 1 : below + 1]
        return float(below - 1 + (value - left) / (right - left))


@dataclass(frozen=True)
class Published:
    """Distributions by key; those of fewer than `LEAST` institutions are not kept."""

    groups: dict[str, Distribution]

    def of(self, credential: str, part: str = "") -> Distribution | None:
        """Return the distribution of a credential; `part` is a 4-digit field or 2-digit family."""
        return self.groups.get(key(credential, part))

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return keys (m,), institutions (m,) int32, quantiles (m, 101) int32."""
        found = self.groups.values()
        return {
            "keys": np.array(list(self.groups)),
            "institutions": np.array([one.institutions for one in found], dtype=np.int32),
            "quantiles": np.array([one.quantiles for one in found]).round().astype(np.int32),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.generic]]) -> "Published":
        """Return what `to_arrays` gave."""
        rows = zip(
            arrays["keys"].tolist(),
            arrays["institutions"].tolist(),
            arrays["quantiles"],
            strict=True,
        )
        return cls({name: Distribution(n, grid.astype(float)) for name, n, grid in rows})


def key(credential: str, part: str = "") -> str:
    """Return the name of a group.

    >>> key("Bachelor's Degree", "52"), key("Associate's Degree")
    ('2|52', '1|')
    """
    return f"{CREDENTIALS.index(credential)}|{part}"


# Beyond the types that skops itself trusts (scikit-learn's estimators, numpy's arrays).
TRUSTED = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)

# Institutions with field and credential: none, some, several, many.
BANDS = (1, 5, 20)


@dataclass(frozen=True)
class Trees:
    """Four boosted models: log dollars, dollars, and the 10% and 90% ends in log dollars."""

    typical: Any
    mean: Any
    low: Any
    high: Any

    def value(self, X: Floats) -> Floats:
        """Return dollars (n,) for X (n, 13): half the typical programme's, half the mean."""
        # Half of the former alone keeps it above zero whatever the trees say of the mean.
        typical, mean = self._predictions(X, self.typical, self.mean)
        value: Floats = (np.exp(typical) + np.maximum(mean, 0)) / 2
        return value

    def ends(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the 10% and the 90% end (n,) in log dollars, before any correction."""
        low, high = self._predictions(X, self.low, self.high)
        return low, high

    @staticmethod
    def _predictions(X: Floats, *estimators: Any) -> list[Floats]:
        """Return what each estimator predicts, in this thread alone.

        Else a team of OpenMP threads is started for each tree and waited for: for 256 rows beside a
        busy process on two cores 54 ms on average and 765 at worst, against 5 and 85 this way.
        """
        with _openmp().limit(limits=1, user_api="openmp"):
            return [estimator.predict(X) for estimator in estimators]


@cache
def _openmp() -> ThreadpoolController:
    """Return what limits OpenMP's threads: looking for its library takes milliseconds."""
    return ThreadpoolController()


@dataclass(frozen=True)
class Margins:
    """What is added to both ends of an interval, in log dollars, so that it covers what it says.

    `by_credential` (8,) float64 is in the order of `names.CREDENTIALS`, `by_count` (4,) goes by the
    institutions seen with field and credential (`BANDS`); `strange` comes on top where the field
    was never seen.
    """

    by_credential: Floats
    by_count: Floats
    strange: float

    def of(self, X: Floats) -> Floats:
        """Return the margin (n,) of each programme, X being (n, 13)."""
        strange = self.strange * (X[:, FIELD_COUNT] == 0)
        margin: Floats = self.by_credential[rank(X)] + self.by_count[band(X)] + strange
        return margin


def rank(X: Floats) -> NDArray[np.int64]:
    """Return the position of each programme's credential in `names.CREDENTIALS`, (n,)."""
    return X[:, CREDENTIAL].astype(np.int64)


def band(X: Floats) -> NDArray[np.int64]:
    """Return the band (n,) of `BANDS` that each programme's count of institutions falls into."""
    return np.searchsorted(np.log1p(BANDS), X[:, PAIR_COUNT], side="right")


@dataclass(frozen=True)
class Model:
    """The averages per field, the trees, the margins, and what the page's charts need.

    `typical` is the one programme that explanations start from. `lowest` and `highest` (7,) are
    the extremes seen, columns as in `features.NUMBERS`.
    """

    encoder: Encoder
    trees: Trees
    margins: Margins
    published: Published
    typical: Programmes
    lowest: Floats
    highest: Floats

    def values(self, programmes: Programmes) -> Floats:
        """Return the predicted medians (n,) in dollars a year."""
        return self.trees.value(matrix(programmes, self.encoder))

    def answers(self, programmes: Programmes) -> tuple[Floats, Floats, Floats]:
        """Return values, low and high ends (n,) in dollars a year, low <= value <= high."""
        X = matrix(programmes, self.encoder)
        return self._with_ends(X, self.trees.value(X))

    def explored(
        self, programme: Programmes, columns: Sequence[int], steps: int
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return what is asked of one programme for a page, in one call of the trees.

        The worth of each coalition (256,); answers, low and high ends, each (1 + columns * steps,):
        first its own, then `steps` of them over what was seen of each of the columns.
        """
        ranges = (self.seen(column, steps) for column in columns)
        varied = zip(columns, ranges, strict=True)
        parts = [programme, *(programme.with_column(column, xs) for column, xs in varied)]
        mixtures = coalition_programmes(programme, self.typical)
        X = matrix(joined([*parts, mixtures]), self.encoder)
        values, answered = self.trees.value(X), len(X) - len(mixtures)
        return values[answered:], *self._with_ends(X[:answered], values[:answered])

    def seen(self, column: int, steps: int) -> Floats:
        """Return values (steps,) from the smallest to the largest that was seen of a column."""
        return np.linspace(self.lowest[column], self.highest[column], steps)

    def _with_ends(self, X: Floats, value: Floats) -> tuple[Floats, Floats, Floats]:
        margin = self.margins.of(X)
        low, high = self.trees.ends(X)
        return (
            value,
            np.minimum(np.exp(low - margin), value),
            np.maximum(np.exp(high + margin), value),
        )


def coalition_programmes(programme: Programmes, typical: Programmes) -> Programmes:
    """Return 256 mixtures of two programmes, one per coalition: the field first, then `NUMBERS`."""
    known = coalitions(1 + len(NUMBERS))
    fields = np.where(known[:, 0], programme.fields[0], typical.fields[0])
    return Programmes(fields.tolist(), np.where(known[:, 1:], programme.numbers, typical.numbers))


def read(path: Path) -> Model:
    """Return the model in a file; ValueError names the types in it that are not trusted."""
    from skops.io import get_untrusted_types, loads

    data = path.read_bytes()
    strangers = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    if strangers:
        raise ValueError(f"{path.name} holds {strangers}, expected only {list(TRUSTED)}: not read")
    held = loads(data, trusted=list(TRUSTED))
    steps = zip(held["steps"].tolist(), held["institutions"].tolist(), strict=True)
    return Model(
        encoder=Encoder(held["mean"], dict(zip(held["keys"].tolist(), steps, strict=True))),
        trees=Trees(**held["trees"]),
        margins=Margins(**held["margins"]),
        published=Published.from_arrays(held["published"]),
        typical=Programmes([held["typical_field"]], held["typical_numbers"]),
        lowest=held["lowest"],
        highest=held["highest"],
    )


def write(model: Model, path: Path) -> None:
    """Write the model such that the same model gives the same bytes."""
    from skops.io import dumps

    steps, institutions = zip(*model.encoder.steps.values(), strict=True)
    held = {
        "mean": model.encoder.mean,
        "keys": np.array(list(model.encoder.steps)),
        "steps": np.array(steps),
        "institutions": np.array(institutions, dtype=np.int32),
        "trees": vars(model.trees),
        "margins": vars(model.margins),
        "published": model.published.to_arrays(),
        "typical_field": model.typical.fields[0],
        "typical_numbers": model.typical.numbers,
        "lowest": model.lowest,
        "highest": model.highest,
    }
    path.write_bytes(repeatable(dumps(held)))
