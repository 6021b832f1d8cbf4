"""docs/your-model.md word for word: each of its blocks is run here, or in the tests it names."""

import re
import runpy
import shlex
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from streamlit.testing.v1 import AppTest

from models.registry import DEMOS
from showcase import api
from showcase.__main__ import main
from showcase.commands import launch, page
from showcase.contract import BaseOutput, Demo
from showcase.interface import AnnotatedImage, Gallery, HighlightedText, Number
from showcase.runtime import project

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/your-model.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```(sh|python)\n(.*?)^ *```", TEXT, flags=re.DOTALL | re.MULTILINE)
NAMED = re.findall(r"`([\w/]+\.py)`:\n\n```python\n(.*?)```", TEXT, flags=re.DOTALL)
LINES = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
# Run by others: with the wheel in an environment of its own, in a copy of the repository.
BY_TEST_WHEEL = ("python -m venv", "pip install", "cd ", "showcase new", "uvicorn")
BY_TEST_NEWCOMER = ("models/wine.py", "pages/wine.py")


@pytest.fixture
def folder(tmp_path, monkeypatch, feedback_url):
    """A folder of somebody's own, whose scripts are no modules any more when the test ends."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(project, "_script", None)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) in map(str, tmp_path.iterdir()):
            del sys.modules[name]
    project.use(DEMOS, ROOT)


@pytest.fixture
def served(monkeypatch):
    """The titles of the demos that are served, each with an answer of the API."""
    titles: list[str] = []

    def serve(path, demos, options):
        project.use_script(path, demos)
        with TestClient(api.create()) as client:
            for demo in demos:
                answer = client.get(f"/v1/demos/{demo.name}/sample")
                assert answer.status_code == 200, answer.text
                titles.append(demo.title)
        raise SystemExit(options)

    monkeypatch.setattr(launch, "serve", serve)
    monkeypatch.setattr(page, "serve", serve)
    return titles


def drawn() -> AppTest:
    """Return the page of what was served last, as a visitor sees it."""
    at = AppTest.from_file(str(launch.HOME), default_timeout=60).run()
    assert not at.exception
    assert not at.error
    return at


def write(folder, *names):
    found = dict(NAMED)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found["tip.py"] = re.search(r"```python\n(.*?interface\(tip\)\n)```", readme, re.DOTALL)[1]
    for name in names:
        (folder / name).write_text(found[name], encoding="utf-8")


def run(start):
    """Run the documented line that starts so, and return what it gave to the server."""
    (line,) = [line for line in LINES if line.partition("#")[0].strip() == start]
    command, *arguments = shlex.split(line, comments=True)
    assert command == "showcase"
    for script in (Path(one) for one in arguments if one.endswith(".py")):
        sys.modules.pop(script.stem, None)  # each command is a process of its own
    try:
        assert main(arguments) == 0
    except SystemExit as ended:
        return ended.code
    return None


def test_every_block_is_run():
    tested = ("showcase run", "showcase page", "showcase feedback", "python train.py")
    assert all(line.startswith((*BY_TEST_WHEEL, *tested)) for line in LINES)
    code = [block for kind, block in BLOCKS if kind == "python"]
    assert [name for name, _ in NAMED] == [
        "double.py",
        "my_irises.py",
        "train.py",
        *BY_TEST_NEWCOMER,
    ]
    others = [block for block in code if block not in dict(NAMED).values()]
    assert [block.split()[0].partition("(")[0] for block in others] == ["Demo", "Demo", "from"]


def test_a_function_has_a_page_and_its_verdicts_are_training_data(folder, served):
    write(folder, "tip.py", "double.py")
    assert run("showcase run tip.py") == []
    drawn().button(key="tip_correct").click().run()
    assert run("showcase feedback export --training tip.py --out said.csv") is None
    assert "bill,service" in (folder / "said.csv").read_text(encoding="utf-8-sig")
    assert run("showcase run tip.py -- --server.address 0.0.0.0") == ["--server.address", "0.0.0.0"]
    (double,) = launch.demos_of(folder / "double.py")
    module = double.load_module()
    assert module.predict(module.load(), module.Input(n=21)) == Number(42)


def test_a_fitted_model_has_a_page(folder, served):
    write(folder, "my_irises.py")
    run("showcase run my_irises.py")
    at = drawn()
    assert at.title[0].value == "Irises"
    assert any("kept apart" in said.value for said in at.caption)


def test_a_saved_model_has_a_page_without_code(folder, served):
    write(folder, "train.py")
    runpy.run_path(str(folder / "train.py"))
    run("showcase page irises.skops irises.csv --target species --held-out kept_apart.csv")
    assert served == ["Irises"]


def test_lines_of_the_registry_and_the_package_are_as_they_must_be(tmp_path):
    code = [block for kind, block in BLOCKS if kind == "python"]
    lines = [eval(block, {"Demo": Demo}) for block in code if block.startswith("Demo(")]
    assert [demo.name for demo in lines] == ["irises", "wine"]
    (package,) = [block for block in code if "class Input" in block]
    scope = {"__file__": str(tmp_path / "__init__.py"), "__name__": "sizes"}
    exec(re.sub("^   ", "", package, flags=re.MULTILINE), scope)
    assert len(scope["EXAMPLES"]) == len(scope["EXAMPLE_NAMES"])
    assert {"load", "predict", "predict_many", "explain"} < set(scope)


def test_outputs_of_the_table_can_be_made():
    cells = re.findall(r"^\| `(\w+\(.*\))` \|", TEXT, flags=re.MULTILINE)
    scope = {"text": "Ada", "image": Image.new("RGB", (80, 60))}
    scope |= {one.__name__: one for one in (HighlightedText, AnnotatedImage, Gallery)}
    outputs = [eval(cell, scope) for cell in cells]
    assert len(outputs) == 3
    assert all(isinstance(output, BaseOutput) for output in outputs)
