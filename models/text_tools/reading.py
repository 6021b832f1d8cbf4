"""How hard an English text is to read, by the two formulas that Rudolf Flesch's work led to.

Flesch R. (1948), A new readability yardstick, Journal of Applied Psychology 32(3), 221-233.
Kincaid J. P., Fishburne R. P., Rogers R. L., Chissom B. S. (1975), Derivation of new readability
formulas for Navy enlisted personnel, Research Branch Report 8-75, Naval Technical Training Command.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.text_tools.syllables import syllables
from models.text_tools.words import words

# Flesch measured samples of 100 words; in fewer one long sentence decides.
ENOUGH_WORDS = 100
# An ease of at least so much, in words, for whom: Flesch R. (1949), The Art of Readable Writing.
LEVELS = (
    (90, "very easy", "the 5th grade"),
    (80, "easy", "the 6th grade"),
    (70, "fairly easy", "the 7th grade"),
    (60, "plain English", "the 8th or 9th grade"),
    (50, "fairly difficult", "the 10th to 12th grade"),
    (30, "difficult", "college"),
    (float("-inf"), "very difficult", "college graduates"),
)
ABBREVIATED = re.compile(
    r"(?<![^\s(“\"])(?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Capt|St|Jr|Sr|No|vs|cf|e\.g|i\.e|approx|[A-Z])\.$"
)
# A full stop of its own may end an abbreviation; what follows with a small letter goes on.
END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+(?=\s+[^\sa-z]|\s*$)|[。！？]|\n\s*\n")


@dataclass(frozen=True)
class Reading:
    """What the formulas need to know of a text; averages of words of a sentence and so on."""

    words: int
    sentences: int
    syllables: int
    letters: int
    long_words: int
    longest: str

    @property
    def sentence_length(self) -> float:
        """Words a sentence."""
        return self.words / self.sentences

    @property
    def word_length(self) -> float:
        """Syllables a word."""
        return self.syllables / self.words

    @property
    def ease(self) -> float:
        """Flesch's reading ease: 100 is very easy, 0 very difficult, and both can be passed."""
        return 206.835 - 1.015 * self.sentence_length - 84.6 * self.word_length

    @property
    def grade(self) -> float:
        """Flesch and Kincaid's grade: years at an American school."""
        return 0.39 * self.sentence_length + 11.8 * self.word_length - 15.59

    @property
    def level(self) -> tuple[str, str]:
        """The ease in words, and for whom."""
        return next((words, whom) for least, words, whom in LEVELS if self.ease >= least)


def measure(text: str) -> Reading:
    """Return what a text consists of; ValueError if it has no words, or most in another script.

    >>> found = measure("The cat sat on the mat. Didn't it purr?")
    >>> found.words, found.sentences, found.syllables
    (9, 2, 10)
    """
    parts = [(sentence, list(words(sentence))) for sentence in sentences(text)]
    parts = [(sentence, inside) for sentence, inside in parts if inside]
    if not parts:
        raise ValueError("There are no words in this text.")
    everything = [word for _, inside in parts for word in inside]
    if not _is_mostly_latin(everything):
        raise ValueError("This text is in another script: the formulas are made for English.")
    counted = [syllables(word) for word in everything]
    return Reading(
        words=len(everything),
        sentences=len(parts),
        syllables=sum(counted),
        letters=sum(len(word) for word in everything),
        long_words=sum(count >= 3 for count in counted),
        longest=max(parts, key=lambda part: len(part[1]))[0],
    )


def sentences(text: str) -> Iterator[str]:
    """Return the sentences of a text; an empty line ends one, too.

    >>> list(sentences("Mr. A. Smith paid $3.50. “Why?” he asked... Nobody knew!"))
    ['Mr. A. Smith paid $3.50.', '“Why?” he asked...', 'Nobody knew!']
    """
    start = 0
    for end in END.finditer(text):
        if end[0] == "." and ABBREVIATED.search(text, max(start, end.end() - 10), end.end()):
            continue
        if sentence := text[start : end.end()].strip():
            yield sentence
        start = end.end()
    if rest := text[start:].strip():
        yield rest


def _is_mostly_latin(found: Sequence[str]) -> bool:
    """Tell whether most of the words begin with a Latin letter, numbers left aside."""
    first = [word[0] for word in found if word[0].isalpha()]
    return 2 * sum(unicodedata.name(letter, "").startswith("LATIN") for letter in first) >= len(
        first
    )
