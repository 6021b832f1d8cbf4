"""A typed text as the words that VADER can look up, each with its place in what was typed.

NLTK takes a word's punctuation off only where it has one of seventeen fixed forms: "(great)",
"great..." and "bad!!!!!" are words that it does not know, and "wasn’t" denies nothing. What people
type on phones, paste from Word or export from web pages is brought into the form that it knows.
"""

import re
from collections.abc import Container, Iterator
from html import unescape
from typing import NamedTuple
from unicodedata import category, normalize

# What keyboards, word processors and web pages write for ', and what looks like it in other scripts
APOSTROPHES = dict.fromkeys("’‘‛ʼʹ′＇`´‚❛❜ʻʽˈˊˋ‵ʾʿ΄᾽᾿՚׳ߴߵꞌ", "'")
EMPHASIS = dict.fromkeys("‼⁉❗❕", "!") | dict.fromkeys("❓❔⁇⁈", "?")
# Letters of other widths and shapes, such as ｇｒｅａｔ and ⓖⓡⓔⓐⓣ
SHAPES = {
    chr(code): plain
    for code in (*range(0x24B6, 0x24EA), *range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800))
    if len(plain := normalize("NFKC", chr(code))) == 1
}
# Signs that mean more than that a word ends; of all others one is as good as another
SIGNS = "…–—\u2010\u2011\u2012\u2015¡¿。、，！？；：・（）「」『』"
QUOTES = {
    chr(code): '"'
    for code in range(0xA1, 0x10000)
    if category(chr(code))[0] == "P" and chr(code) not in SIGNS
}
PLAIN = str.maketrans(QUOTES | SHAPES | EMPHASIS | APOSTROPHES)
INLINE = "a|abbr|b|big|cite|code|em|font|i|mark|q|s|small|span|strike|strong|sub|sup|u"
BLOCK = (
    "article|blockquote|body|br|center|dd|div|dl|dt|footer|h[1-6]|head|header|hr|html|img|li|main|"
    "ol|p|pre|section|table|tbody|td|th|thead|tr|ul"
)
# Exports escape twice and more: &lt;b&gt; and &amp;#39;
LT, GT = r"(?:<|&(?:amp;){0,3}lt;)", r"(?:>|&(?:amp;){0,3}gt;)"
MARKUP = re.compile(
    rf"(?P<inline>{LT}/?(?:{INLINE})(?:\s[^<>]{{0,500}}?)?{GT})"
    rf"|(?P<block>{LT}/?(?:{BLOCK})(?:\s[^<>]{{0,500}}?)?/?{GT}|<!--.*?-->)"
    r"|(?P<entity>&(?:amp;){0,3}(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});)"
    # UTF-8 that was read as Windows-1252, what JSON escapes, and letters that are printed as one
    r"|(?P<twice>\u00e2\u20ac[\u2122\u02dc\u0153\u009d\u201c\u201d\u00a6])|(?P<escape>\\u20[0-9a-f]{2})"
    r"|(?P<ligature>[\ufb00-\ufb06])"
    # hyphens and joiners that cannot be seen, and how an emoji is drawn
    r"|(?P<unseen>[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff])",
    re.IGNORECASE | re.DOTALL,
)
TOKEN = re.compile(r"\S+")
ADDRESS = re.compile(r"[a-z]+://|www\.|[^@\s]+@[^@\s]+\.", re.IGNORECASE)
# Around a word; @ stays, since a name is none of the rated words
AROUND = "#*_~'\"()[]{}<>.,;:!?…-–—\u2010\u2011\u2012\u2015¡¿。、，！？：；・（）「」『』"
# Between words without a space: "good...bad", "good—bad", "Great!Really?", "awful/rude", "bad.Not",
# and of "Food:great" and "great😀"
EMOJI = r"[\u2190-\u2bff\U0001f000-\U0001faff]+"
BETWEEN = re.compile(
    r"[.]{2,}|[…–—\u2015]+|--+|[!?！？]+|[,;]+|(?<=[^\W\d_]{2})[./\\|:+=](?=[^\W\d_]{2})"
    rf"|(?<=\w){EMOJI}|{EMOJI}(?=\w)"
)
# Of words that a hyphen joins NLTK knows none: "not-good" denies where the second is a rated one
DENIED = re.compile(r"(not|never|without|.*n't)([-\u2010\u2011])(.+)", re.IGNORECASE)
DOTS = re.compile(r"(?:[.]{2,}|…)$")
SMILEY = re.compile(r"[:;=]'?-?[()\[\]]+$")
LONGEST = 6  # characters of an emoticon
MARKS = frozenset("!?")


class Piece(NamedTuple):
    """A word, an emoticon or a single "!" or "?", and its slice of the typed text."""

    text: str
    start: int
    end: int


