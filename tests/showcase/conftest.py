"""A PostgreSQL server, for whatever is stored beside the verdicts."""

import os

import pytest

from tests.showcase.feedback.postgres import Server, programs


@pytest.fixture(scope="session")
def postgres():
    if programs() is None and os.environ.get("CI"):
        pytest.fail("CI has no PostgreSQL: tests/showcase/feedback/install_postgres.sh failed")
    if programs() is None:
        pytest.skip("no PostgreSQL is installed here")
    server = Server()
    yield server
    server.close()


@pytest.fixture
def database(postgres):
    """The URL of an empty schema on a server that runs."""
    return postgres.new_schema()
