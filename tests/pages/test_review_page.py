"""The review page: figures for everybody, rows and names only for those who may see them."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.registry import DEMOS
from showcase.__main__ import parser
from showcase.annotation import Task, open_tasks
from showcase.contract import registry
from showcase.contract.fields import note_key
from showcase.feedback import COLUMNS
from showcase.feedback.analytics.filters import VerdictFilter
from showcase.feedback.analytics.queries import Agreement, Analysis, Bin
from showcase.pages.review.mistakes import how_sure, most_mistaken, within, worst
from showcase.pages.review.overview import over_time
from showcase.pages.review.rows import _logged_content, content, in_words
from showcase.pages.review.selection import _analysis
from showcase.runtime.access import Person
from showcase.ui.authentication import SIGNED_IN
from tests.showcase.feedback.builders import make

FEW = "from so few verdicts that it may be luck."
SECRETS = ["Annegret", "zanzibar", "comment-of-mine", "typed-answer"]


def rain(**given):
    fields = {
        "demo": "rainfall",
        "input": registry.find("rainfall").load_module().EXAMPLES[0].model_dump(),
        "prediction": {"kind": "classification", "label": "rain",
                       "probabilities": {"rain": 0.9, "dry": 0.1}},
    }  # fmt: skip
    return make(**{**fields, **given})


def text(words, **given):
    return make(
        input={"text": words, "threshold": 0.05},
        prediction={"kind": "classification", "label": "positive", "probabilities": None},
        **given,
    )


@pytest.fixture(autouse=True)
def _fresh():
    _analysis.clear()
    yield
    _analysis.clear()


@pytest.fixture
def filled(store):
    store.append(rain(session="1"))
    store.append(rain(session="2", verdict="wrong", expected="dry", annotator="Annegret"))
    first = store.append(text("zanzibar is lovely", verdict="unsure", session="3"))
    store.append(
        text("zanzibar is lovely", verdict="wrong", expected="typed-answer", session="3",
             comment="comment-of-mine **bold**", supersedes=first)
    )  # fmt: skip
    return store


@pytest.fixture
def open_review(open_page):
    def opened(tab="Overview", signed_in=True, **query):
        at = open_page(review_tab=tab, **query)
        if signed_in:
            at.session_state[SIGNED_IN] = Person("Rita")
        at.session_state["review_download_open"] = True
        return at.switch_page("pages/review.py").run()

    return opened


def sent(at):
    """Return all that a visitor's browser got, in whatever element."""
    shown = [str(element.proto) for element in at.main]
    return "\n".join([*shown, *(frame.value.to_csv() for frame in at.dataframe)])


def test_an_empty_log_says_what_to_do(open_review, store):
    at = open_review()
    assert "Nobody has judged anything yet" in [one.value for one in at.subheader]
    assert not at.exception


def test_no_model_is_the_worst_where_all_are_alike(open_review, store):
    store.append(rain(session="1"))
    store.append(text("lovely", verdict="correct", session="2"))
    said = open_review().subheader[0].value
    assert said == "People agree in 100% of 2 verdicts, with each model alike"


def test_the_overview_says_how_often_people_agree(open_review, filled):
    at = open_review()
    assert (
        at.subheader[0].value == "People agree in 33% of 3 verdicts, the least with Sentiment (0%)"
    )
    versions = at.dataframe[0].value
    assert versions["Verdicts"].tolist() == [2, 1]
    assert versions["Said right"].tolist() == [50, 0]


@pytest.mark.parametrize("tab", ["Overview", "Mistakes", "Rows", "People"])
def test_a_stranger_gets_no_name_and_no_text(open_review, filled, tab):
    at = open_review(tab, signed_in=False, review_demo="Sentiment")
    found = sent(at)
    assert [secret for secret in SECRETS if secret in found] == []
    assert [one.label for one in at.tabs] == ["Overview", "Mistakes"]
    assert not at.exception


def test_the_same_page_shows_them_to_a_reviewer(open_review, filled):
    found = sent(open_review("Rows"))
    assert [secret for secret in SECRETS if secret not in found] == []


