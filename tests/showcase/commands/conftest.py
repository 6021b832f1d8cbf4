"""The commands as people type them, over a small log of every kind of row."""

from pathlib import Path

import pytest

from showcase.__main__ import main
from showcase.feedback import open_store
from tests.showcase.feedback.builders import make

ROOT = Path(__file__).parents[3]


def weather(humidity, **given):
    """A verdict about rainfall, which said rain."""
    fields = {
        "demo": "rainfall",
        "input": {
            "temperature_3pm": 20.5,
            "humidity_3pm": humidity,
            "pressure_3pm": 1010.0,
            "wind_gust_speed": 40.0,
        },
        "prediction": {"kind": "classification", "label": "rain", "probabilities": {"rain": 0.7}},
        "session": "01",
    }
    return make(**fields | given)


@pytest.fixture
def url(tmp_path):
    return f"csv:{tmp_path / 'log' / 'feedback.csv'}"


@pytest.fixture
def store(url):
    return open_store(url)


@pytest.fixture
def run(capsys):
    """A function that runs a command of `feedback`: its exit code, and what it said."""

    def ran(*arguments):
        code = main(["feedback", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran
