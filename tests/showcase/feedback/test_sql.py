"""What is particular to a database: its tables, its address, rights, ends of the connection."""

import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from showcase.feedback import RefusedError, StorageError, open_store
from showcase.feedback.sql import engine, statements
from tests.showcase.feedback.builders import DEMO, as_text, ids, make, nasty, rounds, small
from tests.showcase.feedback.postgres import PASSWORD, QUOTED
from tests.showcase.feedback.processes import output, writers


@pytest.fixture
def store(database):
    return open_store(database)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "new" / "feedback.db"


@pytest.fixture
def execute(postgres, database):
    """A function that runs a statement in the schema of this test."""
    return lambda statement: postgres.execute(statement, database)


def test_processes_that_start_at_once_make_the_tables_once(database, execute, file):
    for url in (database, f"sqlite:///{file}"):
        assert output(*[("first_start", url)] * 2) == [["0"]] * 2
    assert execute("SELECT version FROM vitrine_schema") == [(2,)]


def test_threads_that_start_at_once_make_the_tables_once(database, execute):
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda number: open_store(database).append(nasty(0, number)), range(12)))
    assert execute("SELECT count(*) FROM verdicts") == [(12,)]


def test_tables_of_a_newer_version_are_left_alone(store, database, execute):
    store.append(make())
    execute("UPDATE vitrine_schema SET version = 99")
    later = open_store(database)
    for use in (later.count, lambda: later.append(make()), later.check):
        with pytest.raises(StorageError, match=r"have version 99.*knows version 2\..*update it"):
            use()
    assert execute("SELECT count(*) FROM verdicts") == [(1,)]


def test_another_programs_table_is_left_alone(store, execute):
    execute("CREATE TABLE verdicts (a text)")
    with pytest.raises(StorageError, match="has a table verdicts that this app did not make"):
        store.append(make())


def test_tables_that_are_dropped_while_the_app_runs_are_made_again(store, execute):
    store.append(make())
    execute("DROP TABLE verdicts, verdict_counts, vitrine_schema")
    with pytest.raises(StorageError, match=r"not stored: the database failed \(42P01\)"):
        store.append(make())
    store.append(make())
    assert store.count() == 1


