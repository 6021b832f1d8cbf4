"""The form that a pydantic `Input` becomes."""

from typing import Literal

import pytest
from pydantic import Field
from streamlit.testing.v1 import AppTest

from models.base import ModelInput
from showcase.ui import links
from showcase.ui.fields import fields


class Sample(ModelInput):
    """A field of each kind."""

    size: float = Field(
        title="Size",
        description="Length in cm.",
        ge=0,
        le=10,
        examples=[2.5],
        json_schema_extra={"unit": "cm", "step": 0.1},
    )
    share: float = Field(
        title="Share",
        description="In %.",
        gt=-1,
        lt=101,
        examples=[40],
        json_schema_extra={"unit": "%"},
    )
    kind: Literal["red", "blue"] = Field(title="Kind", description="Colour.", examples=["blue"])
    note: str = Field(title="Note", description="Free text.", max_length=100, examples=["hello"])


def script():
    import streamlit as st

    from showcase.ui.form import form
    from tests.showcase.ui.test_form import Sample

    answer = form("sample", Sample)
    st.json(answer.given.model_dump() if answer.given else answer.problems)


@pytest.fixture
def at():
    found = AppTest.from_function(script)
    return found.run()


def test_starts_with_the_first_example_of_each_field(at):
    assert not at.exception
    assert {field.name: field.start for field in fields(Sample)} == {
        "size": 2.5,
        "share": 40,
        "kind": "blue",
        "note": "hello",
    }
    assert at.slider(key="sample_size").value == 2.5
    assert at.text_input(key="sample_note").value == "hello"


def test_bounds_unit_and_help_come_from_the_field(at):
    slider = at.slider(key="sample_size")
    assert (slider.min, slider.max, slider.step) == (0, 10, 0.1)
    assert slider.proto.format == "%.1f cm"
    assert slider.help == "Length in cm."
    assert at.slider(key="sample_share").proto.format == "%.0f %%"


def test_problem_is_named_by_field():
    def blank():
        import streamlit as st
        from pydantic import field_validator

        from models.base import ModelInput
        from showcase.ui.form import form

        class Strict(ModelInput):
            note: str

            @field_validator("note")
            @classmethod
            def refuse(cls, value: str) -> str:
                raise ValueError(f"Not {value}.")

        st.json(form("strict", Strict).problems)

    at = AppTest.from_function(blank)
    at.session_state["strict_note"] = "x"
    at.run()
    assert '"note": "Not x."' in at.json[0].value or '"note":"Not x."' in at.json[0].value


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"sample_size": "11"}, "takes 0 to 10 cm"),
        ({"sample_size": "x"}, "“x”"),
        ({"sample_kind": "green"}, "choose red or blue"),
    ],
)
def test_unusable_value_of_a_link_is_named(query, said):
    at = AppTest.from_function(script)
    for key, value in query.items():
        at.query_params[key] = value
    at.run()
    assert said in at.warning[0].value
    assert not at.exception


def test_url_holds_every_input():
    assert links.url("sample", {"size": 1.5, "note": "a b&c"}).endswith(
        "sample_size=1.5&sample_note=a+b%26c"
    )


def test_link_cannot_put_markdown_on_the_page():
    at = AppTest.from_function(script)
    at.query_params["sample_kind"] = "[Log in](http://e.vil) ![x](http://e.vil/x.png)"
    at.run()
    assert r"\[Log in\]" in at.warning[0].value
    assert "](http" not in at.warning[0].value


def test_value_that_stands_twice_in_a_link_is_named():
    at = AppTest.from_function(script)
    at.query_params["sample_size"] = ["1", "2"]
    at.run()
    assert "2 times" in at.warning[0].value


def test_warning_goes_when_the_field_is_changed():
    at = AppTest.from_function(script)
    at.query_params["sample_size"] = "11"
    at.run()
    at.slider(key="sample_size").set_value(3.0).run()
    assert not at.warning
