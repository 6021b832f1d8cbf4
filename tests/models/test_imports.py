"""The registry's packages are imported to show their forms: none loads a library for that."""

import subprocess
import sys
from pathlib import Path

from models.registry import DEMOS

ROOT = Path(__file__).parents[2]
HEAVY = {
    "PIL", "ai_edge_litert", "keras", "nltk", "numpy", "pandas", "scipy", "skops", "sklearn",
    "tensorflow", "vaderSentiment",
}  # fmt: skip
LIGHT_PARTS = ("models.flower_power.flowers", "models.flower_power.picture")


def test_importing_the_packages_loads_no_library():
    packages = {demo.load_module().__name__ for demo in DEMOS if not demo.function}
    code = (
        f"import sys, {', '.join([*sorted(packages), *LIGHT_PARTS])}\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(packages) == 5
    assert HEAVY & set(done.stdout.split()) == set()
