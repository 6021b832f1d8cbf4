"""The list of rated words, from the wheel of vaderSentiment, put right to be NLTK's own.

NLTK keeps its lexicon in a data package that needs a download. The wheel on PyPI carries the
same authors' file, which differs from NLTK's in six of 7,502 words. Its code is never imported.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from showcase.contract import canonical_json

# of the canonical JSON of word to valence; the same for NLTK's vader_lexicon package
SHA256 = "7b7e73e7d990090f2112d5c01028efea8c547073dfe09deed345018fc61d0488"
ADDED = (":P", "flawed", "heart", "hearts")
CHANGED = {":p": 1.4, "badass": -0.6}
INSTALL = "pip install vaderSentiment==3.3.2"


def path() -> Path:
    """Return where the lexicon lies; FileNotFoundError names the command that installs it."""
    spec = find_spec("vaderSentiment")
    for folder in (spec and spec.submodule_search_locations) or []:
        if (file := Path(folder) / "vader_lexicon.txt").is_file():
            return file
    raise FileNotFoundError(f"no vader_lexicon.txt, the list of rated words: run {INSTALL}")


def read() -> str:
    """Return the lexicon's text: word, tab, mean rating (-4 to 4), tab and more, line by line."""
    return path().read_text(encoding="utf-8")


def corrected(valences: dict[str, float]) -> dict[str, float]:
    """Return NLTK's word to valence from the wheel's; ValueError if it is another lexicon."""
    kept = {word: valence for word, valence in valences.items() if word not in ADDED}
    result = kept | CHANGED
    if (found := digest(result)) != SHA256:
        raise ValueError(
            f"vader_lexicon.txt of the installed vaderSentiment has the digest {found[:12]} where "
            f"{SHA256[:12]} was measured, so the scores on the card would not hold: run {INSTALL}"
        )
    return result


def digest(valences: dict[str, float]) -> str:
    """Return the SHA-256 of word to valence, whatever their order."""
    return hashlib.sha256(canonical_json(dict(valences)).encode()).hexdigest()
