"""What hostile rows can do to a model, through whole trainings: Rainfall on made-up weather."""

import numpy as np
import pytest

from models import rainfall
from models.rainfall.inputs import FIELDS, Input
from models.rainfall.training import data, learn
from showcase.__main__ import main
from showcase.contract import registry
from showcase.feedback import Record
from showcase.runtime import loading
from showcase.versions import StoredVersion, digits, open_versions
from tests.models.builders import made_up_weather, save_gz

pytestmark = pytest.mark.slow

HONEST, HOSTILE, INVERTED = 300, 200, 600
COMMENTS = ['=HYPERLINK("http://e.vil")', "x" * 1_000, "\ud800\x00 broken", "-1+1|cmd"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_gz(made_up_weather(), tmp_path_factory.mktemp("weather"))


@pytest.fixture(scope="module")
def days(folder):
    """Days that are not held out, mixed."""
    every = data.with_target(data.read(folder / data.TABLE))
    return every[~learn.is_held_out(every)].sample(frac=1.0, random_state=0)


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    """A model that knows this weather, and nothing that anybody said."""
    out = tmp_path_factory.mktemp("out")
    learn.train(folder, [], out, lambda _: None)
    return out / learn.NAME


@pytest.fixture
def versions(feedback_url, trained):
    """The versions of this test, with that model in force."""
    content = trained.read_bytes()
    report = {"passed": True, "compared_with": registry.version("rainfall")}
    sha256 = digits(content)
    stored = StoredVersion(
        demo="rainfall", version=sha256[:12], artifact=learn.NAME, sha256=sha256, report=report
    )
    found = open_versions(feedback_url)
    found.add(stored, content)
    assert main(["promote", "rainfall", stored.version]) == 0
    return found


def rows(model, days, people, *, reverse=False, comments=("",)):
    """Return what people say of days: what came of them, or the reverse."""
    inputs = [Input(**dict(zip(FIELDS, row, strict=True))) for row in data.inputs(days).tolist()]
    wet = days["wet"].to_numpy() ^ reverse
    found = []
    for number, (given, prediction) in enumerate(
        zip(inputs, rainfall.predict_many(model, inputs), strict=True)
    ):
        expected = "rain" if wet[number] else "dry"
        found.append(
            Record(
                demo="rainfall",
                model_version="0123456789ab",
                source="api",
                input=given.model_dump(),
                prediction=prediction.model_dump(mode="json"),
                verdict="correct" if prediction.label == expected else "wrong",
                expected=expected,
                comment=comments[number % len(comments)],
                annotator=people[number % len(people)],
                session="0" * 8,
            ).row()
        )
    return found


def newest(versions):
    return rainfall.load(versions.artifact(versions.every("rainfall")[0]))


def test_two_hundred_hostile_rows_move_chances_by_less_than_their_share(
    folder, days, trained, versions, store
):
    """Nobody else judged their inputs, so that nothing shows that they are wrong."""
    model = rainfall.load(trained)
    people = [f"Person {number}" for number in range(6)]
    store.extend(rows(model, days[:HONEST], people))
    assert main(["learn", "rainfall", "--data", str(folder)]) == 0
    honest = newest(versions)
    hostile = days[HONEST : HONEST + HOSTILE]
    store.extend(rows(model, hostile, ["Mallory"], reverse=True, comments=COMMENTS))
    assert main(["learn", "rainfall", "--data", str(folder)]) == 0
    poisoned = newest(versions)
    held_out = learn.held_out(folder)
    X = np.array([[getattr(one, name) for name in FIELDS] for one in held_out.inputs])
    moved = np.abs(honest.chance(X) - poisoned.chance(X)).mean()
    assert 0 < moved < HOSTILE / len(days)


def test_a_crowd_that_says_the_reverse_is_refused_and_told(
    folder, days, trained, versions, store, capsys
):
    people = [f"Person {number}" for number in range(20)]
    store.extend(rows(rainfall.load(trained), days[:INVERTED], people, reverse=True))
    assert main(["learn", "rainfall", "--data", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-2].startswith("It did not pass: On the held-out rows it may be worse by more")
    assert told[-1].startswith("Worse: held-out rows by 0.0")
    assert main(["promote", "rainfall", versions.every("rainfall")[0].version]) == 1
    assert "did not pass the gate" in capsys.readouterr().err
    assert (
        loading.in_force_now(registry.find("rainfall")).version == digits(trained.read_bytes())[:12]
    )
