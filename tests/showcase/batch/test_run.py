"""`showcase batch`: files in, files out, whatever is killed in between."""

import contextlib
import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from subprocess import DEVNULL

import psutil
import pyarrow as pa
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from pyarrow import dataset, parquet

from bench.app_server import free_port
from models import rainfall
from showcase.__main__ import main
from showcase.batch import predict_table, read_table, results_csv
from showcase.batch.parts import PART_BYTES
from showcase.batch.run import finish, in_this_process, prepared
from showcase.batch.work import UNFINISHED

ROOT = Path(__file__).parents[3]
HEADER = "day,temperature_3pm,humidity_3pm,pressure_3pm,wind_gust_speed,place"


def days(count: int, first: int = 0) -> str:
    """Readings that differ; two rows that cannot be used, a formula and a comma among the rest."""
    rows = [
        f"{n},{n % 40},{n % 101},{1000 + n % 30},{n % 90},here" for n in range(first, first + count)
    ]
    rows[3] = f"{first + 3},hot,50,1010,20,there"
    rows[5] = f'{first + 5},20,50,1010,20,"=A1, or so"'
    rows[count - 2] = f"{first + count - 2},20,500,1010,,there"
    return "\n".join([HEADER, *rows, ""])


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(days(400), encoding="utf-8")
    return path


def run(
    inputs, output, parts: int | None = None, part_bytes=1_500, kind: str = "", demo="rainfall"
):
    """Do so many parts, or all, and return what was left to do before and the counts."""
    with prepared(demo, [str(inputs)], str(output), kind, part_bytes) as work:
        left = work.left
        for done in in_this_process(left[:parts], work.task):
            work.done[done.number] = done
        return len(left), finish(work) if parts is None else None


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_answers_stand_after_the_files_own_columns(table, tmp_path):
    output = tmp_path / "answers.csv"
    _, counts = run(table, output)
    assert counts == (398, 2)
    page = predict_table(
        rainfall, rainfall.load(), read_table(table.read_bytes(), "days.csv", rainfall.Input)
    )
    text = results_csv(page).decode("utf-8-sig")
    expected = [row for row in csv.DictReader(io.StringIO(text, newline="")) if not row["problem"]]
    with output.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row | {"problem": ""} for row in found] == expected
    assert found[4]["place"] == "'=A1, or so"


def test_rows_that_cannot_be_used_stand_beside_with_the_reason(table, tmp_path):
    run(table, tmp_path / "out")
    with (tmp_path / "out" / "_problems.csv").open(encoding="utf-8", newline="") as file:
        told = [(row["line"], row["column"], row["value"]) for row in csv.DictReader(file)]
    assert told == [
        ("5", "temperature_3pm", "hot"),
        ("400", "humidity_3pm", "500"),
        ("400", "wind_gust_speed", ""),
    ]


def test_a_folder_of_parquet_reads_as_one_table_and_predicts_again(table, tmp_path):
    run(table, tmp_path / "out")
    read = dataset.dataset(tmp_path / "out", format="parquet").to_table()
    assert read.num_rows == 398
    assert pa.types.is_float64(read.schema.field("humidity_3pm").type)
    parquet.write_table(read.drop(["prediction"]), tmp_path / "days.parquet", row_group_size=100)
    _, counts = run(tmp_path / "days.parquet", tmp_path / "again.parquet")
    again = parquet.read_table(tmp_path / "again.parquet")
    assert counts == (398, 0)
    assert again["probability_rain_2"].to_pylist() == read["probability_rain"].to_pylist()


def test_goes_on_where_it_was_and_gives_the_same(table, tmp_path):
    run(table, tmp_path / "once")
    parts, _ = run(table, tmp_path / "out", parts=3)
    dead = tmp_path / "out" / f"part-000003.parquet.0{UNFINISHED}"
    dead.write_bytes(b"PAR1 of somebody who was killed")
    left, counts = run(table, tmp_path / "out")
    assert (parts, left, counts) == (parts, parts - 3, (398, 2))
    assert contents(tmp_path / "out") == contents(tmp_path / "once")
    assert run(table, tmp_path / "out") == (0, (398, 2))


