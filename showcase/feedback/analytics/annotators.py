"""How those who judge compare: pace, agreement with the others, inputs that they judged apart."""

from itertools import combinations
from math import isnan, nan
from typing import Any

import numpy as np

from showcase.feedback.analytics.agreement import (
    Judged,
    alpha,
    alpha_interval,
    cohen,
    fleiss,
    percent,
)
from showcase.feedback.analytics.filters import SAID
from showcase.feedback.analytics.stats import Annotator, Contested, Pair, Together
from showcase.feedback.analytics.verdicts import Verdicts

MOST_NAMES = 12  # whose pairs are compared: 66 of them
# Somebody without a name is told from others by the visit. "Wrong" without the right label is an
# answer of its own; for numbers it is none.
NUMERIC = """
SELECT demo FROM verdicts GROUP BY demo
HAVING count(confidence) = 0 AND bool_and(TRY_CAST(predicted AS DOUBLE) IS NOT NULL)
"""
ANSWERS = f"""
WITH numeric AS ({NUMERIC}), newest AS (
    SELECT demo, item, annotator, CASE WHEN annotator = '' THEN visit ELSE 0 END AS visit,
        max(place) AS place, arg_max(id, place) AS id, arg_max(CASE
            WHEN verdict = 'unsure' THEN ''
            WHEN expected <> '' THEN expected
            WHEN verdict = 'correct' THEN predicted
            WHEN demo IN (FROM numeric) THEN ''
            ELSE 'not ' || predicted END, place) AS answer
    FROM verdicts WHERE list_contains(?, source) GROUP BY ALL
)
SELECT demo, item, annotator, hash(annotator, visit) AS person, place, id, answer
FROM newest WHERE answer <> ''
QUALIFY count(*) OVER (PARTITION BY demo, item) > 1
"""
COUNTS = "SELECT demo, item, answer, count(*) AS people FROM answers GROUP BY ALL"
# What most of the others said: without one's own answer, and only where no two lead together.
AGREED = f"""
WITH counts AS ({COUNTS}), others AS (
    SELECT demo, item, mine.answer AS mine, theirs.answer AS theirs,
        theirs.people - CASE WHEN mine.answer = theirs.answer THEN 1 ELSE 0 END AS people
    FROM counts AS mine JOIN counts AS theirs USING (demo, item)
), ahead AS (
    SELECT demo, item, mine, arg_max(theirs, people) AS theirs, max(people, 2) AS most
    FROM others WHERE people > 0 GROUP BY ALL
)
SELECT annotator, count(*) FILTER (WHERE answer = theirs) AS agreed, count(*) AS compared
FROM answers JOIN ahead USING (demo, item)
WHERE answer = mine AND (len(most) = 1 OR most[1] > most[2]) AND annotator <> ''
GROUP BY annotator
"""
ANNOTATORS = f"""
WITH agreed AS ({AGREED}), gaps AS (
    SELECT annotator, epoch(moment) - lag(epoch(moment)) OVER (
        PARTITION BY annotator, visit ORDER BY moment) AS gap
    FROM verdicts WHERE annotator <> '' AND list_contains(?, source)
), paces AS (SELECT annotator, median(gap) AS pace FROM gaps GROUP BY annotator)
SELECT annotator, count(*), max(moment), any_value(pace),
    coalesce(any_value(agreed), 0), coalesce(any_value(compared), 0)
FROM verdicts LEFT JOIN agreed USING (annotator) LEFT JOIN paces USING (annotator)
WHERE list_contains(?, source) GROUP BY annotator ORDER BY 2 DESC, 1 LIMIT ?
"""
CONTESTED = f"""
WITH counts AS ({COUNTS} HAVING demo = ?), items AS (
    SELECT item, sum(people) AS people,
        1 - sum(people * (people - 1)) / (sum(people) * (sum(people) - 1)) AS contested,
        list({{'answer': answer, 'people': people}} ORDER BY people DESC, answer) AS answers
    FROM counts GROUP BY item HAVING count(*) > 1
), newest AS (
    SELECT item, max(place) AS place, arg_max(id, place) AS id
    FROM answers WHERE demo = ? GROUP BY item
)
SELECT people, contested, answers, place, id FROM items JOIN newest USING (item)
ORDER BY contested DESC, people DESC, place DESC LIMIT ?
"""


