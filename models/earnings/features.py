"""What the trees see of a programme: seven numbers, and what its field earns elsewhere."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.earnings.names import CONTROLS, CREDENTIALS, family_of

if TYPE_CHECKING:
    from models.earnings.inputs import Input

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

# How many institutions an average must have before it counts half: few earn little trust.
SHRINKAGE = (1.0, 5.0, 3.0, 2.0, 2.0, 4.0)


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


def programmes(inputs: "Sequence[Input]") -> Programmes:
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


def inputs(programmes: Programmes) -> "list[Input]":
    """Return programmes as inputs, the reverse of `programmes`."""
    from models.earnings.inputs import Input

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
        found = [[self.steps.get(key, nothing) for key in keys] for keys in programmes.averages()]
        steps, counts = np.moveaxis(np.array(found, dtype=float).reshape(-1, 6, 2), 2, 0)
        expected = self.mean + np.cumsum(steps, axis=1)
        own = steps[:, 1] + steps[:, 3]
        return np.column_stack([expected[:, [2, 4, 5]], own, np.log1p(counts[:, [4, 3]])])

    def institutions(self, key: str) -> int:
        """Return how many institutions stand behind an average."""
        return self.steps.get(key, (0.0, 0))[1]


def learned(programmes: Programmes, values: Floats, group: NDArray[np.int64]) -> Encoder:
    """Return the averages of `values` (n,), log dollars, of rows in campus groups (n,)."""
    mean = float(values.mean())
    rest = values - mean
    steps: dict[str, tuple[float, int]] = {}
    for keys, shrinkage in zip(zip(*programmes.averages(), strict=True), SHRINKAGE, strict=True):
        names, code = np.unique(keys, return_inverse=True)
        step, count = _shrunk(rest, code, group, shrinkage)
        rest = rest - step[code]
        steps |= zip(names.tolist(), zip(step.tolist(), count.tolist(), strict=True), strict=True)
    return Encoder(mean, steps)


def _shrunk(
    values: Floats, code: NDArray[np.int64], group: NDArray[np.int64], shrinkage: float
) -> tuple[Floats, NDArray[np.int64]]:
    """Return per code the shrunk mean over the means of its campus groups, and their number."""
    pairs, pair = np.unique(code * (group.max() + 1) + group, return_inverse=True)
    means = np.bincount(pair, values) / np.bincount(pair)
    owner = pairs // (group.max() + 1)
    count = np.bincount(owner)
    return np.bincount(owner, means) / (count + shrinkage), count


def matrix(programmes: Programmes, encoder: Encoder) -> Floats:
    """Return what the trees see, (n, 13) float64."""
    return np.hstack([programmes.numbers, encoder.encode(programmes)])
