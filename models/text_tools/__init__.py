"""Three tools for a text: its palindromes, its most frequent words, how easy it is to read.

Plain functions with types: `interface` makes their page from the annotations and docstrings.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, JsonValue

from models.text_tools import flesch, manacher, words
from models.text_tools.examples import PALINDROMES, PROSE, of
from showcase.contract.function import examples
from showcase.contract.inputs import LongText
from showcase.contract.outputs import Chart, Several, Table, Text

LONGEST_SHOWN = 300

YourText = Annotated[LongText, Field(title="Your text", description="Up to a million characters.")]


@examples(of(PALINDROMES, shortest=3, most=20, accents=True))
def palindromes(
    text: YourText = PALINDROMES["A cat"],
    shortest: Annotated[
        int,
        Field(
            title="At least",
            description="Shorter palindromes are not counted.",
            ge=2,
            le=30,
            json_schema_extra={"unit": "letters"},
        ),
    ] = 3,
    most: Annotated[
        int,
        Field(
            title="List the longest",
            description="How many of those found are listed.",
            ge=5,
            le=100,
            json_schema_extra={"step": 5},
        ),
    ] = 20,
    accents: Annotated[
        bool, Field(title="Accents count", description="If so, é is another letter than e.")
    ] = True,
) -> Several:
    """Palindromes.

    Which parts of a text read the same backwards? Letters and digits of any script count; capitals,
    spaces, punctuation and emoji do not. Of those with the same middle only the longest is given.
    """
    if not any(map(str.isalnum, text)):
        raise ValueError("There are no letters in this text.")
    total, found = manacher.find(text, shortest, most, accents=accents)
    if not total:
        return Several({"Found": Text(f"No palindrome has {shortest} letters or more")})
    rows = [[_short(text[p.start : p.end]), p.letters, p.start + 1] for p in found]
    return Several(
        {
            "Found": Text(_counted(total, found[0].letters)),
            "The longest": Table(columns=["Palindrome", "Letters", "From character"], rows=rows),
        }
    )


@examples(of(PROSE, most=10, common=False))
def word_frequencies(
    text: YourText = PROSE["Gettysburg"],
    most: Annotated[
        int,
        Field(
            title="List",
            description="How many words are listed, the most frequent ones.",
            ge=5,
            le=50,
            json_schema_extra={"unit": "words", "step": 5},
        ),
    ] = 10,
    common: Annotated[
        bool,
        Field(
            title="Common English words, too",
            description="Words such as “the”, “of” and “it”, which hold sentences together.",
        ),
    ] = False,
) -> Several:
    """Word frequencies.

    Which words occur most often? In any script that puts spaces between words. Capitals make no
    other word, an apostrophe or a hyphen within a word belongs to it, numbers do not count.
    """
    counted = words.counts(text)
    total = sum(count.times for count in counted)
    listed = [count for count in counted if common or not words.is_common(count.word)]
    if not counted:
        raise ValueError("There are no words in this text.")
    if not listed:
        raise ValueError("All of these words are common ones: count those, too.")
    shown = listed[:most]
    said = f"{_most_often(listed)} in {total:,} words"
    rows = [
        [_short(count.word), count.times, round(100 * count.times / total, 1)] for count in shown
    ]
    return Several(
        {
            "Found": Text(said),
            "Most frequent": Chart(figure=words.bars(shown), alt=said),
            "In figures": Table(columns=["Word", "Times", "% of all words"], rows=rows),
        }
    )


@examples(of(PROSE))
def readability(text: YourText = PROSE["Gettysburg"]) -> Several:
    """Readability.

    How easy is an English text to read? Rudolf Flesch’s formula (1948) and Kincaid’s (1975) look at
    the length of the sentences, in words, and of the words, in syllables; they know nothing of what
    is said. Syllables are counted by rules of spelling, right for 99 of 100 words of running text.
    """
    read = flesch.measure(text)
    level, whom = read.level
    said = (
        f"{level[0].upper()}{level[1:]}: a reading ease of {_whole(read.ease)}, "
        f"about right for {whom}"
    )
    parts: dict[str, Any] = {"Found": Text(said)}
    if read.words < flesch.ENOUGH_WORDS:
        few = "One word is" if read.words == 1 else f"{read.words:,} words are"
        parts["Take care"] = Text(
            f"{few} few: in a text of fewer than {flesch.ENOUGH_WORDS} a single sentence decides."
        )
    rows: list[list[JsonValue]] = [
        ["Flesch reading ease", round(read.ease, 1)],
        ["Flesch-Kincaid grade", round(read.grade, 1)],
        ["Words a sentence", round(read.sentence_length, 1)],
        ["Syllables a word", round(read.word_length, 2)],
        ["Letters a word", round(read.letters / read.words, 1)],
        ["Words of three syllables or more, %", round(100 * read.long_words / read.words, 1)],
        ["Sentences", read.sentences],
        ["Words", read.words],
    ]
    return Several(
        parts
        | {
            "Reading ease": Chart(figure=flesch.ease_scale(read), alt=said),
            "In figures": Table(columns=["Measure", "Value"], rows=rows),
            "The longest sentence": Text(_short(read.longest)),
        }
    )


def _counted(total: int, longest: int) -> str:
    """Return how many palindromes there are, and how long the longest is."""
    if total == 1:
        return f"One palindrome, of {longest:,} letters"
    return f"{total:,} palindromes, the longest of {longest:,} letters"


def _most_often(counts: Sequence[words.Count]) -> str:
    """Return which words occur most often, the first few of many."""
    times = counts[0].times
    if times == 1:
        return "No word occurs more than once"
    often = [f"“{_short(count.word)}”" for count in counts if count.times == times]
    if len(often) == 1:
        return f"{often[0]} occurs most often, {times:,} times"
    named = often if len(often) <= 3 else [*often[:3], f"{len(often) - 3:,} more"]
    return f"{', '.join(named[:-1])} and {named[-1]} occur most often, {times:,} times each"


def _short(text: str) -> str:
    """Return a text as it is, or the two ends of a long one."""
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]} … {text[-half:]}"


def _whole(number: float) -> str:
    return f"{number:.0f}".replace("-", "−")
