"""The tab of Rainfall that takes a table of days, as a visitor sees it."""

import json
import re

import pytest

from models import rainfall
from models.rainfall import EXAMPLES
from models.rainfall.inputs import Input
from showcase.batch import jobs, template, tickets
from showcase.contract import model_version
from showcase.contract.text_file import MAX_BYTES
from showcase.ui.api_snippet import SERVED
from showcase.ui.authentication import providers

HEADER = b"day,temperature_3pm,humidity_3pm,pressure_3pm,wind_gust_speed\n"
GOOD = b"Mon,22,55,1015,39\n"
UPLOAD, RESULTS, TAB = "rainfall_batch", "rainfall_batch_results", "rainfall_tab"


def show(at, tab: str):
    at.session_state[TAB] = tab
    return at.run()


def table_tab(open_page):
    return show(open_page("rainfall"), "A table of days")


def uploaded(open_page, content: bytes, name: str = "days.csv"):
    return table_tab(open_page).file_uploader(key=UPLOAD).upload(name, content).run()


def words(at) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "warning", "error")
    return " ".join(element.value for kind in kinds for element in getattr(at, kind))


def test_says_what_to_do_before_a_file_is_there(open_page):
    at = table_tab(open_page)
    assert "nothing of it is stored, unless it has more than 10,000 rows" in words(at)
    assert "humidity_3pm" in words(at)
    assert {button.key for button in at.download_button} == {"rainfall_batch_template"}
    assert not any(button.key == "rainfall_correct" for button in at.button)


def test_every_row_is_predicted(open_page):
    at = uploaded(open_page, template(Input, EXAMPLES))
    assert at.subheader[0].value == "All 7 rows predicted"
    assert re.search("[34] rain, [34] dry|[34] dry, [34] rain", words(at))
    assert not at.error
    assert at.dataframe[0].value["prediction"].tolist()[:2] == ["dry", "rain"]


def test_bad_row_is_named_by_line_and_column(open_page):
    at = uploaded(open_page, HEADER + GOOD + b"Tue,22,wet,1015,39\n\nWed,22,55,1015,390\n" + GOOD)
    assert at.subheader[0].value == "2 of 4 rows predicted; 2 could not be used"
    wrong = at.dataframe[0].value
    assert wrong["line"].tolist() == [3, 5]
    assert wrong["column"].tolist() == ["humidity_3pm", "wind_gust_speed"]
    assert wrong["value"].tolist() == ["wet", "390"]
    assert "0 to 150" in wrong["what is wrong"][1]


def test_table_without_a_good_row_is_no_error(open_page):
    at = uploaded(open_page, HEADER + b"Mon,?,?,?,?\n")
    assert at.subheader[0].value == "0 of 1 row predicted; 1 could not be used"
    assert len(at.dataframe[0].value) == 4
    assert not at.exception


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER.replace(b"humidity", b"humidty") + GOOD, "Rename"),
        (HEADER, "nothing to predict"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text file"),
    ],
)
def test_unusable_file_is_explained(open_page, content, said):
    at = uploaded(open_page, content)
    assert said in at.error[0].value
    assert not at.exception
    assert RESULTS not in at.session_state


def test_names_in_the_file_stay_text(open_page):
    at = uploaded(open_page, HEADER.replace(b"day", b":red[x]") + GOOD)
    assert r"\:red\[x\]" in words(at)


def test_nothing_of_the_file_is_stored(open_page, store):
    at = uploaded(open_page, HEADER + GOOD)
    assert at.session_state[RESULTS]
    assert store.count() == 0
    show(at, "One afternoon")
    assert RESULTS not in at.session_state


def test_sliders_keep_their_values_over_a_look_at_the_table(open_page):
    at = open_page("rainfall")
    at.slider(key="rainfall_humidity_3pm").set_value(91).run()
    at.slider(key="rainfall_pressure_3pm").set_value(1000.5).run()
    chance = at.subheader[0].value
    show(at, "A table of days")
    show(at, "One afternoon")
    assert at.slider(key="rainfall_humidity_3pm").value == 91
    assert at.slider(key="rainfall_pressure_3pm").value == 1000.5
    assert at.subheader[0].value == chance


