"""`python -m showcase new`: a demo that passes everything as it is, and names that are refused."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.registry import DEMOS
from showcase.__main__ import main
from showcase.commands.new import LONGEST_NAME, RefusedError, new, title, with_line
from showcase.contract import Demo

ROOT = Path(__file__).parents[3]
COPIED = (
    "models",
    "showcase",
    "pages",
    "tests",
    "bench",
    ".streamlit",
    "Home.py",
    "pyproject.toml",
)
UNWANTED = shutil.ignore_patterns("__pycache__", "e2e", "secrets.toml")


@pytest.fixture
def project(tmp_path):
    """The project in a folder of its own."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=UNWANTED)
        else:
            shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def with_two_demos(project):
    """The project with a demo of each kind made by the command."""
    run(project, "-m", "showcase", "new", "tree_height")
    run(project, "-m", "showcase", "new", "walking_speed", "--function")
    return project


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_new_demos_pass_all_checks_as_they_are(with_two_demos):
    folder = with_two_demos
    tests = [f"tests/models/test_{name}.py" for name in ("tree_height", "walking_speed")]
    chosen = ["-k", "tree_height or walking_speed", "-p", "no:cacheprovider"]
    said = run(folder, "-m", "pytest", "-q", *chosen, "tests/test_contract.py", *tests)
    assert " passed" in said
    assert "skipped" not in said
    files = ("models/tree_height", "models/walking_speed.py")
    if (ROOT / ".mypy_cache").is_dir():  # warm where `make check` has run
        shutil.copytree(ROOT / ".mypy_cache", folder / "cache")
    run(folder, "-m", "mypy", "--cache-dir", str(folder / "cache"), *files)
    card = (folder / "models/tree_height/card.json").read_text(encoding="utf-8")
    assert '"demo": "tree_height"' in card


def test_new_demos_are_clean_whatever_their_names(project, monkeypatch):
    monkeypatch.setattr("showcase.commands.new.train", lambda *_: [])
    files = [
        path.relative_to(project)
        for name in ("x", "apple", "walnut_tree", "n" * LONGEST_NAME)
        for function in (True, False)
        for path in new(name if function else f"{name[:-1]}z", project, function=function)
    ]
    run(project, "-m", "ruff", "check", "--no-cache", *files)
    run(project, "-m", "ruff", "format", "--check", "--diff", "--no-cache", *files)
    texts = [(project / path).read_text(encoding="utf-8") for path in files]
    assert not any("my_demo" in text or "My demo" in text for text in texts)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Tree", "small letters"),
        ("tree height", "small letters"),
        ("tree-height", "small letters"),
        ("2trees", "small letters"),
        ("_trees", "small letters"),
        ("bäume", "small letters"),
        ("", "small letters"),
        ("../tree", "small letters"),
        ("class", "taken by Python"),
        ("json", "taken by Python"),
        ("api", "the app itself"),
        ("gallery", "the app itself"),
        ("widgets", "the app itself"),
        ("sketch", "There is a demo"),
        ("text_tools", "already"),
        ("t" * 31, "longer than"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_in_a_sentence(name, why, tmp_path, capsys):
    with pytest.raises(RefusedError, match=why):
        new(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert main(["new", name]) == 1
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("taken", ["pages/oak.py", "tests/models/test_oak.py", "models/oak.py"])
@pytest.mark.parametrize("function", [True, False])
def test_nothing_is_overwritten(taken, function, tmp_path):
    path = tmp_path / taken
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(RefusedError, match="there already"):
        new("oak", tmp_path, function=function)
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]
    assert path.read_text() == "mine"


def test_the_line_stands_at_the_end_of_the_registry():
    demo = Demo("oak", "Oak", ":material/park:", "New", "How old is it?", "models.oak")
    source = with_line((ROOT / "models/registry.py").read_text(encoding="utf-8"), demo)
    scope = {}
    exec(compile(ast.parse(source), "registry", "exec"), scope)
    assert scope["DEMOS"] == (*DEMOS, demo)


def test_title_is_what_people_read():
    assert title("tree_height") == "Tree height"