@pytest.mark.parametrize("changed", ["input", "version", "format"])
def test_anything_else_begins_anew(changed, table, tmp_path, monkeypatch):
    parts, _ = run(table, tmp_path / "out", parts=3)
    if changed == "input":
        table.write_text(days(400, first=1), encoding="utf-8")
    if changed == "version":
        monkeypatch.setattr("showcase.batch.work.model_version", lambda _: "another")
    left, _ = run(table, tmp_path / "out", kind="csv" if changed == "format" else "")
    assert left == parts


def test_files_of_a_folder_and_a_glob_are_one_table(tmp_path):
    for n in range(3):
        (tmp_path / "in" / f"y={n}").mkdir(parents=True)
        (tmp_path / "in" / f"y={n}" / "days.csv").write_text(days(50, 50 * n))
    (tmp_path / "in" / "notes.txt").write_text("not a table")
    for address in (tmp_path / "in", tmp_path / "in" / "*" / "*.csv", f"file://{tmp_path}/in"):
        _, counts = run(address, tmp_path / "all.csv")
        assert counts == (144, 6)
    with (tmp_path / "all.csv").open(newline="") as file:
        assert [row["day"] for row in csv.DictReader(file)][-3:] == ["146", "147", "149"]
    (tmp_path / "in" / "other.csv").write_text(f"{HEADER},more\n1,20,50,1010,20,x,y\n")
    with pytest.raises(ValueError, match=r"in/y=0/days\.csv has other columns than .*other\.csv"):
        run(tmp_path / "in", tmp_path / "all.csv")


