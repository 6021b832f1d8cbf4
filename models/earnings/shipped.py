"""The model that is shipped: averages, trees and margins of all rows, and what charts need."""

import numpy as np

from models.earnings.artifact import Margins, Model
from models.earnings.distributions import collected
from models.earnings.features import CONTROL, CREDENTIAL, NUMBERS, Programmes
from models.earnings.fitting import fit
from models.earnings.scorecard import Rows

CHOICES = (CREDENTIAL, CONTROL, NUMBERS.index("region"), NUMBERS.index("locale"))


def assembled(rows: Rows, margins: Margins, seed: int) -> Model:
    """Return the model fitted on these rows, with margins that were measured elsewhere."""
    encoder, trees = fit(rows, seed)
    numbers = rows.programmes.numbers
    return Model(
        encoder=encoder,
        trees=trees,
        margins=margins,
        published=collected(rows.rank, rows.programmes.fields, rows.earnings, rows.group),
        typical=typical(rows.programmes),
        lowest=np.nanmin(numbers, axis=0),
        highest=np.nanmax(numbers, axis=0),
    )


def typical(programmes: Programmes) -> Programmes:
    """Return one programme of the commonest choices and the medians of the known numbers.

    The field is the commonest one of the commonest credential.
    """
    numbers = np.nanmedian(programmes.numbers, axis=0, keepdims=True)
    for column in CHOICES:
        values, counts = np.unique(programmes.numbers[:, column], return_counts=True)
        known = ~np.isnan(values)
        numbers[0, column] = values[known][counts[known].argmax()]
    same = programmes.numbers[:, CREDENTIAL] == numbers[0, CREDENTIAL]
    names, counts = np.unique(np.array(programmes.fields)[same], return_counts=True)
    return Programmes([str(names[counts.argmax()])], numbers)
