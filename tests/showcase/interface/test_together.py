"""Several functions on one page: a tab for each, a link to a tab, a table of inputs."""

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from showcase.contract import Demo, registry
from showcase.contract.function import FunctionModel
from tests.conftest import copied_link


def page():
    from showcase.interface import together

    together("tools", text="Two small tools.")


@pytest.fixture
def demos(registered):
    """Two functions of this project as demos of one page."""
    found = (
        Demo(
            "rounded",
            "Rounded",
            "",
            "",
            "Six digits.",
            "showcase.contract.predictions:rounded",
            "tools",
        ),
        Demo("percent", "Percent", "", "", "Of a share.", "showcase.ui.charts:percent", "tools"),
    )
    registered(*found)
    return found


@pytest.fixture
def opened(demos, store):
    def open_tab(**query: str) -> AppTest:
        at = AppTest.from_function(page, default_timeout=30)
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    return open_tab


def test_first_tab_is_open_and_only_that_is_drawn(opened):
    at = opened()
    assert at.title[0].value == "Tools"
    assert {"Rounded", "Percent"} <= {tab.label for tab in at.tabs}
    assert at.number_input(key="rounded_value").value == 0
    assert [one for one in at.number_input if one.key == "percent_share"] == []


def test_link_opens_the_tab_of_a_demo(opened, demos):
    at = opened(**demos[1].deep_link)
    at.number_input(key="percent_share").set_value(0.25).run()
    assert at.subheader[0].value == "25%"


def test_copied_link_leads_to_the_tab_with_the_input(opened, demos):
    at = opened(**demos[1].deep_link)
    at.number_input(key="percent_share").set_value(0.5).run()
    query = parse_qs(urlsplit(copied_link(at)).query)
    assert query == {"tools_tab": ["Percent"], "percent_share": ["0.5"]}


def test_verdicts_go_to_the_demo_of_the_tab(opened, demos, store):
    at = opened(**demos[1].deep_link)
    at.button(key="percent_correct").click().run()
    row = store.read().iloc[0]
    assert (row["demo"], row["input"]) == ("percent", '{"share":0.0}')


def test_short_inputs_have_a_tab_for_a_table(opened):
    assert {"One at a time", "A table"} <= {tab.label for tab in opened().tabs}


def test_page_is_listed_once_with_its_own_title(demos):
    tools = registry.pages()["tools"]
    assert tools == list(demos)
    assert registry.page_title(tools) == "Tools"


def test_verdict_on_a_live_answer_does_not_find_it_again(opened, demos, store, monkeypatch):
    at = opened(**demos[1].deep_link)
    monkeypatch.setattr(FunctionModel, "steps", lambda *_: pytest.fail("it ran again"))
    at.button(key="percent_unsure").click().run()
    assert not at.exception
    assert at.subheader[0].value == "\\<1%"
    assert len(store.read()) == 1
