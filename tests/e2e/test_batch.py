"""A table in a real browser: upload it, read what came of it, download it with the answers."""

import csv
import os

import pytest

from bench.app_server import running_production
from tests.e2e.conftest import ready

DAYS = (
    "day,temperature_3pm,humidity_3pm,pressure_3pm,wind_gust_speed\n"
    'Monday,22,55,1015,39\nTuesday,28,wet,1004,60\n"=Wed\nnesday",28,75,1004,60\n'
)


def upload(page, content: str) -> None:
    page.get_by_role("tab", name="A table of days").click()
    chosen = {"name": "days.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(chosen)
    page.get_by_role("heading", name="rows predicted").wait_for()
    ready(page)


def test_table_is_predicted_and_downloaded(shared_app, open_tab, tmp_path):
    page = open_tab(f"{shared_app.url}/rainfall")
    upload(page, DAYS)
    page.get_by_role("heading", name="2 of 3 rows predicted; 1 could not be used").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download your table").click()
    assert download.value.suggested_filename == "days-rainfall.csv"
    download.value.save_as(tmp_path / "days.csv")
    with (tmp_path / "days.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["day"] for row in rows] == ["Monday", "Tuesday", "'=Wed\nnesday"]
    assert [row["prediction"] for row in rows] == ["dry", "", "rain"]
    assert rows[1]["problem"].startswith("humidity_3pm: This is not a number.")
    large = tmp_path / "large.csv"
    large.touch()
    os.truncate(large, 51_000_000)
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("large.csv has 51 MB; at most 50 MB are taken.").wait_for()
    page.get_by_text("The answers to your table will stand here.").wait_for()  # the others are gone
    assert page.get_by_test_id("stFileChip").count() == 1


@pytest.fixture
def production(tmp_path):
    """The app with its API, behind a key that pages do not know."""
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv",
        "VITRINE_FEEDBACK_SPOOL": f"{tmp_path}/spool.csv",
        "VITRINE_API_KEY": "s3cret",
        "VITRINE_WARM": "0",
    }
    with running_production(tmp_path / "log", env) as server:
        yield server


@pytest.mark.slow  # a server, and a process for the table
def test_a_large_table_goes_to_the_api_with_progress(production, open_tab, tmp_path):
    header, *rows = DAYS.splitlines()[:2]
    table = tmp_path / "März.csv"
    table.write_text("\n".join([header, *rows * 100_000, ""]), encoding="utf-8")
    page = open_tab(f"{production.url}/rainfall")
    page.get_by_role("tab", name="A table of days").click()
    field = page.get_by_label("A larger table")
    field.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"none"})
    page.get_by_text("notes.txt is no table").wait_for()
    field.set_input_files(table)
    page.get_by_role("heading", name="März.csv").wait_for()
    assert page.locator("#far").text_content() == "März.csv: 2 of 2 MB sent; it is being read"
    assert "rainfall_job=" in page.url
    page.get_by_role("heading", name="100,000 rows predicted").wait_for(timeout=60_000)
    page.reload()
    page.get_by_role("heading", name="100,000 rows predicted").wait_for()
    page.get_by_role("button", name="Download your table with the answers").wait_for()
    ready(page)
