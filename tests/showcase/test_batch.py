"""A CSV in, its rows predicted, the answers appended; every other file refused in plain words."""

import csv
import io
from types import SimpleNamespace
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BeforeValidator, Field

from models import earnings, rainfall, sentiment, sketch
from showcase.batch import (
    Problem,
    columns,
    is_tabular,
    predict_table,
    read_table,
    results_csv,
    results_rows,
    template,
)
from showcase.batch.columns import checked_kind
from showcase.contract import Classification, ModelInput, Regression, canonical_json
from showcase.contract.fields import Field as FormField
from showcase.contract.function import function_model
from showcase.contract.text_file import MAX_BYTES
from showcase.ui.batch_view import batch_result

HEADER = "temperature_3pm,humidity_3pm,pressure_3pm,wind_gust_speed"
DAY = "22,55,1015,39"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"


def share(value):
    if isinstance(value, float) and 1 < value <= 100:
        raise ValueError(f"Did you mean {value / 100:g}?")
    return value


class Programme(ModelInput):
    """Every kind of field that a table may have."""

    field: str = Field(max_length=10)
    control: Literal["Public", "Private, nonprofit"]
    region: Literal[1, 2, 3] | None = None
    students: int = Field(ge=1)
    price: float | None = Field(default=None, ge=0)
    admission_rate: Annotated[float | None, BeforeValidator(share)] = Field(
        default=None, ge=0, le=1, json_schema_extra={"unit": "share"}
    )


def priced(_, inputs):
    values = [one.students * 1000 for one in inputs]
    return [
        Regression(value=v, low=v - 500.25, high=v + 500, coverage=0.8, unit="USD") for v in values
    ]


PROGRAMMES = SimpleNamespace(Input=Programme, predict_many=priced)
FULL = "field,control,region,students,price,admission_rate"


def programmes(*rows: str, header: str = FULL):
    table = read_table("\n".join([header, *rows]).encode(), "p.csv", Programme)
    return predict_table(PROGRAMMES, None, table)


def days(*rows: str, header: str = HEADER):
    table = read_table("\n".join([header, *rows]).encode(), "d.csv", rainfall.Input)
    return predict_table(rainfall, rainfall.load(), table)


def read(content: bytes, name: str = "d.csv"):
    return read_table(content, name, rainfall.Input)


def rows_of(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


# Which inputs fit


def test_only_numbers_choices_and_short_texts_are_tabular():
    assert is_tabular(rainfall.Input)
    assert is_tabular(Programme)
    assert not is_tabular(sentiment.Input)
    assert not is_tabular(sketch.Input)
    with pytest.raises(TypeError, match="does not fit"):
        columns(sketch.Input)


def test_columns_say_what_they_take():
    takes = {column.name: column.takes for column in columns(Programme)}
    assert takes["control"] == "one of: Public; Private, nonprofit"
    assert takes["students"] == "a whole number of at least 1"
    assert takes["admission_rate"] == "a number from 0 to 1 (share)"
    empty = [column.name for column in columns(Programme) if column.may_be_empty]
    assert empty == ["region", "price", "admission_rate"]


def test_template_is_a_file_that_predicts():
    content = template(rainfall.Input, rainfall.EXAMPLES)
    assert content.startswith(f"\ufeff{HEADER}\r\n{DAY}\r\n".encode())
    found = predict_table(rainfall, rainfall.load(), read(content))
    assert len(found.answers) == len(rainfall.EXAMPLES)


def test_template_has_empty_cells_for_null():
    example = Programme(field="5203", control="Private, nonprofit", students=3)
    content = template(Programme, [example])
    assert rows_of(content)[0]["region"] == ""
    assert predict_table(PROGRAMMES, None, read_table(content, "t.csv", Programme)).problems == ()


# Files


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER},ort\n{DAY},Köln\n".encode(),
        f"{HEADER},ort\n{DAY},Köln\n".encode("latin-1"),
        f"{HEADER},ort\n{DAY},Köln\n".encode("utf-16"),
        f"{HEADER},ort\n{DAY},Köln\n".replace(",", ";").encode(),
        f"{HEADER},ort\r\n{DAY},Köln\r\n".replace(",", "\t").encode(),
        f"sep=;\r\n{HEADER};ort\r\n{DAY};Köln\r\n".replace(",", ";").encode(),
        f'sep=|\n"{HEADER},ort"\n"{DAY},Köln"\n'.replace(",", '"|"').encode(),
        f"\ufeff\ufeff{HEADER},ort\n{DAY},Köln\n".encode(),
        f"\n \n{HEADER},ort\n\n,,,,\n{DAY},Köln\n\n".encode(),
    ],
)
def test_any_encoding_and_delimiter(content):
    table = read(content)
    assert table.columns[-1] == "ort"
    assert [row.cells for row in table.rows] == [[*DAY.split(","), "Köln"]]
    assert table.unused == ("ort",)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (
            f"{HEADER},ort\n{DAY},Köln\n".encode("latin-1"),
            ("The file is not in UTF-8",),
        ),
        (
            f"{HEADER},ort\n{DAY},Köln é\n{DAY},".encode() + b"\xff\n",
            ("1 place is not UTF-8 and shown as \ufffd, from line 3.",),
        ),
        (f"{HEADER},ort\n{DAY},Köln\n".encode("utf-16"), ()),
    ],
)
def test_an_encoding_is_guessed_only_where_it_is_said(content, note):
    table = read(content)
    assert table.rows[0].cells[-1].startswith("Köln")
    assert len(table.doubts) == len(note)
    assert all(said.startswith(start) for said, start in zip(table.doubts, note, strict=True))


