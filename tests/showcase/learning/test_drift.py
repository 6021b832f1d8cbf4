"""Whether what people enter differs from training: figures beside SciPy's, alarms, sentences."""

from types import SimpleNamespace
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from pydantic import Field
from scipy.stats import entropy, ks_2samp
from sklearn.linear_model import LinearRegression

from models import earnings
from models.flower_power.inputs import measured
from showcase import from_estimator
from showcase.contract import ModelInput, card, registry
from showcase.learning import drift as drifts
from showcase.learning.drift import (
    FEWEST,
    INPUTS,
    columns,
    drift,
    entered,
    psi,
    summary,
    summary_of,
    training_of,
)
from tests.showcase.learning.conftest import judged

MADE = [demo.name for demo in registry.demos() if not demo.function]


class Day(ModelInput):
    """Whole numbers, which tie; a number that may be missing; a choice with a rare value."""

    humidity: int = Field(json_schema_extra={"unit": "%"})
    rain: float | None
    wind: Literal["north", "south", "calm"]


DAYS = SimpleNamespace(Input=Day, EXAMPLES=[])


def days(rng, count, *, wetter=0, known=0.7, calm=0.02):
    return [
        Day(
            humidity=int(rng.normal(50, 12)) + wetter,
            rain=float(rng.exponential(3)) if rng.random() < known else None,
            wind=rng.choice(["north", "south", "calm"], p=[0.6, 0.4 - calm, calm]),
        )
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def training():
    return days(np.random.default_rng(0), 5_000)


def test_psi_and_ks_are_those_of_scipy(training):
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(7), 2)
    assert psi(p, q) == pytest.approx(entropy(p, q) + entropy(q, p))
    assert psi(p, q) == pytest.approx(((p - q) * np.log(p / q)).sum())
    new = days(rng, 400, wetter=5)
    found = {one.name: one for one in drift(DAYS, summary_of(DAYS, training), new)}
    both = ([day.humidity for day in some] for some in (new, training))
    half_a_step = 0.5 / drifts.QUANTILES
    assert found["humidity"].ks == pytest.approx(ks_2samp(*both).statistic, abs=half_a_step)


@pytest.mark.parametrize("count", [FEWEST, 400])
def test_without_a_difference_at_most_one_in_twenty_is_told(training, count):
    rng, kept = np.random.default_rng(2), summary_of(DAYS, training)
    chosen = (rng.choice(len(training), count) for _ in range(60))
    alarms = sum(
        any(one.differs for one in drift(DAYS, kept, [training[row] for row in rows]))
        for rows in chosen
    )
    assert alarms <= 0.05 * 60


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"wetter": 20}, "Humidity: entered 20 points higher than in training ("),
        ({"known": 0.2}, "Rain: left open in "),
        ({"calm": 0.3}, "Wind: “calm” in "),
    ],
)
def test_a_difference_is_one_sentence_about_its_input(training, change, said):
    new = days(np.random.default_rng(3), 200, **change)
    (sentence,) = (
        one.sentence for one in drift(DAYS, summary_of(DAYS, training), new) if one.differs
    )
    assert sentence.startswith(said)


def test_a_wider_spread_around_the_same_middle():
    rng = np.random.default_rng(4)
    kept = summary({"humidity": rng.normal(50, 5, 1_000).tolist()})
    wide = [Day(humidity=int(value), rain=None, wind="calm") for value in rng.normal(50, 25, 200)]
    (found,) = drift(DAYS, kept, wide)
    assert found.sentence.startswith("Humidity: entered further from the middle than in training (")


def test_few_inputs_tell_nothing(training):
    assert drift(DAYS, summary_of(DAYS, training), training[: FEWEST - 1]) == []


@pytest.mark.parametrize("name", MADE)
def test_each_card_keeps_what_its_model_learned_from(name):
    demo = registry.find(name)
    kept, module = card(demo).more[INPUTS], demo.load_module()
    assert set(columns(module)) - set(kept) <= {"threshold"}, "which nothing learns from"
    (one, *_) = drift(module, kept, list(module.EXAMPLES) * FEWEST)
    assert one.rows == len(module.EXAMPLES) * FEWEST


def test_an_estimator_s_own_data_are_what_it_learned_from():
    rng = np.random.default_rng(5)
    X = pd.DataFrame({"size": rng.uniform(1, 9, 200), "age": rng.integers(1, 90, 200)})
    made = from_estimator(LinearRegression().fit(X, X["size"]), X, X["size"], name="price")
    kept = training_of(made, None)
    assert set(kept) == {"size", "age"}
    assert kept["size"]["quantiles"][49:51] == pytest.approx([X["size"].median()] * 2, abs=0.2)
    old = [one.model_copy(update={"age": 89}) for one in made.EXAMPLES] * FEWEST
    told = [one.sentence for one in drift(made, kept, old) if one.name == "age"]
    assert "higher than in training (89 in the middle" in told[0]


def test_codes_are_told_by_their_names():
    given = [one.model_copy(update={"region": 9}) for one in earnings.EXAMPLES] * FEWEST
    kept = card(registry.find("earnings")).more[INPUTS]
    told = {one.name: one.sentence for one in drift(earnings, kept, given)}
    assert earnings.REGIONS[9] in told["region"]


def test_what_was_chosen_for_people_is_not_what_they_enter(store):
    module = registry.find("flower_power").load_module()
    own = [measured([4.0 + number / 10, 3, 4, 1]) for number in range(5)]
    store.extend(judged(number, "setosa", "A", one) for number, one in enumerate(own))
    store.extend(judged(number, "setosa", "B", one) for number, one in enumerate(own))
    store.extend([judged(9, "setosa", "A", module.EXAMPLES[0])])
    store.extend([judged(9, "setosa", "A", measured([7, 3, 4, 1]), source="game", guess="x")])
    task = f"task-{'0' * 12}"
    store.extend([judged(9, "setosa", "A", measured([6, 3, 4, 1]), session=task)])
    assert sorted(one.sepal_length for one in entered(store, "flower_power", module)) == [
        one.sepal_length for one in own
    ]
