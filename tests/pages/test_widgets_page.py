"""/widgets: every kind of input and output is there, runs, and stands beside its own source."""

import typing
from pathlib import Path

import pytest

from pages.parts.widgets.components import INPUTS, MISSING, OUTPUTS, comparison
from pages.parts.widgets.source import script
from showcase.contract.fields import fields
from showcase.contract.function import function_model
from showcase.contract.outputs import Output
from showcase.interface import special_widgets

ROOT = Path(__file__).parents[2]
SHOWN = {"Inputs": INPUTS, "Outputs": OUTPUTS}
EVERY = [(tab, one) for tab, components in SHOWN.items() for one in components]


def by_name(value):
    return value if isinstance(value, str) else value.name


def predicted(component):
    module = function_model(component.function)
    start = {name: info.examples[0] for name, info in module.Input.model_fields.items()}
    return module.predict(module.load(), module.Input.model_validate(start))


def test_every_kind_of_input_is_shown():
    shown = [f for one in INPUTS for f in fields(function_model(one.function).Input)]
    known = {
        *special_widgets.PLAIN,
        *special_widgets.SIMPLE,
        *special_widgets.MADE_OF_PARTS,
        "range",
    }
    assert known - {field.kind for field in shown} == {"bytes"}, "bytes are drawn as a file is"
    assert any(field.nullable for field in shown)


def test_every_kind_of_output_is_shown():
    members = typing.get_args(typing.get_args(Output)[0])
    known = {member.model_fields["kind"].default for member in members}
    assert {predicted(one).kind for one in OUTPUTS} == known


def test_names_and_functions_are_used_once():
    for components in SHOWN.values():
        assert len({one.name for one in components}) == len(components)
    assert len({one.function.__name__ for _, one in EVERY}) == len(EVERY)


def test_the_comparison_is_in_the_docs():
    text = (ROOT / "docs/components.md").read_text(encoding="utf-8")
    assert comparison().replace("### ", "## ") in text
    assert len(INPUTS) + len(OUTPUTS) >= 25
    offered = " ".join(one.gradio for _, one in EVERY)
    assert not any(name in offered for names in MISSING for name in names.split(", "))


@pytest.mark.parametrize(("tab", "component"), EVERY, ids=by_name)
def test_the_source_is_a_whole_page(tab, component, monkeypatch):
    called = []
    monkeypatch.setattr("showcase.interface", called.append)
    scope = {"__name__": "page"}
    exec(compile(script(component.function), "page", "exec"), scope)
    assert called == [scope[component.function.__name__]]
    assert called[0].__doc__ == component.function.__doc__


@pytest.mark.parametrize("tab", SHOWN)
def test_every_component_runs_beside_its_source(tab, open_page):
    at = open_page("widgets", widgets_tab=tab)
    for one in SHOWN[tab]:
        at.button_group(key=f"widgets_{tab.lower()[:-1]}").set_value(one.name).run()
        assert not at.exception, one.name
        assert not at.error, one.name
        assert at.code[0].value == script(one.function)
        assert at.subheader[0].value == function_model(one.function).said.title


def test_a_component_is_in_the_address(open_page):
    at = open_page("widgets", widgets_tab="Outputs", widgets_output="Sound")
    assert "def sound(" in at.code[0].value


def test_an_answer_follows_its_input_and_nothing_is_judged(open_page, store):
    at = open_page("widgets", widgets_input="Slider")
    at.slider(key="slider_celsius").set_value(20.0).run()
    assert at.subheader[1].value.replace("\\", "") == "68.0 °F"
    assert not any(button.key.endswith("_correct") for button in at.button)
    assert len(store.read()) == 0


def test_the_tables_are_on_the_page(open_page):
    at = open_page("widgets", widgets_tab="Compared with Gradio")
    shown = " ".join(text.value for text in at.markdown)
    assert "| Slider | `float with ge and le` | `st.slider` | `Slider` |" in shown
    assert "Not here" in shown


def test_steps_come_when_they_are_asked_for(open_page):
    at = open_page("widgets", widgets_tab="Outputs", widgets_output="Steps")
    at.button(key="steps_run").click().run()
    assert not at.exception
    assert not any("the answer will stand here" in said.value for said in at.info)
    assert at.get("progress") or at.metric or at.text
