"""A table in a real browser: upload it, read what came of it, download it with the answers."""

import csv

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
