"""The figures that pages share: what is drawn, where, in which colour."""

from types import SimpleNamespace

import pytest

from showcase.contract import Contribution, palette
from showcase.ui import charts


def test_probability_bars_put_the_likeliest_on_top(drawn):
    figure = drawn(charts.probability_bars([("cat", 0.83), ("tiger", 0.1)], {"cat": "#000001"}))
    bar = figure.data[0]
    assert list(bar.y) == ["tiger", "cat"], "Plotly draws from the bottom"
    assert list(bar.text) == ["10%", "83%"]
    assert bar.marker.color[1] == "#000001"


def test_contributions_are_coloured_by_their_direction(drawn):
    parts = [Contribution(name="up", value=0.2), Contribution(name="down", value=-0.1)]
    bar = drawn(charts.contributions(parts, ("#0000aa", "#aa0000"), scale_by=100)).data[0]
    assert dict(zip(bar.y, bar.text, strict=True)) == {"up": "+20.0", "down": "−10.0"}
    assert dict(zip(bar.y, bar.marker.color, strict=True)) == {"up": "#0000aa", "down": "#aa0000"}


def test_contributions_of_nothing_are_an_empty_figure(drawn):
    assert len(drawn(charts.contributions([], ("#0000aa", "#aa0000"))).data[0].x) == 0


def test_gauge_is_in_percent_with_the_usual_chance_marked(drawn):
    gauge = drawn(charts.gauge(0.25, usual=0.2, colour="#123456")).data[0]
    assert (gauge.value, gauge.gauge.threshold.value, gauge.gauge.bar.color) == (25, 20, "#123456")


def test_labels_without_colours_of_their_own_get_them_by_order():
    module = SimpleNamespace(LABELS=tuple("abcdefghi"))
    colours = palette.label_colours(module)
    assert colours["a"] == palette.BLUE
    assert colours["i"] == palette.BLUE, "the palette begins again"
    assert len(set(colours.values())) == 8


def test_contributions_can_be_written_in_dollars(drawn):
    parts = [Contribution(name="field", value=4200.0), Contribution(name="price", value=-100.0)]
    figure = drawn(charts.contributions(parts, ("#0000aa", "#aa0000"), written="${:+,.0f}".format))
    assert list(figure.data[0].text) == ["$−100", "$+4,200"]


@pytest.mark.parametrize(
    ("values", "tick"), [([1.0, 2.0, 2.0], 1), (["a"] * 5, 1), ([1.0] * 6, None), ([], 1)]
)
def test_an_axis_of_small_counts_names_no_number_twice(drawn, values, tick):
    axis = drawn(charts.histogram({"": values}, {}, ("value", "rows"))).layout.yaxis
    assert axis.dtick == tick
    assert (axis.nticks is None) is bool(tick)
