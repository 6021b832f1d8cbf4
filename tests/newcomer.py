"""What holds in a project with the wine of docs/your-model.md: run there by test_newcomer.py."""

import json

from starlette.testclient import TestClient

from showcase import api

WINE = {"alcohol": 13.9, "colour": 5.6}


def test_the_page_answers_and_a_click_is_one_right_row(open_page, store):
    at = open_page("wine")
    at.slider(key="wine_alcohol").set_value(12.2).run()
    at.slider(key="wine_colour").set_value(2.9).run()
    assert at.title[0].value == "Wine"
    assert at.subheader[0].value.startswith("B, 9")
    at.button(key="wine_correct").click().run()
    (row,) = store.read().to_dict("records")
    assert json.loads(row["input"]) == {"alcohol": 12.2, "colour": 2.9}
    assert (row["demo"], row["verdict"]) == ("wine", "correct")
    assert (row["predicted"], row["expected"]) == ("B", "B")


def test_the_endpoint_answers_and_takes_a_verdict(feedback_url, store):
    with TestClient(api.create()) as client:
        answer = client.post("/v1/demos/wine/predict", json=WINE).json()
        assert answer["prediction"]["label"] == "A"
        assert client.post("/v1/demos/wine/predict", json={"alcohol": 99}).status_code == 422
        judged = {"input": WINE, "verdict": "wrong", "expected": "C"}
        named = {"demo": "wine", "model_version": answer["model_version"]}
        assert client.post("/v1/feedback", json=named | judged).status_code == 201
    (row,) = store.read().to_dict("records")
    assert (row["predicted"], row["expected"], row["source"]) == ("A", "C", "api")