def test_answers_in_the_folder_of_their_tables_are_none_of_them(table, tmp_path):
    for output in ("answers.csv", "out"):
        parts, _ = run(tmp_path, tmp_path / output, parts=3, kind="csv")
        left, counts = run(tmp_path, tmp_path / output, kind="csv")
        assert (left, counts) == (parts - 3, (398, 2))
        assert run(f"{tmp_path}/day?.csv", tmp_path / output, kind="csv") == (0, counts)
        (tmp_path / "answers.csv").unlink(missing_ok=True)
        shutil.rmtree(tmp_path / "answers.csv.parts", ignore_errors=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "days.csv", "out"], "no demo 'nothing'"),
        (["rainfall", "none.csv", "out"], "There is no table at none.csv"),
        (["rainfall", "**/days.csv", "out"], "Name a folder instead of **/days.csv"),
        (["rainfall", "days.csv", "./x/../days.csv"], "is the table itself"),
        (
            ["rainfall", "days.csv", "--workers", "0", "/dev/null/out"],
            "Not a directory: /dev/null/out",
        ),
        (["rainfall", "days.csv", "."], "holds other files"),
        (
            ["rainfall", "days.csv", "--workers", "1", "out", "--scheduler", "tcp://localhost:1"],
            "No scheduler",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments, said, table, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("showcase.__main__.project.open_project", lambda _: None)
    if "--scheduler" in arguments:
        monkeypatch.setattr("showcase.batch.cluster.CONNECT_S", 0.5)
    assert main(["batch", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_goes_from_and_to_an_address_of_fsspec(table, tmp_path):
    run(table, tmp_path / "out")
    memory = MemoryFileSystem()
    memory.pipe("/in/days.csv", table.read_bytes())
    run("memory://in/*.csv", "memory://out", parts=3)
    left, counts = run("memory://in/*.csv", "memory://out")
    assert left == len(list((tmp_path / "out").glob("part-*"))) - 3
    assert counts == (398, 2)
    found = {Path(path).name: memory.cat(path) for path in memory.glob("/out/*.*")}
    expected = contents(tmp_path / "out")
    problems = expected["_problems.csv"].replace(bytes(table), b"memory://in/days.csv")
    assert found | {".lock": b""} == expected | {"_problems.csv": problems}


def flowers(count: int) -> str:
    """Flowers of Flower Power, which each process loads in a tenth of the time; one has no size."""
    rows = [
        f"{n},{4 + n % 40 / 10},{2 + n % 20 / 10},1.{n % 10},0.{n % 9 + 1}" for n in range(count)
    ]
    rows[count // 2] = f"{count // 2},large,3,1,0.2"
    return "\n".join(["plant,sepal_length,sepal_width,petal_length,petal_width", *rows, ""])


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A large table, and a folder with what one process by itself makes of it."""
    folder = tmp_path_factory.mktemp("large")
    table = folder / "flowers.csv"
    table.write_text(flowers(1_600_000), encoding="utf-8")
    assert run_large(table, folder / "alone") == (5, (1_599_999, 1))
    return table, contents(folder / "alone")


def run_large(table, output) -> tuple[int, tuple[int, int] | None]:
    return run(table, output, part_bytes=PART_BYTES, demo="flower_power")


def started(table, output, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "showcase", "batch", "flower_power", str(table), str(output)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    # A background job of a shell, as this may be, is deaf to Ctrl-C, and so is what it starts.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen([*command, *options], cwd=ROOT, start_new_session=True, **pipes)
    finally:
        signal.signal(signal.SIGINT, heard)


def parts_done(output: Path) -> dict[str, int]:
    """Return the files that say that a part is done, and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in output.glob("_batch/0*.json")}


def wait_for(happened) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(large, tmp_path):
    """Two processes, one of them killed while it works, against one process by itself."""
    table, alone = large
    with started(table, tmp_path / "out", "--workers", "2") as work:
        worker = busy_worker(work, tmp_path / "out")
        os.kill(worker, signal.SIGKILL)
        said, _ = work.communicate(timeout=120)
    assert work.returncode == 0, said
    assert contents(tmp_path / "out") == alone


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_goes_on(how, large, tmp_path):
    """By Ctrl-C, which all processes of a terminal hear; kill -9 takes the scheduler, here."""
    table, alone = large
    with started(table, tmp_path / "out", "--workers", "2") as work:
        wait_for(lambda: parts_done(tmp_path / "out"))
        os.killpg(work.pid, how) if how is signal.SIGINT else work.kill()
        said, _ = work.communicate(timeout=60)
    done = parts_done(tmp_path / "out")
    if how is signal.SIGINT:
        assert work.returncode == 130
        assert "parts are done and stay: the same command goes on" in said
        assert "Traceback" not in said
    run_large(table, tmp_path / "out")
    assert done.items() <= parts_done(tmp_path / "out").items()  # none was done again
    assert contents(tmp_path / "out") == alone


@contextlib.contextmanager
def dask(program: str, *options: str):
    """Run Dask's scheduler, or one worker of it, as a process of its own."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL) as process:
        yield process
        process.kill()


@contextlib.contextmanager
def cluster(port: int):
    """Run a scheduler and a worker, which know the project by their folder; yield the scheduler."""
    bare = ("--no-dashboard", "--host", "127.0.0.1")
    with (
        dask("scheduler", "--port", str(port), *bare) as scheduler,
        dask("worker", f"tcp://127.0.0.1:{port}", *bare, "--nthreads", "1", "--no-nanny"),
    ):
        yield scheduler


@pytest.mark.slow
def test_a_cluster_whose_scheduler_is_killed_goes_on_when_there_is_one_again(large, tmp_path):
    table, alone = large
    port = free_port()
    remote = ("--scheduler", f"tcp://127.0.0.1:{port}")
    with cluster(port) as scheduler, started(table, tmp_path / "out", *remote) as work:
        wait_for(lambda: parts_done(tmp_path / "out"))
        scheduler.kill()
        said, _ = work.communicate(timeout=60)
    assert work.returncode == 1
    assert "The scheduler is gone. What is done stays: run it again, it goes on." in said
    assert "Traceback" not in said
    done = parts_done(tmp_path / "out")
    with cluster(port), started(table, tmp_path / "out", *remote) as work:
        said, _ = work.communicate(timeout=120)
    assert work.returncode == 0, said
    assert done.items() <= parts_done(tmp_path / "out").items()
    assert contents(tmp_path / "out") == alone


def busy_worker(work: subprocess.Popen, output: Path) -> int:
    """Return the process that is writing a part, once there is one."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if list(output.glob(f"*{UNFINISHED}")):
            children = psutil.Process(work.pid).children(recursive=True)
            workers = [c for c in children if "spawn_main" in " ".join(c.cmdline())]
            return max(workers, key=lambda child: child.cpu_times().user).pid
        time.sleep(0.02)
    raise TimeoutError(f"no part was begun in {output}")
