"""What a page keeps of a predicted table, for every kind of answer."""

from types import SimpleNamespace

import pytest

from models.rainfall import EXAMPLES
from models.rainfall.inputs import Input
from showcase.batch import Results, predict_table, read_table, template
from showcase.contract import Classification, Regression
from showcase.ui.batch_view import LISTED, batch_result


def results(*answers) -> Results:
    content = template(Input, [EXAMPLES[0]] * len(answers))
    given = iter(answers)
    module = SimpleNamespace(Input=Input, predict_many=lambda _, many: [next(given) for _ in many])
    return predict_table(module, None, read_table(content, "a.csv", Input))


def test_two_labels_are_spread_by_the_probability_of_the_first(drawn):
    found = batch_result(
        results(*(
            Classification(label=label, probabilities={"rain": p, "dry": 1 - p})
            for label, p in (("rain", 0.75), ("dry", 0.25), ("dry", 0.125))
        ))
    )  # fmt: skip
    assert found.values == {"rain": [0.75], "dry": [0.25, 0.125]}
    assert found.said == "The answers: 2 dry, 1 rain."
    figure = drawn(found.figure({"rain": "#0000aa", "dry": "#aa0000"}))
    assert [bar.marker.color for bar in figure.data] == ["#0000aa", "#aa0000"]
    assert figure.layout.xaxis.title.text == "probability of rain"


@pytest.mark.parametrize("probabilities", [None, {"a": 0.5, "b": 0.25, "c": 0.25}])
def test_other_labels_are_counted(drawn, probabilities):
    answers = [Classification(label="a", probabilities=probabilities)] * 2
    found = batch_result(results(*answers))
    assert found.values == {"a": ["a", "a"]}
    assert drawn(found.figure({})).data[0].name == "a"


def test_numbers_are_spread_with_their_unit(drawn):
    numbers = [
        Regression(value=v, low=v, high=v, coverage=0.8, unit="USD") for v in (1000, 2000, 45_678.9)
    ]
    found = batch_result(results(*numbers))
    assert found.said == "The median is 2,000 USD; they run from 1,000 to 45,679."
    assert list(drawn(found.figure({})).data[0].x) == [1000, 2000, 45_678.9]
    assert "unit" in found.preview
    assert found.summary == "All 3 rows predicted"


def test_problems_are_listed_up_to_a_limit():
    content = template(Input, EXAMPLES[:1]) + b"x,x,x,x\n" * 100
    answer = [Classification(label="a")]
    module = SimpleNamespace(Input=Input, predict_many=lambda _, many: answer[: len(many)])
    found = batch_result(predict_table(module, None, read_table(content, "a.csv", Input)))
    assert (len(found.problems), found.problem_count) == (LISTED, 400)
    assert found.summary == "1 of 101 rows predicted; 100 could not be used"
