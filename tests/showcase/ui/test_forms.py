"""The form that a pydantic `Input` becomes."""

import json
from typing import Literal

import pytest
from pydantic import Field
from streamlit.testing.v1 import AppTest

from showcase.contract import ModelInput
from showcase.contract.fields import fields
from showcase.ui import query_params


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

    from showcase.ui.forms import form
    from tests.showcase.ui.test_forms import Sample

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

        from showcase.contract import ModelInput
        from showcase.ui.forms import form

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
    assert query_params.url("sample", {"size": 1.5, "note": "a b&c"}).endswith(
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


class Gaps(ModelInput):
    """Fields that may be unknown, a choice too long for buttons, and one that a page draws."""

    shade: Literal[1, 2, 3] | None = Field(
        default=None, title="Shade", description="A code.", examples=[2]
    )
    weight: float | None = Field(
        default=None,
        title="Weight",
        description="In kg.",
        ge=0,
        le=9,
        examples=[1.5],
        json_schema_extra={"unit": "kg", "step": 0.5},
    )
    place: Literal["north", "east", "south", "west", "middle"] = Field(
        title="Place", description="Where.", examples=["south"]
    )
    code: str = Field(title="Code", description="Drawn by the page.", examples=["a"])


START = {"shade": 2, "weight": 1.5, "place": "south", "code": "a"}


def gaps_script():
    import streamlit as st

    from showcase.ui.forms import form, shows
    from tests.showcase.ui.test_forms import Gaps

    def drawn(chosen, field):
        st.session_state.setdefault(chosen, field.start)
        return st.selectbox(field.title, ["a", "b"], key=chosen)

    names = {"shade": {1: "light", 2: "grey", 3: "dark"}, "weight": {None: "No weight"}}
    rows = (("shade", "weight"), ("place",))
    answer = form("gaps", Gaps, names=names, rows=rows, widgets={"code": drawn})
    st.json(answer.given.model_dump() if answer.given else answer.problems)
    st.caption(str(shows("gaps", answer.given)))


@pytest.fixture
def gaps():
    return AppTest.from_function(gaps_script).run()


def held(at):
    assert not at.exception
    return json.loads(at.json[0].value)


def test_kinds_of_fields():
    found = {field.name: field for field in fields(Gaps)}
    assert [name for name, field in found.items() if field.may_be_unknown] == ["shade", "weight"]
    assert [name for name, field in found.items() if field.is_long] == ["place"]
    assert found["shade"].options == (1, 2, 3)
    assert query_params.written_here(Gaps, ["code"]) == ("shade", "weight", "place", "code")
    assert query_params.written_here(Sample, ()) == ()


def test_unknown_starts_with_the_example_and_can_be_chosen(gaps):
    assert held(gaps) == START
    assert gaps.selectbox(key="gaps_shade").options == ["Not known", "light", "grey", "dark"]
    gaps.selectbox(key="gaps_shade").select("Not known").run()
    assert held(gaps) == START | {"shade": None}
    gaps.selectbox(key="gaps_shade").select("dark").run()
    assert held(gaps) == START | {"shade": 3}


def test_ticked_box_is_null_and_unticked_brings_the_number_back(gaps):
    box = gaps.checkbox(key="gaps_weight_unknown")
    assert box.label == "No weight"
    gaps.number_input(key="gaps_weight").set_value(4.5).run()
    gaps.checkbox(key="gaps_weight_unknown").check().run()
    assert held(gaps) == START | {"weight": None}
    gaps.checkbox(key="gaps_weight_unknown").uncheck().run()
    assert held(gaps) == START | {"weight": 4.5}
    assert gaps.caption[0].value == "True", "the form shows what it returned"


def test_number_that_comes_after_a_ticked_box_unticks_it(gaps):
    gaps.checkbox(key="gaps_weight_unknown").check().run()
    gaps.number_input(key="gaps_weight").set_value(3.0).run()
    assert held(gaps) == START | {"weight": 3.0}
    assert not gaps.checkbox(key="gaps_weight_unknown").value


def test_rows_do_not_change_the_order_of_the_fields(gaps):
    assert list(held(gaps)) == list(Gaps.model_fields)


def test_address_holds_values_not_names_once_something_is_changed(gaps):
    assert not gaps.query_params
    gaps.selectbox(key="gaps_shade").select("Not known").run()
    assert dict(gaps.query_params) == {
        "gaps_shade": "unknown",
        "gaps_weight": "1.5",
        "gaps_place": "south",
        "gaps_code": "a",
    }


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ({"gaps_shade": "3"}, {"shade": 3}),
        ({"gaps_shade": "unknown", "gaps_weight": ""}, {"shade": None, "weight": None}),
        ({"gaps_weight": "2", "gaps_code": "b"}, {"weight": 2.0, "code": "b"}),
        ({"gaps_place": "west"}, {"place": "west"}),
    ],
)
def test_link_fills_what_streamlit_cannot_bind(query, taken):
    at = AppTest.from_function(gaps_script)
    for name, value in query.items():
        at.query_params[name] = value
    assert held(at.run()) == START | taken
    assert not at.warning
    assert dict(at.query_params)["gaps_place"] == taken.get("place", "south")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"gaps_shade": "7"}, "choose 1 or 2 or 3"),
        ({"gaps_weight": "10"}, "takes 0 to 9 kg"),
        ({"gaps_place": "unknown"}, "choose north or"),
    ],
)
def test_link_with_an_unusable_value_starts_as_without(query, said):
    at = AppTest.from_function(gaps_script)
    for name, value in query.items():
        at.query_params[name] = value
    assert held(at.run()) == START
    assert said in at.warning[0].value


def test_copied_link_says_unknown():
    given = Gaps(shade=None, weight=None, place="east", code="b")
    assert query_params.written(given) == {
        "shade": "unknown",
        "weight": "unknown",
        "place": "east",
        "code": "b",
    }
