"""What gives a flower away, and how well somebody tells the species, in plain sentences."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from models.flower_power import Input
from models.flower_power.confusion import confused_pairs
from models.flower_power.flowers import Flower, training
from pages.parts.flower_power.train_state import Guess

LATELY = 20
NEAREST = 7
# The parts that differ most between the species come first.
PARTS = {
    "petal_length": ("Petals", "long"),
    "petal_width": ("Petals", "wide"),
    "sepal_length": ("Sepals", "long"),
    "sepal_width": ("Sepals", "wide"),
}


def sizes(given: Input) -> str:
    """Return the four measurements as Markdown, a line each."""
    return (
        f"**Petals**  \n{given.petal_length:.1f} cm long  \n{given.petal_width:.1f} cm wide\n\n"
        f"**Sepals**  \n{given.sepal_length:.1f} cm long  \n{given.sepal_width:.1f} cm wide"
    )


def giveaway(flower: Flower) -> str:
    """Return what tells the flower's species, by the sizes of the other training flowers."""
    others = [other for other in training() if other.number != flower.number]
    for field in PARTS:
        if said := _decides(field, flower, others):
            return said
    return _contested(flower, others)


def _decides(field: str, flower: Flower, others: Sequence[Flower]) -> str:
    """Return why this one measurement leaves a single species, or nothing if it does not."""
    value, (part, way) = getattr(flower.given, field), PARTS[field]
    below: list[tuple[float, str]] = []  # the largest of the species that stay smaller
    above: list[tuple[float, str]] = []
    for species in sorted({other.species for other in others} - {flower.species}):
        found = [getattr(other.given, field) for other in others if other.species == species]
        if min(found) <= value <= max(found):
            return ""
        if max(found) < value:
            below.append((max(found), species))
        else:
            above.append((min(found), species))
    opening = f"{part} {value:.1f} cm {way}: of the training flowers,"
    if not above:
        return f"{opening} only {flower.species}’s are above {max(below)[0]:.1f} cm."
    if not below:
        return f"{opening} only {flower.species}’s are below {min(above)[0]:.1f} cm."
    (most, small), (least, large) = max(below), min(above)
    return (
        f"{part} {value:.1f} cm {way}: more than any {small}’s (up to {most:.1f} cm) and less than "
        f"any {large}’s (from {least:.1f} cm) of the training flowers."
    )


def _contested(flower: Flower, others: Sequence[Flower]) -> str:
    """Return which species the flowers with the most similar petals are."""
    given = flower.given
    petals = np.array([[other.given.petal_length, other.given.petal_width] for other in others])
    away = (petals - [given.petal_length, given.petal_width]) / petals.std(axis=0)
    nearest = np.argsort((away**2).sum(axis=1), kind="stable")[:NEAREST]
    counts = Counter(others[index].species for index in nearest).most_common()
    alike = f"the {NEAREST} training flowers with the most similar petals"
    if len(counts) == 1:
        found = f"{alike} are all {counts[0][0]}."
    else:
        said = (f"{count} {'is' if count == 1 else 'are'} {name}" for name, count in counts)
        found = f"of {alike}, {' and '.join(said)}."
    usual = counts[0][0] == flower.species
    return f"{'No single measurement decides it' if usual else 'An exception'}: {found}"


def score(guesses: Sequence[Guess]) -> str:
    """Return how many of the last guesses were right."""
    lately = guesses[-LATELY:]
    right = sum(guess.right for guess in lately)
    of = f"the last {LATELY} right" if len(guesses) >= LATELY else f"{len(guesses)} right so far"
    return f"**{right} of {of} ({right / len(lately):.0%})**"


def confusion(guesses: Sequence[Guess]) -> str:
    """Return which two species are confused most often, either way, in the last guesses."""
    lately = guesses[-LATELY:]
    pairs = confused_pairs((guess.flower.species, guess.said) for guess in lately)
    if not pairs:
        return f"No two species confused {'so far' if len(guesses) <= LATELY else 'lately'}."
    return f"You confuse {pairs[0].one} and {pairs[0].other}: {_times(pairs[0].times)}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
