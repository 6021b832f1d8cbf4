"""What is right where people do not agree: most of them, weighed by how reliable each is.

CROWDLAB (Goh, Tkachenko and Mueller, 2022, https://arxiv.org/abs/2210.06812) in cleanlab judges
people by how far they agree with each other. The model has no say in it: it is what people correct.
"""

import importlib.util
from collections.abc import Mapping, Sequence

MOST_CELLS = 4_000_000  # inputs times people: bounds memory
FEWEST_INPUTS = 20  # that several people judged, before anybody is judged by them

Votes = Mapping[str, str]  # who says which label


def weighed_labels(votes: Sequence[Votes]) -> dict[int, str]:
    """Return the labels of inputs on which people do not agree, by position in `votes`.

    There are none where cleanlab is not installed, or too few inputs that several people judged.
    """
    shared = [number for number, one in enumerate(votes) if len(one) > 1]
    people = sorted({person for number in shared for person in votes[number]})
    contested = [number for number in shared if len(set(votes[number].values())) > 1]
    if (
        not contested
        or len(shared) < FEWEST_INPUTS
        or len(shared) * len(people) > MOST_CELLS
        or importlib.util.find_spec("cleanlab") is None
    ):
        return {}
    labels = sorted({label for number in shared for label in votes[number].values()})
    found = _crowdlab([votes[number] for number in shared], people, labels)
    by_number = dict(zip(shared, found, strict=True))
    return {number: by_number[number] for number in contested}


def _crowdlab(votes: Sequence[Votes], people: Sequence[str], labels: Sequence[str]) -> list[str]:
    import numpy as np
    import pandas as pd
    from cleanlab.multiannotator import get_label_quality_multiannotator

    column = {person: at for at, person in enumerate(people)}
    code = {label: at for at, label in enumerate(labels)}
    cast = np.full((len(votes), len(people)), np.nan)
    for row, one in enumerate(votes):
        for person, label in one.items():
            cast[row, column[person]] = code[label]
    nobody = np.full(
        (len(votes), len(labels)), 1 / len(labels)
    )  # in the place of a model's chances
    found = get_label_quality_multiannotator(
        pd.DataFrame(cast), nobody, return_detailed_quality=False, verbose=False
    )
    return [labels[at] for at in found["label_quality"]["consensus_label"].tolist()]
