"""Inputs to look at: pictures, texts as they are, tables with names and units."""

import base64
import enum
import re
from datetime import date

import pytest
from pydantic import BaseModel
from streamlit.testing.v1 import AppTest

from models import earnings, flower_power, rainfall, sentiment, sketch
from models.registry import DEMOS
from showcase.contract.function import function_model
from showcase.ui.input_preview import in_short
from tests.conftest import TIMEOUT_S

NASTY = "# [log in](http://x) <b>:red[x]</b> $a$"


def page(name, values):
    from showcase import ui
    from showcase.contract import registry

    module = registry.find(name).load_module()
    ui.show_input(module, module.Input.model_validate(values))


def shown(name, given):
    kwargs = {"name": name, "values": given.model_dump(mode="json")}
    at = AppTest.from_function(page, default_timeout=TIMEOUT_S, kwargs=kwargs).run()
    assert not at.exception
    return at


def svg(at):
    (body,) = [one.proto.body for one in at.get("html")]
    return base64.b64decode(re.search('base64,([^"]+)', body)[1]).decode()


def cells(at):
    (table,) = at.table
    return {title: column.iloc[0] for title, column in table.value.T.items()}


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_every_example_can_be_looked_at(demo):
    at = shown(demo.name, demo.load_module().EXAMPLES[0])
    assert at.get("html") or at.text or at.table


def test_a_text_is_shown_as_it_is():
    at = shown("sentiment", sentiment.Input(text=NASTY, threshold=0.05))
    assert [one.value for one in at.text] == [NASTY]


def test_numbers_have_units():
    told = {
        title: cell.replace("\\", "")
        for title, cell in cells(shown("rainfall", rainfall.EXAMPLES[0])).items()
    }
    assert told["Temperature at 3pm"] == "22 °C"
    assert told["Humidity at 3pm"] == "55 %"


def test_codes_have_names_and_null_a_word():
    given = earnings.EXAMPLES[1]
    told = {
        title: cell.replace("\\", "") for title, cell in cells(shown("earnings", given)).items()
    }
    assert told["Field of study"] == earnings.CHOICE_NAMES["field"][given.field]
    assert told["Region"] == earnings.CHOICE_NAMES["region"][given.region]
    assert told["SAT average"] == "None known"
    assert told["Net price"] == "7,000 USD a year"


@pytest.mark.parametrize(
    "given", [sketch.EXAMPLES[0], sketch.from_bitmap(sketch.tile(sketch.EXAMPLES[0]))]
)
def test_a_drawing_is_drawn(given):
    picture = svg(shown("sketch", given))
    assert picture.startswith("<svg")
    assert picture.count("<polyline") == len(given.drawing or ())
    assert given.bitmap is None or picture.count("<path") > 20


def test_a_flower_has_no_species_colour():
    at = shown("flower_power", flower_power.EXAMPLES[0])
    picture = svg(at).casefold()
    assert not any(colour.casefold() in picture for colour in flower_power.COLOURS.values())
    assert cells(at)["Petal length"].replace("\\", "") == "1.5 cm"


def test_values_of_which_there_are_several_are_said_one_by_one():
    class Size(enum.Enum):
        SMALL = 1
        LARGE = 2

    class Place(BaseModel):
        at: list[float] = [1.5]

    def several(
        heights: list[float] = [1.0, 2000.0],  # noqa: B006  # as people write it
        sizes: set[Size] = {Size.LARGE},  # noqa: B006
        between: tuple[float, float] = (1, 2.5),
        days: list[date] = [],  # noqa: B006
        place: Place = Place(),  # noqa: B008
    ) -> str:
        """Several."""
        return f"{heights}{sizes}{between}{days}{place}"

    module = function_model(several)
    said = in_short(module, module.EXAMPLES[0]).replace("\\", "")
    assert said == "1, 2,000 · Large · 1 to 2.5 · nothing · {'at': [1.5]}"
