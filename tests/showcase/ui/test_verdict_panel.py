"""The feedback panel, driven as a visitor drives it, over the Rainfall page."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from showcase.runtime import loading
from showcase.runtime.access import Person
from tests.conftest import copied_link

NAME = "rainfall"


def key(part: str) -> str:
    return f"{NAME}_{part}"


def click(at: AppTest, part: str) -> AppTest:
    return at.button(key=key(part)).click().run()


def words(at: AppTest) -> str:
    return " ".join(
        e.value
        for kind in ("success", "info", "error", "warning", "caption")
        for e in getattr(at, kind)
    )


def widget(at: AppTest, start: str):
    return next(
        e
        for kind in ("pills", "selectbox", "number_input", "text_input")
        for e in at.get(kind)
        if (e.key or "").startswith(start)
    )


def test_says_where_the_verdict_goes(open_page):
    at = open_page(NAME)
    assert "verdict are stored in" in words(at)


def test_thanks_only_after_storing(open_page, store):
    at = open_page(NAME)
    assert "Saved" not in words(at)
    click(at, "correct")
    assert "Saved: correct" in words(at)
    assert store.read()["expected"].tolist() == store.read()["predicted"].tolist()


def test_a_name_signed_in_with_is_what_a_verdict_carries(open_page, store):
    at = open_page(NAME)
    at.text_input(key="annotator").input("Somebody").run()
    at.session_state["access_person"] = Person("**Mia**")
    at = click(at.run(), "correct")
    assert store.read()["annotator"].tolist() == ["**Mia**"]
    assert [field.key for field in at.text_input if field.key == "annotator"] == []
    assert any(r"\*\*Mia\*\*" in one.value for one in at.markdown), "as text"


def test_same_verdict_again_and_reruns_write_nothing(open_page, store):
    at = click(click(open_page(NAME), "correct"), "correct")
    for _ in range(3):
        at.run()
    assert len(store.read()) == 1


def test_changed_mind_supersedes(open_page, store):
    at = click(click(open_page(NAME), "correct"), "unsure")
    rows = store.read()
    assert rows["verdict"].tolist() == ["correct", "unsure"]
    assert rows["supersedes"].tolist() == ["", rows["id"][0]]
    assert store.count(NAME) == 1
    assert "Saved: not sure" in words(at)


def test_undo_writes_a_withdrawn_row(open_page, store):
    at = click(click(open_page(NAME), "correct"), "undo")
    assert store.read()["verdict"].tolist() == ["correct", "withdrawn"]
    assert store.read()["expected"].tolist()[1] == ""
    assert store.count(NAME) == 0
    assert "no longer counts" in words(at)


def test_verdict_after_undo_counts_again(open_page, store):
    click(click(click(open_page(NAME), "correct"), "undo"), "correct")
    assert store.count(NAME) == 1
    assert len(store.read()) == 3


def test_wrong_counts_at_once_and_then_asks_for_the_right_label(open_page, store):
    at = click(open_page(NAME), "wrong")
    assert store.read()[["verdict", "expected"]].values.tolist() == [["wrong", ""]]
    widget(at, key("comment")).set_value('It, "poured"\n=1')
    click(at, "save")
    rows = store.read()
    assert rows["supersedes"].tolist() == ["", rows["id"][0]]
    assert store.count(NAME) == 1
    row = rows.iloc[1]
    assert {row["predicted"], row["expected"]} == {"rain", "dry"}, "the only other label is offered"
    assert row["comment"] == 'It, "poured"\n=1'
    assert "right is “" in words(at)


def test_correcting_again_keeps_the_label_and_the_comment(open_page, store):
    at = click(open_page(NAME), "wrong")
    widget(at, key("comment")).set_value("first")
    click(click(at, "save"), "wrong")
    assert widget(at, key("comment")).value == "first"
    widget(at, key("comment")).set_value("second")
    click(at, "save")
    last = store.read().iloc[-1]
    assert (last["comment"], last["expected"]) == ("second", store.read().iloc[1]["expected"])
    assert last["expected"]


def test_click_that_comes_with_a_newer_input_judges_nothing(open_page, store):
    at = open_page("sentiment")
    at.text_input(key="sentiment_text").set_value("Horrible awful stuff")
    at.button(key="sentiment_correct").click().run()
    assert len(store.read()) == 0
    assert "input changed before your click" in words(at)
    at.button(key="sentiment_correct").click().run()
    assert store.read()["expected"].tolist() == ["negative"]


def test_right_answer_that_comes_with_a_newer_input_is_not_stored(open_page, store):
    at = open_page("sentiment")
    at.button(key="sentiment_wrong").click().run()
    at.text_input(key="sentiment_text").set_value("Horrible awful stuff")
    at.button(key="sentiment_save").click().run()
    assert store.read()["verdict"].tolist() == ["wrong"]
    assert "input changed before your click" in words(at)


def test_verdict_after_the_log_was_removed_is_stored_as_new(open_page, store, tmp_path):
    at = click(open_page(NAME), "correct")
    (tmp_path / "feedback.csv").unlink()
    click(at, "unsure")
    assert "Saved: not sure" in words(at)
    assert store.read()[["verdict", "supersedes"]].values.tolist() == [["unsure", ""]]


def test_name_that_is_too_long_is_said_and_nothing_stored(open_page, store):
    at = open_page(NAME)
    at.text_input(key="annotator").set_value("x" * 81).run()
    click(at, "correct")
    assert "80" in at.error[0].value
    assert len(store.read()) == 0


@pytest.mark.parametrize("url", ["csv:", "mysql://x/y", "postgresql://a:b@c@d/e", "", "csv:/"])
def test_unusable_place_says_so_and_leaves_the_page_usable(open_page, monkeypatch, url):
    from showcase.runtime.settings import settings

    monkeypatch.setenv("VITRINE_FEEDBACK_URL", url)
    settings.cache_clear()
    loading.store.clear()
    at = open_page(NAME)
    assert "not set up to store verdicts" in words(at)
    assert "chance of rain" in at.subheader[0].value
    click(at, "correct")
    assert "Saved" not in words(at)


def test_name_is_remembered_for_the_visit(open_page, store):
    at = open_page(NAME)
    at.text_input(key="annotator").set_value("Ada").run()
    click(at, "correct")
    at.switch_page("pages/sentiment.py").run()
    at.button(key="sentiment_correct").click().run()
    rows = store.read()
    assert rows["annotator"].tolist() == ["Ada", "Ada"]
    assert rows["session"].nunique() == 1


def test_new_prediction_starts_afresh(open_page, store):
    at = click(open_page(NAME), "correct")
    at.slider(key=key("humidity_3pm")).set_value(88.0).run()
    assert "Saved" not in words(at)
    click(at, "unsure")
    rows = store.read()
    assert rows["input_hash"].nunique() == 2
    assert rows["supersedes"].tolist() == ["", ""]


def test_open_correction_does_not_stick_to_a_new_input(open_page):
    at = click(open_page(NAME), "wrong")
    assert any(button.key == key("save") for button in at.button)
    at.slider(key=key("humidity_3pm")).set_value(88.0).run()
    assert not any(button.key == key("save") for button in at.button)


def test_coming_back_to_a_judged_input_shows_its_verdict(open_page, store):
    at = click(open_page(NAME), "correct")
    before = at.slider(key=key("humidity_3pm")).value
    at.slider(key=key("humidity_3pm")).set_value(88.0).run()
    at.slider(key=key("humidity_3pm")).set_value(before).run()
    assert "Saved: correct" in words(at)
    click(at, "correct")
    assert len(store.read()) == 1


def test_failed_write_is_an_error_and_no_thanks(open_page, tmp_path):
    at = open_page(NAME)
    (tmp_path / "feedback.csv").mkdir()
    click(at, "correct")
    assert at.error[0].value
    assert "Saved" not in words(at)


def test_stored_row_predicts_the_same_again(open_page, store):
    from showcase import ui

    click(open_page(NAME), "correct")
    row, loaded = store.read().iloc[0], ui.model(NAME)
    again = loaded.predict(loaded.module.Input.model_validate_json(row["input"]))
    assert again.model_dump(mode="json") == json.loads(row["prediction"])
    assert row["predicted"] == again.label


def test_warns_where_the_place_does_not_last(open_page, monkeypatch):
    from showcase.runtime.settings import settings

    monkeypatch.setenv("VITRINE_FEEDBACK_LASTING", "false")
    settings.cache_clear()
    loading.store.clear()
    assert "lost when the server restarts" in words(open_page(NAME))


def test_error_goes_with_the_next_click(open_page, store):
    at = click(open_page(NAME), "unsure")
    at.text_input(key="annotator").set_value("x" * 81).run()
    click(at, "correct")
    assert at.error
    at.text_input(key="annotator").set_value("Ada").run()
    click(at, "unsure")
    assert not at.error
    assert "Saved: not sure" in words(at)


def test_click_on_a_text_that_was_cleared_is_said_at_once(open_page, store):
    at = open_page("sentiment")
    at.text_input(key="sentiment_text").set_value("")
    at.button(key="sentiment_correct").click().run()
    assert "input changed before your click" in words(at)
    at.text_input(key="sentiment_text").set_value("I love it").run()
    assert "input changed before your click" not in words(at)
    assert len(store.read()) == 0


def a_number():
    from types import SimpleNamespace

    from models.rainfall import EXAMPLES
    from showcase import ui
    from showcase.contract import Demo, Regression

    loaded = SimpleNamespace(
        demo=Demo("pay", "Pay", "", "", "", "pay"),
        version="0" * 12,
        module=SimpleNamespace(LABELS=None),
    )
    prediction = Regression(value=50_000, low=40_000, high=61_000, coverage=0.8, unit="USD")
    ui.feedback(loaded, EXAMPLES[0], prediction)


@pytest.mark.parametrize(("right", "stored"), [(123456.7, "123456.7"), (52000.0, "52000")])
def test_right_number_is_stored_with_every_digit(store, right, stored):
    at = AppTest.from_function(a_number).run()
    at.button(key="pay_wrong").click().run()
    number = widget(at, "pay_expected")
    assert number.label == "What is right? (USD)"
    number.set_value(right)
    at.button(key="pay_save").click().run()
    row = store.read().iloc[-1]
    assert (float(row["predicted"]), row["expected"]) == (50_000, stored)
    assert f"right is “{stored} USD”" in words(at)
    at.button(key="pay_wrong").click().run()
    assert widget(at, "pay_expected").value == right


def test_correct_on_a_number_is_no_training_label(store):
    at = AppTest.from_function(a_number).run()
    at.button(key="pay_correct").click().run()
    assert store.read()["expected"].tolist() == [""]


def test_copied_link_reproduces_the_text_up_to_its_limit(open_page):
    at = open_page("sentiment")
    at.text_input(key="sentiment_text").set_value("good ü & =" * 150).run()
    query = parse_qs(urlsplit(copied_link(at)).query)
    assert query["sentiment_text"] == ["good ü & =" * 150]
    again = open_page("sentiment", **{name: values[0] for name, values in query.items()})
    assert again.text_input(key="sentiment_text").value == "good ü & =" * 150
    at.text_input(key="sentiment_text").set_value("good " * 301).run()
    assert not copied_link(at)
    assert any("at most 1,500 characters" in element.value for element in at.caption)


def test_letter_keys_can_be_turned_off_for_the_visit(open_page):
    """WCAG 2.1.4."""
    at = open_page("rainfall")
    assert at.button(key="rainfall_correct").proto.shortcut == "y"
    at.toggle(key="letter_keys").set_value(False).run()
    assert at.button(key="rainfall_correct").proto.shortcut == ""
    at.switch_page("pages/sentiment.py").run()
    assert at.button(key="sentiment_wrong").proto.shortcut == ""