def test_lines_are_those_of_the_file():
    assert [row.line for row in read(f"sep=,\n{HEADER}\n{DAY}\n".encode()).rows] == [3]
    table = read(f'\n{HEADER},note\n{DAY},"two\nlines"\n\n{DAY},x\n\n{DAY},y\n'.encode())
    assert [row.line for row in table.rows] == [3, 6, 8]


def test_columns_in_any_order_and_in_capitals():
    table = read(f"id,{HEADER.upper()}\n7,{DAY}\n".encode())
    assert table.places["humidity_3pm"] == 2


def test_nameless_column_is_carried_by_its_place():
    assert read(f",{HEADER}\n0,{DAY}\n".encode()).columns[0] == "column_1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\n  \n,,\n", "only blank lines"),
        (PNG, "not a text file"),
        (b"PK\x03\x04" + PNG, "not a text file"),
        (HEADER.encode(), "no rows below the first line"),
        (f"{HEADER}\n,,,\n".encode(), "no rows below the first line"),
        (f"{HEADER}\n".encode() + f"{DAY}\n".encode() * 10_001, "10,001 rows; 10,000 are allowed"),
        (f"{HEADER},Note,note\n{DAY},1,2\n".encode(), "“Note” is there 2 times"),
        (f"{HEADER},humidity_3pm\n{DAY},5\n".encode(), "“humidity_3pm” is there 2 times"),
        (b"temperature_3pm,pressure_3pm\n1,2\n", "columns “humidity_3pm”, “wind_gust_speed” must"),
        (f"{HEADER}\n{DAY}\n".replace("humid", "humd").encode(), "Rename “humdity_3pm” to “humid"),
        (f"{HEADER}\n{DAY}\n".replace("wind_gust_", "Wind Gust ").encode(), "Rename “Wind Gust s"),
        (f'{HEADER}\n{DAY}\n"22,5\n'.encode(), "broken near line"),
        (f"{HEADER}{',' * 200}\n".encode(), "204 columns; 200 are allowed"),
        (b"x" * (MAX_BYTES + 1), "10 MB are allowed"),
    ],
)
def test_unusable_files_say_why(content, words):
    with pytest.raises(ValueError, match=words):
        read(content)


def test_other_kinds_of_file_are_refused_by_name():
    with pytest.raises(ValueError, match="not a CSV file"):
        read(f"{HEADER}\n{DAY}\n".encode(), "days.xlsx")


def test_10000_rows_are_allowed():
    assert len(read(f"{HEADER}\n".encode() + f"{DAY}\n".encode() * 10_000).rows) == 10_000


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    try:
        results = predict_table(
            PROGRAMMES, None, read_table(f"{FULL}\n".encode() + content, "a.csv", Programme)
        )
    except ValueError as error:
        assert str(error).endswith((".", "if that is it."))  # noqa: PT017  # only some are refused
    else:
        assert len(results.predictions) == len(results.table.rows)


# Rows


def test_bad_rows_are_reported_and_do_not_stop_the_others():
    found = days(DAY, "22,many,1015,390", DAY, ",55,1015,39", "22,55,1015,39,5", DAY)
    assert [prediction is None for prediction in found.predictions] == [
        False, True, False, True, True, False,
    ]  # fmt: skip
    assert found.problems == (
        Problem(3, "humidity_3pm", "many", "This is not a number. It takes a number from 0 to "
                "100 (%)."),
        Problem(3, "wind_gust_speed", "390", "It takes a number from 0 to 150 (km/h)."),
        Problem(5, "temperature_3pm", "", "This must be filled in: a number from -10 to 50 (°C)."),
        Problem(6, "", "5", "The row has 5 cells, the first line names 4 columns."),
    )  # fmt: skip


