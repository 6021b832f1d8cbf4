"""The earnings model: the split and its averages on made-up data, the shipped artifact, answers."""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from skops.io import dump, get_untrusted_types

from models import earnings
from models.earnings import (
    CREDENTIALS,
    EXAMPLE_NAMES,
    EXAMPLES,
    FIELDS,
    Input,
    explain,
    familiarity,
    percentile,
    predict,
    predict_many,
    published,
    train,
    typical,
    what_if,
)
from models.earnings import model as model_file
from models.earnings.training import data, evaluate, fit
from models.earnings.training import learn as lessons_of
from showcase.contract import Card
from showcase.learning.learner import Lesson

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("VITRINE_DATA", REPOSITORY.parent / "shared" / "data"))
CODES = ("1107", "1101", "5203", "5202", "5138", "5005")
OPTIONAL = ("region", "locale", "net_price", "sat_average", "admission_rate")
ORDINARY = EXAMPLES[0]
STRANGE = ORDINARY.model_copy(update={"field": "5298"})


def made_up_tables(seed=0, groups=60):
    """Campus groups of one or two campuses; the second repeats the figures of the first."""
    rng = np.random.default_rng(seed)
    rows, institutions = [], []
    for number in range(groups):
        main = programmes_of(rng, 1000 + 2 * number)
        campuses = [main, *([main.assign(UNITID=1001 + 2 * number)] if number % 4 == 0 else [])]
        rows += campuses
        institutions += [(int(one["UNITID"].iloc[0]), f"{number:06d}") for one in campuses]
    return pd.concat(rows, ignore_index=True), pd.DataFrame(
        institutions, columns=["UNITID", "OPEID6"]
    )


def programmes_of(rng, unitid):
    """Eight programmes of one institution; pay rises with the credential, field and SAT."""
    field, rank = rng.choice(len(CODES), 8), rng.choice([1, 2, 5], 8)
    sat = rng.choice([np.nan, 1000, 1300])
    log = 10 + 0.15 * rank + 0.1 * field + (0 if np.isnan(sat) else (sat - 1000) / 1500)
    return pd.DataFrame(
        {
            "UNITID": unitid,
            "CIPCODE": [CODES[one] for one in field],
            "CIPDESC": [f"Field {CODES[one]}." for one in field],
            "CIPDESC_new": [f"Family {CODES[one][:2]}" for one in field],
            "CREDDESC": [CREDENTIALS[one] for one in rank],
            "CONTROL": rng.choice(earnings.CONTROLS),
            "REGION": rng.choice([1, 5]),
            "LOCALE": rng.choice([11.0, np.nan]),
            "SAT_AVG_ALL": sat,
            "ADM_RATE_ALL": 0.5 if sat > 0 else np.nan,
            "tuition": float(rng.integers(-1, 30)) * 1000,
            "EARN_MDN_HI_1YR": np.exp(log + rng.normal(0, 0.15, 8)).round(-2),
        }
    ).drop_duplicates(["CIPCODE", "CREDDESC"])


def save(tables, folder):
    for table, name in zip(tables, (data.TABLE, data.INSTITUTIONS), strict=True):
        table.to_csv(folder / name, index=False)
    return folder


def given(**changes):
    return Input(**ORDINARY.model_dump() | changes)


def refused(**changes):
    """The one message that an input with these changes is refused with."""
    with pytest.raises(ValidationError) as caught:
        given(**changes)
    (error,) = caught.value.errors()
    assert error["loc"][0] in changes
    return error["msg"]


@pytest.fixture(scope="module")
def model():
    return earnings.load()


@pytest.fixture(scope="module")
def card():
    return Card.model_validate_json(earnings.ARTIFACT.with_name("card.json").read_text("utf-8"))


