"""Inputs from files and from the store: each form, what is wrong by line and column."""

import csv
import json

import pytest

from models import earnings, rainfall, sentiment, sketch
from showcase import ui
from showcase.annotation.importing import Found, fitting, from_file
from showcase.annotation.queue import least_sure
from showcase.batch import template
from showcase.contract import canonical_json, registry
from showcase.runtime.rows import row


def lines(*values):
    return "\n".join(json.dumps(value) for value in values).encode()


def dumped(inputs):
    return [given.model_dump(mode="json") for given in inputs]


def test_a_csv_of_numbers(tmp_path):
    found = from_file(template(rainfall.Input, rainfall.EXAMPLES), "days.csv", rainfall)
    assert dumped(found.inputs) == dumped(rainfall.EXAMPLES)


def test_a_csv_with_choices_and_empty_cells():
    found = from_file(template(earnings.Input, earnings.EXAMPLES), "p.csv", earnings)
    assert dumped(found.inputs) == dumped(earnings.EXAMPLES)


def test_what_is_wrong_is_told_by_line_and_column():
    content = (
        template(rainfall.Input, rainfall.EXAMPLES[:2]).decode()
        + "hot,50,1000,20\n22,500,1000,20\n"
    )
    found = from_file(content.encode(), "days.csv", rainfall)
    assert [(one.line, one.column) for one in found.problems] == [
        (4, "temperature_3pm"),
        (5, "humidity_3pm"),
    ]
    assert len(found.inputs) == 2


def test_a_csv_of_texts_starts_a_missing_choice_as_the_form_does():
    content = b'text,who\n"good, really",x\n-5 apples,y\n   ,z\n'
    found = from_file(content, "texts.csv", sentiment)
    assert [given.text for given in found.inputs] == ["good, really", "-5 apples"]
    assert {given.threshold for given in found.inputs} == {0.05}
    assert found.notes == ["There is no column “threshold”: it is 0.05."]
    assert [(one.line, one.column) for one in found.problems] == [(4, "text")]


def test_json_lines_of_texts_and_drawings():
    content = lines({"text": "a\u2028b", "threshold": 0.05}) + b"\n\n" + b"{oops"
    found = from_file(content, "t.jsonl", sentiment)
    assert [given.text for given in found.inputs] == ["a\u2028b"]
    (problem,) = found.problems
    assert (problem.line, "each line is to be one object" in problem.message) == (3, True)
    content = lines(*dumped(sketch.EXAMPLES[:3]))
    assert dumped(from_file(content, "t.jsonl", sketch).inputs) == dumped(sketch.EXAMPLES[:3])


@pytest.mark.parametrize("written", [canonical_json, lambda given: given.model_dump(mode="json")])
def test_rows_that_this_app_exported(written):
    rows = [{"id": "x", "input": written(given)} for given in sketch.EXAMPLES[:2]]
    assert dumped(from_file(lines(*rows), "t.jsonl", sketch).inputs) == dumped(sketch.EXAMPLES[:2])


def test_a_csv_that_this_app_exported():
    cells = "".join(
        f'x,"{canonical_json(g)}"\n'.replace('"', '""')
        .replace('x,""{', 'x,"{')
        .replace('}""\n', '}"\n')
        for g in sketch.EXAMPLES[:2]
    )
    found = from_file(f"id,input\n{cells}".encode(), "t.csv", sketch)
    assert dumped(found.inputs) == dumped(sketch.EXAMPLES[:2])


@pytest.mark.parametrize("value", [3, [1], "text", None, {"text": 1, "threshold": 0}])
def test_json_that_is_no_input_is_a_problem(value):
    found = from_file(lines(value, {"text": "a", "threshold": 0}), "t.jsonl", sentiment)
    assert len(found.inputs) == 1
    assert {one.line for one in found.problems} == {1}
    assert all(one.message for one in found.problems)


def test_json_lines_take_what_a_csv_takes():
    """More keys are left aside, a choice without a key is as the form starts; as in a CSV."""
    objects = [{"id": 1, "text": "I love it", "label": ["pos"]}, {"text": "I hate it", "id": 2}]
    found = from_file(lines(*objects), "t.jsonl", sentiment)
    same = from_file(b"id,text,label\r\n1,I love it,pos\r\n2,I hate it,\r\n", "t.csv", sentiment)
    assert found == same
    assert len(found.inputs) == 2
    objects = [{"text": "I love it"}, {"text": "I hate it", "threshold": 0}]
    some = from_file(lines(*objects).replace(b"\n", b"\r"), "t.jsonl", sentiment)
    assert some == from_file(b"text,threshold\rI love it,\rI hate it,0\r", "t.csv", sentiment)
    assert [given.threshold for given in some.inputs] == [0.05, 0]
    drawing = sketch.EXAMPLES[0].model_dump(mode="json")["drawing"]
    published = {"word": "cat", "recognized": True, "key_id": "52", "drawing": drawing}
    assert dumped(from_file(lines(published), "t.ndjson", sketch).inputs) == dumped(
        sketch.EXAMPLES[:1]
    )


DAY = '"humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39'


@pytest.mark.parametrize(
    ("temperature", "message"),
    [
        ('"temperature_3pm": "22"', "This must be a number."),
        ('"temperature_3pm": true', "This must be a number."),
        ('"temperature_3pm": NaN', "NaN is not a number of JSON."),
        ('"temperature_3pm": 10, "temperature_3pm": 30', "“temperature_3pm” is in it twice"),
        ('"id": 1', "This must be filled in: a number from -10 to 50 (°C)."),
    ],
)
def test_json_of_another_kind_is_refused_as_the_api_does(temperature, message):
    good = '{"temperature_3pm": 20, ' + DAY + "}"
    found = from_file(f"{good}\n{{{temperature}, {DAY}}}\n".encode(), "t.jsonl", rainfall)
    assert len(found.inputs) == 1
    ((line, said),) = [(one.line, one.message) for one in found.problems]
    assert line == 2
    assert message in said


