"""Palindromes: against brute force, in several scripts, and a million characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text_tools.letters import folded, letters, without_accents
from models.text_tools.mirror import find, maximal
from models.text_tools.texts import PALINDROMES

MILLION = 1_000_000


def by_brute_force(items):
    """Every centre for itself, outwards until two items differ."""
    lengths = []
    for centre in range(2 * len(items) - 1):
        left, right = centre // 2, (centre + 1) // 2
        while left >= 0 and right < len(items) and items[left] == items[right]:
            left, right = left - 1, right + 1
        lengths.append(right - left - 1)
    return lengths


def slices(text, shortest=3, **options):
    return [text[found.start : found.end] for found in find(text, shortest, 100, **options)[1]]


@given(st.lists(st.integers(0, 2), max_size=40))
def test_equals_brute_force(items):
    assert maximal(items) == by_brute_force(items)


@given(st.text(alphabet="aAbé́e ,-!ßѣЖ한👍1", max_size=30), st.integers(2, 5))
def test_every_slice_is_a_palindrome_and_none_is_missing(text, shortest):
    total, found = find(text, shortest, 1000)
    keys = letters(text).keys
    assert total == len(found) == sum(n >= shortest for n in by_brute_force(keys))
    for length, start, end in found:
        inside = letters(text[start:end]).keys
        assert len(inside) == length
        assert inside == inside[::-1]


@given(st.text(max_size=40))
def test_letters_are_slices_of_the_text_in_order(text):
    found = letters(text)
    places = [place for pair in zip(found.starts, found.ends, strict=True) for place in pair]
    assert places == sorted(places)
    assert all(
        any(map(str.isalnum, text[a:b])) for a, b in zip(places[::2], places[1::2], strict=True)
    )


@given(st.text(max_size=40))
def test_encoding_and_case_make_no_difference(text):
    def lengths(text):
        return maximal(letters(text).keys)

    composed = unicodedata.normalize("NFC", text)
    assert lengths(unicodedata.normalize("NFD", text)) == lengths(composed)


@given(st.text(max_size=20))
def test_folding_is_stable(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("name", [name for name in PALINDROMES if name != "In plain prose"])
def test_known_palindromes_are_found_whole(name):
    text = PALINDROMES[name]
    assert slices(text)[0] == text.rstrip("!?.")


def test_in_prose_the_longest_come_first():
    found = find(PALINDROMES["In plain prose"], 4, 100)[1]
    assert [one.letters for one in found] == sorted((one.letters for one in found), reverse=True)
    listed = {text.casefold() for text in slices(PALINDROMES["In plain prose"])}
    assert {"never odd or even", "kayak", "otto", "hannah"} <= listed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Straße, eßartS", ["Straße, eßartS"]),
        ("STRAẞE eßarts", ["STRAẞE eßarts"]),
        ("Ésope reste ici et se reposé", ["Ésope reste ici et se reposé"]),
        ("σοφός", []),
        ("Σας, σας!", ["Σας, σας"]),
        ("नमन", ["नमन"]),
        ("각나각", ["각나각"]),
        ("👍 abba 👍", ["abba"]),
        ("12 021", ["12 021"]),
        ("👍👍👍", []),
        ("", []),
    ],
)
def test_scripts(text, expected):
    assert slices(text)[:1] == expected


def test_accents_count_unless_told_otherwise():
    text = "Ésope reste ici et se repose"
    assert slices(text)[0] != text
    assert slices(text, accents=False)[0] == text
    assert without_accents("Åéñ") == "Aen"


def test_one_is_reported_for_each_centre():
    total, found = find("aaaa", 2, 10)
    assert total == 5
    assert [(start, end) for _, start, end in found] == [(0, 4), (0, 3), (1, 4), (0, 2), (2, 4)]


class Counted(int):
    """An item that counts how often it is compared."""

    compared = 0

    def __eq__(self, other):
        Counted.compared += 1
        return int(self) == int(other)

    __hash__ = int.__hash__


@pytest.mark.parametrize("period", [1, 2, 3, 700])
def test_each_item_is_compared_a_few_times_only(period):
    Counted.compared = 0
    items = [Counted(place % period) for place in range(5000)]
    maximal(items)
    assert Counted.compared < 4 * len(items)


@pytest.mark.parametrize("text", ["a" * MILLION, "a, b. " * (MILLION // 6)])
def test_a_million_characters(text):
    total, found = find(text, 3, 20)
    assert len(found) == 20
    assert total > len(text) / 4
    assert found[0].end - found[0].start > len(text) * 0.9
