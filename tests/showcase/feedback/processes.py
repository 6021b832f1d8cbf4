"""Processes that write feedback: python -m tests.showcase.feedback.processes TASK URL ...

Each says "ready", waits for a line and then prints one line for each row that it was thanked for.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from showcase.feedback import StorageError, erasure, open_store, record
from showcase.feedback.csv_log import file, index
from tests.showcase.feedback.builders import DEMO, game, judged, make, nasty, rounds, small

NOBODY = 65534
ROOT = Path(__file__).parents[3]
MODULE = "tests.showcase.feedback.processes"


@contextmanager
def writers(*tasks):
    """Start a process for each task and let all of them go at the same moment."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", MODULE]
    started = [
        subprocess.Popen([*command, *map(str, task)], cwd=ROOT, text=True, stdin=pipe, stdout=pipe)
        for task in tasks
    ]
    try:
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def output(*tasks):
    """Return the lines that each task printed."""
    with writers(*tasks) as started:
        return [process.communicate()[0].splitlines() for process in started]


def kill_myself(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def write_half(self, data):
    self._file.write(data[: len(data) // 2])
    kill_myself()


def big(writer, number):
    """Return a record of 3 MB, so that a kill meets it half-written."""
    text = f'{writer} {number} "quoted",\r\n' * 120_000
    return make(id=nasty(writer, number).id, input={"text": text}, session=str(number))


def told(store, record):
    """Append the record; return its id or the message that a visitor would see."""
    try:
        return store.append(record)
    except StorageError as error:
        return f"StorageError {error}"


def rows(url, writer, count):
    store = open_store(url)
    for number in range(int(count)):
        print(store.append(nasty(int(writer), number)), flush=True)


def spooled(url, spool, writer, count):
    """Write rows to a database that may be away for a time."""
    store = open_store(url, spool=Path(spool))
    for number in range(int(count)):
        print(store.append(small(int(writer), number)), flush=True)


def clients(url, spool, first, clients, count):
    """Let so many clients at once write so many rows each."""
    store = open_store(url, spool=Path(spool))
    printing = threading.Lock()

    def client(writer):
        for number in range(int(count)):
            stored = store.append(small(writer, number))
            with printing:
                print(stored, flush=True)

    with ThreadPoolExecutor(int(clients)) as pool:
        list(pool.map(client, range(int(first), int(first) + int(clients))))


def first_start(url):
    print(open_store(url).count())


def big_rows(url, writer):
    store = open_store(url)
    for number in range(10_000):
        print(store.append(big(int(writer), number)), flush=True)


def games(url, session, count):
    store = open_store(url)
    for number in range(int(count)):
        print(store.append(game(number, session)), flush=True)


def judgements(url, session, count):
    store = open_store(url)
    for number in range(int(count)):
        print(store.append(judged(number, session)), flush=True)


def die_in_write(url, number):
    file.Log._write = write_half
    open_store(url).append(nasty(0, int(number)))


def die_before_commit(url, number):
    index.Index.commit = kill_myself
    open_store(url).append(nasty(0, int(number)))


def die_after_commit(url, number):
    open_store(url).append(nasty(0, int(number)))
    kill_myself()


def extend(url, writer, count):
    rows = (nasty(int(writer), number).row() for number in range(int(count)))
    print(open_store(url).extend(rows), flush=True)


def extend_and_die(url, writer, count, death):
    """Extend in chunks of 20 rows and die in the second of them."""
    record.CHUNK_ROWS = 20
    rows = iter([nasty(int(writer), number).row() for number in range(int(count))])
    store = open_store(url)
    store.extend(next(rows) for _ in range(20))
    if death == "die_in_write":
        file.Log._write = write_half
    elif death == "die_before_commit":
        index.Index.commit = kill_myself
    else:
        file.Log.sync = kill_myself
    store.extend(rows)


def forget_and_die(url, name, moment):
    """Forget a person and die at the moment named."""
    replace = Path.replace
    if moment == "in_write":
        erasure.ErasureRequest.left_of = kill_myself
    elif moment == "before_replace":
        index.remove = kill_myself
    elif moment == "after_index":
        Path.replace = kill_myself
    elif moment == "after_replace":
        Path.replace = lambda *paths: (replace(*paths), kill_myself())
    else:
        index.Index.commit = kill_myself
    open_store(url).forget(annotator=name)


def no_space(url, path):
    """Write a row that the limit cuts in two, then one after the limit is lifted."""
    store = open_store(url)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(path).stat().st_size + 1000, hard))
    print(told(store, big(0, 1)))
    print(store.count(), len(store.read()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    print(told(store, big(0, 1)))


def fill_up(url):
    """Write rows until the disk is full."""
    store = open_store(url)
    while not (answer := told(store, make(comment="x" * 1000))).startswith("StorageError"):
        print(answer)
    print(answer)
    print(store.count(), len(store.read()))


def as_nobody(url):
    """Try to write without the right to."""
    store = open_store(url)
    store.read()
    with tempfile.TemporaryDirectory() as folder:  # imports all there is while that is allowed
        open_store(f"csv:{folder}/x.csv").append(make())
    become_nobody()
    print(told(store, make()))
    print(store.count(), len(store.read()))


def games_as_nobody(url):
    """Read the rounds of games without the right to write."""
    with tempfile.TemporaryDirectory() as folder:  # imports all there is while that is allowed
        open_store(f"csv:{folder}/x.csv").append(make())
    become_nobody()
    print(*(row.id for row in rounds(open_store(url), DEMO)), sep="\n")


def become_nobody():
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    globals()[sys.argv[1]](*sys.argv[2:])
