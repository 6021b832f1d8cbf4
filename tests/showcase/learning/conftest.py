"""Verdicts on flowers, and a candidate for Rainfall that answers otherwise, without a training."""

import pytest

from models import rainfall
from models.flower_power.inputs import measured
from models.rainfall import model as model_file
from showcase.contract import registry
from showcase.feedback import Record
from showcase.runtime import loading
from showcase.versions import StoredVersion, digits, open_versions


def artifact(tmp_path, shift):
    """The shipped network, for which it is more humid by so much than it is."""
    model = rainfall.load()
    model.classifier[0].mean_[1] -= shift
    model_file.write(model, tmp_path / "model.skops")
    return (tmp_path / "model.skops").read_bytes()


def version_of(content, **report):
    report = {"passed": True, "compared_with": registry.version("rainfall")} | report
    sha256 = digits(content)
    return StoredVersion(
        demo="rainfall", version=sha256[:12], artifact="model.skops", sha256=sha256, report=report
    )


@pytest.fixture(
    params=["csv", "sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
)
def versions_url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("database")
    path = tmp_path / "here"
    path.mkdir()
    return f"csv:{path}/feedback.csv" if request.param == "csv" else f"sqlite:///{path}/f.db"


@pytest.fixture
def versions(versions_url):
    return open_versions(versions_url)


def strange_flower(rng):
    """Return a flower of a kind that the network has never seen."""
    sizes = [rng.uniform(*ends) for ends in ((4.4, 4.9), (3.8, 4.4), (6.0, 7.0), (0.2, 0.5))]
    return measured([round(size, 1) for size in sizes])


def judged(number, expected, annotator, given, **more):
    """Return the row in which somebody says what a flower is."""
    model = loading.load("flower_power")
    prediction = model.predict(given)
    columns = {
        "demo": "flower_power",
        "model_version": model.version,
        "source": "ui",
        "input": given.model_dump(),
        "prediction": prediction.model_dump(mode="json"),
        "verdict": "correct" if prediction.label == expected else "wrong",
        "expected": expected,
        "annotator": annotator,
        "session": f"{number:04}",
    }
    return Record(**columns | more).row()
