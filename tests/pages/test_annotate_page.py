"""Annotating as people do it: tasks, labels by button, back, skip, two people, blindness."""

import pytest

from models import earnings, rainfall, sentiment, sketch
from showcase import ui
from showcase.annotation import Progress, Task, open_tasks
from showcase.contract import Classification
from showcase.feedback import hash_input, open_store
from showcase.runtime.access import Person
from showcase.runtime.rows import row
from showcase.runtime.settings import settings
from tests.showcase.feedback.builders import judgements

NAME = "annotate"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Clicks of a test follow each other at once."""
    monkeypatch.setattr("showcase.pages.annotate.work.AGAIN_S", 0.0)


@pytest.fixture
def tasks(feedback_url):
    return open_tasks(feedback_url)


@pytest.fixture
def made(tasks):
    """A function that keeps a task."""

    def make(module=sentiment, inputs=None, **given):
        name = module.__name__.rpartition(".")[2]
        fields = {"demo": name, "title": "First round", "people": 2, "created_by": "Ada"}
        task = Task.of(inputs or module.EXAMPLES[:3], **{**fields, **given})
        tasks.add(task)
        return task

    return make


@pytest.fixture
def open_as(open_page):
    """A function that opens the page as somebody who signed in."""

    def opened(name="Mia", task=None, **query):
        at = open_page()
        at.session_state["access_person"] = Person(name)
        for parameter, value in (query | ({"task": task.id} if task else {})).items():
            at.query_params[parameter] = value
        at = at.switch_page("pages/annotate.py").run()
        assert not at.exception
        return at

    return opened


def button(at, part):
    return next((one for one in at.button if (one.key or "").startswith(f"{NAME}_{part}")), None)


def click(at, part):
    found = button(at, part).click().run()
    assert not found.exception
    return found


def words(at):
    kinds = (at.markdown, at.caption, at.error, at.info, at.success, at.warning, at.text)
    said = " ".join(one.value for kind in kinds for one in kind)
    titles = " ".join(one.proto.title for kind in (at.info, at.success, at.warning) for one in kind)
    return f"{said} {titles}".replace("\\", "")


def texts(at):
    """What stands to be judged."""
    return at.text[0].value if at.text else ""


def rows(store, task):
    return judgements(store, task.id)


def test_a_stranger_is_asked_to_sign_in(open_page, made):
    task = made(guidelines="Secret guidelines")
    at = open_page("annotate", task=task.id)
    assert "Nobody can sign in here yet" in words(at)
    assert "Secret" not in words(at)
    assert "First round" not in words(at)


def test_the_list_shows_each_task_with_its_progress(open_as, made):
    made(title="One **bold**", people=3)
    made(rainfall, title="Other")
    at = open_as()
    assert "One **bold**" in words(at)
    assert "Other" in words(at)
    assert [one.proto.text for one in at.get("progress")] != []
    at = open_as(demo="rainfall")
    assert "One" not in words(at)


def test_no_task_yet(open_as):
    assert "There are no tasks yet" in words(open_as())
    assert "There are no tasks about Rainfall yet" in words(open_as(demo="rainfall"))


def test_a_list_is_judged_to_its_end(open_as, made, store):
    task = made()
    at = open_as(task=task)
    for _ in range(3):
        at = click(at, "label_3")
    assert "Done, thank you!" in words(at)
    frame = store.read()
    assert frame["session"].unique().tolist() == [task.id]
    assert frame["annotator"].unique().tolist() == ["Mia"]
    assert frame["source"].unique().tolist() == ["ui"]
    assert frame["expected"].tolist() == ["positive"] * 3
    right = (frame["predicted"] == "positive").map({True: "correct", False: "wrong"})
    assert frame["verdict"].tolist() == right.tolist()
    assert sorted(frame["input_hash"]) == sorted(item.input_hash for item in task.items)


def test_a_list_is_judged_in_a_database(open_page, monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path}/feedback.db"
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", url)
    settings.cache_clear()
    task = Task.of(sentiment.EXAMPLES[:2], demo="sentiment", title="Kept in SQL", people=1)
    open_tasks(url).add(task)
    at = open_page()
    at.session_state["access_person"] = Person("Mia")
    at.query_params["task"] = task.id
    at = click(at.switch_page("pages/annotate.py").run(), "label_1")
    at = click(click(at, "back"), "label_3")
    at = click(at, "unsure")
    assert "Done, thank you!" in words(at)
    found = judgements(open_store(url), task.id)
    assert sorted(row.expected for row in found) == ["", "positive"]
    assert list(tmp_path.glob("tasks")) == []


def test_cannot_tell_is_unsure_and_has_no_label(open_as, made, store):
    task = made()
    click(open_as(task=task), "unsure")
    (row,) = rows(store, task)
    assert (row.verdict, row.expected) == ("unsure", "")


def test_a_changed_mind_replaces_the_row(open_as, made, store):
    task = made()
    at = click(open_as(task=task), "label_3")
    second = texts(at)
    at = click(at, "back")
    assert "Look again" in [one.value for one in at.subheader]
    assert button(at, "label_3").proto.type == "primary"
    assert button(at, "back").disabled
    at = click(at, "label_1")
    (row,) = rows(store, task)
    assert row.expected == "negative"
    assert store.read()["supersedes"].tolist() == ["", store.read()["id"][0]]
    assert texts(at) == second, "it goes on where it was"


def test_the_same_answer_again_stores_nothing(open_as, made, store):
    task = made()
    at = click(click(open_as(task=task), "label_3"), "back")
    click(at, "label_3")
    assert len(store.read()) == 1


def test_looking_again_and_going_on_changes_nothing(open_as, made, store):
    task = made()
    at = click(click(open_as(task=task), "label_3"), "label_2")
    third = texts(at)
    at = click(click(at, "back"), "back")
    assert "item" in at.query_params
    assert texts(click(at, "go_on")) == third
    assert len(store.read()) == 2


def test_a_skipped_input_comes_again_at_the_end(open_as, made, store):
    task = made()
    at = open_as(task=task)
    first = texts(at)
    at = click(at, "skip")
    assert texts(at) != first
    at = click(click(at, "label_3"), "label_3")
    assert texts(at) == first
    assert "Done" in words(click(at, "label_3"))


def test_a_new_visit_goes_on_where_the_last_one_stopped(open_as, made, store):
    task = made()
    at = click(open_as(task=task), "label_3")
    shown = texts(at)
    again = open_as(task=task)
    assert texts(again) == shown
    again = click(click(again, "label_1"), "label_1")
    assert "Done" in words(again)
    assert len(rows(store, task)) == 3


def test_each_input_is_judged_by_as_many_as_it_needs(open_as, made, store):
    task = made(people=2)
    for name in ("Mia", "Bo", "Cy"):
        at = open_as(name, task=task)
        while button(at, "label_1") is not None:
            at = click(at, "label_1")
    assert "The task is complete." in words(at)
    assert "How far people agree" in [link.proto.label for link in at.get("page_link")]
    assert "In this task" in " ".join(one.value for one in at.markdown)
    progress = Progress.of(task, rows(store, task))
    assert progress.is_complete
    assert set(progress.counts.values()) == {2}
    assert progress.own("Cy") == {}


def test_two_spellings_of_a_name_are_one_person(open_as, made, store):
    task = made(people=1)
    click(open_as("Mia", task=task), "label_1")
    click(open_as("MIA", task=task), "back")
    assert len(Progress.of(task, rows(store, task)).own("mia")) == 1


def test_two_tabs_on_one_input_store_one_row(open_as, made, store):
    task = made()
    one, other = open_as(task=task), open_as(task=task)
    assert texts(one) == texts(other)
    click(one, "label_3")
    other = click(other, "label_3")
    assert len(rows(store, task)) == 1
    assert "Error" not in words(other)


def test_the_last_place_is_not_given_to_two(open_as, made, store):
    task = made(inputs=sentiment.EXAMPLES[:1], people=1)
    one = open_as("Mia", task=task)
    other = open_as("Bo", task=task)
    assert button(one, "label_1") is not None
    assert "Nothing for you at this moment" in words(other)
    click(one, "label_1")
    assert "Done" in words(click(other, "again"))


def test_a_click_before_anybody_could_look_judges_nothing(open_as, made, store, monkeypatch):
    monkeypatch.setattr("showcase.pages.annotate.work.AGAIN_S", 3600.0)
    task = made()
    at = click(open_as(task=task), "label_1")
    assert rows(store, task) == []
    monkeypatch.setattr("showcase.pages.annotate.work.AGAIN_S", 0.0)
    click(at, "label_1")
    assert len(rows(store, task)) == 1


def test_whoever_signed_out_stores_nothing(open_as, made, store):
    task = made()
    at = open_as(task=task)
    at.session_state["access_person"] = None
    at = button(at, "label_1").click().run()
    assert store.read().empty


def everything_sent(at):
    """All elements that the browser gets."""
    sent = [str(node.proto) for node in at._tree if getattr(node, "proto", None) is not None]
    assert len(sent) > 20
    return sent


def test_nothing_of_the_model_s_answer_is_sent(open_as, made, monkeypatch):
    task = made(people=5)
    sent = []
    for label in ("positive", "negative"):
        monkeypatch.setattr(
            sentiment, "predict", lambda *_, label=label: Classification(label=label, score=0.77)
        )
        sent.append(everything_sent(open_as("Mia", task=task)))
    assert sent[0] == sent[1]
    assert "0.77" not in " ".join(sent[0])


def test_nothing_of_others_answers_is_sent(open_as, made):
    task = made(inputs=sentiment.EXAMPLES[:2], people=5)
    sent = []
    for name, label in (("Bo", "label_1"), ("Cy", "label_3")):
        click(click(open_as(name, task=task), label), label)
        sent.append("\n".join(everything_sent(open_as("Mia", task=task))))
    assert "Bo" not in sent[1]
    assert "Cy" not in sent[1]
    assert sent[0].replace("2 of 10 judgements", "4 of 10 judgements") == sent[1]


def test_a_drawing_is_judged_by_search(open_as, made, store):
    task = made(sketch, people=1)
    at = open_as(task=task)
    assert any("<img" in element.value for element in at.html)
    at = at.selectbox(key="annotate_search").select("cat").run()
    assert [row.expected for row in rows(store, task)] == ["cat"]
    assert at.selectbox(key="annotate_search").value is None, "it starts anew"
    at = click(at, "back")
    assert at.selectbox(key="annotate_search").value == "cat"


@pytest.mark.parametrize(("number", "verdict"), [("inside", "correct"), ("above", "wrong")])
def test_a_number_is_right_within_the_model_s_interval(open_as, made, store, number, verdict):
    given = earnings.EXAMPLES[0]
    prediction = ui.model("earnings").predict(given)
    value = float(round(prediction.low + 1 if number == "inside" else prediction.high + 5000))
    task = made(earnings, inputs=[given], people=1)
    at = open_as(task=task)
    assert f"{prediction.value:,.0f}" not in words(at)
    at.number_input(key="annotate_number").set_value(value)
    click(at, "number_save")
    (row,) = rows(store, task)
    assert (row.verdict, row.expected) == (verdict, str(int(value)))


def test_no_number_stores_nothing(open_as, made, store):
    task = made(earnings, people=1)
    click(open_as(task=task), "number_save")
    assert rows(store, task) == []


def test_a_function_s_answer_is_looked_at(open_as, tasks, store):
    from showcase.contract import registry

    module = registry.find("palindromes").load_module()
    task = Task.of(module.EXAMPLES[:2], demo="palindromes", title="P", people=1)
    tasks.add(task)
    at = open_as(task=task)
    assert "The model’s answer" in words(at)
    at = click(click(at, "correct"), "wrong")
    assert [row.verdict for row in rows(store, task)] == ["correct", "wrong"]
    assert "Done" in words(at)


def test_a_task_is_made_from_examples_and_opened(open_as, tasks, store):
    at = open_as(demo="rainfall")
    at.session_state["annotate_new"] = True
    at.run()
    at.text_input(key="annotate_make_title").input("Rain or not")
    at.number_input(key="annotate_make_people").set_value(3)
    at = click(at, "make_button")
    (task,) = tasks.every()
    assert (task.demo, task.title, task.people, task.created_by) == (
        "rainfall",
        "Rain or not",
        3,
        "Mia",
    )
    assert [item.input for item in task.items] == [
        g.model_dump(mode="json") for g in rainfall.EXAMPLES
    ]
    assert at.query_params["task"] == [task.id] or at.query_params["task"] == task.id
    assert "The task is made" in words(at)


def test_a_task_needs_a_title(open_as, tasks):
    at = open_as(demo="rainfall")
    at.session_state["annotate_new"] = True
    at = click(at.run(), "make_button")
    assert "Give the task a title" in words(at)
    assert tasks.every() == []


def test_a_task_of_what_the_model_was_least_sure_of(open_as, open_page, tasks, store):
    loaded = ui.model("rainfall")
    for given in rainfall.EXAMPLES:
        store.append(row(loaded, given, loaded.predict(given), source="ui", verdict="correct"))
    at = open_as(demo="rainfall")
    at.session_state["annotate_new"] = True
    at.run()
    at.segmented_control(key="annotate_make_source").set_value("What people judged before").run()
    at.number_input(key="annotate_make_most").set_value(2)
    at.text_input(key="annotate_make_title").input("Doubts")
    click(at, "make_button")
    (task,) = tasks.every()
    sure = sorted(rainfall.EXAMPLES, key=lambda given: loaded.predict(given).confidence)
    assert [item.input_hash for item in task.items] == [hash_input(given) for given in sure[:2]]


def test_whoever_made_a_task_may_remove_it(open_as, made, tasks, store):
    task = made(created_by="Mia")
    assert button(open_as("Bo", task=task), "remove") is None
    at = click(open_as("Mia", task=task), "label_1")
    at = click(at, "remove")
    assert tasks.every() == []
    assert "This link names no task" in words(at)
    assert len(rows(store, task)) == 1


@pytest.mark.parametrize("link", ["task-0123456789ab", "nothing"])
def test_a_link_that_names_no_task(open_as, link):
    at = open_as()
    at.query_params["task"] = link
    assert "This link names no task" in words(at.run())


def test_a_broken_store_is_told_calmly(open_as, made, tmp_path):
    task = made()
    (tmp_path / "feedback.csv").mkdir()
    at = open_as(task=task)
    assert "Tasks cannot be worked on" in " ".join(one.proto.title for one in at.error)


@pytest.mark.parametrize(("module", "letters"), [(sentiment, True), (sketch, False)])
def test_letters_are_keys_only_where_nothing_is_typed(open_as, made, module, letters):
    """The field to type in has no focus at first: "house" would press U and S."""
    at = open_as(task=made(module))
    keys = {button(at, part).proto.shortcut for part in ("unsure", "skip", "back")}
    assert keys == ({"u", "s", "b"} if letters else {""})


def test_what_was_stored_is_said(open_as, made):
    at = click(open_as(task=made()), "label_3")
    assert "You: 1 of 3. Stored: positive" in [one.proto.text for one in at.get("progress")]
    assert "You: 2 of 3. Stored: cannot tell" in [
        one.proto.text for one in click(at, "unsure").get("progress")
    ]


def test_the_address_follows_the_task(open_as, made):
    task, other = made(), made(title="Second round")
    at = click(open_as(), f"open_{task.id}")
    assert at.query_params["task"] == task.id
    at = click(click(at, "label_1"), "back")
    assert "item" in at.query_params
    at = click(at, "all_tasks")
    assert dict(at.query_params) == {}
    assert "Second round" in words(at)
    assert click(at, f"open_{other.id}").query_params["task"] == other.id
