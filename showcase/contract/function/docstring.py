"""A function's docstring, as the page shows it: a title, a text, a line for each parameter."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PARAMETERS = ("args", "arguments", "parameters")
OTHERS = ("returns", "return", "yields", "raises", "examples", "example", "notes", "note")
REST = re.compile(r":param (?:[^:]* )?(?P<name>\w+): *(?P<text>.*)")
ENTRY = re.compile(r"(?P<name>\w+)(?: *\([^)]*\))? *:(?P<text>.*)")
SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|(?=\n\s*\n)|$)", re.DOTALL)
RULE = re.compile(r"-{3,}")


@dataclass(frozen=True)
class Docstring:
    """What a docstring says, without its sections on what is returned and raised."""

    title: str = ""
    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def docstring(function: Any) -> Docstring:
    """Return what a function's docstring says; Google's, NumPy's and Sphinx' ways are understood.

    >>> def area(width: float) -> float:
    ...     '''Area of a square.
    ...
    ...     Args:
    ...         width: in metres
    ...     '''
    >>> docstring(area)
    Docstring(title='Area of a square', text='', parameters={'width': 'in metres'})
    """
    lines = inspect.cleandoc(function.__doc__ or "").splitlines()
    sections = dict(_sections(lines))
    title, text = _apart("\n".join(sections.pop("", [])).strip())
    parameters = dict(_rest(lines))
    for name in PARAMETERS:
        parameters |= {n: text for n, text in _entries(sections.get(name, [])) if text}
    return Docstring(title, text, parameters)


def _apart(text: str) -> tuple[str, str]:
    """Return the first sentence, or paragraph, without its full stop, and what follows it.

    >>> _apart("Is it prime? Small ones are.")
    ('Is it prime?', 'Small ones are.')
    """
    found = SENTENCE.match(text)
    first = found[0] if found else text
    return " ".join(first.split()).rstrip("."), text[len(first) :].strip()


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines below each heading, those before the first under no name."""
    name, found = "", list[str]()
    for place, line in enumerate(lines):
        ruled = place + 1 < len(lines) and RULE.fullmatch(lines[place + 1].strip())
        word = line.strip().removesuffix(":").lower()
        heading = line[:1].strip() and (line.rstrip().endswith(":") or ruled)
        if heading and word in (*PARAMETERS, *OTHERS):
            yield name, found
            name, found = word, []
        elif line.startswith((":param", ":return", ":raise", ":type", ":rtype", ">>>")):
            yield name, found
            name, found = "other", []
        elif not RULE.fullmatch(line.strip()):
            found.append(line)
    yield name, found


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a section; what is indented further belongs to the one above."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    name, text = "", list[str]()
    for line in filter(str.strip, lines):
        entry = ENTRY.match(line.strip())
        if len(line) - len(line.lstrip()) > margin:
            text.append(line.strip())
        elif entry:
            yield name, " ".join(text)
            name, text = entry["name"], _after(entry["text"], margin)
    yield name, " ".join(text)


def _after(text: str, margin: int) -> list[str]:
    """Return what stands behind the colon: NumPy's sections, not indented, have the type there."""
    return [text.strip()] if margin and text.strip() else []


def _rest(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if found := REST.match(line.strip()):
            yield found["name"], found["text"].strip()
