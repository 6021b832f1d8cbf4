"""The project that is running: its folder, and the demos that its registry lists."""

import importlib
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from showcase.contract import Demo, registry
from showcase.contract.messages import error_text

_root: Path | None = None
_script: Path | None = None


class About(BaseModel):
    """What a project calls itself: the table `[tool.showcase]` of its pyproject.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    sentence: str = ""
    logo: Path | None = None


def about() -> About:
    """Return what the project calls itself; ValueError names what cannot be used.

    A logo is a picture's path, from the project's folder on.
    """
    return _about(root())


@cache
def _about(folder: Path) -> About:
    path = folder / "pyproject.toml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    table = tomllib.loads(text).get("tool", {}).get("showcase", {})
    try:
        found = About.model_validate(table)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        said = f"{error_text(wrong)} There are {', '.join(About.model_fields)}."
        raise ValueError(f"pyproject.toml, [tool.showcase], {where}: {said}") from None
    if found.logo is None:
        return found
    logo = folder / found.logo
    if not logo.is_file():
        raise ValueError(f"pyproject.toml, [tool.showcase]: there is no logo {found.logo}.")
    return found.model_copy(update={"logo": logo})


def use(demos: Sequence[Demo], root: Path) -> None:
    """Show these demos; relative paths in the settings start from the folder `root`."""
    global _root  # noqa: PLW0603  # one project a process
    _root = root.resolve()
    registry.register(demos)


def script() -> Path | None:
    """Return the script that `showcase run SCRIPT` shows; None for a project."""
    return _script


def use_script(path: Path, demos: Sequence[Demo]) -> None:
    """Show the page of one script, whose functions are these demos."""
    global _script  # noqa: PLW0603  # one a process
    _script = path.resolve()
    use(demos, _script.parent)


def root() -> Path:
    """Return the project's folder: the one that `use` named, else the current one."""
    return _root or Path.cwd()


def open_project(folder: Path) -> None:
    """Use the project in a folder: the `DEMOS` of its `models/registry.py`, if it has one."""
    folder = folder.resolve()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    there = (folder / "models" / "registry.py").is_file()
    use(importlib.import_module("models.registry").DEMOS if there else (), folder)
