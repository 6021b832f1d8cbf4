"""Records for the tests, nasty ones among them; the same in every process."""

import json
import math
import uuid

from showcase.feedback import Record

NASTY = [
    "a, b; c",
    'say "hi", ""twice""',
    "two\nlines\r\nthree\rfour",
    "😀 ünïcödé \u2028 \ufeff",
    'x, "y"\n' * 2900,
    "=cmd|' /C calc'!A0",
    "'=cmd",
    "''=cmd",
    "-5",
    "'-5",
    "+4.5e-3",
    "-5 apples",
    "@SUM(A1)",
    "NA",
    "null",
    "\r",
    "\rstart",
    "\n",
    "\ttab\t",
    " spaces ",
    "'",
    '"',
    "",
    "1e5",
    "007",
]

CLASSIFICATION = {
    "kind": "classification",
    "label": "positive",
    "probabilities": {"negative": 0.2, "positive": 0.8},
}


def make(**given):
    fields = {
        "demo": "sentiment",
        "model_version": "0123456789ab",
        "source": "ui",
        "input": {"text": "good"},
        "prediction": CLASSIFICATION,
        "verdict": "correct",
        "session": "00ff",
    }
    return Record(**{**fields, **given})


def nasty(writer, number):
    """Return a record that is the same wherever it is made."""
    text = NASTY[number % len(NASTY)]
    other = NASTY[(number * 7 + writer) % len(NASTY)]
    return make(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{writer} {number}"),
        created_at="2026-01-31T12:00:00.000Z",
        demo=f"demo{writer % 2}",
        model_version=text,
        input={"text": other, other: text},
        prediction={"label": text, "probabilities": None},
        verdict="wrong",
        expected=other,
        guess=text,
        comment=other[:1000],
        annotator=text[:80],
        session=text,
    )


def small(writer, number):
    """Return a short record that is the same wherever it is made."""
    row_id = uuid.uuid5(uuid.NAMESPACE_OID, f"small {writer} {number}")
    return make(id=row_id, created_at="2026-01-31T12:00:00.000Z", comment=f"{writer} {number}")


def as_text(frame):
    """Return the rows of a frame as `Record.row` gives them."""
    table = frame.assign(confidence=[_number(value) for value in frame["confidence"]])
    return [tuple(row) for row in table.itertuples(index=False, name=None)]


def _number(value):
    return "" if math.isnan(value) else json.dumps(value)