def test_json_of_another_kind_in_a_choice_or_a_text_is_refused():
    wrong = ({"text": "a", "threshold": "0"}, {"text": 1, "threshold": 0})
    found = from_file(lines(*wrong), "t.jsonl", sentiment)
    assert [(one.line, one.column) for one in found.problems] == [(1, "threshold"), (2, "text")]
    assert not found.inputs


def test_a_long_cell_is_taken_whatever_ran_before():
    before = csv.field_size_limit(131_072)
    try:
        module = registry.find("readability").load_module()
        found = from_file(b"text,id\n" + b"good " * 30_000 + b",1\n", "t.csv", module)
    finally:
        csv.field_size_limit(before)
    assert len(found.inputs) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"text,text\nI love it,I hate it\n", "t.csv", "“text” is there 2 times; keep one"),
        (b"x", "t.xlsx", "neither a CSV"),
        (b"", "t.jsonl", "empty"),
        (b"\n\n", "t.jsonl", "nothing to judge"),
        (b"words\na\n", "t.csv", "“text” is not among them"),
        (b"text\n", "t.csv", "nothing to judge"),
        (b"\x00", "t.jsonl", "not a text file"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_words(content, name, said):
    with pytest.raises(ValueError, match=said):
        from_file(content, name, sentiment)


def test_a_missing_number_is_no_start_value():
    with pytest.raises(ValueError, match="temperature_3pm"):
        from_file(b"humidity_3pm\n5\n", "t.csv", rainfall)


def test_only_what_fits_into_a_task_is_kept():
    twice = Found([*rainfall.EXAMPLES, *rainfall.EXAMPLES])
    found = fitting(twice, 3, lambda given: "Too cold." if given.temperature_3pm < 15 else "")
    assert len(found.inputs) == 3
    assert {one.message for one in found.problems} == {"Too cold."}
    assert "judged once" in found.notes[0]
    assert "The first 3 of" in found.notes[1]


def test_a_task_is_bounded_in_bytes(monkeypatch):
    size = len(rainfall.EXAMPLES[0].model_dump_json())
    monkeypatch.setattr("showcase.annotation.importing.LARGEST", 3 * size)
    found = fitting(Found(list(rainfall.EXAMPLES)), 9, lambda _: "")
    assert 1 < len(found.inputs) <= 3
    assert "are taken" in found.notes[0]


def stored(store, loaded, given, **more):
    fields = {"source": "ui", "verdict": "correct", "session": "aa", **more}
    return store.append(row(loaded, given, loaded.predict(given), **fields))


def test_the_least_sure_come_first_each_once(store):
    loaded = ui.model("rainfall")
    for given in [*rainfall.EXAMPLES, *rainfall.EXAMPLES[:3]]:
        stored(store, loaded, given)
    stored(store, ui.model("sentiment"), sentiment.EXAMPLES[0])
    found = least_sure(store, "rainfall", rainfall, 4)
    ranked = sorted(rainfall.EXAMPLES, key=lambda given: loaded.predict(given).confidence)
    assert dumped(found.inputs) == dumped(ranked[:4])
    assert found.notes == []


def test_what_was_taken_back_or_played_is_left_alone(store):
    loaded = ui.model("rainfall")
    first = stored(store, loaded, rainfall.EXAMPLES[0])
    stored(store, loaded, rainfall.EXAMPLES[0], verdict="withdrawn", supersedes=first)
    stored(store, loaded, rainfall.EXAMPLES[1], source="game")
    stored(store, loaded, rainfall.EXAMPLES[2])
    assert dumped(least_sure(store, "rainfall", rainfall, 9).inputs) == dumped(
        rainfall.EXAMPLES[2:3]
    )


def test_a_model_without_confidence_gives_the_newest(store):
    loaded = ui.model("earnings")
    for given in earnings.EXAMPLES[:4]:
        stored(store, loaded, given)
    found = least_sure(store, "earnings", earnings, 2)
    assert dumped(found.inputs) == dumped([earnings.EXAMPLES[3], earnings.EXAMPLES[2]])
    assert "no confidence" in found.notes[0]


def test_nothing_is_stored_yet(store):
    assert least_sure(store, "rainfall", rainfall, 5) == Found()


def test_a_function_may_refuse_an_input():
    module = registry.find("palindromes").load_module()
    given = module.Input.model_validate({**module.EXAMPLES[0].model_dump(), "text": "..."})
    loaded = ui.model("palindromes")

    def refuses(one):
        try:
            loaded.predict(one)
        except ValueError as error:
            return str(error)
        return ""

    found = fitting(Found([given, module.EXAMPLES[0]]), 9, refuses)
    assert len(found.inputs) == 1
    assert "no letters" in found.problems[0].message


def test_what_was_stored_is_read_up_to_a_bound(store, monkeypatch):
    loaded = ui.model("rainfall")
    for given in rainfall.EXAMPLES[:4]:
        stored(store, loaded, given)
    size = max(len(canonical_json(given)) for given in rainfall.EXAMPLES[:4])
    monkeypatch.setattr("showcase.annotation.queue.LARGEST", 2 * size)
    assert len(least_sure(store, "rainfall", rainfall, 9).inputs) == 2
