"""A function in a page's script becomes a page: form, answer, verdict, errors, examples."""

import pytest
from streamlit.testing.v1 import AppTest

from showcase.contract.outputs import Text
from showcase.interface import page as function_page
from showcase.interface.page import loaded_function, module_of


def shout_page():
    from typing import Annotated

    from pydantic import BaseModel, Field

    from showcase import interface
    from showcase.interface import examples

    class Wish(BaseModel):
        times: Annotated[int, Field(le=3)]

    @examples({"Hello": {"text": "hello", "times": 2}, "Bye": {"text": "bye", "times": 1}})
    def shout(text: str, times: Annotated[int, Field(ge=1, le=9)] = 1) -> str:
        """Shout a text.

        Louder than *loud*.

        Args:
            text: What to shout
        """
        if text == "psst":
            raise ValueError("Only *loud* words, or pay $5 or $6.")
        if text == "often":
            Wish(times=times)
        if text == "broken":
            raise KeyError("secret")
        return text.upper() * times

    interface(shout)


def slow_page():
    import streamlit as st

    from showcase import interface

    def greet(name: str = "Ada") -> str:
        """Greet somebody."""
        st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        return f"Hello, {name}!"

    interface(greet, live=False, submit="Greet", question="Is that polite?")


def counting_page():
    from collections.abc import Iterator

    from showcase import interface
    from showcase.interface import Number, Progress, examples

    @examples({"Five": {"last": 5}})
    def count(last: int = 3) -> Iterator[Number | Progress]:
        """Count."""
        for number in range(1, last + 1):
            yield Progress(number / last, f"At {number}")
            yield Number(number, "sheep")
        if last == 9:
            raise ValueError("Nine sheep are too many.")

    interface(count)


def page_with_a_setting():
    import streamlit as st

    from showcase import interface

    factor = st.session_state.get("factor", 1)

    def times(n: int = 2) -> int:
        """Multiply."""
        return n * factor

    interface(times)


def long_page():
    from showcase import interface
    from showcase.interface import LongText

    def length(text: LongText = "") -> int:
        """Letters. How many are there?"""
        return len(text)

    interface(length)


@pytest.fixture
def opened(store):
    return lambda page: AppTest.from_function(page, default_timeout=30).run()


def words(at, *kinds: str) -> str:
    return " ".join(element.value for kind in kinds for element in at.get(kind)).replace("\\", "")


def click(at, key: str):
    return at.button(key=key).click().run()


def test_title_and_text_come_from_the_docstring(opened):
    at = opened(shout_page)
    assert not at.exception
    assert at.title[0].value == "Shout a text"
    assert "Louder than *loud*." in words(at, "markdown")
    assert at.text_input(key="shout_text").help == "What to shout"
    assert at.slider(key="shout_times").value == 1


def test_answers_on_each_change(opened):
    at = opened(shout_page)
    at.text_input(key="shout_text").set_value("hey").run()
    assert words(at, "subheader") == "HEY"


def test_example_fills_the_form_and_a_verdict_becomes_a_row(opened, store):
    at = click(click(opened(shout_page), "shout_example_0"), "shout_correct")
    assert words(at, "subheader") == "HELLOHELLO"
    row = store.read().iloc[0]
    assert (row["demo"], row["verdict"], row["source"]) == ("shout", "correct", "ui")
    assert row["input"] == '{"text":"hello","times":2}'
    assert row["prediction"] == '{"kind":"text","text":"HELLOHELLO"}'
    assert len(row["model_version"]) == 12


def test_right_text_is_asked_for_after_wrong(opened, store):
    at = click(click(opened(shout_page), "shout_example_1"), "shout_wrong")
    at.text_area[0].set_value("Bye!")
    click(at, "shout_save")
    assert store.read().iloc[-1]["expected"] == "Bye!"


def test_value_error_is_a_sentence_above_the_output_as_it_is(opened):
    at = opened(shout_page)
    at.text_input(key="shout_text").set_value("psst").run()
    assert at.error[0].value == "Only \\*loud\\* words, or pay \\$5 or \\$6\\."
    assert not at.exception
    assert not [button for button in at.button if button.key == "shout_correct"]


def test_validation_error_is_a_sentence_beside_its_widget(opened):
    at = opened(shout_page)
    at.slider(key="shout_times").set_value(5)
    at.text_input(key="shout_text").set_value("often").run()
    assert "It takes 3 or less." in words(at, "markdown")
    assert not at.error


