"""The lock files are what `make lock` makes of pyproject.toml's one list."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {
    "requirements-serve.txt": "models",
    "requirements.txt": "train",
    "requirements-dev.txt": "dev",
}


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\n]+)", text, flags=re.MULTILINE))


def wanted(extra: str) -> list[Requirement]:
    """The requirements of the package with an extra, those of the extras that it names included."""
    lists = [PROJECT["dependencies"], PROJECT["optional-dependencies"][extra]]
    requirements = [Requirement(text) for listed in lists for text in listed]
    own = [one for one in requirements if one.name == PROJECT["name"]]
    return [one for one in requirements if one.name != PROJECT["name"]] + [
        one for named in own for more in named.extras for one in wanted(more)
    ]


@pytest.mark.parametrize(("lock", "extra"), LOCKS.items())
def test_lock_meets_the_one_list(lock, extra):
    pins = pinned(lock)
    for requirement in wanted(extra):
        version = pins[requirement.name.lower().replace("_", "-")]
        assert requirement.specifier.contains(version), f"{requirement}: {version}; run make lock"


def test_the_locks_agree():
    serve, everything, dev = map(pinned, LOCKS)
    assert serve.items() <= everything.items() <= dev.items()


def test_what_serving_installs_has_hashes():
    text = (ROOT / "requirements-serve.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 70
    assert all("--hash=sha256:" in block for block in blocks)