def test_sliders_keep_their_values_when_the_page_is_left_from_the_table(open_page):
    at = open_page("rainfall")
    at.slider(key="rainfall_humidity_3pm").set_value(91).run()
    show(at, "A table of days")
    at.switch_page("pages/sentiment.py").run()
    show(at.switch_page("pages/rainfall.py").run(), "One afternoon")
    assert at.slider(key="rainfall_humidity_3pm").value == 91


def test_file_is_predicted_once(open_page):
    at = uploaded(open_page, HEADER + GOOD)
    first = at.session_state[RESULTS]
    at.run()
    assert at.session_state[RESULTS] is first
    at.file_uploader(key=UPLOAD).upload("more.csv", HEADER + GOOD + GOOD).run()
    assert at.subheader[0].value == "All 2 rows predicted"


def test_large_table_is_a_job_with_an_address_that_leads_back(open_page, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    at = uploaded(open_page, HEADER + b"Tue,22,wet,1015,39\n" + GOOD * 10_000)
    (job,) = jobs.all_jobs()
    assert at.query_params["rainfall_job"] == job.id
    assert "come back" in words(at)
    jobs.work(job)
    again = open_page("rainfall", rainfall_job=job.id)
    assert again.subheader[0].value == "10,000 rows predicted; 1 could not be used"
    assert f"predicted by version {model_version(rainfall)}" in words(again)
    again.button(key="rainfall_job_remove").click().run()
    assert jobs.all_jobs() == []
    assert "rainfall_job" not in again.query_params
    assert not again.exception


def test_the_other_tables_of_the_visit_are_listed(open_page, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    at = uploaded(open_page, HEADER + GOOD * 10_001, "first.csv")
    at.file_uploader(key=UPLOAD).upload("second.csv", HEADER + GOOD * 10_002).run()
    first, second = jobs.all_jobs()
    assert at.query_params["rainfall_job"] == second.id
    at.button(key=f"rainfall_job_{first.id}").click().run()
    assert at.query_params["rainfall_job"] == first.id
    assert at.subheader[0].value == r"first\.csv"
    assert at.button(key=f"rainfall_job_{second.id}").label == r"second\.csv: it waits"
    assert not any(one.key.startswith("rainfall_job_") for one in table_tab(open_page).button)


def test_whoever_a_provider_vouches_for_finds_their_tables_again(open_page, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    for owner in ("mia@example.org", "bo@example.org"):
        path = tmp_path / "days.csv"
        path.write_bytes(HEADER + GOOD)
        jobs.submit("rainfall", path, f"{owner}.csv", owner)
    at = table_tab(open_page)
    at.secrets = {"auth": {"client_id": "x"}}
    at.user = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "7"}
    at.user |= {"email": "mia@example.org", "email_verified": True}
    providers.cache_clear()
    at.run()
    providers.cache_clear()
    (mine,) = (one.label for one in at.button if one.key.startswith("rainfall_job_"))
    assert mine.startswith("mia")


def test_beside_the_api_streamlit_keeps_no_large_table(open_page, monkeypatch):
    assert "50 MB" in table_tab(open_page).file_uploader(key=UPLOAD).label
    monkeypatch.setattr(SERVED, "api", True)
    at = table_tab(open_page)
    assert f"at most {MAX_BYTES // 2**20} MB" in at.file_uploader(key=UPLOAD).label
    shown = (one.proto for one in at.get("bidi_component"))
    (told,) = (json.loads(one.json) for one in shown if one.component_name == "table_upload")
    assert told["url"].endswith("/api/v1/demos/rainfall/jobs")
    assert tickets.find(told["ticket"]).demo == "rainfall"
    assert not at.exception


def test_large_table_that_cannot_be_used_is_explained(open_page):
    at = uploaded(open_page, HEADER + GOOD * 10_000 + b'"Wed,22,55,1015,39\n')
    assert "quotation mark" in at.error[0].value
    assert jobs.all_jobs() == []


def test_failure_of_the_model_is_not_blamed_on_the_file(open_page, monkeypatch):
    def broken(model, inputs):
        raise ValueError("secret shape (2, 4)")

    at = table_tab(open_page)
    monkeypatch.setattr(rainfall, "predict_many", broken)
    at.file_uploader(key=UPLOAD).upload("days.csv", HEADER + GOOD).run()
    assert "Change something to try again" in at.error[0].value
    assert "secret" not in words(at)
