"""The project that is running: its folder, and the demos that its registry lists."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from showcase.contract import Demo, registry

_root: Path | None = None
_script: Path | None = None


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
