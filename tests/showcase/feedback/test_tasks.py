"""Annotation tasks beside the verdicts: what they hold, what is refused, damage, many at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from pydantic import ValidationError

from models import rainfall, sentiment
from showcase.annotation import MOST_ITEMS, MOST_PEOPLE, Task, open_tasks
from showcase.annotation.queue import least_sure
from showcase.annotation.tasks import TasksRead
from showcase.feedback import StorageError, hash_input, open_store
from tests.showcase.feedback.builders import make


def task(inputs=sentiment.EXAMPLES, **given):
    return Task.of(inputs, **{"demo": "sentiment", "title": "First", "people": 2, **given})


@pytest.fixture
def tasks(any_url):
    return open_tasks(any_url)


@pytest.fixture
def files(tmp_path):
    return open_tasks(f"csv:{tmp_path}/feedback/feedback.csv")


def test_a_task_comes_back_as_it_was(tasks):
    made = task(guidelines=" a\n**b** \ud800", created_by="Mia")
    tasks.add(made)
    assert tasks.find(made.id) == made
    assert made.guidelines == "a\n**b** \ufffd"
    assert [item.input_hash for item in made.items] == list(map(hash_input, sentiment.EXAMPLES))


def test_an_input_stands_in_it_once():
    assert len(task([*sentiment.EXAMPLES[:2]] * 3).items) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"people": 0},
        {"people": MOST_PEOPLE + 1},
        {"inputs": []},
        {"title": "x" * 121},
        {"guidelines": "x" * 5001},
        {"id": "../../etc"},
    ],
)
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ValidationError):
        task(**given)


def test_more_inputs_than_anybody_judges_are_refused():
    many = [sentiment.Input(text=str(n), threshold=0.05) for n in range(MOST_ITEMS + 1)]
    with pytest.raises(ValidationError, match="at most"):
        task(many)


def test_the_newest_comes_first(tasks):
    made = [task(created_at=f"2026-01-0{day}T12:00:00Z") for day in (2, 1, 3)]
    for one in made:
        tasks.add(one)
    assert [one.id for one in tasks.every()] == [made[2].id, made[0].id, made[1].id]


@pytest.mark.parametrize("unknown", ["task-0123456789ab", "", "../feedback", "task-0123456789AB"])
def test_what_is_not_there_is_none(tasks, unknown):
    tasks.add(task())
    assert tasks.find(unknown) is None


def test_nothing_is_there_in_the_beginning(tasks):
    assert tasks.every() == []
    assert tasks.forget("Mia") == 0
    tasks.remove("task-0123456789ab")


def test_what_was_read_is_kept_up_to_a_bound():
    made = [task([given]) for given in sentiment.EXAMPLES[:3]]
    written = [one.model_dump_json() for one in made]
    kept = TasksRead(most=len(written[1]) + len(written[2]))
    asked = []

    def read(number):
        asked.append(number)
        return written[number]

    for number in (0, 1, 2, 1, 2, 0):
        assert kept.task(number, partial(read, number)) == made[number]
    assert asked == [0, 1, 2, 0]


def test_nobody_else_may_read_a_task(files, tmp_path):
    files.add(task())
    (path,) = (tmp_path / "feedback" / "tasks").glob("*.json")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_files_are_written_whole_and_not_before_there_is_one(files, tmp_path):
    assert files.every() == []
    assert list(tmp_path.iterdir()) == []
    made = task()
    files.add(made)
    assert [path.name for path in (tmp_path / "feedback/tasks").iterdir()] == [f"{made.id}.json"]


def test_a_name_can_be_forgotten(tasks):
    made = [task(created_by=name) for name in ("Mia", "Bo", "Mia")]
    for one in made:
        tasks.add(one)
    assert tasks.forget("Mia") == 2
    assert sorted(one.created_by for one in tasks.every()) == ["", "", "Bo"]
    assert tasks.find(made[0].id).items == made[0].items


def test_a_broken_file_hides_no_other(files, tmp_path):
    made, other = task(), task(rainfall.EXAMPLES, demo="rainfall")
    for one in (made, other):
        files.add(one)
    path = tmp_path / "feedback" / "tasks" / f"{made.id}.json"
    path.write_text(path.read_text()[:-10])
    assert [one.id for one in files.every()] == [other.id]
    with pytest.raises(StorageError, match="is not a task any more"):
        files.find(made.id)
    path.write_text(json.dumps(json.loads(made.model_dump_json())))
    assert files.find(made.id) == made


def test_a_removed_task_is_gone(tasks):
    made = task()
    tasks.add(made)
    tasks.remove(made.id)
    tasks.remove(made.id)
    assert tasks.find(made.id) is None


def test_where_nothing_can_be_written_it_is_told(tmp_path):
    (tmp_path / "tasks").write_text("a file")
    with pytest.raises(StorageError, match="The task was not kept"):
        open_tasks(f"csv:{tmp_path}/feedback.csv").add(task())


def test_many_at_once_are_all_kept(tasks):
    made = [task() for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tasks.add, made))
    assert {one.id for one in tasks.every()} == {one.id for one in made}


def test_what_a_model_was_least_sure_of_is_found_in_every_store(any_url):
    store = open_store(any_url)
    for share, text in ((0.9, "sure"), (0.4, "unsure"), (0.6, "half"), (0.8, "unsure")):
        prediction = {"label": "positive", "probabilities": {"positive": share, "x": 1 - share}}
        store.append(make(input={"text": text, "threshold": 0.05}, prediction=prediction))
    found = least_sure(store, "sentiment", sentiment, 2)
    assert [given.text for given in found.inputs] == ["half", "unsure"], "the newest row speaks"
    assert found.notes == []
