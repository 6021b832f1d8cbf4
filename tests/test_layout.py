"""Where code lives: arrows run one way, and what the README shows is there."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "models": {"streamlit", "fastapi", "starlette", "pages", "plotly"},
    "showcase/contract": {"streamlit", "fastapi", "starlette", "plotly"},
    "showcase/feedback": {"streamlit", "fastapi", "plotly"},
    "showcase": {"models", "pages", "Home", "server"},
}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_arrows_run_one_way(folder):
    skeleton = ROOT / "showcase/commands/skeleton"  # of a project's own demo
    files = [path for path in (ROOT / folder).rglob("*.py") if skeleton not in path.parents]
    assert files
    wrong = {str(path): found for path in files if (found := imports(path) & FORBIDDEN[folder])}
    assert wrong == {}


def test_readme_shows_figures_and_a_picture():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "BENCH_" not in text
    assert (ROOT / "docs" / "screenshot.png").stat().st_size > 10_000
