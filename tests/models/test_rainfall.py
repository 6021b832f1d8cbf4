"""The rainfall model: target and split on made-up weather, the shipped artifact, its answers."""

import hashlib
import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from skops.io import dump

from models import rainfall
from models.rainfall import (
    EXAMPLES,
    familiarity,
    predict,
    predict_many,
    train,
    what_if,
)
from models.rainfall import model as model_file
from models.rainfall.inputs import FIELDS, Input
from models.rainfall.training import data, evaluate, fit
from showcase.contract import Card
from tests.models.builders import START, made_up_weather, save_gz

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("VITRINE_DATA", REPOSITORY.parent / "shared" / "data")) / "rainfall"


def rows(*days):
    """A small table of (station, date, Rainfall); the four inputs are the same everywhere."""
    table = pd.DataFrame(days, columns=["Location", "Date", "Rainfall"])
    table["Date"] = pd.to_datetime(table["Date"])
    return table.assign(Temp3pm=20.0, Humidity3pm=50.0, Pressure3pm=1015.0, WindGustSpeed=40.0)


def zipped(table):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(data.MEMBER, table.to_csv(index=False, na_rep="NA"))
    return packed.getvalue()


@pytest.fixture(scope="module")
def model():
    return rainfall.load()


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = save_gz(made_up_weather(), tmp_path_factory.mktemp("data"))
    return data.read(folder / data.TABLE)