def annotators(verdicts: Verdicts, most: int) -> list[Annotator]:
    """Return those who judge, the busiest first; all without a name together, named "".

    Games are left out: there the verdict is not the player's.
    """
    _make(verdicts)
    values = [list(SAID), list(SAID), most]
    found = verdicts.once(("annotators", most), lambda: verdicts.ask(ANNOTATORS, values))
    return [Annotator(*row) for row in found]


def demos(verdicts: Verdicts) -> list[str]:
    """Return the demos with inputs that several people judged, the most such inputs first."""
    _make(verdicts)
    query = "SELECT demo FROM answers GROUP BY demo ORDER BY count(DISTINCT item) DESC, demo"
    return [demo for (demo,) in verdicts.ask(query)]


def together(verdicts: Verdicts, demo: str) -> Together:
    """Return how far people agree on the inputs of a demo that several of them judged."""
    _make(verdicts)
    return verdicts.once(("together", demo), lambda: _together(verdicts, demo))


def _together(verdicts: Verdicts, demo: str) -> Together:
    found = verdicts.ask(f"{COUNTS} HAVING demo = ? ORDER BY ALL", [demo])
    ((people,),) = verdicts.ask("SELECT count(DISTINCT person) FROM answers WHERE demo = ?", [demo])
    is_numeric = (demo,) in verdicts.ask(NUMERIC)
    texts = [answer for _, _, answer, _ in found]
    values = _numbers(texts) if is_numeric else None
    distinct, answers = np.unique(texts if values is None else values, return_inverse=True)
    _, items = np.unique(np.array([row[1] for row in found], np.uint64), return_inverse=True)
    judged = Judged.of(items, answers, [row[3] for row in found])
    scale = None if values is None else distinct
    pairs = [] if is_numeric else _pairs(verdicts, demo)
    kappas = [pair.kappa for pair in pairs if not isnan(pair.kappa)]
    return Together(
        inputs=judged.items,
        people=people,
        is_numeric=is_numeric,
        percent=percent(judged),
        cohen=sum(kappas) / len(kappas) if kappas else nan,
        fleiss=nan if is_numeric else fleiss(judged),
        alpha=alpha(judged, scale),
        interval=alpha_interval(judged, scale),
        pairs=pairs,
    )


def contested(verdicts: Verdicts, demo: str, most: int) -> list[Contested]:
    """Return the inputs that people judged differently, those with the least agreement first."""
    _make(verdicts)
    return [
        Contested(demo, int(people), share, [(one["answer"], one["people"]) for one in said], *row)
        for people, share, said, *row in verdicts.ask(CONTESTED, [demo, demo, most])
    ]


def _make(verdicts: Verdicts) -> None:
    verdicts.make("answers", ANSWERS, [list(SAID)])


def _pairs(verdicts: Verdicts, demo: str) -> list[Pair]:
    """Return the pairs of the busiest annotators who judged the same inputs, most inputs first."""
    named = verdicts.ask(
        "SELECT annotator, list(item ORDER BY item), list(answer ORDER BY item) FROM answers "
        "WHERE demo = ? AND annotator <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?",
        [demo, MOST_NAMES],
    )
    found = [_pair(mine, theirs) for mine, theirs in combinations(named, 2)]
    return sorted((pair for pair in found if pair.inputs), key=lambda pair: -pair.inputs)


def _pair(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> Pair:
    (my_name, *my_answers), (their_name, *their_answers) = mine, theirs
    ours, yours = dict(zip(*my_answers, strict=True)), dict(zip(*their_answers, strict=True))
    both = [(answer, yours[item]) for item, answer in ours.items() if item in yours]
    numbers = {text: number for number, text in enumerate({text for one in both for text in one})}
    a, b = ([numbers[answers[side]] for answers in both] for side in (0, 1))
    same = sum(x == y for x, y in both)
    return Pair(my_name, their_name, len(both), same / len(both) if both else nan, cohen(a, b))


def _numbers(texts: list[str]) -> list[float]:
    return [float(text) for text in texts]
