"""A large table is sent, predicted by a process of its own, fetched; bad ones get a sentence."""

import csv
import io
import os
import shutil
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from models.registry import DEMOS
from showcase.batch import jobs, tickets
from showcase.runtime import project
from tests.showcase.api.conftest import DAY

JOBS = "/v1/demos/rainfall/jobs"
CSV = {"Content-Type": "text/csv"}
HEADER = "day," + ",".join(DAY)
VALUES = ",".join(map(str, DAY.values()))


def table(rows: int) -> str:
    return "\n".join([HEADER, "0,hot,55,1015,39", *(f"{n},{VALUES}" for n in range(1, rows)), ""])


def sent(client, content: str, headers=CSV, path: str = JOBS):
    return client.post(path, content=content.encode(), headers=headers)


def finished(client, job: dict) -> dict:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        job = client.get(f"{JOBS}/{job['id']}").json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    raise TimeoutError(f"{job}, {(jobs.find(job['id']).folder / 'log').read_text()}")


def process_of(job: dict) -> psutil.Process:
    """Return the process that has taken the job."""
    folder = jobs.find(job["id"]).folder
    deadline = time.monotonic() + 60
    while not (folder / "taken-1").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (found,) = [one for one in psutil.process_iter() if job["id"] in _command(one)]
    return found


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_files_of_other_jobs_come_and_go_while_all_are_counted(client):
    folder = jobs.jobs_folder() / "another" / "parts"

    def work():
        for _ in range(50):
            folder.mkdir(parents=True)
            for number in range(20):
                (folder / f"{number}.csv").write_text("12345")
            shutil.rmtree(folder)

    with ThreadPoolExecutor(1) as others:
        working = others.submit(work)
        sizes = set()
        while not working.done():
            sizes.add(jobs._stored())
    working.result()
    assert max(sizes) > 0


def test_a_table_is_predicted_and_fetched(client, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    job = sent(client, table(1_200)).json()
    assert job["state"] == "waiting"
    jobs.work(jobs.find(job["id"]))
    done = client.get(f"{JOBS}/{job['id']}").json()
    assert (done["state"], done["predicted"], done["refused"]) == ("done", 1_199, 1)
    fetched = client.get(f"{JOBS}/{done['id']}/answers")
    rows = list(csv.DictReader(io.StringIO(fetched.text, newline="")))
    page = client.post("/v1/demos/rainfall/predict", json=DAY).json()["prediction"]
    assert float(rows[-1]["probability_rain"]) == page["probabilities"]["rain"]
    assert "This is not a number" in client.get(f"{JOBS}/{done['id']}/problems").text
    assert {path.name for path in jobs.find(done["id"]).folder.iterdir()} >= {"answers.csv"}
    assert client.delete(f"{JOBS}/{done['id']}").status_code == 204
    assert client.get(f"{JOBS}/{done['id']}").status_code == 404
    assert not list(jobs.jobs_folder().glob("*.upload*"))


@pytest.mark.slow
def test_one_waits_for_the_other_and_goes_on_after_it_was_killed(client):
    first, second = (sent(client, table(rows)) for rows in (300_000, 12_000))
    assert second.json()["state"] == "waiting"
    os.kill(process_of(first.json()).pid, signal.SIGKILL)
    again = finished(client, first.json())
    assert (again["state"], again["predicted"], again["refused"]) == ("done", 299_999, 1)
    assert jobs.find(again["id"]).attempts == 2
    done = finished(client, second.json())
    assert (done["state"], done["predicted"], done["refused"]) == ("done", 11_999, 1)


@pytest.mark.parametrize(
    ("content", "headers", "status", "said"),
    [
        ("a,b\n1,2\n", CSV, 422, "“pressure_3pm”"),
        (table(3) + '"', CSV, 422, "quotation mark"),
        ("", CSV, 422, "empty"),
        ("PAR1", {"Content-Type": "application/vnd.apache.parquet"}, 422, ""),
        (table(3), {"Content-Type": "application/json"}, 415, "text/csv"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    client, content, headers, status, said
):
    answer = sent(client, content, headers)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]
    assert str(project.root()) not in answer.text
    assert str(jobs.jobs_folder()) not in answer.text
    assert jobs.all_jobs() == []


def test_size_number_and_age_are_bounded(client, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "MOST_UNFINISHED", 1)
    waits = sent(client, table(3)).json()
    full = sent(client, table(3))
    assert (full.status_code, full.headers["retry-after"]) == (503, "60")
    assert client.get(f"{JOBS}/{waits['id']}/answers").status_code == 409
    monkeypatch.setattr(jobs, "MOST_BYTES", 1_000)
    assert sent(client, table(500)).status_code == 413
    jobs.find(waits["id"]).changed(stuck=jobs.ATTEMPTS)
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    jobs.tend()
    assert "stopped 3 times at one place" in client.get(f"{JOBS}/{waits['id']}").json()["message"]
    monkeypatch.setattr(jobs, "KEPT_S", 0)
    jobs.tend()
    assert client.get(f"{JOBS}/{waits['id']}").status_code == 404


def test_where_room_ends_the_oldest_answers_go(client, monkeypatch):
    kept = []
    for hour in range(3):
        about = {"demo": "rainfall", "file": "x.csv", "created_at": hour, "changed_at": hour}
        job = jobs.Job(id=uuid.uuid4().hex, **about)
        job.folder.mkdir(parents=True)
        (job.folder / jobs.ANSWERS).write_text("x" * 10_000)
        kept.append(job.changed(state="done"))
    count, counted = jobs._stored, []
    monkeypatch.setattr(jobs, "_stored", lambda: counted.append(count()) or counted[-1])
    jobs.tend()
    assert len(jobs.all_jobs()) == 3
    assert len(counted) == 1, "all files are looked at once, however many jobs there are"
    monkeypatch.setattr(jobs, "MOST_STORED", 25_000)
    jobs.tend()
    assert [job.id for job in jobs.all_jobs()] == [job.id for job in kept[1:]]


def test_a_visitor_of_a_page_sends_tables_without_the_key(configured, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    client = configured(api_key="s3cret", rate_limit="6/hour")
    ticket = tickets.issue("rainfall", "mia@example.org")
    headers = CSV | {"X-Ticket": ticket, "X-File-Name": "..%2FM%C3%A4rz.csv"}
    answer = sent(client, table(30_000), headers)
    assert answer.status_code == 202
    (job,) = jobs.all_jobs()
    assert (job.file, job.owner) == ("März.csv", "mia@example.org")
    assert tickets.find(ticket).jobs == [job.id] == [answer.json()["id"]]
    assert "mia" not in answer.text
    for path, given in (
        (JOBS, headers | {"X-Ticket": "another"}),
        (JOBS.replace("rainfall", "earnings"), headers),
        ("/v1/demos/rainfall/predict", headers),
    ):
        assert sent(client, table(3), given, path).status_code == 401
    assert client.get(f"{JOBS}/{job.id}", headers=headers).status_code == 401


def test_another_demo_does_not_know_the_table(client, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    job = sent(client, table(3)).json()
    assert client.get(f"/v1/demos/{DEMOS[0].name}/jobs/{job['id']}").status_code == 404
    assert client.get(f"{JOBS}/..%2f..%2fsecret").status_code == 404
