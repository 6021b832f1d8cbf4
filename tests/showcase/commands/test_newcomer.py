"""The documented new model is 15 lines, and they do what is said there."""

import re

import pytest

from tests.showcase.commands.test_new import ROOT, project, run  # noqa: F401  # a fixture

CODE = re.compile(r"`(?P<path>\S+\.py)`:\n\n```python\n(?P<code>.*?)```", re.DOTALL)
LINE = re.compile(r"```python\n(?P<line>Demo\(.*\))\n```")


def section() -> str:
    text = (ROOT / "docs/your-model.md").read_text(encoding="utf-8")
    return text.partition("## A new model in 15 lines")[2].partition("\n## ")[0]


def files() -> dict[str, str]:
    return {found["path"]: found["code"] for found in CODE.finditer(section())}


def test_it_is_fifteen_lines():
    written = [line for code in files().values() for line in code.splitlines() if line.strip()]
    assert list(files()) == ["models/wine.py", "pages/wine.py"]
    assert len(written) <= 15


@pytest.mark.slow
def test_it_works_as_it_stands_there(project):  # noqa: F811  # the fixture
    for path, code in files().items():
        (project / path).write_text(code, encoding="utf-8")
    registry = project / "models/registry.py"
    (line,) = LINE.findall(section())
    listed = registry.read_text(encoding="utf-8").replace("\n)\n", f"\n    {line},\n)\n", 1)
    registry.write_text(listed, encoding="utf-8")
    run(project, "-m", "ruff", "check", "--no-cache", *files(), "models/registry.py")
    run(project, "-m", "ruff", "format", "--check", "--no-cache", *files(), "models/registry.py")
    chosen = ["-k", "wine or newcomer", "-p", "no:cacheprovider"]
    said = run(
        project,
        "-m",
        "pytest",
        "-q",
        *chosen,
        "tests/test_contract.py",
        "tests/newcomer.py",
    )
    assert " passed" in said
    assert "skipped" not in said