def test_answers_are_those_of_the_model():
    model = rainfall.load()
    found = days(*([DAY, "28,75,1004,60"] * 600))
    alone = rainfall.predict(model, rainfall.EXAMPLES[1])
    assert canonical_json(found.predictions[-1]) == canonical_json(alone)
    assert len(found.answers) == 1200


def test_progress_ends_at_one():
    heard = []
    table = read(f"{HEADER}\n".encode() + f"{DAY}\n".encode() * 1001)
    predict_table(rainfall, rainfall.load(), table, heard.append)
    assert heard == pytest.approx([500 / 1001, 1000 / 1001, 1])


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("a,Public,,3,,45", "admission_rate", "Did you mean 0.45?"),
        ("a,Public,,3,-5,", "price", "It takes a number of at least 0."),
        ('a,Public,,3,"1,234",', "price", "without thousands separators"),
        ("a,Public,,3,N.A.,", "price", "Leave the cell empty if it is not known."),
        ("a,Public,9,3,,", "region", "It takes one of: 1; 2; 3."),
        ("a,Bank,,3,,", "control", "It takes one of: Public; Private, nonprofit."),
        ("a,Public,,2.5,,", "students", "a whole number, without decimals"),
        ("a,Public,,1e999,,", "students", "whole number"),
        ("a,Public,,nan,,", "students", "not a number"),
        (",Public,,3,,", "field", "This must be filled in: a short text."),
        ("more than ten,Public,,3,,", "field", "at most 10 characters"),
    ],
)
def test_what_a_cell_may_not_hold(row, column, message):
    (problem,) = programmes(row).problems
    assert (problem.line, problem.column) == (2, column)
    assert message in problem.message


@pytest.mark.parametrize(
    "row", ["0101,Public,3.0, 12 ,,", '0101,"private, NONPROFIT",,1.2e1,0,1', "0101,Public,,12"]
)
def test_what_a_cell_may_hold(row):
    found = programmes(row)
    assert found.problems == ()
    assert found.answers[0].value == 12_000


NAMED = 'GREAT LAKES,"City, large",1,,Not selective'
SCORECARD = "credential,field,control,region,locale,net_price,sat_average,admission_rate"


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (
            "Bachelor's Degree,5203,Public,3,11,PrivacySuppressed,NULL,PS",
            {"net_price": None, "sat_average": None, "admission_rate": None},
        ),
        ("Bachelor’s  degree,5203,Public,3,11,15000,1150,0.7", {"credential": "Bachelor's Degree"}),
        (
            f"Bachelor's Degree,accounting and related services,Public,{NAMED}",
            {"field": "5203", "region": 3, "locale": 11, "admission_rate": None},
        ),
        ("Bachelor's Degree,5203,Public,3.0,11.0,1,,", {"region": 3, "locale": 11}),
    ],
)
def test_what_the_scorecard_s_files_say_is_understood(row, given):
    """Its own words for null, names as well as codes, the apostrophe that Word types."""
    file = f"{SCORECARD}\n{row}\n".encode()
    seen = SimpleNamespace(
        Input=earnings.Input,
        CHOICE_NAMES=earnings.CHOICE_NAMES,
        predict_many=lambda _, many: [Classification(label=one.model_dump_json()) for one in many],
    )
    found = predict_table(seen, None, read_table(file, "s.csv", earnings.Input))
    assert found.problems == ()
    answered = earnings.Input.model_validate_json(found.answers[0].label).model_dump()
    assert {name: answered[name] for name in given} == given


@pytest.mark.parametrize(
    ("field", "hint"), [("101", "0101"), ("52.0301", "5203"), ("52.03", "5203")]
)
def test_a_code_that_a_spreadsheet_or_the_scorecard_writes_otherwise_gets_a_hint(field, hint):
    file = f"{SCORECARD}\nBachelor's Degree,{field},Public,3,11,1,,\n".encode()
    found = predict_table(earnings, None, read_table(file, "s.csv", earnings.Input))
    assert f'Did you mean "{hint}"?' in found.problems[0].message


def test_columns_say_the_names_of_codes():
    takes = {c.name: c.takes for c in columns(earnings.Input, earnings.CHOICE_NAMES)}
    assert "; 1 or New England; 2 or Mid East" in takes["region"]
    assert takes["field"].startswith("a code or its name, such as 0100 or Agriculture")


def test_optional_column_may_be_missing():
    found = programmes("x,Public,3", header="field,control,students")
    assert len(found.answers) == 1
    assert found.table.doubts == ()


def test_misspelt_optional_column_is_doubted():
    found = programmes("x,Public,3,0.5", header="field,control,students,admision_rate")
    assert found.table.doubts == (
        "The column “admision_rate” is not used: is it meant to be “admission_rate”?",
    )


