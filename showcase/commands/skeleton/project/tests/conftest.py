"""The tests run over this project's demos."""

from pathlib import Path

from showcase.runtime import project

project.open_project(Path(__file__).parents[1])
