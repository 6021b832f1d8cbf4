"""Words and how often they occur, in several scripts; what counts as a common word."""

import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text_tools.common_words import COMMON
from models.text_tools.words import Count, counts, is_common, plain, words

WORDS = ("tree", "Baum", "δέντρο", "дерево", "l’eau", "well-known", "शब्द", "木", "o'clock", "x2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop, it’s fun!", ["Don't", "stop", "it’s", "fun"]),
        ("‘quoted’ 'words' dogs' end", ["quoted", "words", "dogs", "end"]),
        (
            "a well-known, long--dashed -side- note",
            ["a", "well-known", "long", "dashed", "side", "note"],
        ),
        ("42 is 3.14 and 1,000; B2B 3rd", ["is", "and", "B2B", "3rd"]),
        ("naïve cafe\N{COMBINING ACUTE ACCENT}", ["naïve", "cafe\N{COMBINING ACUTE ACCENT}"]),
        ("Привет, мир! Γειά σου.", ["Привет", "мир", "Γειά", "σου"]),
        ("हिन्दी शब्द 한국어 말", ["हिन्दी", "शब्द", "한국어", "말"]),
        ("co\N{SOFT HYPHEN}operate", ["co\N{SOFT HYPHEN}operate"]),
        ("👍 ... --- !!! £ _ '", []),
        ("", []),
    ],
)
def test_words(text, expected):
    assert list(words(text)) == expected


@given(
    st.lists(st.sampled_from(WORDS), max_size=50), st.sampled_from([" ", ", ", "! ", "\n", " – "])
)
def test_counts_equal_those_of_a_list(chosen, between):
    found = counts(between.join(chosen))
    assert {count.word: count.times for count in found} == Counter(chosen)
    assert [count.times for count in found] == sorted(Counter(chosen).values(), reverse=True)


@given(st.text(max_size=60))
def test_no_word_is_punctuation_or_a_number(text):
    for word in words(text):
        assert any(map(str.isalpha, word))
        assert not set(word) & set(string.punctuation) - {"'", "-", "."}
    assert sum(count.times for count in counts(text)) == len(list(words(text)))


def test_one_word_however_it_is_written():
    text = "Don't don’t DON'T; CAFÉ cafe\N{COMBINING ACUTE ACCENT}; well-known well‐known"
    assert [count.times for count in counts(text)] == [3, 2, 2]


def test_a_word_is_shown_as_it_is_written_most_often():
    assert counts("The the the Paris paris Paris")[:2] == [Count("the", 3), Count("Paris", 3)]


def test_common_words():
    assert all(plain(word) == word for word in COMMON)
    assert all(map(is_common, ["The", "of", "It’s", "they'll", "DON'T", "we’ve"]))
    assert not any(map(is_common, ["cat", "cat's", "time", "s", "well-known"]))


def test_a_million_characters():
    found = counts("the quick, brown fox’s tail — " * 34_000)
    assert found[0] == Count("the", 34_000)
    assert len(found) == 5