@contextmanager
def small_training():
    """Fewer trees and folds, so that a whole training takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TREES", "QUANTILE_TREES"):
            patch.setattr(fit, name, getattr(fit, name) | {"max_iter": 12})
        for module, name in (
            (fit, "INNER"),
            (fit, "MARGIN_FOLDS"),
            (fit, "STRANGE_FOLDS"),
            (evaluate, "FOLDS"),
        ):
            patch.setattr(module, name, 3)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save(made_up_tables(), tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def rows(folder):
    return data.rows(data.read(folder))


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    """The folder that a whole run of train.py wrote from made-up data."""
    out = tmp_path_factory.mktemp("out")
    with small_training():
        assert train.main(["--data", str(folder), "--out", str(out)]) == 0
    return out


# The data


def test_the_tables_are_joined_by_institution(folder, rows):
    table = data.read(folder)
    assert table["OPEID6"].notna().all()
    assert len(np.unique(rows.group)) == 60
    assert rows.programmes.numbers.shape == (len(table), 7)


def test_a_net_price_below_zero_counts_as_zero(rows):
    prices = rows.programmes.numbers[:, model_file.NUMBERS.index("net_price")]
    assert np.nanmin(prices) == 0


def test_titles_lose_their_full_stop(folder):
    titles = data.titles(data.read(folder))
    assert titles["fields"]["5203"] == "Field 5203"
    assert titles["families"] == {code: f"Family {code}" for code in ("11", "50", "51", "52")}


def test_folder_without_data_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no earnings.csv.gz .* https://collegescorecard"):
        data.find(tmp_path)


def test_missing_columns_are_named(tmp_path):
    table, institutions = made_up_tables()
    save((table.drop(columns=["tuition"]), institutions), tmp_path)
    with pytest.raises(ValueError, match=r"earnings.csv.gz lacks the columns \['tuition'\]"):
        data.read(tmp_path)


def test_an_institution_without_campus_group_is_named(tmp_path):
    table, institutions = made_up_tables()
    save((table, institutions[institutions["UNITID"] != 1000]), tmp_path)
    with pytest.raises(ValueError, match="has no OPEID6 for UNITID 1000"):
        data.read(tmp_path)


def test_an_unknown_credential_in_the_data_is_named(tmp_path):
    table, institutions = made_up_tables()
    save((table.assign(CREDDESC="Diploma"), institutions), tmp_path)
    with pytest.raises(ValueError, match=r"has CREDDESC \['Diploma'\], expected only"):
        data.read(tmp_path)


def test_the_columns_named_for_downloaders_are_those_that_are_read():
    for column in (*data.COLUMNS, "UNITID", "CIPDESC", "OPEID6"):
        assert column in data.FILES or column == "tuition"
    assert "NPT4_PUB" in data.FILES


# Averages and split


def test_campus_groups_never_stand_on_both_sides(rows):
    pairs = [*fit.folds(rows.group, 5, 0), *fit.without_fields(rows, 0)]
    for learn, apart in pairs:
        assert not set(rows.group[learn]) & set(rows.group[apart])
    for learn, apart in fit.without_fields(rows, 0):
        fields = [set(rows.take(part).programmes.fields) for part in (learn, apart)]
        assert not fields[0] & fields[1]


def test_an_average_counts_institutions_not_campuses(rows):
    doubled = rows.take(np.repeat(np.arange(len(rows)), 2))
    values = np.ones(len(rows))
    once = fit.learned(rows.programmes, values, rows.group)
    twice = fit.learned(doubled.programmes, np.ones(len(doubled)), doubled.group)
    assert once.steps == twice.steps
    assert once.institutions("5203") <= 60


def test_a_rare_field_is_drawn_to_its_family():
    numbers = np.tile([2.0, 0, 1, 11, 1e4, np.nan, np.nan], (21, 1))
    programmes = model_file.Programmes(["5202"] * 20 + ["5203"], numbers)
    values = np.r_[np.zeros(20), 1.0]
    encoder = fit.learned(programmes, values, np.arange(21))
    common, rare = encoder.encode(programmes.take(np.array([0, 20])))[:, 1]
    assert abs(common) < 0.05
    assert 0.2 < rare < 0.8


def test_a_rows_own_institution_is_not_in_its_average(rows):
    poisoned = rows.earnings.copy()
    own = rows.group == 0
    poisoned[own] *= 10
    clean, other = (
        fit.encoded(rows, np.log(values), 0)[0][own] for values in (rows.earnings, poisoned)
    )
    assert np.array_equal(clean, other, equal_nan=True)


# Intervals


def test_margins_cover_what_they_promise():
    misses = np.random.default_rng(0).normal(size=4000)
    assert (misses <= fit.conformal(misses)).mean() == pytest.approx(0.8, abs=0.001)
    assert fit.conformal(np.array([])) == 0


def test_a_credential_with_few_rows_leans_on_all():
    misses, rank = np.r_[np.zeros(3000), np.ones(3)], np.r_[np.zeros(3000), np.ones(3)]
    found = fit.per_group(misses, rank, 8)
    assert found[0] == pytest.approx(0)
    assert 0 < found[1] < 0.2
    assert found[7] == pytest.approx(0)


# Aggregates


def test_distributions_of_few_institutions_are_not_kept():
    few = [(campus, "5203", 30_000.0) for campus in range(fit.LEAST - 1)]
    assert fit.distribution(few) is None
    assert fit.distribution(few * 3) is None
    assert fit.distribution([*few, (99, "5203", 40_000.0)]).institutions == 10


def test_repeated_campuses_count_once():
    n = 12
    found = fit.collected(
        np.full(2 * n, 2), ["5203"] * 2 * n, np.tile(np.arange(n) * 1e3, 2), np.tile(range(n), 2)
    )
    assert found.of("Bachelor's Degree", "5203").institutions == n
    assert found.of("Bachelor's Degree").institutions == n
    assert found.of("Master's Degree") is None


def test_no_extreme_institution_shows():
    values = [*[30_000.0] * 19, 231_200.0]
    found = fit.distribution([(n, "5112", x) for n, x in enumerate(values)])
    assert found.quantiles.max() < 100_000


def test_shipped_aggregates_hold_no_tiny_group(model):
    groups = model.published.groups
    assert min(one.institutions for one in groups.values()) >= fit.LEAST
    assert all((np.diff(one.quantiles) >= 0).all() for one in groups.values())


# train.py


@pytest.mark.slow
def test_training_writes_a_model_that_learned(trained):
    learned = model_file.read(trained / "model.skops")
    low, high = predict_many(learned, [given(field="1107"), given(field="5005")])
    assert high.value > 1.2 * low.value
    assert learned.published.of("Bachelor's Degree", "5203") is not None


@pytest.mark.slow
def test_training_writes_a_card_with_its_figures(trained):
    card = Card.model_validate_json((trained / "card.json").read_text("utf-8"))
    assert card.score(card.headline) > 0.3
    assert 0.6 < card.score("interval coverage") < 0.95
    assert set(card.more["by_credential"]) == {CREDENTIALS[rank] for rank in (1, 2, 5)}
    assert str(trained) not in card.model_dump_json()


@pytest.mark.slow
def test_training_writes_titles(trained):
    assert json.loads((trained / "fields.json").read_text("utf-8"))["fields"]["1107"]


@pytest.mark.slow
def test_same_seed_same_bytes(rows, tmp_path):
    free = model_file.Margins(np.zeros(8), np.zeros(4), 0.0)
    for name, seed in (("first", 0), ("again", 0), ("other", 1)):
        with small_training():
            model_file.write(fit.assembled(rows, free, seed), tmp_path / name)
    first, again, other = ((tmp_path / name).read_bytes() for name in ("first", "again", "other"))
    assert first == again != other


def test_judged_programmes_are_learnt_and_those_held_out_stay_out(folder, tmp_path):
    table, held_out = data.read(folder), lessons_of.held_out(folder)
    known, apart = lessons_of._split(folder)
    assert len(held_out.inputs) == len(apart) == len(table) - len(known) > 0
    assert not set(known.group) & set(held_out.groups)
    rich = [
        Lesson(given(field="4301", net_price=float(price)), str(price), 90_000.0, {}, (), ())
        for price in range(9_000, 21_000, 300)
    ]
    together = lessons_of.with_lessons(known, rich)
    assert len(together) == len(known) + len(rich)
    assert len(set(together.group)) == len(set(known.group)) + len(rich)
    with small_training():
        lessons_of.train(folder, rich, tmp_path, lambda _: None)
    taught = earnings.load(tmp_path / lessons_of.NAME)
    for field, low, high in (("4301", 50_000, 120_000), (CODES[0], 15_000, 50_000)):
        assert low < earnings.predict(taught, given(field=field)).value < high
    assert taught.margins.strange == earnings.load().margins.strange


def test_without_data_it_says_where_to_get_them(capsys):
    assert train.main([]) == 2
    said = capsys.readouterr().err
    assert data.ADDRESS in said
    assert "MERGED2018_19_PP.csv" in said


def test_baselines_know_the_rows_they_learned_from_only(rows):
    learn, apart = fit.folds(rows.group, 5, 0)[0]
    others = rows.take(apart).programmes
    for predicted in (evaluate.linear, evaluate.medians):
        answers = predicted(rows.take(learn), others)
        assert answers.shape == (len(apart),)
        assert evaluate.scores(rows.earnings[apart], answers)["r2"] > 0.2


# The input


@pytest.mark.parametrize("field", Input.model_fields)
def test_only_what_may_be_unknown_may_be_left_out(field):
    known = {name: value for name, value in ORDINARY.model_dump().items() if name != field}
    if field in OPTIONAL:
        assert getattr(Input(**known), field) is None
    else:
        with pytest.raises(ValidationError, match="Field required"):
            Input(**known)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("credential", "PhD", "Choose one of: Undergraduate Certificate or Diploma; "),
        ("credential", None, "Choose one of"),
        ("control", "public", "Choose one of: Public; Private, nonprofit"),
        ("field", "52.03", 'such as "5203". Did you mean "5203"?'),
        ("field", "52.0301", 'Did you mean "5203"?'),
        ("field", 103, 'Did you mean "0103"?'),
        ("field", "101", 'Did you mean "0101"?'),
        ("field", 1.0301, 'Did you mean "0103"?'),
        ("field", 52.3, 'Did you mean "5230"?'),
        ("field", "Accounting", "Write the field as text of four digits"),
        ("field", "52034", "four digits"),
        ("field", "٥٢٠٣", "four digits"),
        ("region", 10, "There is no code 10. Choose one of 0, 1, 2"),
        ("region", "Southeast", "There is no code 'Southeast'"),
        ("locale", 14, "There is no code 14. Choose one of 11, 12, 13"),
        ("locale", [11], "There is no code"),
        ("net_price", -1, "greater than or equal to 0"),
        ("net_price", "cheap", "Write a number, without words or signs; 'cheap' is none."),
        ("net_price", float("nan"), "finite number"),
        ("sat_average", 1601, "less than or equal to 1600"),
        ("sat_average", 399, "greater than or equal to 400"),
        ("admission_rate", 45, "a share from 0 to 1, not 45. Did you mean 0.45?"),
        ("admission_rate", "45", "Did you mean 0.45?"),
        ("admission_rate", "45%", "Write a number"),
        ("admission_rate", -0.1, "greater than or equal to 0"),
        ("admission_rate", 450, "less than or equal to 1"),
        ("admission_rate", True, "Write a number"),
        ("tuition", 3, "Extra inputs are not permitted"),
    ],
)
def test_bad_input_is_refused_by_field_in_words(field, value, words):
    assert words in refused(**{field: value})


def test_two_digits_are_a_family_and_mean_no_field():
    assert "Did you mean" not in refused(field="52")


@pytest.mark.parametrize("apostrophe", "’‘ʼ′`´")
def test_a_credential_may_have_the_apostrophe_that_word_types(apostrophe):
    typed = f" Bachelor{apostrophe}s Degree"
    assert given(credential=typed) == given(credential="Bachelor's Degree")


def test_codes_may_come_as_digits_of_a_link():
    assert given(region="5", locale="11", net_price="9000") == given(
        region=5, locale=11, net_price=9000
    )


def test_every_choice_has_a_name():
    assert len(FIELDS) == 329
    assert {earnings.family_of(code) for code in FIELDS} == set(earnings.FAMILIES)
    for names, field in ((earnings.REGIONS, "region"), (earnings.LOCALES, "locale")):
        assert all(getattr(given(**{field: code}), field) == code for code in names)


# The shipped model


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({}, 40_000, 55_000),
        ({"field": "5005", "sat_average": 1050}, 18_000, 28_000),
        ({"field": "1107", "sat_average": 1480, "admission_rate": 0.08}, 80_000, 130_000),
        ({"credential": "Associate's Degree", "field": "5138"}, 45_000, 75_000),
    ],
)
def test_known_programmes_have_believable_medians(model, changes, low, high):
    answer = predict(model, given(**changes))
    assert low < answer.value < high
    assert (answer.coverage, answer.unit) == (0.8, "USD a year")


def test_intervals_are_ordered_and_above_zero_everywhere(model):
    rng = np.random.default_rng(0)
    codes = [*FIELDS, "0000", "9999", "5298"]
    inputs = [
        Input(
            credential=rng.choice(CREDENTIALS),
            field=rng.choice(codes),
            control=rng.choice(earnings.CONTROLS),
            region=int(rng.integers(10)),
            net_price=rng.choice([None, 0.0, 80_000.0]),
            sat_average=rng.choice([None, 400.0, 1600.0]),
            admission_rate=rng.choice([None, 0.0, 1.0]),
        )
        for _ in range(2000)
    ]
    for answer in predict_many(model, inputs):
        assert 0 < answer.low <= answer.value <= answer.high


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_field_never_seen_has_a_wider_interval_than_known_ones(model, credential):
    rank = CREDENTIALS.index(credential)
    codes = [code for code in FIELDS if model.encoder.institutions(f"{code}|{rank}") >= 20]
    for code in codes:
        strange = f"{code[:2]}98"
        assert relative_width(model, credential, strange) > relative_width(model, credential, code)


def relative_width(model, credential, code):
    answer = predict(model, given(credential=credential, field=code))
    return answer.high / answer.low


def test_familiarity_is_said_in_words(model):
    assert familiarity(model, ORDINARY).sentence.startswith("The model has seen Accounting and")
    strange = familiarity(model, STRANGE)
    assert strange.unusual
    assert strange.sentence.startswith("The model has never seen this field (field 5298)")
    odd = familiarity(model, given(field="1204", credential="Doctoral Degree"))
    assert "never seen Cosmetology" in odd.sentence
    rare = earnings.Familiarity("5203", 40, 1)
    assert "at only 1 institution: take the number with care." in rare.sentence


def test_known_and_unknown_selectivity_differ(model):
    known, unknown = predict_many(model, [ORDINARY, given(sat_average=None, admission_rate=None)])
    assert known.value != unknown.value


def test_answers_are_those_of_the_public_scikit_learn_method(model):
    X = model_file.matrix(model_file.programmes(EXAMPLES), model.encoder)
    trees = model.trees
    expected = (np.exp(trees.typical.predict(X)) + np.maximum(trees.mean.predict(X), 0)) / 2
    assert np.allclose(model.values(model_file.programmes(EXAMPLES)), expected, rtol=1e-12)


@pytest.mark.parametrize("one", EXAMPLES, ids=EXAMPLE_NAMES)
def test_explanation_adds_up_to_the_distance_from_a_typical_programme(model, one):
    answer = predict(model, one)
    parts = explain(model, one, answer)
    assert [part.name for part in parts] == list(Input.model_fields)
    distance = answer.value - predict(model, typical(model)).value
    assert sum(part.value for part in parts) == pytest.approx(distance, abs=0.01)


def test_the_typical_programme_needs_no_explanation(model):
    usual = typical(model)
    parts = explain(model, usual, predict(model, usual))
    assert all(part.value == pytest.approx(0, abs=1e-6) for part in parts)


@pytest.mark.parametrize("field", earnings.WHAT_IF)
def test_what_if_curve_passes_through_the_answer(model, field):
    low, high = earnings.range_of(model, field)
    now = getattr(ORDINARY, field)
    curve = what_if(model, ORDINARY, field, [low, now, high])
    assert curve[1] == predict(model, ORDINARY)
    assert low <= now <= high


@pytest.mark.parametrize("one", EXAMPLES, ids=EXAMPLE_NAMES)
def test_one_call_says_the_same_as_several(model, one):
    found, answer = earnings.explore(model, one), predict(model, one)
    assert (found.prediction, found.contributions) == (answer, explain(model, one, answer))
    for field, curve in found.curves.items():
        xs = np.linspace(*earnings.range_of(model, field), 25).tolist()
        points = [(a.value, a.low, a.high) for a in what_if(model, one, field, xs)]
        drawn = zip(curve.value.tolist(), curve.low.tolist(), curve.high.tolist(), strict=True)
        assert (curve.xs.tolist(), list(drawn)) == (xs, points)


def test_what_if_names_the_inputs(model):
    for ask in (
        lambda: what_if(model, ORDINARY, "region", [1]),
        lambda: earnings.range_of(model, "region"),
    ):
        with pytest.raises(ValueError, match=r"no curve over 'region'; there are \['net_price'"):
            ask()


def test_percentile_counts_published_medians_of_field_and_credential(model):
    same = published(model, ORDINARY.credential, ORDINARY.field)
    assert percentile(model, ORDINARY, same.median) == pytest.approx(50, abs=2)
    assert percentile(model, ORDINARY, 0) == 0
    assert percentile(model, ORDINARY, 500_000) == 100
    assert percentile(model, STRANGE, 40_000) is None


def test_published_narrows_from_credential_to_family_to_field(model):
    counts = [
        published(model, "Bachelor's Degree", part).institutions for part in (None, "52", "5203")
    ]
    assert counts == sorted(counts, reverse=True)
    assert published(model, "Bachelor's Degree", "9999") is None


# The file


class Stranger:
    """A type that no artifact may hold."""


def test_a_file_with_another_type_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(earnings, "ARTIFACT", tmp_path / "model.skops")
    dump({"trees": Stranger()}, earnings.ARTIFACT)
    with pytest.raises(ValueError, match=r"model.skops holds \['.*Stranger'\].*not read"):
        earnings.load()


def test_the_artifact_holds_exactly_the_trusted_types():
    assert tuple(sorted(get_untrusted_types(file=earnings.ARTIFACT))) == model_file.TRUSTED


def test_the_artifact_is_small():
    assert earnings.ARTIFACT.stat().st_size <= 3_000_000


def test_writing_what_was_read_gives_the_same_bytes(model, tmp_path):
    first, second = tmp_path / "first.skops", tmp_path / "second.skops"
    model_file.write(model, first)
    model_file.write(model_file.read(first), second)
    assert first.read_bytes() == second.read_bytes()


# The card


def test_scores_on_institutions_kept_apart(card):
    assert card.score("R²") >= 0.80
    assert card.score("mean absolute error") <= 5400
    assert 0.78 <= card.score("interval coverage") <= 0.82
    linear = card.more["baselines"][evaluate.LINEAR]
    assert linear["r2"] < card.score("R²")
    assert linear["mae"] > card.score("mean absolute error")


def test_each_credential_is_covered_as_promised(card):
    for name, part in card.more["by_credential"].items():
        assert abs(part["coverage"] - 0.8) <= part["two_standard_errors"], name
    assert set(card.more["by_credential"]) == set(CREDENTIALS)


def test_fields_never_seen_are_covered_by_wider_intervals(card):
    strange, usual = card.more["fields_never_seen"], card.more["by_credential"]["Bachelor's Degree"]
    assert strange["coverage"] >= 0.75
    assert strange["median_width"] > usual["median_width"]


@pytest.mark.slow  # it trains a model
@pytest.mark.data
@pytest.mark.skipif(not (DATA / data.FOLDER).exists(), reason=f"no full data in {DATA}")
def test_a_model_fitted_on_four_fifths_answers_for_the_rest():
    rows = data.rows(data.read(data.find(DATA)))
    learn, apart = fit.folds(rows.group, 5, 0)[0]
    encoder, trees = fit.fit(rows.take(learn), 0)
    others = rows.take(apart)
    figures = evaluate.scores(
        others.earnings, trees.value(model_file.matrix(others.programmes, encoder))
    )
    assert figures["r2"] >= 0.79
    assert figures["mae"] <= 5400


@pytest.mark.data
@pytest.mark.skipif(not (DATA / data.FOLDER).exists(), reason=f"no full data in {DATA}")
def test_shipped_aggregates_are_those_of_the_full_data(model):
    rows = data.rows(data.read(data.find(DATA)))
    found = fit.collected(rows.rank, rows.programmes.fields, rows.earnings, rows.group)
    assert found.groups.keys() == model.published.groups.keys()
    mine = model.published.of("Bachelor's Degree", "5203")
    again = found.of("Bachelor's Degree", "5203")
    assert mine.institutions == again.institutions
    assert np.allclose(mine.quantiles, again.quantiles, atol=1)
