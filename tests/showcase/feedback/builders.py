"""Records for the tests, nasty ones among them; the same in every process."""

import json
import math
import time
import uuid
from typing import NamedTuple

from showcase.annotation.progress import Judgement
from showcase.feedback import Record
from showcase.feedback.record import GAME

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


class GameRow(NamedTuple):
    """What a scoreboard asks of the rounds of games."""

    id: str
    created_at: str
    session: str
    annotator: str
    predicted: str
    confidence: str
    expected: str
    guess: str
    input: str


DEMO = "flower_power"


def game(number=0, session="aa", **given):
    """Return the record of a round; the same wherever it is made."""
    fields = {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{session} {number}"),
        "demo": DEMO,
        "source": "game",
        "session": session,
        "input": {"petal_length": number},
        "prediction": {"label": "rose", "probabilities": {"rose": 0.75, "tulip": 0.25}},
        "verdict": "wrong",
        "expected": "tulip",
        "guess": "rose",
        "annotator": "Mia",
    }
    return make(**{**fields, **given})


def rounds(store, demo=DEMO, session=""):
    """Return the current rounds of a game."""
    return store.current_rows(GameRow, demo=demo, session=session, source=GAME)


def judgements(store, session):
    """Return the current rows of an annotation task."""
    return store.current_rows(Judgement, session=session)


def ids(found):
    return [row.id for row in found]


def without_index(path):
    path.with_name("feedback.csv.index").unlink()


def chain_of_rounds(store, *verdicts):
    """Store a round, then rows that each replace the one before; return their ids."""
    newest, stored = "", []
    for number, (source, verdict) in enumerate(verdicts):
        record = game(number, source=source, verdict=verdict, supersedes=newest, input={"x": 1})
        newest = store.append(record)
        stored.append(newest)
    return stored


CHAINS = [
    ("game correct", 0),
    ("game correct, game wrong", 1),
    ("game correct, game withdrawn", None),
    ("game correct, api withdrawn", None),
    ("game correct, ui wrong", None),
    ("game correct, game withdrawn, game wrong", 2),
    ("ui correct, game wrong", 1),
    ("game withdrawn", None),
]


TASK = "task-0123456789ab"


def judged(number=0, session=TASK, **given):
    """Return the record of a judgement; the same wherever it is made."""
    fields = {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{session} {number}"),
        "session": session,
        "input": {"text": str(number)},
        "verdict": "wrong",
        "expected": "negative",
        "annotator": "Mia",
    }
    return make(**{**fields, **given})


def chain(store, *verdicts):
    """Append verdicts, each of which replaces the one before."""
    newest = ""
    for verdict in verdicts:
        newest = store.append(make(verdict=verdict, supersedes=newest))
    return newest


VERDICTS = [
    (["correct"], 1), (["correct", "wrong"], 1), (["correct", "withdrawn"], 0), (["withdrawn"], 0),
    (["correct", "withdrawn", "wrong"], 1), (["correct", "withdrawn", "wrong", "withdrawn"], 0),
]  # fmt: skip


DEADLINE_S = 60


def until(is_so):
    """Wait for what another thread or process brings about."""
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
