"""The analysis counts the verdicts in force, as the store does, and finds their rows again."""

import datetime as dt
import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcase.feedback import StorageError, open_store
from showcase.feedback.analytics import agreement as people
from showcase.feedback.analytics.filters import GAMES, VerdictFilter
from showcase.feedback.analytics.queries import Analysis, Bin
from showcase.feedback.analytics.search import matching
from showcase.feedback.csv_log.file import HEADER, encode
from tests.showcase.feedback.builders import make

EVERY = VerdictFilter(sources=())
RAIN = {"kind": "classification", "label": "rain", "probabilities": {"rain": 0.9, "dry": 0.1}}
NUMBER = {"kind": "regression", "value": 10.0, "low": 5.0, "high": 15.0, "unit": "USD"}


@pytest.fixture(params=["csv:{}/feedback.csv", "sqlite:///{}/feedback.sqlite"])
def anywhere(request, tmp_path):
    """A CSV store and an SQL store: the analysis is the same for both."""
    return open_store(request.param.format(tmp_path))


def look(store):
    return Analysis(store).look()


def said(store, person, item, answer, **more):
    """Store that somebody gives an answer to an input of which the model says that it is rain."""
    fields = {
        "demo": "rainfall",
        "input": {"day": item},
        "prediction": RAIN,
        "annotator": person,
        "session": f"{person} {item}",
        "verdict": "correct" if answer == "rain" else "wrong",
        "expected": answer,
    }
    return store.append(make(**{**fields, **more}))


def test_an_empty_store_has_nothing(anywhere):
    found = look(anywhere)
    assert (found.stored, found.count_all, found.period()) == (0, 0, None)
    assert found.agreement(EVERY) == []
    assert found.over_time(EVERY) == ("day", [])
    assert found.latest(EVERY, 10) == []
    assert list(found.stream(EVERY)) == []
    assert people.annotators(found, 10) == []
    assert people.demos(found) == []


def test_shares_count_the_newest_of_each_chain(anywhere):
    first = anywhere.append(make(verdict="correct"))
    second = anywhere.append(make(verdict="wrong", supersedes=first))
    anywhere.append(make(verdict="unsure", session="1"))
    gone = anywhere.append(make(session="2"))
    anywhere.append(make(session="2", verdict="withdrawn", supersedes=gone))
    found = look(anywhere)
    (one,) = found.agreement(EVERY)
    assert (one.demo, one.correct, one.wrong, one.unsure) == ("sentiment", 0, 1, 1)
    assert (found.stored, found.count_all) == (5, 2)
    assert second in [row["id"] for row in found.latest(EVERY, 10)]
    assert anywhere.count() == 2


IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(6)]
ROWS = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(["", *IDS]), st.sampled_from("ab"),
              st.sampled_from(["correct", "withdrawn"])),
    max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(rows=ROWS)
def test_any_log_counts_what_the_index_counts(rows, tmp_path_factory):
    # ids twice, chains that fork, replaced rows that come later or are of another visit
    path = tmp_path_factory.mktemp("log") / "feedback.csv"
    records = (
        make(id=one, session=session, verdict=verdict, supersedes="" if old == one else old)
        for one, old, session, verdict in rows
    )
    path.write_bytes(HEADER + b"".join(encode(record.row()) for record in records))
    store = open_store(f"csv:{path}")
    assert look(store).count_all == store.count()


