"""What the figures of the Earnings page draw."""

import numpy as np
import pytest

from models.earnings import EXAMPLES, REGIONS, Input
from models.earnings.model import Distribution
from pages.parts.earnings.answer import details, distribution, dollars, moved
from showcase.contract import Regression

ANSWER = Regression(value=45_400, low=39_000, high=53_000, coverage=0.8, unit="USD a year")
EVERYONE = Distribution(300, np.linspace(20_000, 90_000, 101))
SAME = Distribution(40, np.linspace(30_000, 60_000, 101))


def test_bars_are_shares_of_all_medians(drawn):
    everyone, same = drawn(distribution(EVERYONE, SAME, ANSWER, "Accounting")).data
    assert (everyone.name, same.name) == ("All fields", "Accounting")
    assert sum(same.y) == pytest.approx(1)
    assert sum(everyone.y) == pytest.approx(1, abs=0.02), "the highest 1% may lie outside"


def test_answer_and_interval_are_marked(drawn):
    interval, line = drawn(distribution(EVERYONE, SAME, ANSWER, "Accounting")).layout.shapes
    assert (interval.x0, interval.x1, line.x0) == (39_000, 53_000, 45_400)


def test_answer_outside_of_what_is_published_is_on_the_axis(drawn):
    far = ANSWER.model_copy(update={"value": 150_000, "high": 180_000})
    left, right = drawn(distribution(EVERYONE, None, far, "Medicine")).layout.xaxis.range
    assert left <= 20_000
    assert right >= 180_000


def test_nothing_published_leaves_the_answer_alone(drawn):
    figure = drawn(distribution(None, None, ANSWER, "Accounting"))
    assert len(figure.data) == 0
    assert len(figure.layout.shapes) == 2


def test_long_names_are_cut(drawn):
    name = drawn(distribution(None, SAME, ANSWER, "x" * 90)).data[0].name
    assert len(name) <= 45
    assert name.endswith("…")


@pytest.mark.parametrize(
    ("value", "plain", "added"),
    [(45_449, "$45,400", "+$45,400"), (-4_210, "", "−$4,200"), (-30, "", "$0"), (49, "$0", "$0")],
)
def test_dollars_are_rounded_to_hundreds(value, plain, added):
    assert moved(value) == added
    assert value < 0 or dollars(value) == plain


def test_details_say_what_is_not_known():
    given = EXAMPLES[0].model_dump() | dict.fromkeys(("region", "locale", "net_price"))
    said = details(Input(**given | {"sat_average": None, "admission_rate": None}))
    assert said == (
        "Public · region not known · setting not known · price not known · no SAT · no selection"
    )
    assert REGIONS[3] in details(EXAMPLES[0])
