"""The page Learn: who sees it, what it says of a candidate, promote, roll back, replay, tasks."""

import numpy as np
import pytest

from models import rainfall
from showcase.annotation import open_tasks
from showcase.contract import registry
from showcase.feedback import Record
from showcase.learning import gate
from showcase.learning.learner import Margins
from showcase.learning.report import Example, Report
from showcase.runtime import loading
from showcase.runtime.access import Person
from showcase.ui.authentication import SIGNED_IN
from showcase.versions import Change, in_force, open_versions
from tests.showcase.learning.conftest import artifact, version_of

MARGINS = Margins(measure="right", held_out=0.01, part=0.05)


@pytest.fixture(scope="module")
def wetter(tmp_path_factory):
    return artifact(tmp_path_factory.mktemp("wetter"), 40.0)


def said(number, expected, person):
    """Return the row in which somebody says what came of an afternoon."""
    model = loading.load("rainfall")
    given = rainfall.EXAMPLES[0].model_copy(update={"humidity_3pm": float(40 + number)})
    prediction = model.predict(given)
    return Record(
        demo="rainfall",
        model_version=model.version,
        source="ui",
        input=given.model_dump(),
        prediction=prediction.model_dump(mode="json"),
        verdict="correct" if prediction.label == expected else "wrong",
        expected=expected,
        annotator=person,
        session=f"{number:04}",
    )


@pytest.fixture
def judged(store):
    """Thirty afternoons that four people judged; the ids of the rows."""
    return [store.append(said(n, "rain", f"Person {n % 4}")) for n in range(30)]


def compared(before, after):
    was, is_now = np.asarray(before, bool), np.asarray(after, bool)
    return gate.compare(was.astype(float), is_now.astype(float), "right", right=(was, is_now))


@pytest.fixture
def candidate(feedback_url, wetter, judged):
    """A candidate with a report: better on 40 verdicts, and no worse elsewhere."""
    verdict = gate.judge(
        compared([0] * 15 + [1] * 25, [1] * 31 + [0] * 9),
        compared([1] * 1_742 + [0] * 258, [1] * 1_742 + [0] * 258),
        [],
        MARGINS,
    )
    report = Report(
        demo="rainfall",
        compared_with=registry.version("rainfall"),
        learnt=92, apart=40, verdicts=132, people=9, by_person=True, outvoted=0, left_out={},
        margins={"measure": "right"}, verdict=verdict, passed=True,
        examples=[
            Example(id=row_id, target="rain", before="dry", after="rain", better=True)
            for row_id in (judged[0], "of-one-who-was-forgotten")
        ],
    )  # fmt: skip
    stored = version_of(wetter, **report.model_dump(mode="json"))
    versions = open_versions(feedback_url)
    versions.add(stored, wetter)
    yield stored
    if versions.history("rainfall"):
        shipped = registry.version("rainfall")
        versions.change(
            Change(who="Test", demo="rainfall", version=shipped, replaces=stored.version)
        )
        loading.catch_up()


@pytest.fixture
def open_learn(open_page):
    def opened(tab="Candidate", demo="Rainfall", signed_in=True):
        at = open_page(learn_tab=tab, learn_demo=demo)
        if signed_in:
            at.session_state[SIGNED_IN] = Person("Rita")
        return at.switch_page("pages/learn.py").run()

    return opened


def text(at):
    """Return all that is shown, in whatever element."""
    shown = [str(element.proto) for element in at.main]
    return "\n".join([*shown, *(frame.value.to_csv() for frame in at.dataframe)])


def test_a_stranger_sees_nothing_of_it(open_learn, candidate):
    at = open_learn(signed_in=False)
    assert (len(at.selectbox), len(at.tabs), len(at.dataframe)) == (0, 0, 0)
    assert candidate.version not in text(at)
    assert not at.exception


def test_a_demo_that_cannot_learn_says_so_in_a_sentence(open_learn):
    at = open_learn(demo="Readability")
    assert at.info[0].value.startswith("Readability cannot learn from verdicts:")
    assert len(at.tabs) == 0


def test_what_would_be_learnt_and_what_is_left_out(open_learn, store, judged):
    store.append(said(50, "", "Person 1").model_copy(update={"verdict": "unsure"}))
    at = open_learn()
    assert any("30 verdicts of 4 people" in one.value for one in at.markdown)
    assert "1 verdict is left out" in [one.label for one in at.expander]
    assert not at.button(key="learn_train_rainfall").disabled


def test_the_report_in_plain_words_then_promoted_and_rolled_back(
    open_learn, candidate, feedback_url
):
    at = open_learn()
    shown = text(at)
    assert "It gets 31 of 40 judged inputs right that it has not learnt" in shown
    assert "Now right" in shown
    assert "forgotten" not in shown
    at.text_input(key="learn_why_rainfall").input("knows wet days")
    at.button(key="learn_promote_rainfall").click().run()
    assert not at.exception
    versions = open_versions(feedback_url)
    assert in_force(versions, "rainfall") == loading.load("rainfall").version == candidate.version
    assert f"Rainfall answers with {candidate.version} now." in text(at).replace("\\", "")
    at = open_learn("History")
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["Who"], row["Why"], row["Judged"]) == ("Rita", "knows wet days", "62.5% → 77.5%")
    at.button(key="learn_roll_back_rainfall").click().run()
    assert loading.load("rainfall").version == registry.version("rainfall")
    newest = versions.history("rainfall")[-1]
    assert (newest.who, newest.action, newest.scores["verdicts_after"]) == (
        "Rita",
        "roll back",
        0.625,
    )


def test_disagreements_of_a_replay_become_a_task(open_learn, judged, feedback_url):
    at = open_learn("Replay")
    at.button(key="learn_replay_go").click().run()
    assert "0 wrong ones now right" in text(at)
    at.button(key="learn_make_task").click().run()
    (task,) = open_tasks(feedback_url).every()
    wrong = [one for one in loading.store().get(judged) if one["verdict"] == "wrong"]
    assert {item.input_hash for item in task.items} == {one["input_hash"] for one in wrong}
    assert (task.created_by, task.people) == ("Rita", 2)
    assert "The task is made." in [one.value for one in at.success]