# Results


def test_classification_appends_its_probabilities():
    (row, bad) = rows_of(results_csv(days(DAY + ",Perth", "x,55,1015,39,", header=f"{HEADER},at")))
    assert list(row) == [
        *HEADER.split(","), "at", "prediction", "confidence", "probability_rain",
        "probability_dry", "problem",
    ]  # fmt: skip
    assert (row["at"], row["prediction"], row["problem"]) == ("Perth", "dry", "")
    assert float(row["probability_rain"]) + float(row["probability_dry"]) == pytest.approx(1)
    assert (bad["prediction"], bad["confidence"]) == ("", "")
    assert bad["problem"].startswith("temperature_3pm: This is not a number.")


def test_regression_appends_its_interval():
    (row,) = rows_of(results_csv(programmes("x,Public,,3,,")))
    added = {name: row[name] for name in ("prediction", "low", "high", "unit", "problem")}
    assert list(added.values()) == ["3000", "2499.75", "3500", "USD", ""]


@pytest.mark.parametrize(
    ("answer", "added"),
    [
        (Classification(label="a", score=0.5), ["prediction", "problem"]),
        (
            Classification(label="0", probabilities={str(n): 1 / 11 for n in range(11)}),
            ["prediction", "confidence", "problem"],
        ),
    ],
)
def test_no_probability_columns_without_or_with_too_many(answer, added):
    module = SimpleNamespace(
        Input=rainfall.Input, predict_many=lambda _, many: [answer] * len(many)
    )
    header, _ = results_rows(predict_table(module, None, read(f"{HEADER}\n{DAY}".encode())))
    assert header[4:] == added


def test_own_columns_keep_their_names():
    header = f"{HEADER},Prediction,problem"
    (row,) = rows_of(results_csv(days(f"{DAY},sun,none", header=header)))
    assert (row["Prediction"], row["prediction_2"]) == ("sun", "dry")
    assert (row["problem"], row["problem_2"]) == ("none", "")


def test_file_of_bad_rows_only_still_has_its_problems():
    (row,) = rows_of(results_csv(days("x,55,1015,39")))
    assert row["prediction"] == ""
    assert row["problem"]


def test_formulas_are_guarded_numbers_are_not():
    (row,) = rows_of(results_csv(days(f"-5,55,1015,39,=1+1,@x,{'-7'}", header=f"{HEADER},=a,b,c")))
    assert (row["'=a"], row["b"], row["c"]) == ("'=1+1", "'@x", "-7")
    assert row["temperature_3pm"] == "-5"


def test_delimiter_is_kept_and_excel_reads_it():
    table = read(f'{HEADER},note\n{DAY},"a;b\nc"\n'.replace(",", ";").encode())
    content = results_csv(predict_table(rainfall, rainfall.load(), table))
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(content, ";")[0]["note"] == "a;b\nc"


def test_row_that_a_function_refuses_is_a_problem_of_its_own_in_the_function_s_words():
    def half(number: int) -> Annotated[float, Field(json_schema_extra={"unit": "kg"})]:
        if number % 2:
            raise ValueError("Only even numbers.")
        return number / 2

    module = function_model(half)
    results = predict_table(
        module, half, read_table(b"number\n4\n3\nx\n8\n", "a.csv", module.Input)
    )
    assert [problem.line for problem in results.problems] == [3, 4]
    assert results.problems[0].message == "Only even numbers."
    header, rows = results_rows(results)
    assert header == ["number", "prediction", "unit", "problem"]
    assert [row[1] for row in rows] == ["2", "", "", "4"]


def test_texts_are_answers_of_a_table_too():
    def shout(text: str) -> str:
        return text.upper()

    module = function_model(shout)
    results = predict_table(module, shout, read_table(b"text\na\nb\n", "a.csv", module.Input))
    assert b"text,prediction,problem\r\na,A,\r\nb,B,\r\n" in results_csv(results)
    assert batch_result(results).said == ""


def test_whole_numbers_of_a_table_keep_every_digit():
    def parity(n: int) -> str:
        return f"{n} is {'odd' if n % 2 else 'even'}"

    module = function_model(parity)
    content = b"n\n9007199254740993\n9007199254740993.0\n1e3\n1e999999999\n"
    results = predict_table(module, parity, read_table(content, "a.csv", module.Input))
    assert [answer.text for answer in results.answers] == [
        "9007199254740993 is odd",
        "9007199254740993 is odd",
        "1000 is even",
    ]
    assert "digits" in results.problems[0].message


def test_a_whole_number_of_json_that_lost_its_last_digits_is_refused():
    with pytest.raises(ValueError, match="with all its digits"):
        checked_kind(FormField.read(int), 9007199254740993.0)
