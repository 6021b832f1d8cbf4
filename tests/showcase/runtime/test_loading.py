"""What all visitors share: a loaded model costs nobody anything once it is there."""

import gc
import json
import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from showcase import ui
from showcase.contract import Demo
from showcase.contract.inputs import LongText
from showcase.feedback import StorageError
from showcase.runtime import loading
from showcase.runtime.loading import store
from showcase.runtime.settings import settings


def whole(content: bytes) -> int:
    """Count the bytes of a file, which somebody has to bring."""
    return len(content)


def test_model_without_an_example_is_warmed_by_loading_it(
    feedback_url, registered, monkeypatch, caplog
):
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    caplog.set_level(logging.INFO)
    demo = Demo("whole", "Whole", "", "", "Counts.", f"{__name__}:whole")
    registered(demo)
    loading._warm_all((), models=True)
    warmed = {record.getMessage() for record in caplog.records if record.__dict__.get("demo")}
    assert warmed == {"model warmed"}


def test_start_with_a_setting_that_cannot_be_used_says_which_in_the_log():
    start = """if True:
        import anyio, server
        async def started():
            async with server.lifespan(server.app):
                pass
        anyio.run(started)
    """
    env = {"PATH": os.environ["PATH"], "VITRINE_RATE_LIMIT": "often", "VITRINE_FEEDBACK_URL": "x:y"}
    command = [sys.executable, "-c", start]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    said = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith("{")]
    (error,) = [line["message"] for line in said if line["level"] == "ERROR"]
    assert error.startswith("settings: VITRINE_RATE_LIMIT: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("name", "value"), [("rate_limit", "often"), ("feedback_url", "x:y")])
def test_log_blames_the_setting_that_cannot_be_used(monkeypatch, caplog, feedback_url, name, value):
    monkeypatch.setenv(f"VITRINE_{name.upper()}", value)
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    settings.cache_clear()
    with pytest.raises(StorageError):
        store()
    said = {record.getMessage() for record in caplog.records if record.levelname == "ERROR"}
    (error,) = said
    assert error.removeprefix("settings: ").startswith(f"VITRINE_{name.upper()}: ")
    assert error.count("VITRINE_") == 1


def test_garbage_collection_passes_over_a_loaded_model():
    loading.forget_models()
    loaded = ui.model("rainfall")
    assert all(held is not loaded for held in gc.get_objects())
    assert gc.get_freeze_count() > 0


at_once: list[int] = [0, 0]  # now, and the most


def measure(text: LongText) -> int:
    """Measure it."""
    at_once[0] += 1
    at_once[1] = max(at_once)
    time.sleep(0.02)
    at_once[0] -= 1
    return len(text)


@pytest.mark.parametrize(("size", "most"), [(200_000, 1), (10, 4)])
def test_large_inputs_wait_for_each_other(registered, size, most):
    demo = Demo("measure", "Measure", "", "", "Measures.", f"{__name__}:measure")
    registered(demo)
    loaded = loading.load("measure")
    at_once[:] = [0, 0]
    with ThreadPoolExecutor(4) as pool:
        texts = [loaded.module.Input(text="x" * size)] * 8
        assert [each.value for each in pool.map(loaded.predict, texts)] == [size] * 8
    assert (at_once[1] == 1) == (most == 1)
