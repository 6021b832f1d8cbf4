"""A store in a folder of its own; every kind of store; a PostgreSQL server to stop."""

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


@pytest.fixture
def open_folder():
    """A folder that other users may read; those of pytest are closed to them."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def server(postgres):
    """The server, for a test that stops it: it runs again for the next."""
    yield postgres
    if not postgres.is_up():
        postgres.start()


@pytest.fixture(params=["csv", "sqlite", "postgresql"])
def any_url(request, tmp_path):
    """The URL of an empty store of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("database")
    slashes = "///" if request.param == "sqlite" else ""
    return f"{request.param}:{slashes}{tmp_path}/any/feedback.{request.param}"


@pytest.fixture
def any_store(any_url):
    return open_store(any_url)