@pytest.fixture(scope="module")
def days(table):
    return data.with_target(table)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder that a whole run of train.py wrote from made-up weather."""
    folder, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    assert train.main(["--data", str(save_gz(made_up_weather(), folder)), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def card():
    return Card.model_validate_json(rainfall.ARTIFACT.with_name("card.json").read_text("utf-8"))


# The target


def test_target_is_the_next_calendar_days_rainfall():
    found = data.with_target(rows(("A", "2010-01-01", 9.0), ("A", "2010-01-02", 0.4)))
    assert found[["rain_next", "wet"]].to_numpy().tolist() == [[0.4, False]]


def test_target_is_not_taken_over_a_gap_nor_from_another_station():
    found = data.with_target(
        rows(
            ("A", "2010-01-01", 0.0),
            ("A", "2010-01-03", 5.0),
            ("B", "2010-01-02", 7.0),
            ("B", "2010-01-03", 0.0),
        )
    )
    assert found[["Location", "rain_next"]].to_numpy().tolist() == [["B", 0.0]]


def test_target_ignores_the_order_of_the_rows(table, days):
    shuffled = data.with_target(table.sample(frac=1, random_state=1))
    order = ["Location", "Date"]
    pd.testing.assert_frame_equal(
        shuffled.sort_values(order, ignore_index=True), days.sort_values(order, ignore_index=True)
    )


@pytest.mark.parametrize(("rain", "wet"), [(0.9, False), (1.0, True), (1.1, True)])
def test_a_day_is_wet_from_one_millimetre(rain, wet):
    found = data.with_target(rows(("A", "2010-01-01", 0.0), ("A", "2010-01-02", rain)))
    assert found["wet"].tolist() == [wet]


@pytest.mark.parametrize("column", data.COLUMNS)
def test_rows_without_one_of_the_inputs_are_left_out(column):
    table = rows(("A", "2010-01-01", 0.0), ("A", "2010-01-02", 3.0))
    assert len(data.with_target(table.assign(**{column: np.nan}))) == 0


# The split


def test_parts_are_divided_by_date_with_a_day_between(days):
    past, year = data.before(days, START), data.year_from(days, START)
    assert past["Date"].max() < START - pd.Timedelta(days=1)
    assert year["Date"].min() >= START
    assert year["Date"].max() < pd.Timestamp("2012-01-01")
    assert set(past["Location"]) == set(year["Location"]) == {"Albury", "Nhil"}


def test_the_last_year_ends_with_the_table(table):
    starts = [f"{start:%Y-%m-%d}" for start in evaluate.calendar(table).starts]
    assert starts == ["2009-01-01", "2010-01-01", "2011-01-01"]


def test_nothing_of_the_year_kept_apart_reaches_the_model_that_is_scored_on_it(days):
    poisoned = days.copy()
    later = poisoned["Date"] >= START
    poisoned.loc[later, "wet"] = ~poisoned.loc[later, "wet"]
    poisoned.loc[later, list(FIELDS)] = 0.0
    X = data.inputs(days)
    clean, other = (
        evaluate.past_fit(fit.logistic, table, START, 0).predict_proba(X)
        for table in (days, poisoned)
    )
    assert np.array_equal(clean, other)


def test_climatology_knows_past_days_only(days):
    past, year = data.before(days, START), data.year_from(days, START)
    first = year.iloc[0]
    alike = past[(past["Location"] == first.Location) & (past["Date"].dt.month == first.Date.month)]
    assert evaluate.climatology(past, year)[0] == pytest.approx(alike["wet"].mean())
    stranger = year.assign(Location="Uluru")
    assert evaluate.climatology(past, stranger)[0] == pytest.approx(past["wet"].mean())


# The data file


def test_archive_and_table_hold_the_same(tmp_path, table, monkeypatch):
    content = zipped(made_up_weather())
    monkeypatch.setattr(data, "SHA256", hashlib.sha256(content).hexdigest())
    (tmp_path / data.ARCHIVE).write_bytes(content)
    pd.testing.assert_frame_equal(data.read(data.find(tmp_path)), table)


def test_archive_with_another_sum_is_refused(tmp_path):
    (tmp_path / data.ARCHIVE).write_bytes(zipped(made_up_weather()))
    with pytest.raises(ValueError, match=r"weatherAUS.zip has SHA-256 .*, expected 573fd715"):
        data.read(data.find(tmp_path))


def test_download_writes_the_archive(tmp_path, monkeypatch):
    content = zipped(made_up_weather())
    monkeypatch.setattr(data, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(data.urllib.request, "urlopen", lambda *_, **__: io.BytesIO(content))
    assert data.download(tmp_path / "new").read_bytes() == content


def test_download_of_something_else_writes_nothing(tmp_path, monkeypatch):
    content = zipped(made_up_weather())
    monkeypatch.setattr(data.urllib.request, "urlopen", lambda *_, **__: io.BytesIO(content))
    with pytest.raises(ValueError, match="fetch it again"):
        data.download(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_without_data_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"neither weather_aus.csv.gz nor weatherAUS.zip"):
        data.find(tmp_path)


def test_missing_columns_are_named(tmp_path):
    save_gz(made_up_weather().drop(columns=["Humidity3pm"]), tmp_path)
    with pytest.raises(ValueError, match=r"lacks the columns \['Humidity3pm'\]"):
        data.read(tmp_path / data.TABLE)


def test_a_stations_day_that_stands_twice_is_named(tmp_path):
    save_gz(rows(("A", "2010-01-01", 0.0), ("A", "2010-01-01", 3.0)), tmp_path)
    with pytest.raises(ValueError, match="A on 2010-01-01 twice"):
        data.read(tmp_path / data.TABLE)


# train.py


@pytest.mark.slow
def test_training_writes_a_model_that_learned(trained):
    learned = model_file.read(trained / "model.skops")
    humid, dry = [20, 95, 1015, 40], [20, 10, 1015, 40]
    humid_chance, dry_chance = learned.chance(np.array([humid, dry], dtype=float))
    assert humid_chance > 0.5 > 0.15 > dry_chance


@pytest.mark.slow
def test_training_writes_a_card_with_its_figures(trained):
    card = Card.model_validate_json((trained / "card.json").read_text("utf-8"))
    assert card.score(card.headline) > 0.7
    (rolling,) = card.more["experiments"]["rolling_years"].values()
    assert list(rolling) == ["2009-01-01", "2010-01-01", "2011-01-01", "mean"]
    assert card.more["days"]["kept_apart"] == pytest.approx(2 * 365 * 0.92, rel=0.05)
    assert str(trained) not in card.model_dump_json()


@pytest.mark.slow
def test_same_seed_same_bytes(trained, table, days, tmp_path):
    usual = fit.share_of_similar_days(
        data.before(days, pd.Timestamp("2010-01-01")),
        data.year_from(days, pd.Timestamp("2010-01-01")),
    )
    for seed in (0, 1):
        model_file.write(fit.fit_model(days, usual, seed), tmp_path / f"{seed}.skops")
    first = (trained / "model.skops").read_bytes()
    assert (tmp_path / "0.skops").read_bytes() == first
    assert (tmp_path / "1.skops").read_bytes() != first


def test_without_data_it_says_where_to_get_them(capsys):
    assert train.main([]) == 2
    assert data.ADDRESS in capsys.readouterr().err


def test_a_table_too_short_to_split_is_refused(table):
    with pytest.raises(ValueError, match="expected three years or more"):
        evaluate.calendar(table[table["Date"] < "2009-06-01"])


# Scores


def test_interval_holds_the_score():
    rng = np.random.default_rng(0)
    p = rng.random(700)
    y = rng.random(700) < p
    low, high = evaluate.auc_interval(y, p, np.arange(700) // 7, seed=0)
    assert low < evaluate.measured(y, p)["roc_auc"] < high


# The shipped artifact


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ((10, 85, 1000, 70), 0.9, 1.0),
        ((40, 10, 1020, 30), 0.0, 0.05),
        ((22, 55, 1015, 39), 0.05, 0.25),
    ],
)
def test_known_weather_has_a_believable_chance(model, given, low, high):
    answer = predict(model, Input(**dict(zip(FIELDS, given, strict=True))))
    assert low <= answer.probabilities["rain"] <= high
    assert answer.label == ("rain" if low >= 0.5 else "dry")


@pytest.mark.parametrize("given", EXAMPLES, ids=rainfall.EXAMPLE_NAMES)
def test_probabilities_sum_to_one_and_the_label_is_the_likelier(model, given):
    answer = predict(model, given)
    assert tuple(answer.probabilities) == rainfall.LABELS
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    assert answer.confidence == max(answer.probabilities.values())


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("edge", ["ge", "le"])
def test_edges_of_the_bounds_predict(model, field, edge):
    (bound,) = [
        getattr(rule, edge) for rule in Input.model_fields[field].metadata if hasattr(rule, edge)
    ]
    answer = predict(model, EXAMPLES[0].model_copy(update={field: float(bound)}))
    assert 0 < answer.probabilities["rain"] < 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature_3pm", 51),
        ("humidity_3pm", 100.5),
        ("pressure_3pm", 101.5),
        ("wind_gust_speed", -1),
        ("humidity_3pm", None),
        ("sunshine", 3),
    ],
)
def test_bad_input_is_refused_by_field(field, value):
    with pytest.raises(ValidationError) as refused:
        Input(**EXAMPLES[0].model_dump() | {field: value})
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


@pytest.mark.parametrize("rows", [1, 3, 256])
def test_chances_are_those_of_scikit_learn(model, rows):
    random = np.random.default_rng(rows)
    X = random.uniform(model.lowest, model.highest, (rows, 4))
    expected = model.classifier.predict_proba(X)[:, 1]
    assert np.allclose(model.chance(X), expected, rtol=1e-12, atol=0)


def test_more_rows_than_one_call_takes_are_answered_as_one_by_one(model):
    chances = [answer.probabilities["rain"] for answer in predict_many(model, [*EXAMPLES] * 50)]
    single = [predict(model, given).probabilities["rain"] for given in EXAMPLES] * 50
    assert chances == pytest.approx(single, abs=1e-12)


@pytest.mark.parametrize("given", EXAMPLES, ids=rainfall.EXAMPLE_NAMES)
def test_explanation_adds_up_to_the_chance_less_the_average(model, given):
    answer = predict(model, given)
    parts = rainfall.explain(model, given, answer)
    assert [part.name for part in parts] == list(FIELDS)
    total = answer.probabilities["rain"] - model.average_chance
    assert sum(part.value for part in parts) == pytest.approx(total, abs=1e-12)


def test_average_chance_is_that_of_the_background_and_the_card(model, card):
    assert model.chance(model.background) @ model.weights == pytest.approx(model.average_chance)
    assert card.more["average_chance"] == pytest.approx(model.average_chance, abs=1e-6)


@pytest.mark.parametrize("field", FIELDS)
def test_what_if_curve_passes_through_today(model, field):
    given = EXAMPLES[0]
    values, chances = what_if(model, given, field, n=101)
    assert values.shape == chances.shape == (101,)
    today = predict(model, given).probabilities["rain"]
    assert np.interp(getattr(given, field), values, chances) == pytest.approx(today, abs=0.01)


@pytest.mark.parametrize("given", EXAMPLES[:-1], ids=rainfall.EXAMPLE_NAMES[:-1])
def test_more_humidity_never_means_less_rain(model, given):
    _, chances = what_if(model, given, "humidity_3pm")
    assert (np.maximum.accumulate(chances) - chances).max() < 0.01


def test_what_if_reaches_a_value_beyond_those_seen(model):
    given = EXAMPLES[0].model_copy(update={"temperature_3pm": -8.0})
    values, _ = what_if(model, given, "temperature_3pm")
    assert values[0] == -8.0


def test_what_if_names_the_inputs(model):
    with pytest.raises(ValueError, match=r"no input 'sunshine'; there are \['temperature_3pm'"):
        what_if(model, EXAMPLES[0], "sunshine")


def test_ordinary_weather_is_familiar(model):
    seen = familiarity(model, EXAMPLES[0])
    assert not seen.unusual
    assert seen.similar > 1000
    assert seen.sentence.startswith(f"{seen.similar:,} of the {seen.days:,} days")


@pytest.mark.parametrize(
    "given", [(45, 100, 1010, 40), (22, 55, 971, 39), (22, 55, 1015, 145), (-8, 90, 1015, 39)]
)
def test_weather_never_seen_is_unusual(model, given):
    seen = familiarity(model, Input(**dict(zip(FIELDS, given, strict=True))))
    assert (seen.unusual, seen.similar) == (True, 0)
    assert seen.sentence.startswith("None of the ")


def test_few_similar_days_are_said_in_so_many_words(model):
    strict = replace(model, fewest=10**6)
    assert familiarity(strict, EXAMPLES[0]).sentence.startswith("Only 2,")


# The file


class Stranger:
    """A type that no artifact may hold."""


def test_a_file_with_another_type_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rainfall, "ARTIFACT", tmp_path / "model.skops")
    dump({"classifier": Stranger()}, rainfall.ARTIFACT)
    with pytest.raises(ValueError, match=r"model.skops holds \['.*Stranger'\].*not read"):
        rainfall.load()


def test_the_artifact_holds_exactly_the_trusted_types():
    from skops.io import get_untrusted_types

    assert tuple(sorted(get_untrusted_types(file=rainfall.ARTIFACT))) == model_file.TRUSTED


def test_writing_what_was_read_gives_the_same_bytes(model, tmp_path):
    first, second = tmp_path / "first.skops", tmp_path / "second.skops"
    model_file.write(model, first)
    model_file.write(model_file.read(first), second)
    assert first.read_bytes() == second.read_bytes()


# The card


def test_scores_on_the_year_kept_apart(card):
    assert card.score("ROC AUC") >= 0.85
    assert card.score("Brier score") <= 0.12
    assert card.score("calibration error") <= 0.015


def test_scores_over_the_rolling_years(card):
    rolling = card.more["experiments"]["rolling_years"]
    ours = rolling.pop(evaluate.SHIPPED)
    assert len(ours) == 6
    assert ours["mean"]["roc_auc"] >= 0.855
    assert max(year["brier"] for year in ours.values()) <= 0.12
    assert max(year["calibration_error"] for year in ours.values()) <= 0.015
    assert all(ours["mean"]["roc_auc"] > rival["mean"]["roc_auc"] for rival in rolling.values())


def test_about_one_day_in_a_hundred_is_unusual(card):
    share = card.more["familiarity"]["flagged_share_of_days_kept_apart"]
    assert 0.005 <= share <= 0.015


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason=f"no full data in {DATA}")
def test_shipped_model_on_the_full_data(model):
    days = data.with_target(data.read(data.find(DATA)))
    figures = evaluate.measured(evaluate.wet(days), model.chance(data.inputs(days)))
    assert figures["roc_auc"] >= 0.855
    assert figures["brier"] <= 0.12
    assert figures["calibration_error"] <= 0.015
