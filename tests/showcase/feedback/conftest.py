"""A store in a folder of its own."""

import pytest

from showcase.feedback import open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "feedback" / "feedback.csv"


@pytest.fixture
def store(path):
    return open_store(f"csv:{path}")
