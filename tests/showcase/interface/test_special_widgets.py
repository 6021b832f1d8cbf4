"""A widget for every kind of input: start, change, examples, links, problems."""

import base64
import io
import json
import wave
from datetime import date, datetime, time, timedelta

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from showcase.contract import canonical_json
from showcase.contract.fields import fields
from showcase.contract.inputs import File
from showcase.interface.special_widgets import widgets
from showcase.ui.query_params import written
from tests.showcase.interface.kinds import Every


def script():
    import streamlit as st

    from showcase.contract import canonical_json
    from showcase.interface.special_widgets import widgets
    from showcase.ui.forms import examples, form, shows
    from tests.showcase.interface.kinds import Every
    from tests.showcase.interface.test_special_widgets import other

    answer = form("every", Every, widgets=widgets(Every), beside=True)
    examples("every", [other()], ["Other"])

    def judge(given):
        st.session_state["same"] = shows("every", given)

    st.button("Judge", key="judge", on_click=judge, args=(answer.given,))
    if answer.given:
        st.text(canonical_json(answer.given))
        st.text(f"unchanged: {shows('every', answer.given)}")
    for problem in answer.problems.values():
        st.text(f"problem: {problem}")


def png(colour="red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 12), colour).save(buffer, "PNG")
    return buffer.getvalue()


def wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\1" * 100)
    return buffer.getvalue()


START = {
    field.name: json.loads(canonical_json({"value": value}))["value"]
    for field in fields(Every)
    if not isinstance(
        value := field.start, date | datetime | time | timedelta | tuple
    ) and field.name not in ("address",)
}  # fmt: skip


def other() -> Every:
    """An input of which every field differs from the start."""
    return Every.model_validate(
        {
            "text": "Another",
            "long_text": "Other",
            "whole": 9,
            "decimal": 0.5,
            "unbounded": 12.25,
            "at_least": 7,
            "yes_no": False,
            "few": "tea",
            "many": "Urdu",
            "size": 1,
            "several": ["green", "blue"],
            "several_of_many": ["French"],
            "share": (0.1, 0.2),
            "ends": (1, 2),
            "day": "2025-03-04",
            "clock": "07:15",
            "moment": "2025-03-04T07:15",
            "days": ("2025-01-01", "2025-01-02"),
            "length": "PT45S",
            "shade": "#112233",
            "file": File("a.txt", b"text"),
            "picture": png(),
            "sound": wav(),
            "photo": png("blue"),
            "recording": wav(),
            "drawing": [[[10, 60, 200], [10, 90, 20]]],
            "table": [{"name": "Rex", "kind": "dog", "weight": 9.5}],
            "words": ["three"],
            "numbers": [],
            "address": {"street": "Side", "number": 1, "since": "2021-01-01", "owner": False},
            "maybe_text": "yes",
            "maybe_day": "2025-03-04",
            "maybe_range": None,
            "maybe_number": 3.5,
        }
    )


@pytest.fixture
def at():
    return AppTest.from_function(script, default_timeout=60).run()


def texts(at):
    assert not at.exception
    return [each.value for each in at.text]


def held(at):
    return json.loads(texts(at)[0])


def problems(at):
    return [text.removeprefix("problem: ") for text in texts(at) if text.startswith("problem")]


def red(at):
    return [each.value for each in at.markdown if each.value.startswith(":small[:red[")]


def test_starts_with_the_examples(at):
    found = held(at)
    assert {name: found[name] for name in START} == START
    assert found["days"] == ["2024-02-01", "2024-02-29"]
    assert found["length"] == "PT1H30M"
    assert found["address"]["street"] == "Main Street"
    assert texts(at)[1] == "unchanged: True"


def test_every_field_that_the_plain_form_cannot_draw_has_a_widget():
    assert set(widgets(Every)) > {"share", "day", "table", "drawing", "address", "maybe_range"}
    assert not set(widgets(Every)) & {"text", "whole", "decimal", "few", "yes_no"}


CHANGES = [
    ("whole", lambda at: at.slider(key="every_whole").set_value(7), 7),
    ("unbounded", lambda at: at.number_input(key="every_unbounded").set_value(-3.5), -3.5),
    ("at_least", lambda at: at.number_input(key="every_at_least").set_value(3), 3),
    ("yes_no", lambda at: at.toggle(key="every_yes_no").set_value(False), False),
    ("many", lambda at: at.selectbox(key="every_many").select("Urdu"), "Urdu"),
    ("size", lambda at: at.segmented_control(key="every_size").set_value(1), 1),
    ("several", lambda at: at.pills(key="every_several").set_value(["blue"]), ["blue"]),
    ("several_of_many", lambda at: at.multiselect(key="every_several_of_many").set_value([]), []),
    ("share", lambda at: at.slider(key="every_share").set_range(0.1, 0.3), [0.1, 0.3]),
    ("ends", lambda at: at.number_input(key="every_ends_to").set_value(9), [-5, 9]),
    ("day", lambda at: at.date_input(key="every_day").set_value(date(2025, 5, 6)), "2025-05-06"),
    ("clock", lambda at: at.time_input(key="every_clock").set_value(time(6, 45)), "06:45:00"),
    ("length", lambda at: at.selectbox(key="every_length_unit").select("days"), "P90D"),
    ("shade", lambda at: at.color_picker(key="every_shade").pick("#ff0000"), "#ff0000"),
    ("long_text", lambda at: at.text_area(key="every_long_text").input("new"), "new"),
    ("maybe_text", lambda at: at.text_input(key="every_maybe_text_value").input("a"), "a"),
    ("maybe_range", lambda at: at.checkbox(key="every_maybe_range_unknown").check(), None),
]


@pytest.mark.parametrize(("field", "change", "value"), CHANGES, ids=[one[0] for one in CHANGES])
def test_a_change_reaches_the_input_and_nothing_else(at, field, change, value):
    before = held(at)
    change(at).run()
    assert held(at) == before | {field: value}
    assert texts(at)[1] == "unchanged: True"


def test_a_click_is_told_whether_the_form_still_holds_the_input(at):
    at.button(key="judge").click().run()
    assert at.session_state["same"]


@pytest.mark.parametrize("change", [one[1] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_a_click_that_comes_with_a_newer_value_is_told(at, change):
    change(at)
    at.button(key="judge").click().run()
    assert not at.session_state["same"]


def test_first_and_last_day(at):
    at.date_input(key="every_days").set_value((date(2024, 1, 1), date(2024, 1, 2))).run()
    assert held(at)["days"] == ["2024-01-01", "2024-01-02"]
    at.date_input(key="every_days").set_value((date(2024, 1, 1),)).run()
    assert problems(at) == ["First and last day: choose the end, too."]
    assert "choose the end" in red(at)[0]


def test_a_nested_field_changes_alone(at):
    at.slider(key="every_address_number").set_value(99).run()
    found = held(at)["address"]
    assert (found["number"], found["street"]) == (99, "Main Street")


def test_an_example_fills_every_widget(at):
    at.button(key="every_example_0").click().run()
    assert texts(at)[0] == canonical_json(other())
    assert texts(at)[1] == "unchanged: True"
    at.run()
    assert texts(at)[0] == canonical_json(other()), "it stays"
    assert at.number_input(key="every_length_amount").value == 45
    assert at.selectbox(key="every_length_unit").value == "seconds"


SMALL = [field.name for field in fields(Every) if field.is_small]


def test_a_link_reproduces_every_small_field():
    at = AppTest.from_function(script, default_timeout=60)
    for name, text in written(other()).items():
        if name in SMALL:
            at.query_params[f"every_{name}"] = text
    expected = other().model_dump(mode="json")
    found = held(at.run())
    assert {name: found[name] for name in SMALL} == {name: expected[name] for name in SMALL}
    assert not at.warning
    assert {"day", "share", "shade", "several", "numbers", "maybe_range", "length"} <= set(SMALL)


def test_the_address_follows_the_widgets_and_holds_no_text_or_file(at):
    at.button(key="every_example_0").click().run()
    found = dict(at.query_params)
    assert found["every_day"] == "2025-03-04"
    assert found["every_share"] == "[0.1,0.2]"
    assert found["every_maybe_range"] == "unknown"
    private = {"text", "long_text", "words", "file", "picture", "drawing", "table", "address"}
    assert not {f"every_{name}" for name in private} & set(found)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"every_day": "yesterday"}, "“yesterday”; it takes at least 2000"),
        ({"every_day": "1999-12-31"}, "at least 2000-01-01"),
        ({"every_share": "[0.5,0.1]"}, "starts with 0.5, after its end, 0.1"),
        ({"every_share": "[0,2]"}, "may end at 1"),
        ({"every_shade": "red"}, "six digits"),
        ({"every_several": '["pink"]'}, "pink"),
        ({"every_length": "long"}, "length of time like PT1H30M"),
        ({"every_whole": "2.5"}, "takes 0 to 10"),
        ({"every_picture": "AAAA"}, "no PNG, JPEG or WebP"),
    ],
)
def test_a_bad_value_in_a_link_is_named_and_the_start_shown(query, said):
    at = AppTest.from_function(script, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert said in at.warning[0].value.replace("\\", "")
    assert texts(at)[1] == "unchanged: True"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda at: at.number_input(key="every_at_least").set_value(0), "at least 1"),
        (lambda at: at.number_input(key="every_ends_from").set_value(600), "after its end, 500"),
        (lambda at: at.text_input(key="every_text").input("x" * 81), "80 characters or fewer"),
        (lambda at: at.number_input(key="every_maybe_number").set_value(11.0), "takes 0 to 10"),
    ],
)
def test_a_problem_stands_under_its_widget(at, change, said):
    change(at).run()
    assert said in problems(at)[0]
    assert len(red(at)) == 1
    assert said in red(at)[0].replace("\\", "")


