"""The words of a text in any script that puts spaces between them, and how often each occurs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from models.text_tools.letters import INVISIBLE, JOINER, LETTER, MARK, folded, kinds

# Letters and digits with their accents, and single joiners between them; the rules for words of
# https://www.unicode.org/reports/tr29/, to which hyphens are added.
LETTERS = f"{LETTER}[{MARK}{INVISIBLE}]*"
WORD = re.compile(f"{LETTERS}(?:{JOINER}?{LETTERS})*")
ONE_WRITING = str.maketrans("’ʼ＇‐‑", "'''--", "\N{SOFT HYPHEN}")
CLITICS = ("'s", "'re", "'ve", "'ll", "'d", "'m")
# They hold sentences together and say little by themselves.
WORDS = """
a an the this that these those such same other another each every either neither both all any
some no none one two first
i me my mine myself you your yours yourself yourselves he him his himself she her hers herself
it its itself we us our ours ourselves they them their theirs themselves who whom whose which
what someone anyone everyone something anything everything nothing
am is are was were be been being have has had having do does did doing done will would shall
should can could may might must ought
isn't aren't wasn't weren't haven't hasn't hadn't don't doesn't didn't won't wouldn't shan't
shouldn't can't cannot couldn't mayn't mightn't mustn't ain't let's
and or but nor so yet if then else than as because since although though while whereas unless
until when where why how whether
about above across after against along among around at before behind below beneath beside
between beyond by despite down during except for from in inside into like near of off on onto
out over past per through throughout to toward towards under up upon with within without
again also always even ever here there just more most much many few less least never not now
often only own quite rather still too very well
"""
COMMON = frozenset(WORDS.split())
BLUE = "#0072B2"
BAR_HEIGHT = 21


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


def bars(counts: Sequence[Count]) -> dict[str, Any]:
    """Return a bar for each word, the most frequent on top."""
    listed = counts[::-1]
    most = max((count.times for count in counts), default=1)
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [count.times for count in listed],
        "y": [count.word for count in listed],
        "text": [f"{count.times:,}" for count in listed],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": BLUE},
        "hovertemplate": "%{y}: %{x:,}<extra></extra>",
    }
    layout = {
        "height": 30 + BAR_HEIGHT * len(counts),
        "xaxis": {"visible": False, "range": [0, most * 1.15], "fixedrange": True},
        "yaxis": {"type": "category", "automargin": True, "fixedrange": True, "showgrid": False},
    }
    return {"data": [bar], "layout": layout}
