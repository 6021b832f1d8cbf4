"""A store in a folder of its own."""

import shutil
import tempfile
from pathlib import Path

import pytest

from showcase.feedback import open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "feedback" / "feedback.csv"


@pytest.fixture
def store(path):
    return open_store(f"csv:{path}")


@pytest.fixture
def quick_path():
    """A file in memory where there is such a folder: 4,000 flushes to a disk take up to 20 s."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield folder / "feedback.csv"
    shutil.rmtree(folder)
