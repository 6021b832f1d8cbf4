"""Promote and roll back: what may come into force, and pages and API that change over meanwhile."""

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from skops.io import dumps
from starlette.testclient import TestClient

from models import rainfall
from showcase import api
from showcase.__main__ import main
from showcase.contract import registry
from showcase.contract.card import LEARNT
from showcase.contract.fields import key
from showcase.learning import promotion
from showcase.runtime import loading
from showcase.versions import open_versions
from tests.showcase.learning.conftest import artifact, version_of

DEMO = registry.find("rainfall")
GIVEN = rainfall.EXAMPLES[0].model_dump(mode="json")


@pytest.fixture(scope="module")
def wetter(tmp_path_factory):
    return artifact(tmp_path_factory.mktemp("wetter"), 40.0)


@pytest.fixture
def versions(feedback_url):
    return open_versions(feedback_url)


@pytest.fixture
def promoted(versions, wetter):
    """A version that is in force."""
    card = loading.load("rainfall").card
    told = card.model_copy(update={"more": card.more | {LEARNT: "It learnt from 9 inputs."}})
    stored = version_of(wetter).model_copy(update={"card": told.model_dump(mode="json")})
    versions.add(stored, wetter)
    change = promotion.promote(versions, DEMO, version_of(wetter).version[:4], "Ann", "wetter")
    loading.catch_up()
    yield change
    if promotion.in_force(versions, DEMO) != registry.version("rainfall"):
        promotion.roll_back(versions, DEMO, "Ann")
    loading.catch_up()


def test_promote_and_roll_back_stand_in_the_history(versions, promoted):
    shipped = registry.version("rainfall")
    assert (promoted.replaces, promoted.reason, promoted.who) == (shipped, "wetter", "Ann")
    assert loading.load("rainfall").version == promoted.version
    with pytest.raises(promotion.NotPromotedError, match="in force already"):
        promotion.promote(versions, DEMO, "", "Ann")
    back = promotion.roll_back(versions, DEMO, "Bob", "too wet")
    assert (back.version, back.replaces) == (shipped, promoted.version)
    loading.catch_up()
    assert loading.load("rainfall").version == shipped
    with pytest.raises(promotion.NotPromotedError, match="that was shipped"):
        promotion.roll_back(versions, DEMO, "Bob")
    again = promotion.promote(versions, DEMO, promoted.version, "Bob")
    assert [one.action for one in versions.history()] == ["promote", "roll back", "promote"]
    assert again.replaces == shipped


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ({"passed": False, "verdict": {"reasons": ["It is worse."]}}, "the gate: It is worse."),
        ({"compared_with": "0" * 12}, "was compared with 000000000000, but"),
    ],
)
def test_only_what_passed_against_the_model_in_force(versions, wetter, report, said):
    versions.add(version_of(wetter, **report), wetter)
    with pytest.raises(promotion.NotPromotedError, match=said):
        promotion.promote(versions, DEMO, "", "Ann")
    assert versions.history() == []


def renamed(content):
    """A file whose type is another one than those that are trusted."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"AdamOptimizer", b"SGDOptimizer"))
    return packed.getvalue()


@pytest.mark.parametrize("broken", ["garbage", "stranger", "empty"])
def test_what_cannot_be_loaded_is_never_promoted(versions, wetter, broken):
    made = {"garbage": b"no model", "stranger": renamed(wetter), "empty": dumps({})}
    content = made[broken]
    versions.add(version_of(content), content)
    with pytest.raises(promotion.NotPromotedError, match="cannot be used"):
        promotion.promote(versions, DEMO, "", "Ann")
    assert versions.history() == []


def test_a_version_that_vanished_leaves_the_shipped_one(versions, promoted):
    versions.artifact(version := versions.every("rainfall")[0]).write_bytes(b"spoilt")
    loading.forget_models()
    assert loading.load("rainfall").version == registry.version("rainfall") != version.version


def test_page_and_api_answer_with_the_new_version_and_take_verdicts_on_the_old(
    open_form, store, promoted, versions
):
    with TestClient(api.create()) as client:
        path = "/v1/demos/rainfall/predict"
        new = client.post(path, json=GIVEN).json()
        assert new["model_version"] == promoted.version
        old = {"demo": "rainfall", "model_version": promoted.replaces, "input": GIVEN}
        answer = client.post("/v1/feedback", json=old | {"verdict": "correct"})
        assert answer.status_code == 201
        assert answer.json()["prediction"] != new["prediction"]
    page = open_form(DEMO, rainfall.EXAMPLES[0])
    changed = "**What your verdicts changed**\n\n"
    assert any(one.value.startswith(f"{changed}It learnt from 9") for one in page.markdown)
    page.button(key="rainfall_correct").click()
    promotion.roll_back(versions, DEMO, "Ann")
    loading.catch_up()
    page.run()  # the click is on an answer of the version before
    page.button(key="rainfall_wrong").click().run()
    assert any(one.value.startswith(f"{changed}Nothing yet") for one in page.markdown)
    rows = store.read()
    assert list(rows["model_version"]) == [promoted.replaces, promoted.version, promoted.replaces]
    assert page.slider(key=key("rainfall", "humidity_3pm")).value == GIVEN["humidity_3pm"]


def test_a_table_is_predicted_by_the_version_in_force(promoted, tmp_path, capsys):
    table, answers = tmp_path / "days.csv", tmp_path / "answers.csv"
    table.write_text(f"{','.join(GIVEN)}\n{','.join(map(str, GIVEN.values()))}\n")
    command = ["batch", "rainfall", str(table), str(answers), "--workers", "0"]
    assert main(command) == 0
    assert f"1 rows predicted by version {promoted.version}" in capsys.readouterr().out
    with answers.open(newline="") as file:
        (row,) = csv.DictReader(file)
    expected = loading.load("rainfall").predict(rainfall.EXAMPLES[0])
    assert float(row["confidence"]) == pytest.approx(expected.confidence, rel=1e-5)


def test_no_request_fails_while_versions_change(versions, promoted):
    expected = {promoted.version, promoted.replaces}
    with TestClient(api.create()) as client, ThreadPoolExecutor(4) as pool:
        path = "/v1/demos/rainfall/predict"

        def ask(_):
            answer = client.post(path, json=GIVEN)
            return answer.status_code, answer.json()["model_version"]

        asked = [pool.submit(ask, number) for number in range(300)]
        for _ in range(5):
            promotion.roll_back(versions, DEMO, "Ann")
            loading.catch_up()
            promotion.promote(versions, DEMO, promoted.version, "Ann")
            loading.catch_up()
        answers = [one.result() for one in asked]
    assert {status for status, _ in answers} == {200}
    assert {version for _, version in answers} <= expected
