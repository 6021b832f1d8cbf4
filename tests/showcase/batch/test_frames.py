"""Large tables by the column: what the page's table says of each row, word for word."""

import csv
import io
import json
import random
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from models import earnings, flower_power, rainfall, sentiment, sketch
from showcase.batch import predict_table, read_table
from showcase.batch.frames import Block, all_columns
from showcase.batch.parts import cut, read_part
from showcase.contract import rounded
from showcase.contract.frames import answers_frame, is_number, rounded_many
from showcase.contract.text_file import Row

ODD = (
    "", " ", "NA", "hot", "1,5", "1e1", "+7", "-3", "0x1F", "inf", "nan", "1e999", "12.", ".5",
    "1_0", "٣", "3.0", " 22 ", "true", "=1+1", "“quoted”", "2\n3", "PrivacySuppressed", "far west",
    "Private, nonprofit", "public", "11.07", "70",
)  # fmt: skip


def written(rows) -> bytes:
    output = io.StringIO(newline="")
    csv.writer(output).writerows(rows)
    return output.getvalue().encode()


def odd_table(module, seed: int) -> bytes:
    """The examples over and over, one cell in ten an odd one; ragged and blank rows too."""
    chance = random.Random(seed)
    names = [column.name for column in all_columns(module)]
    rows = []
    for _ in range(200):
        example = chance.choice(module.EXAMPLES)
        cells = ["" if (v := getattr(example, name)) is None else v for name in names]
        rows.append([chance.choice(ODD) if chance.random() < 0.1 else cell for cell in cells])
    rows[7:7] = [[], [""] * len(names), [*rows[0], "one too many"], rows[1][:-1], [*rows[2], ""]]
    return written([names, *rows])


def by_the_column(module, path, part_bytes=1_000):
    """Return problems and answers by line, as a large run finds them."""
    model, problems, answers = module.load(), [], {}
    parts = cut([str(path)], all_columns(module), part_bytes)
    block = Block(module, parts[0].source.names, parts[0].source.places)
    for part in parts:
        for rows in read_part(part):
            found = block.answer(model, rows)
            problems += found.problems
            lines = rows.lines[found.rows].tolist()
            answers |= dict(zip(lines, found.answers.to_dict("records"), strict=True))
    return problems, answers, len(parts)


@pytest.mark.parametrize("module", [rainfall, earnings, flower_power], ids=lambda m: m.__name__)
def test_says_of_each_row_what_the_page_says(module, tmp_path, monkeypatch):
    monkeypatch.setattr("showcase.batch.parts.BATCH_ROWS", 20)
    content = odd_table(module, seed=3)
    (tmp_path / "odd.csv").write_bytes(content)
    problems, answers, parts = by_the_column(module, tmp_path / "odd.csv")
    page = predict_table(module, module.load(), read_table(content, "odd.csv", module.Input))
    used = [
        (row.line, answer)
        for row, answer in zip(page.table.rows, page.predictions, strict=True)
        if answer is not None
    ]
    assert parts > 3
    assert problems == list(page.problems)
    assert len(problems) > 20
    expected = answers_frame([answer for _, answer in used]).to_dict("records")
    assert answers == dict(zip([line for line, _ in used], expected, strict=True))


def test_a_long_text_is_a_column_too(tmp_path):
    rows = [["text", "threshold"], ["Great\nfun", "0.05"], ["", "0"], ["So bad!", "0.1"]]
    (tmp_path / "texts.csv").write_bytes(written(rows))
    problems, answers, _ = by_the_column(sentiment, tmp_path / "texts.csv")
    assert answers == {2: {"prediction": "positive"}}
    assert [(one.line, one.column) for one in problems] == [(4, "text"), (5, "threshold")]


def test_decimals_of_a_database_are_numbers(tmp_path):
    day = {"temperature_3pm": 22.5, "humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39}
    exact = pa.table({name: [Decimal(str(value))] for name, value in day.items()})
    parquet.write_table(exact, tmp_path / "days.parquet")
    problems, answers, _ = by_the_column(rainfall, tmp_path / "days.parquet")
    page = answers_frame([rainfall.predict(rainfall.load(), rainfall.Input(**day))])
    assert (problems, answers) == ([], {1: page.to_dict("records")[0]})


def test_a_drawing_is_a_cell_as_json(tmp_path):
    drawing = next(iter(sketch.DRAWINGS.values()))
    rows = [["id", "drawing"], ["1", json.dumps(drawing)], ["2", "[[1"], ["3", "a cat"]]
    (tmp_path / "drawings.csv").write_bytes(written(rows))
    problems, answers, _ = by_the_column(sketch, tmp_path / "drawings.csv")
    page = answers_frame([sketch.predict(sketch.load(), sketch.Input(drawing=drawing))])
    assert answers == {2: page.to_dict("records")[0]}
    assert [(one.line, one.message[-2:]) for one in problems] == [(3, "]."), (4, "].")]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_rounds_to_the_bit_as_one_by_one(values):
    values += [v * 1e-300 for v in values] + [0.0, 0.1234565, 999999.5, 1e22, 2.5e-17, 123456.5]
    found = rounded_many(np.array(values))
    assert found.tobytes() == np.array([rounded(value) for value in values]).tobytes()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('a,b\n1,"2\n3', "a quotation mark is missing or too many"),
        ("temperature_3pm,humidity_3pm\n1,2\n", "“wind_gust_speed” must be named"),
        ("", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(text, problem, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"days\.csv: .*{problem}"):
        cut([str(path)], all_columns(rainfall))


def test_codes_are_numbers_of_a_frame():
    held = {column.name for column in all_columns(earnings) if is_number(column.field)}
    assert held == {"region", "locale", "net_price", "sat_average", "admission_rate"}


def test_rows_with_too_many_cells_are_told_by_their_line():
    block = Block(
        flower_power,
        tuple(flower_power.FIELDS),
        dict(zip(flower_power.FIELDS, range(4), strict=True)),
    )
    (problem,) = block._problems(Row(9, ["1", "2", "3", "4", "5"]))
    assert (problem.line, problem.message[:20]) == (9, "The row has 5 cells,")
