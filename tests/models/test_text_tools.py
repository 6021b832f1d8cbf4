"""The three functions as a visitor meets them: what they answer, and in which words."""

import pytest

from models.text_tools import palindromes, readability, word_frequencies
from models.text_tools.texts import INSURANCE, PROSE
from showcase.contract.function import function_model


def table(answer, name):
    return answer.parts[name].rows


def test_palindromes_are_listed_the_longest_first():
    answer = palindromes("Was it a car or a cat I saw?", shortest=3, most=5)
    assert answer.parts["Found"].text == "3 palindromes, the longest of 19 letters"
    assert table(answer, "The longest") == [
        ["Was it a car or a cat I saw", 19, 1],
        ["a ca", 3, 8],
        ["a ca", 3, 17],
    ]


def test_no_palindrome_is_said():
    assert palindromes("Boris").parts["Found"].text == "No palindrome has 3 letters or more"
    assert palindromes("noon").parts["Found"].text == "One palindrome, of 4 letters"


def test_a_long_palindrome_shows_its_two_ends():
    ((shown, letters, _), *_) = table(palindromes("ab" * 5000 + "a"), "The longest")
    assert letters == 10_001
    assert " … " in shown
    assert len(shown) < 400


def test_word_frequencies_leave_out_common_words_unless_asked():
    text = "The cat and the dog and the cat."
    assert table(word_frequencies(text), "In figures") == [["cat", 2, 25.0], ["dog", 1, 12.5]]
    assert table(word_frequencies(text, common=True), "In figures")[0] == ["the", 3, 37.5]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cat cat dog", "“cat” occurs most often, 2 times"),
        ("cat cat dog dog", "“cat” and “dog” occur most often, 2 times each"),
        ("a1 a1 b1 b1 c1 c1 d1 d1", "“a1”, “b1”, “c1” and 1 more occur most often, 2 times each"),
        ("cat dog", "No word occurs more than once"),
    ],
)
def test_the_most_frequent_words_are_named(text, sentence):
    assert word_frequencies(text).parts["Found"].text.startswith(f"{sentence} in ")


@pytest.mark.parametrize(
    ("function", "text", "said"),
    [
        (word_frequencies, " 42! ", "no words"),
        (word_frequencies, "the of it", "common ones"),
        (readability, "", "no words"),
        (readability, "Привет, мир. Как дела?", "another script"),
    ],
)
def test_what_cannot_be_answered_is_said(function, text, said):
    with pytest.raises(ValueError, match=said):
        function(text)


def test_readability_says_the_level_and_warns_of_few_words():
    answer = readability("The cat sat on the mat.")
    assert answer.parts["Found"].text.startswith("Very easy: a reading ease of 116, about right")
    assert "6 words are few" in answer.parts["Take care"].text
    assert "Take care" not in readability(INSURANCE).parts
    assert "−" in readability(INSURANCE).parts["Found"].text


@pytest.mark.parametrize("name", PROSE)
def test_charts_show_what_the_tables_say(name):
    answer = word_frequencies(PROSE[name], most=5)
    (bar,) = answer.parts["Most frequent"].figure["data"]
    assert bar["y"][::-1] == [word for word, _, _ in table(answer, "In figures")]
    (marker,) = readability(PROSE[name]).parts["Reading ease"].figure["data"]
    assert 0 <= marker["x"][0] <= 100


@pytest.mark.parametrize("function", [palindromes, word_frequencies, readability])
def test_the_docstring_is_the_text_of_the_page(function):
    made = function_model(function)
    assert made.said.title[0].isupper()
    assert len(made.said.text) > 100
    assert len(made.EXAMPLES) >= 4
