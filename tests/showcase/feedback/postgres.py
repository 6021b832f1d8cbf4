"""A real PostgreSQL server that the tests start, stop, kill and start again."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg

PASSWORD = "s3cr3t/pass@word"
QUOTED = "s3cr3t%2Fpass%40word"
TIMEOUT_S = 60


def programs():
    """Return the folder of the server's programs; None where there is no PostgreSQL."""
    asked = shutil.which("pg_config")
    found = asked and subprocess.check_output([asked, "--bindir"], text=True)
    folders = [Path(found.strip())] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Server:
    """A cluster in a folder of its own, on a port of its own, that asks for a password."""

    def __init__(self):
        self._bin = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._data = self._folder / "data"
        # The server refuses to run as root.
        self._user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        login = ("-A", "scram-sha-256", "-U", "vitrine", f"--pwfile={secret}")
        self._run("initdb", *login, "-E", "UTF8", "--locale=C")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self):
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-w", "-s", "-t", str(TIMEOUT_S), "-l", log, "-o", options, "start")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-w", "-s", "-m", mode, "stop")

    def kill(self):
        """End every process of the server with kill -9."""
        processes = self._processes()
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, TIMEOUT_S)

    @contextmanager
    def frozen(self):
        """Stop every process of the server where it is: it takes connections and never answers."""
        processes = self._processes()
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    def _processes(self):
        main = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
        return [main, *main.children(recursive=True)]

    def is_up(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def execute(self, statement, url=""):
        """Return the rows of a statement, run by another program than ours."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def new_schema(self):
        """Return the URL of an empty schema: made in a moment, unlike a database."""
        name = f"s{uuid.uuid4().hex}"
        self.execute(f"CREATE SCHEMA {name}")
        return self.url(options=f"-csearch_path={name}")

    def url(self, database="postgres", user="vitrine", password=QUOTED, **query):
        given = f"?{urlencode(query)}" if query else ""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}{given}"

    def close(self):
        if self.is_up():
            self.stop("immediate")
        shutil.rmtree(self._folder)

    def _run(self, program, *arguments):
        rights = self._user and {"user": self._user.pw_uid, "group": self._user.pw_gid}
        said = self._folder / "said"
        with said.open("w") as output:  # a pipe would stay open as long as the server runs
            done = subprocess.run(
                [self._bin / program, "-D", self._data, *arguments],
                check=False,
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=2 * TIMEOUT_S,
                **({**rights, "extra_groups": []} if rights else {}),
            )
        if done.returncode:
            raise RuntimeError(f"{program}: {said.read_text()}")
