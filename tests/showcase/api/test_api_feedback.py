"""Verdicts over the API: the rules of the page, idempotent by id, one row each in the same log."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from models import rainfall
from models.flower_power.game import round_id
from showcase import contract, ui
from showcase.feedback import hash_input
from showcase.feedback.csv_log.store import CsvStore
from showcase.runtime import loading, rows
from showcase.runtime.rate_limit import RateLimit
from showcase.runtime.rows import row
from tests.showcase.feedback.builders import rounds


def send(client, given, /, **change):
    return client.post("/v1/feedback", json=given | change)


def fields(answer, status: int = 422) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    return {one["field"]: one["message"] for one in answer.json()["error"]["fields"]}


def test_verdict_is_one_row_with_that_input_and_prediction(client, store, verdict):
    answer = send(client, verdict, comment="It rained cats.", annotator="Ada", session="a1")
    assert answer.status_code == 201
    (row,) = store.read().to_dict("records")
    given = rainfall.Input(**verdict["input"])
    predicted = ui.model("rainfall").predict(given)
    assert json.loads(row["prediction"]) == json.loads(contract.canonical_json(predicted))
    assert (row["input"], row["input_hash"]) == (contract.canonical_json(given), hash_input(given))
    assert (row["id"], row["source"], row["expected"]) == (answer.json()["id"], "api", "dry")
    assert (row["comment"], row["annotator"], row["session"]) == ("It rained cats.", "Ada", "a1")


def test_same_id_again_is_answered_and_not_stored_again(client, store, verdict):
    own = {"id": str(uuid4())}
    first, again = send(client, verdict, **own), send(client, verdict, **own)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(store.read()) == 1


def test_of_one_id_sent_twice_at_once_one_is_created(client, store, verdict, monkeypatch):
    both = threading.Barrier(2)

    def meeting(self, record_id):
        found = contains(self, record_id)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # both have looked before either stores, unless one waits for the other
        return found

    contains = CsvStore.__contains__
    monkeypatch.setattr(CsvStore, "__contains__", meeting)
    own = {"id": str(uuid4())}
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(send, client, verdict, **own) for _ in range(2)]
    assert sorted(one.result().status_code for one in sent) == [200, 201]
    assert len(store.read()) == 1


@pytest.mark.parametrize("expected", ["dry", "rain"])
def test_what_is_right_does_not_matter_to_a_verdict_taken_back(client, store, verdict, expected):
    first = send(client, verdict).json()["id"]
    taken_back = {"verdict": "withdrawn", "supersedes": first, "expected": expected}
    assert send(client, verdict, **taken_back).status_code == 201
    assert list(store.read()["expected"]) == ["dry", ""]


def test_same_id_for_another_verdict_is_refused(client, store, verdict):
    own = {"id": str(uuid4())}
    send(client, verdict, **own)
    answer = send(client, verdict, **own, verdict="wrong")
    assert answer.status_code == 409
    assert "belongs to another verdict" in answer.json()["error"]["message"]
    assert len(store.read()) == 1


def test_a_session_of_an_annotation_task_is_refused(client, store, verdict):
    said = fields(send(client, verdict, session="task-0123456789ab"))
    assert "/annotate" in said["session"]
    assert store.read().empty


def test_a_round_of_a_game_is_neither_replaced_nor_forestalled(client, store, verdict):
    challenge = "0123456789abcdef"
    played, next_one = (round_id("rainfall", challenge, number) for number in (1, 2))
    loaded, given = ui.model("rainfall"), rainfall.Input(**verdict["input"])
    game = {"source": "game", "verdict": "correct", "guess": "dry", "session": challenge}
    store.append(row(loaded, given, loaded.predict(given), id=played, **game))
    taken_back = {"session": challenge, "supersedes": played, "verdict": "withdrawn"}
    assert "games" in fields(send(client, verdict, **taken_back))["supersedes"]
    assert "games" in fields(send(client, verdict, id=next_one))["id"]
    assert [one.id for one in rounds(store, "rainfall")] == [played]
    assert len(store.read()) == 1


def test_another_version_of_the_model_is_refused(client, store, verdict):
    said = fields(send(client, verdict, model_version="0" * 12), 409)
    assert verdict["model_version"] in said["model_version"]
    assert store.read().empty


def test_chain_counts_once_and_may_be_taken_back(client, store, verdict):
    first = send(client, verdict).json()["id"]
    second = send(client, verdict, verdict="wrong", expected="rain", supersedes=first).json()["id"]
    assert store.count() == 1
    assert send(client, verdict, verdict="withdrawn", supersedes=second).status_code == 201
    assert store.count() == 0


@pytest.mark.parametrize(
    "change", [{"session": "another"}, {"input": rainfall.EXAMPLES[1].model_dump()}]
)
def test_verdict_on_something_else_is_not_replaced(client, verdict, change):
    first = send(client, verdict, session="mine").json()["id"]
    answer = send(client, verdict, **{"session": "mine", "supersedes": first} | change)
    assert answer.status_code == 409
    assert "is about another demo" in answer.json()["error"]["message"]


def test_verdict_that_is_not_stored_is_not_replaced(client, store, verdict):
    answer = send(client, verdict, supersedes=str(uuid4()))
    assert answer.status_code == 409
    assert "is not stored here" in answer.json()["error"]["message"]
    assert store.read().empty


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"verdict": "maybe"}, "verdict", "'correct', 'wrong', 'unsure' or 'withdrawn'"),
        ({"verdict": "wrong", "expected": "snow"}, "expected", "It takes rain or dry."),
        ({"verdict": "wrong", "expected": 5}, "expected", "It takes rain or dry."),
        ({"verdict": "wrong", "expected": "dry"}, "expected", "does not go with 'wrong'"),
        ({"verdict": "correct", "expected": "rain"}, "expected", "does not go with 'correct'"),
        ({"verdict": "unsure", "expected": "rain"}, "expected", "Who is not sure leaves it out"),
        ({"expected": True}, "expected", "must be"),
        ({"verdict": "withdrawn"}, "supersedes", "Name the verdict that is taken back."),
        ({"comment": "x" * 1_001}, "comment", "1000 characters or fewer"),
        ({"annotator": "x" * 81}, "annotator", "80 characters or fewer"),
        ({"session": "192.168.0.1"}, "session", "digits, - and _ only"),
        ({"id": "7"}, "id", "This must be a UUID such as "),
        ({"surprise": 1}, "surprise", "There is no such field"),
        ({"input": {"humidity_3pm": 500}}, "input.humidity_3pm", "It takes 100 or less."),
        ({"input": 5}, "input", "This must be an object."),
    ],
)
def test_unusable_field_is_named_and_nothing_is_stored(
    client, store, verdict, change, field, words
):
    assert words in fields(send(client, verdict, **change))[field]
    assert store.read().empty


def test_unknown_model_is_not_found_and_told_which_there_are(client, store, verdict):
    answer = send(client, verdict, demo="rainfal")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "there are sketch, sentiment" in answer.json()["error"]["message"]
    assert store.read().empty


def test_many_labels_are_not_listed(client, verdict):
    told = client.get("/v1/demos/sketch").json()
    judged = {"demo": "sketch", "model_version": told["model_version"]}
    judged |= {"input": told["examples"][0]["input"], "verdict": "wrong", "expected": "nothing"}
    assert "see its description" in fields(send(client, verdict, **judged))["expected"]


def test_missing_fields_are_named(client):
    answer = client.post("/v1/feedback", json={})
    assert set(fields(answer)) == {"demo", "model_version", "input", "verdict"}


@pytest.mark.parametrize(("sent", "stored"), [(52000, "52000"), (52000.0, "52000"), (1.25, "1.25")])
def test_number_is_expected_of_a_number(client, store, sent, stored):
    told = client.get("/v1/demos/earnings").json()
    verdict = {
        "demo": "earnings",
        "model_version": told["model_version"],
        "input": told["examples"][0]["input"],
        "verdict": "wrong",
    }
    for wrong, hint in (("52000", ", without quotes"), (10**400, "")):
        told = fields(send(client, verdict, expected=wrong))["expected"]
        assert told == f"It takes a finite number{hint}."
    assert send(client, verdict, expected=sent).status_code == 201
    assert list(store.read()["expected"]) == [stored]


def test_formula_in_a_comment_is_text_in_the_file(client, store, verdict, tmp_path):
    send(client, verdict, comment="=1+1")
    assert list(store.read()["comment"]) == ["=1+1"]
    assert b"'=1+1" in (tmp_path / "feedback.csv").read_bytes()


def test_store_that_takes_nothing_is_said_and_nobody_is_thanked(client, verdict, tmp_path):
    (tmp_path / "feedback.csv").mkdir()
    loading.store.clear()
    answer = send(client, verdict)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"


def test_strangers_of_one_network_fill_no_disk(application, store, verdict, monkeypatch):
    monkeypatch.setattr(rows, "stored_by_strangers", RateLimit("1000/day"))

    def status(address, **change):
        client = TestClient(application, client=(address, 1))
        return send(client, verdict, **change).status_code

    addresses = [f"2001:db8::{number}" for number in range(1, 9)]
    assert [status(one) for one in addresses].count(201) in range(1, 5)
    assert status(addresses[0], comment="x" * 900) == 429
    assert status("192.0.2.7") == 201, "others go on"
    assert [status("127.0.0.1") for _ in range(5)] == [201] * 5


def test_programs_with_the_key_store_as_much_as_they_like(configured, verdict, monkeypatch):
    monkeypatch.setattr(rows, "stored_by_strangers", RateLimit("10/day"))
    client = configured(api_key="s3cret")
    headers = {"X-API-Key": "s3cret"}
    assert client.post("/v1/feedback", json=verdict, headers=headers).status_code == 201
