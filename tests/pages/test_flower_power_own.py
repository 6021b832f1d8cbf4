"""Your own flower: the answer for four measurements, its chart, its warnings; the page's tabs."""

import itertools

import numpy as np
import pytest

from models.flower_power import COLOURS, EXAMPLES, LABELS, decision_grid, predict
from models.flower_power.flowers import held_out, measured_range, outside, training
from models.flower_power.inputs import Input
from pages.parts.flower_power.own_flower import STEPS, regions, sentence, spans, unusual
from showcase import ui
from showcase.contract import Classification, demo

NAME = "flower_power"
TAB = f"{NAME}_tab"
OWN, TABLE = "Your own flower", "A table of flowers"
CSV = b"sepal_length,sepal_width,petal_length,petal_width\n5.0,3.4,1.5,0.2\n6.6,3.0,5.6,wide\n"


@pytest.fixture
def own(open_page):
    """The page with the tab of one's own flower open."""
    return open_page(NAME, **{TAB: OWN})


def show(at, tab):
    at.session_state[TAB] = tab
    return at.run()


def change(at, field, value):
    return at.slider(key=f"{NAME}_{field}").set_value(value).run()


def words(at) -> str:
    kinds = ("subheader", "markdown", "caption", "warning", "error", "info")
    return " ".join(element.value for kind in kinds for element in getattr(at, kind))


def test_answers_in_one_sentence_with_its_uncertainty(own):
    own.button(key=f"{NAME}_example_0").click().run()
    assert own.subheader[0].value == "This looks like setosa, >99% sure"
    own.button(key=f"{NAME}_example_3").click().run()
    given = EXAMPLES[3]
    (first, share), (second, _) = predict(ui.model(NAME).model, given).top(2)
    said = f"This looks like {first}, {share:.0%} sure; {second} is the next guess"
    assert own.subheader[0].value == said


def test_an_unsure_answer_says_so():
    shares = {"setosa": 0.01, "versicolor": 0.52, "virginica": 0.47}
    said = sentence(Classification(label="versicolor", probabilities=shares))
    assert said == "This might be versicolor, 52% sure; virginica is the next guess"


def test_values_beyond_what_was_measured_are_named_with_the_range(own):
    assert not own.warning
    for field, info in Input.model_fields.items():
        low, high = measured_range()[field]
        change(own, field, round(high + 0.5, 1))
        assert f"{info.title.lower()} ({low:.1f} to {high:.1f} cm)" in own.warning[0].value
        change(own, field, high)
        assert "Outside" not in words(own)


def test_sizes_that_never_came_together_are_said(own):
    own.button(key=f"{NAME}_example_4").click().run()
    assert "No measured flower has such sizes together" in own.warning[0].value


def test_real_flowers_get_a_warning_only_outside_the_ranges():
    for flower in (*training(), *held_out()):
        assert bool(unusual(flower.given)) == bool(outside(flower.given))


def test_a_link_to_an_input_opens_this_tab(open_page):
    at = open_page(NAME, flower_power_petal_width="2.2")
    assert at.session_state[TAB] == OWN
    assert at.slider(key=f"{NAME}_petal_width").value == 2.2


def test_an_unusable_value_in_a_link_is_named(open_page):
    at = open_page(NAME, flower_power_petal_width="wide")
    assert "wide" in at.warning[0].value
    assert "it takes 0.1 to 6 cm" in at.warning[0].value.replace("\\", "")


def test_without_a_link_the_visitor_trains_first(open_page):
    at = open_page(NAME)
    assert at.subheader[0].value == "Which iris is this?"
    assert not [button for button in at.button if button.key == f"{NAME}_correct"]


def test_a_verdict_is_stored_with_the_right_species(own, store):
    own.button(key=f"{NAME}_example_3").click().run()
    own.button(key=f"{NAME}_wrong").click().run()
    row = store.read().iloc[-1]
    assert row["input"] == demo.canonical_json(EXAMPLES[3])
    assert row["predicted"] in LABELS


def test_sliders_outlive_the_other_tabs_and_pages(open_page):
    at = show(open_page(NAME), OWN)
    change(at, "petal_length", 5.5)
    show(at, "Train yourself").switch_page("pages/rainfall.py").run()
    show(at.switch_page("pages/flower_power.py").run(), OWN)
    assert at.slider(key=f"{NAME}_petal_length").value == 5.5


def test_says_why(own):
    assert "Why " in words(own)
    alt = " ".join(chart.proto.alt for chart in own.get("plotly_chart"))
    assert all(info.title in alt for info in Input.model_fields.values())


def test_a_table_of_flowers_is_predicted(open_page):
    at = open_page(NAME, **{TAB: TABLE})
    at.file_uploader(key=f"{NAME}_batch").upload("flowers.csv", CSV).run()
    assert at.subheader[0].value == "1 of 2 rows predicted; 1 could not be used"
    assert at.dataframe[0].value["column"].tolist() == ["petal_width"]


@pytest.mark.parametrize("given", EXAMPLES)
def test_the_chart_is_coloured_as_the_model_answers(drawn, given):
    model = ui.model(NAME).model
    grid = decision_grid(model, given.sepal_length, given.sepal_width, 5, **spans(given))
    cells = drawn(regions(grid, given, "setosa", COLOURS)).data[0]
    for across, up in itertools.product(range(5), range(5)):
        petals = {"petal_length": cells.x[across], "petal_width": cells.y[up]}
        answer = predict(model, given.model_copy(update=petals))
        assert LABELS[int(cells.z[up, across]) // STEPS] == answer.label
        shares = [round(100 * answer.probabilities[label]) for label in LABELS]
        assert cells.customdata[up, across] == pytest.approx(shares, abs=1)


def test_the_surer_the_stronger(drawn):
    shares = np.array([[[0.34, 0.33, 0.33], [0.7, 0.2, 0.1], [1.0, 0.0, 0.0]]])
    grid = (np.arange(3.0), np.arange(1.0), shares)
    cells = drawn(regions(grid, EXAMPLES[0], "setosa", COLOURS)).data[0]
    first, middle, last = cells.z[0].tolist()
    assert first < middle < last == STEPS - 1


def test_the_chart_holds_every_training_flower_and_the_own_one(drawn):
    given = EXAMPLES[0].model_copy(update={"petal_length": 11.0})
    assert spans(given)["lengths"][1] > 11
    grid = (np.zeros(2), np.zeros(2), np.full((2, 2, 3), 1 / 3))
    figure = drawn(regions(grid, given, "setosa", COLOURS))
    dots = [trace for trace in figure.data if trace.name in LABELS]
    assert sum(len(trace.x) for trace in dots) == len(training())
    assert figure.data[-1].x == (11.0,)
