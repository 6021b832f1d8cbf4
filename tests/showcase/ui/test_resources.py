"""What all visitors share: a loaded model costs nobody anything once it is there."""

import gc

from showcase import ui
from showcase.ui import resources


def test_garbage_collection_passes_over_a_loaded_model():
    resources.load.clear()
    loaded = ui.model("rainfall")
    assert all(held is not loaded for held in gc.get_objects())
    assert gc.get_freeze_count() > 0
