"""The palindromes of a text, in linear time by Manacher's algorithm."""

from array import array
from collections.abc import Sequence
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from models.text_tools.letters import Letters, letters


class Palindrome(NamedTuple):
    """A palindrome: how many letters it has, and the slice of the text that it is."""

    letters: int
    start: int
    end: int


def find(
    text: str, shortest: int, most: int, *, accents: bool = True
) -> tuple[int, list[Palindrome]]:
    """Return how many maximal palindromes there are, and the longest of them.

    Maximal: no longer palindrome of the text has the same middle. Only those of at least `shortest`
    letters count, and at most `most` are returned: the longest first, of equal ones the earlier
    first.

    >>> find("Madam, I'm Adam!", 6, 2)
    (1, [Palindrome(letters=11, start=0, end=15)])
    """
    found = letters(text, accents=accents)
    lengths = maximal(found.keys)
    total = sum(length >= shortest for length in lengths)
    if not total:
        return 0, []
    cut = nlargest(min(most, total), lengths)[-1]
    above = [centre for centre, length in enumerate(lengths) if length > cut]
    equal = (centre for centre, length in enumerate(lengths) if length == cut)
    centres = [*sorted(above, key=lengths.__getitem__, reverse=True), *islice(equal, most)][:most]
    return total, [_slice(found, centre, lengths[centre]) for centre in centres]


def _slice(found: Letters, centre: int, length: int) -> Palindrome:
    first = (centre - length) // 2 + 1
    return Palindrome(length, found.starts[first], found.ends[first + length - 1])


def maximal(items: Sequence[int]) -> Sequence[int]:
    """Return the length of the longest palindrome around each of the 2n - 1 centres.

    The centres alternate: an item, the gap after it, the next item. The items are not negative.
    Linear in time: Manacher G. (1975), A new linear-time "on-line" algorithm for finding the
    smallest initial palindrome of a string, Journal of the ACM 22(3), 346-351.

    >>> list(maximal([1, 2, 1, 1]))
    [1, 0, 3, 0, 1, 2, 1]
    """
    # Gaps are items too, and the two ends differ from all: no test for the ends in the loop.
    # Arrays, four bytes a place: lists of a million letters take a hundred megabytes.
    spread = array("i", [-1]) * (2 * len(items) + 3)
    for place, item in enumerate(items, start=1):
        spread[2 * place] = item
    spread[0], spread[-1] = -2, -3
    radii = array(spread.typecode, [0]) * len(spread)
    middle = reach = 0
    for centre in range(1, len(spread) - 1):
        radius = 0
        if centre < reach:  # inside a palindrome: its left half knows the answer, up to its end
            radius = radii[2 * middle - centre]
            if radius < reach - centre:
                radii[centre] = radius
                continue
            radius = reach - centre
        while spread[centre - radius - 1] == spread[centre + radius + 1]:
            radius += 1
        radii[centre] = radius
        middle, reach = centre, centre + radius
    return radii[2:-2]
