"""The gallery must stay light: opening it imports none of the models' libraries."""

import json
import sys
import time

from bench.app_server import AGENT_API, running_app
from models.registry import DEMOS

HEAVY = {"tensorflow", "keras", "ai_edge_litert", "sklearn", "skops", "nltk", "scipy"}
TELLS_ITS_MODULES = """
import json, sys, threading
def tell():
    sys.stdin.readline()
    print("MODULES", json.dumps(sorted({name.split(".")[0] for name in sys.modules})), flush=True)
threading.Thread(target=tell, daemon=True).start()
from streamlit.web.cli import main
main()
"""


def modules_after_the_gallery(tmp_path) -> set[str]:
    env = {"VITRINE_WARM": "0", "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/f.csv"}
    command = (sys.executable, "-c", TELLS_ITS_MODULES)
    with running_app(tmp_path / "log", env, command, options=[AGENT_API]) as server:
        tree = json.dumps(server.visit())
        assert "Open Sentiment" in tree
        server.process.stdin.write(b"\n")
        server.process.stdin.flush()
        return told(server.log)


def told(log) -> set[str]:
    return set(json.loads(lines_with(log, "MODULES")[0].removeprefix("MODULES ")))


def test_opening_the_gallery_imports_no_model_library(tmp_path):
    modules = modules_after_the_gallery(tmp_path)
    assert "showcase" in modules
    assert modules & HEAVY == set()


def test_models_are_warmed_after_the_gallery(tmp_path):
    env = {"VITRINE_WARM": "1", "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/f.csv"}
    with running_app(tmp_path / "log", env, options=[AGENT_API]) as server:
        server.visit()
        warmed = [
            lines_with(server.log, f'"model warmed", "demo": "{demo.name}"') for demo in DEMOS
        ]
    assert all(warmed)


def lines_with(log, text: str) -> list[str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        lines = [line for line in log.read_text().splitlines() if text in line]
        if lines:
            return lines
        time.sleep(0.05)
    raise TimeoutError(f"no {text} in {log.read_text()}")
