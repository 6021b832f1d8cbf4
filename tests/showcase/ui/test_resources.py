"""What all visitors share: a loaded model costs nobody anything once it is there."""

import gc
import logging

from models import registry
from models.base import Demo
from showcase import ui
from showcase.settings import settings
from showcase.ui import resources


def whole(content: bytes) -> int:
    """Count the bytes of a file, which somebody has to bring."""
    return len(content)


def test_model_without_an_example_is_warmed_by_loading_it(feedback_url, monkeypatch, caplog):
    monkeypatch.setenv("VITRINE_WARM", "1")
    settings.cache_clear()
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    caplog.set_level(logging.INFO)
    demo = Demo("whole", "Whole", "", "", "Counts.", f"{__name__}:whole")
    monkeypatch.setattr(registry, "DEMOS", (demo,))
    resources._warm_all()
    warmed = {record.getMessage() for record in caplog.records if record.__dict__.get("demo")}
    assert warmed == {"model warmed"}


def test_garbage_collection_passes_over_a_loaded_model():
    resources.load.clear()
    loaded = ui.model("rainfall")
    assert all(held is not loaded for held in gc.get_objects())
    assert gc.get_freeze_count() > 0