def test_versions_and_periods(anywhere):
    for day in (1, 1, 2):
        anywhere.append(make(created_at=f"2026-03-0{day}T23:30:00Z", model_version=f"v{day}"))
    found = look(anywhere)
    assert [(one.version, one.judged) for one in found.by_version(EVERY)] == [("v1", 2), ("v2", 1)]
    unit, points = found.over_time(EVERY)
    assert unit == "day"
    assert [(one.since.date().day, one.judged) for one in points] == [(1, 2), (2, 1)]
    assert found.period() == (dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    assert found.count(VerdictFilter(since=dt.date(2026, 3, 2))) == 1
    assert found.count(VerdictFilter(until=dt.date(2026, 3, 1))) == 2


@pytest.mark.parametrize(("last", "unit"), [("2026-01-20", "day"), ("2026-06-01", "week"),
                                            ("2028-01-01", "month")])  # fmt: skip
def test_the_longer_the_time_the_coarser_its_steps(store, last, unit):
    for day in ("2026-01-01", last):
        store.append(make(created_at=f"{day}T12:00:00Z"))
    assert look(store).over_time(EVERY)[0] == unit


def test_games_are_counted_apart(anywhere):
    anywhere.append(make(source="game", expected="positive"))
    anywhere.append(make(source="api"))
    found = look(anywhere)
    assert [
        found.count(VerdictFilter()),
        found.count(VerdictFilter(sources=GAMES)),
        found.count_all,
    ] == [1, 1, 2]


def test_confusion_and_reliability(anywhere):
    for person, answer in (("a", "rain"), ("b", "rain"), ("c", "dry"), ("d", "dry")):
        said(anywhere, person, 1, answer)
    anywhere.append(make(demo="rainfall", verdict="wrong", session="x"))  # without a label
    found, rainfall = look(anywhere), VerdictFilter(demo="rainfall")
    assert found.confusion(rainfall) == [("rain", "dry", 2), ("rain", "rain", 2)]
    assert [(round(one.confidence, 6), *one[1:]) for one in found.reliability(rainfall)] == [
        (0.8, 0, 1),
        (0.9, 2, 4),
    ]
    assert Bin(0.9, 2, 4).share == 0.5


def test_pages_are_fetched_newest_first(anywhere):
    ids = [anywhere.append(make(session=str(number))) for number in range(25)]
    found = look(anywhere)
    pages = [[row["id"] for row in found.latest(EVERY, 10, page)] for page in (1, 2, 3, 4)]
    assert [row_id for page in pages for row_id in page] == ids[::-1]
    assert [len(page) for page in pages] == [10, 10, 5, 0]


def test_streamed_rows_are_the_chosen_ones(anywhere):
    first = anywhere.append(make(comment="=1", session="1"))
    newest = anywhere.append(make(comment="two\nlines", session="1", supersedes=first))
    anywhere.append(make(demo="rainfall"))
    found = look(anywhere)
    rows = [
        row for batch in found.stream(VerdictFilter(demo="sentiment")) for row in batch.to_pylist()
    ]
    assert [(row["id"], row["comment"]) for row in rows] == [(newest, "two\nlines")]
    assert sum(len(batch) for batch in found.stream(None)) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [("GOOD day", {"a"}), ("zoë", {"b"}), ("ZOË", {"b"}), ("100%", {"c"}), ("text", set()),
     ("a.c", set()), ('say "hi"', {"d"}), ("wanted", {"e"}), ("positive", set("abcde"))],
)  # fmt: skip
def test_a_text_is_found_as_people_see_it(anywhere, text, found):
    words = {"a": "A good day", "b": "Zoë", "c": "100% abc", "d": 'say "hi"', "e": "x"}
    for session, word in words.items():
        more = {"verdict": "wrong", "expected": "Wanted"} if session == "e" else {}
        anywhere.append(make(input={"text": word}, session=session, **more))
    rows = anywhere.get(matching(anywhere, text).to_pylist())
    assert {row["session"] for row in rows} == found


def test_another_look_at_the_same_log_reads_nothing(anywhere, monkeypatch):
    anywhere.append(make())
    analysis = Analysis(anywhere)
    first = analysis.look()
    monkeypatch.setattr(type(anywhere), "batches", None)
    assert analysis.look() is first


