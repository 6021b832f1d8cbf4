"""A visit's own verdicts: found again after a reload, listed, looked at again, taken back."""

import pytest

from showcase.feedback import StorageError

NAME = "rainfall"
HUMIDITY = f"{NAME}_humidity_3pm"


def click(at, part):
    return at.button(key=f"{NAME}_{part}").click().run()


def said(at):
    return " ".join(one.value for one in (*at.success, *at.info))


def tries(at):
    return [one.value for one in at.markdown if one.value.endswith(("correct", "wrong", "back"))]


@pytest.fixture
def reload(open_page, monkeypatch):
    """A function that opens the page as the browser of a visit loads it again."""

    def loaded_again(at):
        visit = at.session_state["visit"]
        monkeypatch.setattr("showcase.ui.visitor.cookie", lambda _: visit)
        return open_page(NAME)

    return loaded_again


def test_after_a_reload_the_same_input_is_judged_already(open_page, store, reload):
    at = reload(click(open_page(NAME), "correct"))
    assert "Saved: correct" in said(at)
    click(at, "correct")
    assert len(store.read()) == 1
    rows = click(at, "unsure") and store.read()
    assert rows["supersedes"].tolist() == ["", rows["id"][0]]
    assert store.count(NAME) == 1
    assert "Saved: not sure" in said(reload(at)), "the newest of three"


def test_two_tabs_of_a_visit_judge_one_input_once(open_page, store, reload):
    first = open_page(NAME)
    second = reload(first)
    click(first, "correct")
    click(second, "wrong")
    rows = store.read()
    assert rows["supersedes"].tolist() == ["", rows["id"][0]]
    assert store.count(NAME) == 1


@pytest.mark.parametrize("cookie", ["", "task-0123456789ab", "<script>", "0" * 17])
def test_what_is_no_visit_begins_one(open_page, store, monkeypatch, cookie):
    monkeypatch.setattr("showcase.ui.visitor.cookie", lambda _: cookie)
    click(open_page(NAME), "correct")
    assert store.read()["session"].str.fullmatch("[0-9a-f]{16}").all()


def test_without_its_store_a_visit_that_came_back_is_asked(open_page, store, reload, monkeypatch):
    first = click(open_page(NAME), "correct")

    def away(*_):
        raise StorageError("It is away.")

    monkeypatch.setattr("showcase.feedback.csv_log.store.CsvStore.get", away)
    at = reload(first)
    assert not at.error
    assert "Saved" not in said(at)


def test_each_of_several_verdicts_can_be_taken_back_and_looked_at_again(open_page, store):
    at = click(open_page(NAME), "correct")
    first = at.slider(key=HUMIDITY).value
    at.slider(key=HUMIDITY).set_value(88.0).run()
    click(at, "wrong")
    assert [line.rpartition(": ")[2] for line in tries(at)] == ["wrong", "correct"]
    assert "88 %" in tries(at)[0]
    click(at, "try_undo_1")
    assert store.count(NAME) == 1
    assert [line.rpartition(": ")[2] for line in tries(at)] == ["wrong", "taken back"]
    click(at, "try_show_1")
    assert at.slider(key=HUMIDITY).value == first
    assert "no longer counts" in said(at)


def test_who_sits_down_next_begins_a_visit_of_their_own(open_page, store):
    at = click(click(open_page(NAME), "correct"), "begin_anew")
    assert not tries(at)
    assert "Saved" not in said(at)
    click(at, "correct")
    assert store.read()["session"].nunique() == 2
    assert store.count(NAME) == 2