def test_rows_are_the_newest_of_their_chains(open_review, filled):
    at = open_review("Rows")
    assert "**3 verdicts**, the latest first" in [one.value for one in at.markdown]
    assert len([one for one in at.button if one.key.startswith("review_open_")]) == 3


@pytest.mark.parametrize(
    ("key", "value", "rows"),
    [("demo", "rainfall", 2), ("verdict", "correct", 1), ("annotator", "Annegret", 1)],
)
def test_a_filter_leaves_what_is_like_that(open_review, filled, key, value, rows):
    at = open_review("Rows")
    at.selectbox(key=f"review_{key}").select(value).run()
    assert len([one for one in at.button if one.key.startswith("review_open_")]) == rows


def test_a_text_is_found_in_any_column_that_people_see(open_review, filled):
    at = open_review("Rows")
    for typed, rows in (("ZANZIBAR", 1), ("comment-of", 1), ("typed-ans", 1), ("threshold", 0)):
        at.text_input(key="review_text").input(typed).run()
        assert len([one for one in at.button if one.key.startswith("review_open_")]) == rows, typed


def test_a_link_filters(open_review, filled):
    at = open_review("Rows", review_demo="Rainfall", review_verdict="wrong")
    assert len([one for one in at.button if one.key.startswith("review_open_")]) == 1


def test_comments_are_text_not_markdown(open_review, filled):
    at = open_review("Rows")
    assert "“comment-of-mine **bold**”" in [one.value for one in at.text]
    assert not any("comment-of-mine" in one.value for one in at.markdown)


@pytest.mark.parametrize("name", [demo.name for demo in registry.demos()])
def test_a_row_opens_its_demo_with_the_same_input(open_review, store, name):
    demo = registry.find(name)
    given = demo.load_module().EXAMPLES[1]
    prediction = {"kind": "classification", "label": "x", "probabilities": None}
    row_id = store.append(
        make(demo=name, input=given.model_dump(mode="json"), prediction=prediction)
    )
    at = open_review("Rows")
    at.session_state[note_key(name, "link")] = {}  # its page was open before in this visit
    at.button(key=f"review_open_{row_id}").click().run()
    assert not at.exception
    assert at.title[0].value == registry.page_title(registry.pages()[demo.page_name])


def test_people_and_their_agreement(open_review, filled):
    at = open_review("People")
    assert at.dataframe[0].value["Annotator"].tolist() == [
        "(no name given)",
        "Annegret",
    ]
    assert [(one.label, one.value) for one in at.metric][:2] == [
        ("Same answer", "0%"),
        ("Krippendorff’s alpha", "0.00"),
    ]


def test_a_name_that_is_a_formula_is_guarded(open_review, store):
    store.append(rain(annotator="=cmd()"))
    at = open_review("People")
    assert at.dataframe[0].value["Annotator"].tolist() == ["'=cmd()"]


def test_games_count_only_when_asked_for(open_review, store):
    store.append(rain(source="game", expected="rain", guess="dry"))
    assert "Nothing was called correct" in open_review().info[0].value
    at = open_review(review_counted="Games")
    assert at.subheader[0].value == "Rainfall is said to be right in 100% of 1 verdict"
    assert "games" in open_review("People").info[0].value


def test_a_log_that_cannot_be_read_is_said_so(open_review, filled, feedback_url):
    path = Path(feedback_url.removeprefix("csv:"))
    path.unlink()
    path.mkdir()
    at = open_review()
    assert "not set up" in at.error[0].value
    assert not at.exception


def downloaded(store, choice, form):
    return content(Analysis(store).look(), choice, form)


def test_a_csv_download_is_safe_for_spreadsheets_and_whole(filled):
    filled.append(rain(session="9", comment="=1+1"))
    found = downloaded(filled, VerdictFilter(sources=()), "csv")
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [row[COLUMNS.index("comment")] for row in rows[1:]] == [
        "", "", "comment-of-mine **bold**", "'=1+1"
    ]  # fmt: skip