def overview(found):
    """Return what the first look at the page asks for."""
    chosen = [EVERY, VerdictFilter(), VerdictFilter(demo="sketch", since=dt.date(2026, 2, 1))]
    return (
        found.stored, found.count_all, found.period(), *map(found.names, ("demo", "version")),
        *((found.agreement(one), found.by_version(one), found.over_time(one)) for one in chosen),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_counts_by_itself_what_the_first_look_needs(
    kind, store, tmp_path, request, monkeypatch
):
    records, replaced = [], ""
    for number in range(80):
        records.append(make(
            demo=("rainfall", "sketch")[number // 4 % 2], session=f"{number // 4}",
            created_at=f"2026-0{1 + number // 40}-{1 + number % 28:02}T12:00:00.{number:03}Z",
            model_version=f"{number % 3:012}", source=("ui", "api", "game")[number % 7 % 3],
            verdict=("correct", "wrong", "unsure", "withdrawn")[number % 4], supersedes=replaced,
        ))  # fmt: skip
        replaced = records[-1].id if number % 4 < 3 and number % 5 else ""
    rows = [record.row() for record in records]
    store.extend(rows)
    url = f"sqlite:///{tmp_path}/a.db" if kind == "sqlite" else request.getfixturevalue("database")
    database = open_store(url)
    database.extend(rows)
    expected, found = overview(look(store)), look(database)
    with monkeypatch.context() as patch:
        patch.setattr(type(database), "batches", None)
        assert overview(found) == expected
    assert found.count(EVERY) == found.count_all
    assert overview(found) == expected


def test_a_new_row_is_seen(anywhere, monkeypatch):
    monkeypatch.setattr("showcase.feedback.analytics.queries.MOST_READING", 0)
    analysis = Analysis(anywhere)
    assert analysis.look().count_all == 0
    anywhere.append(make())
    assert analysis.look().count_all == 1


def test_rows_that_are_forgotten_are_not_shown_any_more(anywhere):
    anywhere.append(make(annotator="Mia", session="1", comment="a" * 300))
    anywhere.append(make(annotator="Jonas", session="2"))
    anywhere.append(make(annotator="Zoe", session="3"))
    found = look(anywhere)
    anywhere.forget(annotator="Mia")
    assert "Mia" not in [row["annotator"] for row in found.latest(EVERY, 10)]
    streamed = [row for batch in found.stream(EVERY) for row in batch.to_pylist()]
    assert "Mia" not in [row["annotator"] for row in streamed]


def test_annotators_pace_and_consensus(anywhere):
    for item in range(4):
        said(anywhere, "a", item, "rain", created_at=f"2026-01-01T00:00:{10 * item:02}Z")
        said(anywhere, "b", item, "rain")
        said(anywhere, "c", item, "dry" if item else "rain")
    anywhere.append(make(session="nobody"))
    found = {one.name: one for one in people.annotators(look(anywhere), 10)}
    assert {name: one.rows for name, one in found.items()} == {"a": 4, "b": 4, "c": 4, "": 1}
    # b's others are a and c, who differ on three of the items: no majority there
    assert [(found[name].agreed, found[name].compared) for name in "abc"] == [
        (1, 1),
        (1, 1),
        (1, 4),
    ]
    assert found[""].compared == 0


def test_pace_is_within_a_visit(anywhere):
    for visit, times in (("1", (0, 10, 40)), ("2", (0, 20))):
        for second in times:
            moment = f"2026-01-0{visit}T00:00:{second:02}Z"
            anywhere.append(make(created_at=moment, session=visit, annotator="a",
                                 input={"text": str(second)}))  # fmt: skip
    (one,) = people.annotators(look(anywhere), 10)
    assert one.pace_s == 20  # of 10, 30 and 20


def test_agreement_of_several_people(anywhere):
    answers = {"a": "rain rain dry rain", "b": "rain dry dry rain", "c": "rain rain dry dry"}
    for person, given_answers in answers.items():
        for item, answer in enumerate(given_answers.split()):
            said(anywhere, person, item, answer)
    said(anywhere, "d", 9, "rain")  # nobody else judged that
    found = people.together(look(anywhere), "rainfall")
    assert (found.inputs, found.people, found.is_numeric) == (4, 3, False)
    assert found.percent == pytest.approx((1 + 1 / 3 + 1 + 1 / 3) / 4)
    expected = 1 - (7 / 12) ** 2 - (5 / 12) ** 2
    assert found.fleiss == pytest.approx(1 - (1 - found.percent) / expected)
    assert [(one.mine, one.theirs, one.inputs) for one in found.pairs] == [
        ("a", "b", 4), ("a", "c", 4), ("b", "c", 4)
    ]  # fmt: skip
    assert found.cohen == pytest.approx(sum(one.kappa for one in found.pairs) / 3)
    assert found.interval[0] <= found.alpha <= found.interval[1]


def test_one_person_counts_once_and_with_the_newest_answer(anywhere):
    said(anywhere, "a", 1, "rain")
    said(anywhere, "a", 1, "dry", session="another visit")
    said(anywhere, "b", 1, "dry")
    found = people.together(look(anywhere), "rainfall")
    assert (found.inputs, found.people, found.percent) == (1, 2, 1)
    assert math.isnan(found.alpha)


def test_unsure_and_games_are_no_answers(anywhere):
    said(anywhere, "a", 1, "rain")
    said(anywhere, "b", 1, "rain", verdict="unsure")
    said(anywhere, "c", 1, "rain", source="game")
    assert people.demos(look(anywhere)) == []


def test_wrong_without_a_label_is_an_answer_of_its_own(anywhere):
    said(anywhere, "a", 1, "rain")
    said(anywhere, "b", 1, "", verdict="wrong", expected="")
    (one,) = people.contested(look(anywhere), "rainfall", 10)
    assert one.answers == [("not rain", 1), ("rain", 1)]


def test_numbers_are_compared_by_their_distance(anywhere):
    for item, numbers in enumerate([(10, 11), (20, 21), (30, 32)]):
        for person, number in zip("ab", numbers, strict=True):
            said(anywhere, person, item, str(number), demo="earnings", prediction=NUMBER)
    said(anywhere, "c", 0, "", demo="earnings", prediction=NUMBER, verdict="wrong", expected="")
    found = people.together(look(anywhere), "earnings")
    assert found.is_numeric
    assert (found.inputs, found.people, found.percent) == (3, 2, 0)
    assert found.alpha > 0.98
    assert math.isnan(found.fleiss)


def test_the_most_contested_come_first(anywhere):
    for item, answers in enumerate(["rain rain", "rain rain dry", "rain dry"]):
        for person, answer in zip("abc", answers.split(), strict=False):
            said(anywhere, person, item, answer)
    found = look(anywhere)
    rows = people.contested(found, "rainfall", 10)
    assert [one.answers for one in rows] == [[("dry", 1), ("rain", 1)], [("rain", 2), ("dry", 1)]]
    (row,) = anywhere.get([rows[0].row_id])
    assert row["input"] == '{"day":2}'


def test_a_store_that_hangs_is_waited_for_once_by_all_visitors(monkeypatch, tmp_path):
    store = open_store(f"csv:{tmp_path}/feedback.csv")
    asked = []

    def hangs():
        asked.append(time.monotonic())
        time.sleep(0.5)
        raise StorageError("It is away.")

    monkeypatch.setattr(store, "version_token", hangs)
    analysis = Analysis(store)

    def look(_):
        with pytest.raises(StorageError, match="It is away"):
            analysis.look()

    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(look, range(8)))
    assert len(asked) == 1