def pieces(text: str, lexicon: Container[str]) -> list[Piece]:
    """Return what is looked up, in order; an emoticon of the lexicon stays whole.

    Each "!" and "?" beside a word is a piece of its own: NLTK counts them all, as emphasis, and
    takes single characters for no words.

    >>> [piece.text for piece in pieces("It wasn’t (great)!! :-)", {":-)"})]
    ['It', "wasn't", 'great', '!', '!', ':-)']
    """
    plain = _Plain(text)
    found = []
    for token in TOKEN.finditer(plain.text):
        for word, start, end in _parts(token[0], token.start(), lexicon):
            first, last = plain.starts[start], plain.ends[end - 1]
            # NLTK, which takes no single character for a word, counts "&amp;" as one
            found.append(Piece(text[first:last] if word == "&" else word, first, last))
    return found


class _Plain:
    """A text without markup and with straight quotes; each character's place in the original."""

    def __init__(self, text: str) -> None:
        characters: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        position = 0
        for match in MARKUP.finditer(text):
            self._add(characters, text[position : match.start()], range(position, match.start()))
            position = match.end()
            if match["entity"]:
                name = match[0].rpartition("amp;")[2] or "amp;"
                self._replace(characters, unescape(f"&{name.lstrip('&')}"), match.span())
            elif match["twice"]:
                read = match[0].encode("cp1252", "replace").replace(b"?", b"\x9d")
                self._replace(characters, read.decode(), match.span())
            elif match["escape"]:
                self._replace(characters, chr(int(match[0][2:], 16)), match.span())
            elif match["ligature"]:
                self._replace(characters, normalize("NFKC", match[0]), match.span())
            elif match["block"]:
                self._replace(characters, " ", match.span())
        self._add(characters, text[position:], range(position, len(text)))
        self.text = "".join(characters).translate(PLAIN)

    def _add(self, characters: list[str], part: str, places: range) -> None:
        characters.append(part)
        self.starts += places
        self.ends += range(places.start + 1, places.stop + 1)

    def _replace(self, characters: list[str], part: str, span: tuple[int, int]) -> None:
        characters.append(part)
        self.starts += [span[0]] * len(part)
        self.ends += [span[1]] * len(part)


def _parts(token: str, start: int, lexicon: Container[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the pieces of what stands between two spaces."""
    if token.lower() in lexicon or ADDRESS.match(token):
        yield token, start, start + len(token)
        return
    first, last = _inner(token, lexicon)
    # NLTK would count "9." and "..." as words, and so they stay; a "not..." reaches no further
    if last - first < 2 or (DOTS.match(token, last) and token[first:last].lower() not in lexicon):
        yield token, start, start + len(token)
        return
    yield from _marks(token[:first], start)
    word, position = token[first:last], 0
    if word.lower() in lexicon:
        yield word, start + first, start + last
    elif (denied := DENIED.fullmatch(word)) and denied[3].lower() in lexicon:
        yield denied[1], start + first, start + first + denied.end(1)
        yield denied[3], start + first + denied.start(3), start + last
    else:
        for gap in BETWEEN.finditer(word):
            yield from _parts_between(word[position : gap.start()], start + first + position)
            yield from _marks(gap[0], start + first + gap.start())
            position = gap.end()
        yield from _parts_between(word[position:], start + first + position)
    after = token[last:]
    smiley = SMILEY.search(after)
    if smiley and smiley[0].lower() in lexicon:
        yield from _marks(after[: smiley.start()], start + last)
        yield smiley[0], start + last + smiley.start(), start + len(token)
    else:
        yield from _marks(after, start + last)


def _inner(token: str, lexicon: Container[str]) -> tuple[int, int]:
    """Return where the word without what is around it starts and ends.

    An emoticon in the lexicon, the longest one, counts as a word: of '":)"' it is ':)'.
    """
    last = len(token.rstrip(AROUND))
    first = min(len(token) - len(token.lstrip(AROUND)), last)
    if last - first > 2 or token[first:last].lower() in lexicon:
        return first, last
    for length in range(min(len(token), LONGEST), 1, -1):
        for start in range(min(len(token) - length, LONGEST) + 1):
            if token[start : start + length].lower() in lexicon:
                return start, start + length
    return first, last


def _parts_between(word: str, start: int) -> Iterator[tuple[str, int, int]]:
    stripped = word.strip(AROUND)
    if stripped:
        first = start + word.index(stripped)
        yield stripped, first, first + len(stripped)


def _marks(punctuation: str, start: int) -> Iterator[tuple[str, int, int]]:
    for place, character in enumerate(punctuation, start):
        plain = {"！": "!", "？": "?"}.get(character, character)
        if plain in MARKS:
            yield plain, place, place + 1