@pytest.mark.parametrize("bound", ["MOST", "MOST_MB"])
def test_too_much_is_downloaded_by_a_command_that_runs(open_review, filled, monkeypatch, bound):
    monkeypatch.setattr(f"showcase.pages.review.rows.{bound}", 0)
    (command,) = [one.value for one in open_review("Rows").code if "export" in one.value]
    assert parser().parse_args(command.split()[1:]).out.name == "verdicts.csv"


def test_the_whole_log_has_replaced_rows_too(filled):
    whole = downloaded(filled, None, "jsonl").decode().splitlines()
    assert len(whole) == 4
    assert json.loads(whole[2])["verdict"] == "unsure"


def test_a_parquet_download_of_chosen_rows(filled):
    from pyarrow import parquet

    found = downloaded(filled, VerdictFilter(annotator="Annegret"), "parquet")
    table = parquet.read_table(io.BytesIO(found))
    assert table.column_names == list(COLUMNS)
    assert table["annotator"].to_pylist() == ["Annegret"]


def test_answers_that_are_no_labels_are_not_told():
    pairs = within([("rain", "dry", 3), ("rain", "my secret", 2)], ("rain", "dry"))
    assert pairs == {("rain", "dry"): 3, ("rain", "another answer"): 2}
    assert worst(pairs) == "The most frequent mistake: “rain” where “dry” is right, 3 times."
    assert most_mistaken(pairs, ("rain", "dry")) == ["rain", "dry", "another answer"]


def test_of_many_labels_the_most_mistaken_are_shown():
    labels = [str(number) for number in range(50)]
    pairs = {(str(n), str(n + 1)): n for n in range(49)} | {("0", "0"): 99}
    assert most_mistaken(pairs, labels) == [str(n) for n in range(37, 49)]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Bin(0.9, 80, 100), "90% sure and said to be right in 80%: surer than it should be."),
        (Bin(0.6, 80, 100), "60% sure and said to be right in 80%: less sure than it should be."),
        (Bin(0.8, 80, 100), "80% sure and said to be right in 80%: as sure as it should be."),
        (Bin(0.9, 1, 2), f"90% sure and said to be right in 50%, {FEW}"),
    ],
)  # fmt: skip
def test_whether_a_model_is_too_sure(one, said):
    assert how_sure([one]) == f"On average it is {said}"


def test_a_row_in_words():
    row = dict(zip(COLUMNS, rain(verdict="wrong", expected="dry").row(), strict=True))
    assert in_words(row) == "The model said rain, 90% sure; right is dry."


def test_a_number_is_read_with_its_unit():
    row = {
        "prediction": '{"kind":"regression","unit":"USD a year","value":55778.8}',
        "predicted": "55778.8",
        "confidence": "",
        "expected": "61000",
        "guess": "",
    }
    said = "The model said 55,779 USD a year; right is 61,000 USD a year."
    assert in_words(row) == said


def test_the_rows_of_one_annotation_task(open_review, filled, feedback_url):
    module = registry.find("sentiment").load_module()
    task = Task.of(module.EXAMPLES[:1], demo="sentiment", title="First round", people=1)
    open_tasks(feedback_url).add(task)
    filled.append(text("judged in the task", session=task.id, annotator="Bo"))
    at = open_review("Rows", review_task=task.id)
    at = at.toggle(key="review_show_open_tasks").set_value(True).run()
    assert at.selectbox(key="review_task").value == task.id
    found = sent(at)
    assert "judged in the task" in found
    assert "zanzibar" not in found
    assert "**1 verdict**" in found
    assert "zanzibar" in sent(at.selectbox(key="review_task").set_value("").run())


def test_rounds_of_games_are_no_verdicts(open_review, filled):
    label = "All 3 verdicts"
    assert label in open_review("Rows").radio(key="review_download_scope").options
    filled.append(rain(session="4", source="game", guess="dry", expected="rain"))
    _analysis.clear()  # else it is as of a moment ago
    options = open_review("Rows").radio(key="review_download_scope").options
    assert "All 4 verdicts and rounds of games" in options