def test_other_errors_are_calm_with_an_id_that_is_in_the_log(opened, caplog, monkeypatch):
    monkeypatch.setattr(function_page, "configure_logging", lambda _: None)
    at = opened(shout_page)
    at.text_input(key="shout_text").set_value("broken").run()
    assert "secret" not in at.error[0].value
    assert caplog.records[-1].error_id in at.error[0].value
    at.text_input(key="shout_text").set_value("fine").run()
    assert words(at, "subheader") == "FINE"


def test_without_live_nothing_runs_before_the_button_is_pressed(opened):
    at = opened(slow_page)
    assert "Press **Greet**" in words(at, "info")
    assert "runs" not in at.session_state
    click(at, "greet_run")
    assert words(at, "subheader") == "Hello, Ada!"
    assert "**Is that polite?**" in words(at, "markdown")


def test_answer_stays_and_is_marked_once_the_input_has_changed(opened, store):
    at = click(opened(slow_page), "greet_run")
    at.text_input(key="greet_name").set_value("Bo").run()
    assert words(at, "subheader") == "Hello, Ada!"
    assert "answers the one before" in words(at, "warning")
    assert not [button for button in at.button if button.key == "greet_correct"]
    click(at, "greet_run")
    assert words(at, "subheader") == "Hello, Bo!"
    assert not at.warning


def test_verdict_does_not_run_the_function_again(opened, store):
    at = click(click(opened(slow_page), "greet_run"), "greet_correct")
    assert at.session_state["runs"] == 1
    assert len(store.read()) == 1


def test_link_to_an_input_is_answered_at_once(store):
    at = AppTest.from_function(slow_page)
    at.query_params["greet_name"] = "Cy"
    assert words(at.run(), "subheader") == "Hello, Cy!"


def test_generator_waits_for_the_button_and_its_last_answer_stays(opened, store):
    at = opened(counting_page)
    assert not at.metric
    click(at, "count_run")
    assert [metric.value for metric in at.metric] == ["3 sheep"]
    click(at, "count_unsure")
    assert store.read()["prediction"].tolist() == ['{"kind":"number","unit":"sheep","value":3}']


def test_example_is_answered_without_the_button(opened):
    at = click(opened(counting_page), "count_example_0")
    assert [metric.value for metric in at.metric] == ["5 sheep"]


def test_generator_that_refuses_at_the_end_keeps_no_answer(opened):
    at = opened(counting_page)
    at.number_input(key="count_last").set_value(9).run()
    click(at, "count_run")
    assert at.error[0].value == "Nine sheep are too many\\."
    assert not [button for button in at.button if button.key == "count_correct"]


def test_function_sees_what_this_run_of_the_script_has_set(opened):
    at = opened(page_with_a_setting)
    assert at.metric[0].value == "2"
    at.session_state["factor"] = 5
    assert at.run().metric[0].value == "10"


def test_name_of_a_registered_demo_is_not_taken():
    def rainfall(n: int) -> str:
        return str(n)

    made = loaded_function(rainfall)
    assert made.demo.name == "page_rainfall"
    assert made.predict(made.module.Input(n=1)) == Text("1")


def test_model_package_has_its_own_page():
    with pytest.raises(TypeError, match="rainfall is a model package"):
        module_of(loaded_function("rainfall"))


def test_number_is_asked_for_after_wrong(opened, store):
    at = click(opened(page_with_a_setting), "times_wrong")
    at.number_input[-1].set_value(7.0)
    click(at, "times_save")
    assert store.read().iloc[-1][["predicted", "expected"]].tolist() == ["2", "7"]


def test_first_sentence_is_the_title_and_the_rest_the_text(opened):
    at = opened(long_page)
    assert at.title[0].value == "Letters"
    assert "How many are there?" in words(at, "markdown")


def test_input_too_large_to_store_is_answered_and_not_judged(opened, store):
    at = opened(long_page)
    at.text_area(key="length_text").set_value("x" * 1_000_000)
    click(at, "length_text_use")
    assert at.metric[0].value == "1,000,000"
    assert "too large to store: it takes more than 1 MB" in words(at, "info")
    assert not [button for button in at.button if button.key == "length_correct"]
