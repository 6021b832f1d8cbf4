"""16 clients write to a PostgreSQL that is killed and started again under them."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from showcase.feedback import open_store
from tests.showcase.feedback.builders import as_text, small
from tests.showcase.feedback.processes import writers

ROWS = int(os.environ.get("FEEDBACK_LOAD_ROWS", "2000"))
PROCESSES, THREADS = 4, 4


@pytest.mark.slow  # PostgreSQL is killed under load
def test_16_clients_lose_and_double_nothing_while_the_server_dies(server, database, tmp_path):
    spool = tmp_path / "spool.csv"
    each = ROWS // (PROCESSES * THREADS)
    tasks = [
        ("clients", database, spool, THREADS * process, THREADS, each)
        for process in range(PROCESSES)
    ]
    thanked = []
    with writers(*tasks) as processes:
        began = time.monotonic()
        for end in (server.kill, server.stop, server.kill):
            thanked += [processes[0].stdout.readline() for _ in range(each // 2)]
            end()
            thanked += [processes[1].stdout.readline() for _ in range(each // 2)]
            server.start()
        with ThreadPoolExecutor(PROCESSES) as pool:
            for rest in pool.map(lambda process: process.stdout.readlines(), processes):
                thanked += rest
        seconds = time.monotonic() - began
    store = open_store(database, spool=spool)
    waited = store.waiting()
    store.send()
    print(f"{ROWS} rows in {seconds:.1f} s, the last {waited} of them from the spool")
    wanted = {row.id: row.row() for row in (small(w, n) for w in range(16) for n in range(each))}
    found = as_text(store.read())
    assert {line.strip() for line in thanked} == set(wanted)
    assert (len(found), store.count()) == (ROWS, ROWS)
    assert {row[0]: row for row in found} == wanted
    assert store.waiting() == 0
    in_order = [small(3, number).id for number in range(each)]
    of_one = set(in_order)
    assert [row[0] for row in found if row[0] in of_one] == in_order
