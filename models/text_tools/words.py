"""The words of a text in any script that puts spaces between them, and how often each occurs."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from models.text_tools.common_words import COMMON
from models.text_tools.letters import INVISIBLE, JOINER, LETTER, MARK, folded, kinds

# Letters and digits with their accents, and single joiners between them; the rules for words of
# https://www.unicode.org/reports/tr29/, to which hyphens are added.
LETTERS = f"{LETTER}[{MARK}{INVISIBLE}]*"
WORD = re.compile(f"{LETTERS}(?:{JOINER}?{LETTERS})*")
ONE_WRITING = str.maketrans("’ʼ＇‐‑", "'''--", "\N{SOFT HYPHEN}")
CLITICS = ("'s", "'re", "'ve", "'ll", "'d", "'m")


class Count(NamedTuple):
    """A word, as it is written most often, and how often it occurs."""

    word: str
    times: int


def words(text: str) -> Iterator[str]:
    """Return the words of a text as they are written; numbers alone are none.

    >>> list(words("Well-known: don't, 'tis 42% of l’été - e.g. B2B!"))
    ['Well-known', "don't", 'tis', 'of', 'l’été', 'e.g', 'B2B']
    """
    found = (text[slice(*match.span())] for match in WORD.finditer(kinds(text)))
    return (word for word in found if any(map(str.isalpha, word)))


def counts(text: str) -> list[Count]:
    """Return how often each word occurs, the most frequent first, then in the text's order.

    Case, the kind of apostrophe and the encoding of accents make no other word.

    >>> counts("The the THE cat. The CAT")
    [Count(word='The', times=4), Count(word='cat', times=2)]
    """
    total: Counter[str] = Counter()
    written: dict[str, Count] = {}
    for word, times in Counter(words(text)).items():
        key = plain(word)
        total[key] += times
        if times > written.get(key, Count("", 0)).times:
            written[key] = Count(word, times)
    return [Count(written[key].word, times) for key, times in total.most_common()]


def plain(word: str) -> str:
    """Return what equal words have in common.

    >>> plain("Don’t") == plain("don't")
    True
    """
    return folded(word.translate(ONE_WRITING))


def is_common(word: str) -> bool:
    """Return whether it is one of the English words that hold sentences together.

    >>> is_common("The"), is_common("it’s"), is_common("cat’s")
    (True, True, False)
    """
    key = plain(word)
    ends = [clitic for clitic in CLITICS if key.endswith(clitic)]
    return key in COMMON or any(key.removesuffix(clitic) in COMMON for clitic in ends)