def test_a_file_is_taken_kept_and_removed(at):
    at.file_uploader(key="every_file_file").set_value(("a.csv", b"1,2", "text/csv")).run()
    assert held(at)["file"] == {"name": "a.csv", "content": base64.b64encode(b"1,2").decode()}
    at.file_uploader(key="every_file_file").clear().run()
    assert held(at)["file"] is None


def test_a_file_that_cannot_be_used_is_named_under_the_uploader(at):
    at.file_uploader(key="every_file_file").set_value(("a.exe", b"1", "x/y")).run()
    assert "is not a .csv or .txt file" in red(at)[0].replace("\\", "")
    assert held(at)["file"] is None
    at.file_uploader(key="every_picture_file").set_value(("a.png", b"GIF89a", "image/png")).run()
    assert any("This is a GIF" in said for said in red(at))


def test_a_picture_from_an_example_can_be_removed(at):
    at.button(key="every_example_0").click().run()
    assert held(at)["picture"]
    at.button(key="every_picture_remove").click().run()
    assert held(at)["picture"] is None


def test_an_example_takes_the_place_of_an_uploaded_picture(at):
    at.file_uploader(key="every_picture_file").set_value(("b.png", png("lime"), "x/y")).run()
    assert base64.b64decode(held(at)["picture"]) == png("lime")
    at.button(key="every_example_0").click().run()
    assert base64.b64decode(held(at)["picture"]) == png()
    assert at.file_uploader(key="every_picture_file1").value is None


def test_camera_and_microphone(at):
    at.camera_input(key="every_photo_file").set_value(("p.jpg", png("blue"), "image/jpeg")).run()
    at.audio_input(key="every_recording_file").set_value(("r.wav", wav(), "audio/wav")).run()
    found = held(at)
    assert base64.b64decode(found["photo"]) == png("blue")
    assert base64.b64decode(found["recording"]) == wav()


def test_a_drawing_is_its_strokes(at):
    path = [["M", 10, 20], ["L", 110, 20], ["L", 110, 280]]
    raw = {"objects": [{"type": "Path", "path": path}]}
    at.session_state["every_drawing_canvas"] = {"drawing": {"raw": raw, "data": None}}
    at.run()
    (stroke,) = held(at)["drawing"]
    assert (stroke[0][0], stroke[1][0]) == (10, 20)
    assert (stroke[0][-1], stroke[1][-1]) == (110, 280)
    assert texts(at)[1] == "unchanged: True"
