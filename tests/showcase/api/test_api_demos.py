"""The models over the API: described, asked one by one, from a URL, in batches, and sampled."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import rainfall, sketch
from models.registry import DEMOS
from showcase.feedback import hash_input
from showcase.runtime.loading import load

JSON = {"Content-Type": "application/json"}
DAY = {"temperature_3pm": 22, "humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39}
PROGRAMME = {"credential": "Bachelor's Degree", "field": "5203", "control": "Public"}
PACKAGES = [demo for demo in DEMOS if not demo.function]
each_demo = pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)


def problems(answer) -> dict[str, str]:
    assert answer.status_code == 422
    return {one["field"]: one["message"] for one in answer.json()["error"]["fields"]}


# What there is


def test_list_is_the_registry(client):
    listed = client.get("/v1/demos").json()["demos"]
    assert [one["name"] for one in listed] == [demo.name for demo in DEMOS]


@each_demo
def test_description_has_every_field_label_and_example(client, demo):
    module, told = demo.load_module(), client.get(f"/v1/demos/{demo.name}").json()
    assert [field["name"] for field in told["fields"]] == list(module.Input.model_fields)
    assert all(field["title"] and field["description"] for field in told["fields"])
    assert told["labels"] == (None if module.LABELS is None else list(module.LABELS))
    assert [one["name"] for one in told["examples"]] == list(module.EXAMPLE_NAMES)


def test_description_has_bounds_units_and_names(client):
    told = client.get("/v1/demos/earnings").json()
    fields = {field["name"]: field for field in told["fields"]}
    assert {"value": 3, "name": "Great Lakes"} in fields["region"]["choices"]
    assert {"value": 11, "name": "City, large"} in fields["locale"]["choices"]
    assert {"value": "5203", "name": "Accounting and Related Services"} in fields["field"][
        "choices"
    ]
    assert fields["sat_average"]["null_name"] == "None known"
    price = fields["net_price"]
    assert (price["minimum"], price["maximum"], price["unit"]) == (0, 80_000, "USD a year")
    assert [field["name"] for field in told["fields"] if field["required"]] == list(PROGRAMME)


def test_description_has_the_scores_of_the_card(client):
    told = client.get("/v1/demos/rainfall").json()
    assert told["score"].endswith(".")
    assert all(score["value"] >= 0 for score in told["scores"])


# One prediction


@each_demo
def test_answer_names_model_and_input(client, demo):
    given = demo.load_module().EXAMPLES[0]
    body = given.model_dump(mode="json")
    answer = client.post(f"/v1/demos/{demo.name}/predict", json=body).json()
    assert answer["demo"] == demo.name
    assert answer["input_hash"] == hash_input(given)


def test_probabilities_come_likeliest_first(client):
    given = sketch.EXAMPLES[0].model_dump(mode="json", exclude_none=True)
    shares = client.post("/v1/demos/sketch/predict", json=given).json()["prediction"]
    assert next(iter(shares["probabilities"])) == shares["label"]
    assert list(shares["probabilities"].values()) == sorted(
        shares["probabilities"].values(), reverse=True
    )


def test_drawing_is_taken_as_strokes_of_any_unit_or_as_bitmap(client):
    strokes = [[[0.5, 20, 40.25], [3, 3, 3]], [[40, 40], [3, 30]]]
    tenfold = [[[10 * value for value in axis] for axis in stroke] for stroke in strokes]
    tile = sketch.tile(sketch.Input(drawing=strokes))
    bitmap = sketch.from_bitmap(tile).bitmap
    drawn, scaled, seen = (
        client.post("/v1/demos/sketch/predict", json=body)
        for body in ({"drawing": strokes}, {"drawing": tenfold}, {"bitmap": bitmap})
    )
    assert drawn.status_code == 200
    assert drawn.json()["prediction"] == scaled.json()["prediction"]
    answer = sketch.predict(sketch.load(), sketch.Input(bitmap=bitmap))
    assert seen.json()["prediction"]["label"] == answer.label


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"humidity_3pm": 155}, "humidity_3pm", "It takes 100 or less."),
        ({"humidity_3pm": None}, "humidity_3pm", "This must be a number."),
        ({"humidity_3pm": "55"}, "humidity_3pm", "This must be a number. Send it without quotes."),
        ({"humidity_3pm": True}, "humidity_3pm", "This must be a number."),
        ({"humidity": 55}, "humidity", "There is no such field; there are temperature_3pm, hu"),
    ],
)
def test_wrong_field_is_named(client, change, field, message):
    answer = client.post("/v1/demos/rainfall/predict", json=DAY | change)
    assert list(problems(answer)) == [field]
    assert problems(answer)[field].startswith(message)


def test_missing_fields_are_named(client):
    answer = client.post("/v1/demos/rainfall/predict", json={"humidity_3pm": 55})
    assert set(problems(answer)) == set(DAY) - {"humidity_3pm"}
    assert set(problems(answer).values()) == {"This must be given."}


def test_models_own_words_reach_the_client(client):
    programme = PROGRAMME | {"field": 5203, "admission_rate": 70}
    said = problems(client.post("/v1/demos/earnings/predict", json=programme))
    assert 'Did you mean "5203"?' in said["field"]
    assert "Did you mean 0.7?" in said["admission_rate"]


def test_eight_threads_get_their_own_answers(client):
    inputs = [given.model_dump() for given in rainfall.EXAMPLES] * 4

    def ask(given):
        return client.post("/v1/demos/rainfall/predict", json=given).json()

    alone = [ask(given) for given in inputs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, inputs)) == alone


# From a URL


def test_url_and_body_give_the_same_answer(client):
    by_url = client.get("/v1/demos/rainfall/predict", params=DAY)
    assert by_url.json() == client.post("/v1/demos/rainfall/predict", json=DAY).json()


def test_choices_codes_and_unknown_in_a_url(client):
    flat = PROGRAMME | {"region": "3", "locale": "unknown", "net_price": "15000"}
    by_url = client.get("/v1/demos/earnings/predict", params=flat).json()
    body = PROGRAMME | {"region": 3, "locale": None, "net_price": 15000}
    assert by_url == client.post("/v1/demos/earnings/predict", json=body).json()
    assert by_url["prediction"]["unit"] == "USD a year"


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("humidity_3pm=lots", "humidity_3pm", "This must be a number."),
        ("humidity_3pm=true", "humidity_3pm", "This must be a number."),
        ("humidity_3pm=NaN", "humidity_3pm", "This must be a finite number."),
        ("humidity_3pm=unknown", "humidity_3pm", "This must be a number."),
        ("humidity_3pm=1_0", "humidity_3pm", "This must be a number."),
        ("humidity_3pm=%2055%20", "humidity_3pm", "This must be a number."),
        ("humidity_3pm=" + "[" * 5_000, "humidity_3pm", "This must be a number."),
        ("humidity_3pm=5&humidity_3pm=6", "humidity_3pm", "It stands in the address more than"),
        ("", "humidity_3pm", "This must be given."),
    ],
)
def test_wrong_url_parameter_is_named(client, query, field, message):
    rest = "temperature_3pm=22&pressure_3pm=1015&wind_gust_speed=39"
    answer = client.get(f"/v1/demos/rainfall/predict?{rest}&{query}")
    assert problems(answer)[field].startswith(message)


def test_nothing_in_a_url_is_null_where_that_is_allowed(client):
    flat = PROGRAMME | {"region": "", "locale": "", "net_price": "", "admission_rate": ""}
    by_url = client.get("/v1/demos/earnings/predict", params=flat)
    assert by_url.json() == client.post("/v1/demos/earnings/predict", json=PROGRAMME).json()
    empty = client.get("/v1/demos/rainfall/predict", params=DAY | {"humidity_3pm": ""})
    assert problems(empty) == {"humidity_3pm": "This must be a number."}


def test_what_is_refused_in_a_url_is_shown_as_it_stands_there(client):
    flat = PROGRAMME | {"region": "west", "net_price": "1_0"}
    said = problems(client.get("/v1/demos/earnings/predict", params=flat))
    assert said["region"].startswith("There is no code 'west'. Choose one of 0, 1,")
    assert said["net_price"].endswith("'1_0' is none.")


def test_drawing_does_not_fit_into_a_url(client):
    answer = client.get("/v1/demos/sketch/predict", params={"bitmap": "AAAA"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


# Many


def test_batch_answers_each_input_and_names_what_is_wrong(client):
    batch = {"inputs": [DAY, DAY | {"humidity_3pm": 155}, 7, DAY]}
    results = client.post("/v1/demos/rainfall/predict/batch", json=batch).json()["results"]
    alone = client.post("/v1/demos/rainfall/predict", json=DAY).json()
    expected = {name: alone[name] for name in ("input_hash", "prediction")}
    assert results[0] == results[3] == expected
    assert results[1]["error"]["fields"][0]["field"] == "humidity_3pm"
    assert "not a JSON object" in results[2]["error"]["message"]


def test_batch_of_a_thousand_and_no_more(client):
    def post(count):
        return client.post("/v1/demos/rainfall/predict/batch", json={"inputs": [DAY] * count})

    assert len(post(1_000).json()["results"]) == 1_000
    assert "1,001 inputs: at most 1,000" in problems(post(1_001))["inputs"]
    assert post(0).json()["results"] == []


def test_model_that_fails_at_one_input_answers_the_others_of_a_batch(client, monkeypatch):
    def predict_many(model, inputs):
        if any(given.humidity_3pm == 66 for given in inputs):
            raise ZeroDivisionError
        return together(model, inputs)

    together = rainfall.predict_many
    monkeypatch.setattr(rainfall, "predict_many", predict_many)
    batch = {"inputs": [DAY, DAY | {"humidity_3pm": 66}, DAY]}
    results = client.post("/v1/demos/rainfall/predict/batch", json=batch).json()["results"]
    assert results[0] == results[2]
    assert set(results[0]) == {"input_hash", "prediction"}
    assert results[1]["error"]["code"] == "internal"


def test_bare_list_is_told_the_form_of_a_batch(client):
    answer = client.post("/v1/demos/rainfall/predict/batch", json=[DAY])
    assert '{"inputs": [...]}' in answer.json()["error"]["message"]


@pytest.mark.parametrize("batch", [{}, {"inputs": {}}, {"inputs": [], "more": 1}])
def test_batch_of_another_form_is_refused(client, batch):
    assert "inputs" in problems(client.post("/v1/demos/rainfall/predict/batch", json=batch))


# A sample


@each_demo
def test_sample_predicts_what_predict_says(client, demo):
    sampled = client.get(f"/v1/demos/{demo.name}/sample").json()
    again = client.post(f"/v1/demos/{demo.name}/predict", json=sampled["input"]).json()
    assert sampled["prediction"] == again["prediction"]
    assert sampled["input_hash"] == again["input_hash"]


@pytest.mark.parametrize("demo", PACKAGES, ids=lambda demo: demo.name)
def test_explanation_is_the_models_own(client, demo):
    loaded, given = load(demo.name), demo.load_module().EXAMPLES[0]
    body = given.model_dump(mode="json")
    told = client.post(f"/v1/demos/{demo.name}/explain", json=body).json()
    parts = loaded.explain(given, loaded.predict(given))
    assert told.pop("contributions") == [part.model_dump() for part in parts] != []
    assert told == client.post(f"/v1/demos/{demo.name}/predict", json=body).json()


def test_function_has_no_explanation(client):
    answer = client.post("/v1/demos/readability/explain", json={"text": "A cat."})
    assert answer.status_code == 404


def test_any_script_is_taken(client):
    text = {"text": "good ☕ 😀 ñ", "threshold": 0.05}
    answer = client.post("/v1/demos/sentiment/predict", content=json.dumps(text), headers=JSON)
    assert answer.json()["input_hash"] == hash_input(text)
