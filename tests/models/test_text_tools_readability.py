"""Readability: syllables, sentences, and the two formulas on texts counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text_tools.reading import measure, sentences
from models.text_tools.syllables import syllables
from models.text_tools.texts import GETTYSBURG, INSURANCE, PANCAKES

# By ear, as the CMU Pronouncing Dictionary has them: words that follow no single rule.
BY_EAR = {
    1: "the cat called makes through strength friend you're played eyes league don't walked hour",
    2: "little wanted needed seven table doing being poem lion over settled business didn't boxes "
    "safely reading something someone hundred science unique quiet people buying crying player",
    3: "beautiful area idea family excitement element everything musical influence usual video "
    "banana december determine remember together readable carefully basically associate",
    4: "information education american especially political reality experience january "
    "material environment appropriate available dictionary",
    5: "readability university opportunity international association immediately",
}


def test_most_words_have_the_syllables_that_people_hear():
    heard = [(word, count) for count, words in BY_EAR.items() for word in words.split()]
    wrong = {word: syllables(word) for word, count in heard if syllables(word) != count}
    assert len(wrong) <= 0.1 * len(heard), wrong


@given(st.text(max_size=20))
def test_every_word_has_a_syllable(word):
    assert syllables(word) >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", 4),
        ("Dr. Smith met Mrs. Jones at 3.30. They left.", 2),
        ("Is it, e.g. a test? Yes.", 2),
        ("“Why?” he asked. ‘No!’ she said… Then: nothing", 3),
        ("What?! Really?!! Yes...", 3),
        ("A heading\n\nA sentence on\ntwo lines.", 2),
        ("She said: “Go.” He went.", 2),
    ],
)
def test_sentences(text, expected):
    assert len(list(sentences(text))) == expected


def test_formulas_on_a_text_counted_by_hand():
    read = measure("The cat sat on the mat. It was a happy animal.")
    assert (read.words, read.sentences, read.syllables) == (11, 2, 14)
    assert read.ease == pytest.approx(206.835 - 1.015 * 5.5 - 84.6 * 14 / 11)
    assert read.grade == pytest.approx(0.39 * 5.5 + 11.8 * 14 / 11 - 15.59)
    assert read.longest == "The cat sat on the mat."


def test_texts_are_in_the_order_that_readers_feel():
    eases = [measure(text).ease for text in (PANCAKES, GETTYSBURG, INSURANCE)]
    assert eases == sorted(eases, reverse=True)
    assert measure(PANCAKES).level == ("very easy", "the 5th grade")
    assert measure(INSURANCE).level == ("very difficult", "college graduates")


@pytest.mark.parametrize("text", ["", "!!! ... 42", "\n\n"])
def test_a_text_without_words_is_refused(text):
    with pytest.raises(ValueError, match="no words"):
        measure(text)


@given(st.text(alphabet="aA .!?\n”1", max_size=60))
def test_sentences_hold_all_words(text):
    joined = " ".join(sentences(text))
    assert joined.split() == text.split()


@pytest.mark.parametrize("unit", ["A. ", "....", ".\n", "\n ", "a" * 9 + " ", "? ”"])
def test_strange_texts_take_no_longer(unit):
    text = unit * (400_000 // len(unit)) + "x y z"
    assert measure(text).words >= 3