@pytest.mark.parametrize("start", ["postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_addresses_as_hosts_write_them(database, start):
    store = open_store(database.replace("postgresql", start, 1))
    store.append(make())
    assert (store.place, store.lasting, store.count()) == ("a PostgreSQL database", True, 1)


@pytest.mark.parametrize(
    "url",
    ["postgresql://a:hunter2@b@host/db", "mysql://a:hunter2@host/db", "postgresql://a:hunter2@h:x/d",
     "sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///hunter2"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_not_shown(url):
    with pytest.raises(ValueError, match="postgresql://NAME:PASSWORD@HOST") as raised:
        open_store(url)
    assert "hunter2" not in str(raised.value)


@pytest.fixture
def away(postgres):
    """Addresses that lead nowhere, by what is wrong with them."""
    good = postgres.url()
    return {
        "name and password": postgres.url(password="hunter2"),
        "no database of that name": postgres.url("nowhere"),
        "not found under its name": good.replace("127.0.0.1", "nowhere.invalid"),
        "cannot be reached": good.replace(f":{postgres.port}", ":1"),
    }


@pytest.mark.parametrize(
    "problem",
    ["name and password", "no database of that name", "not found under", "cannot be reached"],
)
def test_what_is_wrong_is_said_without_the_password(away, problem, caplog):
    url = next(url for said, url in away.items() if said.startswith(problem))
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(StorageError, match=f"was not stored: .*{problem}") as raised,
    ):
        open_store(url).append(make())
    said = str(raised.value) + caplog.text
    assert raised.value.__cause__ is None
    assert not any(secret in said for secret in (PASSWORD, QUOTED, "hunter2"))


def test_a_role_without_rights_is_told(postgres, store, database):
    store.append(make())
    postgres.execute("DROP ROLE IF EXISTS reader", database)
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 'x'", database)
    schema = database.rpartition("%3D")[2]
    postgres.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader", database)
    postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader", database)
    reader = open_store(database.replace(f"vitrine:{QUOTED}", "reader:x"))
    assert reader.count() == 1
    for use in (reader.check, lambda: reader.append(make()), lambda: reader.forget("x")):
        with pytest.raises(StorageError, match="no permission to use the database"):
            use()
    postgres.execute("DROP OWNED BY reader; DROP ROLE reader", database)


@pytest.mark.slow  # PostgreSQL is killed and started again
@pytest.mark.parametrize("mode", ["fast", "kill -9"])
def test_a_restart_of_the_server_is_not_noticed(server, store, mode):
    store.append(small(0, 0))
    server.kill() if mode == "kill -9" else server.stop(mode)
    with pytest.raises(StorageError, match="cannot be reached"):
        store.append(small(0, 1))
    server.start()
    for number in range(3):
        store.append(small(0, number))
    assert store.count() == 3


def cut_once(monkeypatch):
    """Let the server end the connection in the middle of the next change."""
    count_up, calls = statements.count_up, []

    def cut(connection, change):
        if not calls:
            calls.append(connection.exec_driver_sql("SELECT 1"))
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        count_up(connection, change)

    monkeypatch.setattr(statements, "count_up", cut)
    return calls


def test_a_connection_cut_in_a_change_leaves_one_whole_row(store, monkeypatch):
    calls = cut_once(monkeypatch)
    record = make()
    assert store.append(record) == record.id
    assert len(calls) == 1
    assert (len(store.read()), store.count()) == (1, 1)


def test_a_row_that_was_stored_before_the_connection_was_cut_is_known(server, store, monkeypatch):
    store.count()  # the tables are there
    dialect = store._database._writer.dialect
    commit = dialect.do_commit

    def commit_and_cut(connection):
        monkeypatch.setattr(dialect, "do_commit", commit)
        commit(connection)
        session = connection.driver_connection
        server.execute(f"SELECT pg_terminate_backend({session.info.backend_pid})")
        session.execute("SELECT 1")

    monkeypatch.setattr(dialect, "do_commit", commit_and_cut)
    record = make()
    assert store.append(record) == record.id
    assert dialect.do_commit == commit
    assert (len(store.read()), store.count()) == (1, 1)


def test_what_is_read_in_pieces_ends_in_an_error_when_the_server_does(server, store):
    store.extend([small(0, number).row() for number in range(2_000)])
    found = store.batches()
    next(found)
    server.kill()
    with pytest.raises(StorageError, match=r"could not be read: the database cannot be reached"):
        list(found)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_chain_changed_by_many_at_once_stays_one(kind, database, file):
    url = database if kind == "postgresql" else f"sqlite:///{file}"
    store = open_store(url)
    first = store.append(make())
    second = store.append(make(supersedes=first, verdict="wrong"))
    ready = threading.Barrier(8)

    def change(number):
        ready.wait(60)
        verdict = "withdrawn" if number % 2 else "unsure"
        store.append(make(verdict=verdict, supersedes=(first, second)[number % 4 // 2]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(8)))
    newest = store.read().iloc[-1]
    assert store.count() == int(newest["verdict"] != "withdrawn")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_id_sent_by_many_at_once_is_one_row(kind, database, file):
    url = database if kind == "postgresql" else f"sqlite:///{file}"
    store, ready, refused = open_store(url), threading.Barrier(8), []
    records = [
        make(id="123e4567-e89b-42d3-a456-426614174000", comment=str(n % 2)) for n in range(8)
    ]

    def send(record):
        ready.wait(60)
        try:
            store.append(record)
        except RefusedError:
            refused.append(record)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, records))
    assert len(refused) == 4
    assert (len(store.read()), store.count()) == (1, 1)


def test_two_processes_show_one_scoreboard(store, database):
    with writers(("games", database, "bb", 20), ("games", database, "cc", 20)) as processes:
        printed = [process.communicate()[0].split() for process in processes]
    for app in (store, open_store(database)):
        assert ids(rounds(app, DEMO, "bb")) == printed[0]
        assert sorted(ids(rounds(app, DEMO))) == sorted(printed[0] + printed[1])
        assert app.count(DEMO) == 40


def test_a_file_is_made_with_its_folder_and_named_for_a_visitor(file):
    store = open_store(f"sqlite:///{file}", lasting=False)
    assert (store.place, store.lasting) == ("new/feedback.db on this server", False)
    assert not file.exists()
    store.append(make())
    assert file.exists()


def test_a_relative_file_stays_where_it_was_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///feedback.db")
    monkeypatch.chdir("/")
    store.append(make())
    assert (tmp_path / "feedback.db").exists()


def test_a_file_that_is_no_database_is_told(file):
    file.parent.mkdir()
    file.write_text("id,created_at\r\n" * 100)
    with pytest.raises(StorageError, match="no SQLite database"):
        open_store(f"sqlite:///{file}").append(make())
    assert file.read_text().startswith("id,created_at")


def test_a_file_that_somebody_holds_is_busy(file, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    store = open_store(f"sqlite:///{file}")
    store.append(make())
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="not stored: the database is busy"):
        store.append(make())
    assert store.count() == 1
    holder.close()
    store.append(make())


def test_nothing_of_a_forgotten_row_stays_in_the_file(file):
    store = open_store(f"sqlite:///{file}")
    store.append(make())
    store.append(make(comment="secret of Mia", annotator="Mia"))
    store.forget("Mia")
    left = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert b"secret of Mia" not in left


def test_the_query_in_the_documentation_counts_what_is_in_force(store, execute):
    first = store.append(make(demo="rainfall"))
    store.append(make(demo="rainfall", supersedes=first, verdict="wrong"))
    for verdict in ("correct", "correct", "correct", "unsure", "withdrawn"):
        store.append(make(demo="rainfall", verdict=verdict))
    text = Path("docs/feedback.md").read_text(encoding="utf-8")
    query = next(part for part in text.split("```") if part.startswith("sql\nSELECT"))
    assert execute(query.removeprefix("sql\n")) == [("rainfall", "0123456789ab", 5, 75.0)]
    assert as_text(store.read())[0][0] == first


def test_new_rows_are_copied_in_without_a_look_at_what_is_stored(store, monkeypatch):
    rows = [small(0, number).row() for number in range(3)]
    monkeypatch.setattr(statements, "_known", None)
    assert store.extend(rows) == 3


def test_memory_for_many_rows_is_given_back(file):
    store = open_store(f"sqlite:///{file}")
    store.extend([make().row()])
    (size,) = store._database.ask("", lambda one: one.exec_driver_sql("PRAGMA cache_size").one())
    assert f"cache_size = {size}" == engine.CACHE != engine.BULK_CACHE


def test_a_connection_cut_in_a_copy_leaves_every_row_once(server, store, monkeypatch):
    store.count()  # the tables are there
    as_values, cut = statements._as_values, []

    def values(row, revisions):
        if not cut:
            copying = "application_name = 'vitrine' AND query LIKE 'COPY%'"
            cut.extend(server.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {copying}"
            ))  # fmt: skip
        return as_values(row, revisions)

    monkeypatch.setattr(statements, "_as_values", values)
    assert store.extend([small(0, number).row() for number in range(3_000)]) == 3_000
    assert cut == [(True,)]
    assert store.count() == 3_000
