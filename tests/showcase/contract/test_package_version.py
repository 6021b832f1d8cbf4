"""The version of a model package changes with all that its answers depend on, and only then."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from showcase.contract import model_version, version_of
from showcase.contract.function import source

PACKAGE = """
from pathlib import Path

ARTIFACT = Path(__file__).with_name("model.bin")


def predict(model, given):
    import rainlib
    from growers.rules import LIMIT

    return model > LIMIT
"""
METADATA = "Metadata-Version: 2.1\nName: rainlib\nVersion: {}\n"


@pytest.fixture(params=["project", "site-packages"])
def folder(request, tmp_path, monkeypatch):
    """A package with an artifact, a module of its own, data, and a library that it imports."""
    place = tmp_path / request.param
    files = {
        "growers/__init__.py": PACKAGE,
        "growers/rules.py": "LIMIT = 3\n",
        "growers/names.csv": "A,B\n",
        "growers/model.bin": "weights",
        "rainlib-1.0.dist-info/METADATA": METADATA.format("1.0"),
    }
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(place)
    yield place
    for name in [name for name in sys.modules if name.partition(".")[0] == "growers"]:
        del sys.modules[name]
    source._version.cache_clear()


def version(folder: Path) -> str:
    source._version.cache_clear()  # a process reads it once
    return model_version(importlib.import_module("growers"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("growers/__init__.py", PACKAGE.replace(">", ">=")),
        ("growers/rules.py", "LIMIT = 4\n"),
        ("growers/names.csv", "A,C\n"),
        ("growers/model.bin", "other weights"),
        ("rainlib-1.0.dist-info/METADATA", METADATA.format("1.1")),
    ],
)
def test_changes_with_all_that_answers(folder, name, text):
    before = version(folder)
    assert version(folder) == before
    (folder / name).write_text(text, encoding="utf-8")
    assert version(folder) != before


def test_stays_with_what_answers_nothing(folder):
    if folder.name == "site-packages":  # a library there is known by its version, not read
        (folder / "rainlib.py").write_text("ALL = 1\n", encoding="utf-8")
    before = version(folder)
    if folder.name == "site-packages":
        (folder / "rainlib.py").write_text("ALL = 2\n", encoding="utf-8")
    (folder / "growers/train.py").write_text("print('training')\n", encoding="utf-8")
    (folder / "growers/card.json").write_text("{}", encoding="utf-8")
    assert version(folder) == before


def test_stays_where_the_answers_are_known_to_be_the_same(folder):
    path = folder / "growers/__init__.py"
    before = version(folder)
    first = source.package_digest(path, folder / "growers/model.bin")
    path.write_text(PACKAGE + "# a comment\n", encoding="utf-8")
    changed = source.package_digest(path, folder / "growers/model.bin")
    table = folder / "growers/same_answers.json"
    table.write_text(json.dumps({changed: first}), encoding="utf-8")
    assert version(folder) == before
    table.write_text(json.dumps({changed: source.AS_SHIPPED}), encoding="utf-8")
    sha256 = "0123456789abcdef" * 4
    assert version_of(importlib.import_module("growers"), sha256) == sha256[:12]


def test_a_number_counted_up_beside_an_artifact_is_a_new_version(folder):
    before = version(folder)
    path = folder / "growers/__init__.py"
    code = source.package_digest(path, folder / "growers/model.bin")
    path.write_text(PACKAGE + 'SETTINGS = {"rules": "2"}\n', encoding="utf-8")
    edited = source.package_digest(path, folder / "growers/model.bin")
    (folder / "growers/same_answers.json").write_text(json.dumps({edited: code}), encoding="utf-8")
    assert version(folder) == before  # the module in memory is the one without it
    del sys.modules["growers"]
    assert version(folder) != before
