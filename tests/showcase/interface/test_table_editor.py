"""A table on a page: its rows are typed in or come from a file; any columns, or known ones."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def page(known):
    import dataclasses

    import pandas as pd

    from showcase import interface

    @dataclasses.dataclass
    class Rounding:
        """How to round."""

        digits: int = 1

    def total(
        table: pd.DataFrame = pd.DataFrame({"name": ["Tom"], "size": [1.26]}),  # noqa: B008
        rounding: Rounding = Rounding(),  # noqa: B008
    ) -> float:
        """Total."""
        return round(table["size"].sum(), rounding.digits)

    def describe(rows: pd.DataFrame) -> list:
        """Describe."""
        return [rows.shape, [str(dtype) for dtype in rows.dtypes]]

    interface(total if known else describe)


@pytest.fixture
def at():
    return opened(known=True)


def opened(*, known):
    found = AppTest.from_function(page, args=(known,), default_timeout=30).run()
    assert not found.exception
    return found


def upload(at, name, text, file="a.csv"):
    at.file_uploader(key=name).set_value((file, text.encode(), "text/csv")).run()
    assert not at.exception


def test_default_tells_the_columns_and_a_dataclass_has_its_fields(at):
    assert at.metric[0].value == "1.3"
    at.number_input(key="total_rounding_digits").set_value(2).run()
    assert at.metric[0].value == "1.26"


def test_file_takes_the_place_of_the_rows_and_can_be_removed(at):
    upload(at, "total_table_file", "size;name;more\n2;Rex;x\n3;;y")
    assert at.metric[0].value == "5"
    upload(at, "total_table_file", "name\nRex", "b.csv")
    assert any("“size” must be named" in said.value.replace("\\", "") for said in at.markdown)
    at.file_uploader(key="total_table_file").clear().run()
    assert at.metric[0].value == "1.3"


def test_table_of_any_columns_waits_for_its_file():
    at = opened(known=False)
    assert any("Choose a CSV or Parquet file" in said.value for said in at.info)
    assert not at.json
    upload(at, "describe_rows_file", "a,b,c\n1,x,true\n2,,false")
    assert json.loads(at.json[0].value) == [[2, 3], ["int64", "str", "bool"]]
