"""A training that a page starts: a process of its own, one at a time, whatever ends it."""

import time

import pytest

from showcase.learning import runs
from showcase.runtime.settings import settings


def ended(demo):
    """Return the training once nothing more will happen."""
    deadline = time.monotonic() + 60
    while (run := runs.find(demo)).is_running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return run


@pytest.mark.slow
def test_one_at_a_time_and_its_end_is_a_sentence(feedback_url, tmp_path, monkeypatch):
    monkeypatch.setenv("VITRINE_DATA", str(tmp_path / "nothing"))
    settings.cache_clear()
    assert runs.find("rainfall") is None
    runs.start("rainfall", "Rita")
    with pytest.raises(BlockingIOError, match="one at a time"):
        runs.start("flower_power", "Rita")
    run = ended("rainfall")
    assert (run.state, run.who) == ("failed", "Rita")
    assert "neither weather_aus.csv.gz nor weatherAUS.zip" in run.message
    runs.start("rainfall", "Rita")
    while not (run := runs.find("rainfall")).process:
        time.sleep(0.01)
    runs.stop("rainfall")
    assert ended("rainfall").message == runs.KILLED
    assert not runs.is_any_running()
