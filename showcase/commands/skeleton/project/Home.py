"""Models to try and to judge. Start: `showcase run`."""

from pathlib import Path

from models.registry import DEMOS
from showcase.pages import navigation
from showcase.runtime import project

project.use(DEMOS, Path(__file__).parent)
navigation.run()