def test_the_first_day_has_its_name_at_the_axis(drawn):
    day = datetime(2026, 11, 27, tzinfo=UTC)
    point = Agreement(
        "rainfall", "", since=day.replace(hour=14), until=day, correct=0, wrong=2, unsure=0
    )
    figure = drawn(over_time({"Rainfall": [point]}, "day"))
    assert list(figure.layout.xaxis.tickvals) == [day]
    first, last = figure.layout.xaxis.range
    assert last - first == timedelta(days=1)
    low, high = figure.layout.yaxis.range
    assert low < 0, "a point at 0% is drawn whole"
    assert high > 1


def test_mistakes_say_whose_they_are(open_review, filled):
    assert "judged most" in sent(open_review("Mistakes"))
    assert "judged most" not in sent(open_review("Mistakes", review_demo="Sentiment"))
    assert "states no probabilities" in sent(open_review("Mistakes", review_demo="Sentiment"))


def test_demos_are_those_of_the_app_even_if_the_page_was_imported_before(
    open_review, filled, registered
):
    """As with a deep link to a process that nobody has visited yet."""
    registered(*(replace(demo, title="Rain or not") for demo in DEMOS if demo.name == "rainfall"))
    versions = open_review(signed_in=False).dataframe[0].value
    assert versions["Model"].tolist() == ["Rain or not"]


def test_whoever_judges_blind_sees_no_rows_of_the_task_yet(open_review, store, feedback_url):
    module = registry.find("sentiment").load_module()
    task = Task.of(module.EXAMPLES[:2], demo="sentiment", title="Blind", people=2)
    open_tasks(feedback_url).add(task)

    def judged(item, name):
        given = task.items[item].input
        answer = {"label": "neutral", "probabilities": None, "kind": "classification"}
        store.append(make(input=given, prediction=answer, session=task.id, annotator=name,
                          comment=f"by {name}"))  # fmt: skip

    judged(0, "Bo")
    judged(1, "Bo")
    at = open_review("Rows")
    assert "by Bo" not in sent(at), "Rita could judge there"
    assert "by Bo" in sent(at.toggle(key="review_show_open_tasks").set_value(True).run())
    judged(0, "Rita")
    _analysis.clear()
    at = open_review("Rows")
    assert not [one for one in at.toggle if one.key == "review_show_open_tasks"]
    assert "by Bo" not in sent(at), "she has begun"
    assert "until you have judged all" in sent(at)
    for whole in (None, VerdictFilter(hidden=[task.id])):
        found = content(Analysis(store).look(), whole, "csv", [task.id]).decode("utf-8-sig")
        assert "by Bo" not in found
    judged(1, "Rita")
    _analysis.clear()
    assert "by Bo" in sent(open_review("Rows"))


def test_of_a_long_text_the_beginning_is_sent(open_review, store):
    long = {"text": "many words " * 50_000}
    store.append(make(demo="readability", input=long, prediction={"kind": "text", "text": "x"}))
    found = sent(open_review("Rows"))
    assert len(found) < 100_000
    assert "The first 5,000 of 550,000 letters." in found


def test_how_far_numbers_are_from_the_right_ones(open_review, store):
    for number, expected in enumerate(("90", "130", "200", "")):
        answer = {"kind": "regression", "value": 100.0, "low": 0.0, "high": 200.0, "unit": "USD"}
        store.append(
            make(demo="earnings", prediction=answer, verdict="wrong", expected=expected,
                 session=str(number))
        )  # fmt: skip
    at = open_review("Mistakes", review_demo="Earnings")
    assert at.metric[0].value == "30"
    assert "of 3 verdicts" in sent(at)


def test_a_download_is_in_the_log(open_review, filled, caplog):
    about = {"person": "Rita", "rows": 3, "form": "csv"}
    with caplog.at_level("INFO"):
        _logged_content(Analysis(filled).look(), None, "csv", (), about)
    (line,) = [one for one in caplog.records if one.msg == "verdicts downloaded"]
    assert (line.person, line.rows) == ("Rita", 3)
