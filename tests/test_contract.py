"""What DESIGN promises of every demo: one file, run over each entry of the registry."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import plotly.graph_objects as go
import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from models.registry import DEMOS
from showcase import api, contract, ui
from showcase.contract.fields import fields, note_key
from showcase.contract.frames import answers_frame, frame_of, predict_frame
from showcase.contract.outputs import ADAPTER, stored
from showcase.contract.thumbnail import thumbnail
from showcase.ui.query_params import HANDED_OVER

ROOT = Path(__file__).parents[1]
OFFERED = (
    "Input",
    "EXAMPLES",
    "EXAMPLE_NAMES",
    "LABELS",
    "ARTIFACT",
    "load",
    "predict",
    "predict_many",
    "explain",
)

pytestmark = pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)


@pytest.fixture
def loaded(demo):
    return ui.model(demo.name)


def test_offers_what_a_model_offers(demo):
    module = demo.load_module()
    assert [name for name in OFFERED if not hasattr(module, name)] == []
    assert len(module.EXAMPLES) >= 4
    assert len(module.EXAMPLE_NAMES) == len(module.EXAMPLES)


def test_fields_are_described(demo):
    for field in fields(demo.load_module().Input):
        assert field.info.title, field.name
        assert field.info.description, field.name
        assert field.info.examples or field.start is None, field.name
        # Only a function's parameter may have a default: the API takes it where it is left out.
        is_open = field.info.is_required() or field.info.default is None
        assert is_open or demo.function, field.name


def test_unknown_keys_are_refused_by_name(demo):
    module = demo.load_module()
    with pytest.raises(ValidationError) as caught:
        module.Input.model_validate(module.EXAMPLES[0].model_dump() | {"surprise": 1})
    assert caught.value.errors()[0]["loc"] == ("surprise",)


def test_missing_fields_are_named(demo):
    input_type = demo.load_module().Input
    required = {name for name, field in input_type.model_fields.items() if field.is_required()}
    try:
        input_type.model_validate({})
    except ValidationError as refused:
        named = {error["loc"][0] for error in refused.errors()}
        assert named == required or (not required and named < set(input_type.model_fields))
    else:  # every parameter of a function may have a default
        assert demo.function
        assert not required


def test_values_outside_the_bounds_are_refused_by_field(demo):
    module = demo.load_module()
    for field in fields(module.Input):
        bounds = [(field.bound("ge", "gt"), -1), (field.bound("le", "lt"), 1)]
        outside = [bound + step for bound, step in bounds if bound is not None]
        unbounded = not outside and field.info.annotation in (int, float)
        assert demo.function or not unbounded, f"{field.name} has no bounds"
        for value in [*outside, *(["no such choice"] if field.options else [])]:
            with pytest.raises(ValidationError) as caught:
                module.Input.model_validate(module.EXAMPLES[0].model_dump() | {field.name: value})
            assert [error["loc"][0] for error in caught.value.errors()] == [field.name]


def test_version_is_twelve_hex_digits(demo, loaded):
    assert re.fullmatch("[0-9a-f]{12}", loaded.version)
    assert contract.version(demo.name) == loaded.version


def test_missing_artifact_names_the_command(demo, monkeypatch, tmp_path):
    module = demo.load_module()
    if module.ARTIFACT is None:
        assert module.SETTINGS
        return
    monkeypatch.setattr(module, "ARTIFACT", tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=f"python -m {demo.module}.train"):
        module.load()


def test_card_is_complete(demo):
    card = contract.card(demo)
    if card is None:
        assert demo.function, "only a function goes without a card"
        return
    assert card.demo == demo.name
    assert card.named(card.headline).meaning
    assert all(len(digest) == 64 for digest in card.data_sha256.values())
    assert f"{demo.module}.train" in card.command
    assert "/home" not in card.model_dump_json()


def test_has_a_thumbnail(demo):
    assert thumbnail(demo).startswith("<svg")


def test_every_example_predicts_and_survives_json(loaded):
    for given in loaded.module.EXAMPLES:
        prediction = loaded.predict(given)
        stored = json.loads(contract.canonical_json(prediction))
        again = ADAPTER.validate_python(stored)
        assert contract.canonical_json(again) == contract.canonical_json(prediction)


def test_api_gives_the_very_answer_of_the_page(demo, loaded, feedback_url):
    with TestClient(api.create()) as client:
        for given in loaded.module.EXAMPLES:
            body = given.model_dump(mode="json")
            answer = client.post(f"/v1/demos/{demo.name}/predict", json=body).json()
            assert answer["model_version"] == loaded.version
            assert answer["prediction"] == json.loads(loaded.predict(given).model_dump_json())


def test_answers_make_sense(loaded):
    for given in loaded.module.EXAMPLES:
        prediction = loaded.predict(given)
        if isinstance(prediction, contract.Regression):
            assert prediction.low <= prediction.value <= prediction.high
        if not isinstance(prediction, contract.Classification):
            continue
        assert loaded.module.LABELS is None or prediction.label in loaded.module.LABELS
        if prediction.probabilities is not None:
            assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-6)
            assert prediction.top(1)[0][0] == prediction.label


def test_many_answers_equal_single_ones(loaded):
    inputs = list(loaded.module.EXAMPLES)
    singles = [contract.canonical_json(loaded.predict(given)) for given in inputs]
    many = loaded.module.predict_many(loaded.model, inputs)
    assert [contract.canonical_json(prediction) for prediction in many] == singles
    assert loaded.module.predict_many(loaded.model, []) == []


def test_columns_get_the_numbers_of_the_page_to_the_last_digit(loaded):
    inputs = list(loaded.module.EXAMPLES)
    single = answers_frame([loaded.predict(given) for given in inputs])
    many = predict_frame(loaded.module, loaded.model, frame_of(inputs))
    assert many.to_dict("records") == single.to_dict("records")


def test_eight_threads_get_the_same_answers(loaded):
    inputs = list(loaded.module.EXAMPLES) * 25
    alone = [contract.canonical_json(loaded.predict(given)) for given in inputs]
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda given: contract.canonical_json(loaded.predict(given)), inputs)
        )
    assert together == alone


def test_explains_every_example(loaded):
    for given in loaded.module.EXAMPLES:
        parts = loaded.explain(given, loaded.predict(given))
        assert all(isinstance(part, contract.Contribution) and part.name for part in parts)


def test_page_opens_clean(demo, open_page):
    at = open_page(demo.page_name, **demo.deep_link)
    assert not at.exception
    assert not at.error
    headings = [heading.value for heading in (*at.title, *at.subheader)]
    assert demo.title in [*headings, *(tab.label for tab in at.tabs)]


def test_page_is_short_enough_to_read(demo):
    lines = (ROOT / f"pages/{demo.page_name}.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60, "move parts to pages/<name>_<part>.py"


@pytest.mark.parametrize("verdict", ["correct", "unsure"])
def test_one_click_is_one_row_with_that_input_and_prediction(
    demo, loaded, open_form, store, verdict
):
    at = open_form(demo, loaded.module.EXAMPLES[-1])
    at.button(key=f"{demo.name}_example_0").click().run()
    at.button(key=f"{demo.name}_{verdict}").click().run()
    at.run()
    rows = store.read()
    assert len(rows) == 1
    row = rows.iloc[0]
    given = loaded.module.Input.model_validate_json(row["input"])
    assert row["prediction"] == contract.canonical_json(stored(loaded.predict(given)))
    assert (row["demo"], row["verdict"], row["source"]) == (demo.name, verdict, "ui")
    assert row["model_version"] == loaded.version


def test_a_link_reproduces_its_input(demo, loaded, open_form, store):
    given = loaded.module.EXAMPLES[1]
    open_form(demo, given).button(key=f"{demo.name}_unsure").click().run()
    assert store.read()["input"].tolist() == [contract.canonical_json(given)]


def test_an_input_that_review_hands_over_is_shown(demo, loaded, open_page, store):
    given = loaded.module.EXAMPLES[1]
    at = open_page()
    at.session_state[note_key(demo.name, HANDED_OVER)] = given
    for parameter, value in demo.deep_link.items():
        at.query_params[parameter] = value
    at.switch_page(f"pages/{demo.page_name}.py").run()
    at.button(key=f"{demo.name}_unsure").click().run()
    assert store.read()["input"].tolist() == [contract.canonical_json(given)]


def test_every_example_can_be_clicked(demo, loaded, open_form, store):
    for index, given in enumerate(loaded.module.EXAMPLES):
        at = open_form(demo, loaded.module.EXAMPLES[index - 1])
        at.button(key=f"{demo.name}_example_{index}").click().run()
        at.button(key=f"{demo.name}_unsure").click().run()
        assert not at.exception
        assert store.read().iloc[-1]["input"] == contract.canonical_json(given)
        for chart in at.get("plotly_chart"):
            go.Figure(json.loads(chart.proto.spec))  # refuses what Plotly does not know
