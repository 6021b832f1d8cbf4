"""What the README shows is there. Where code lives and which way arrows run: `lint-imports`."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_readme_shows_figures_and_a_picture():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "BENCH_" not in text
    assert (ROOT / "docs" / "screenshot.png").stat().st_size > 10_000
