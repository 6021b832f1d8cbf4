"""Requests that fail while a running server changes over to another model, again and again.

python -m bench.changeovers [--changes 100] [--requests 10000] [--url postgresql://...]

Versions of Rainfall are promoted and rolled back from this process; each change counts once the
server answers with the other version. Meanwhile clients ask over the API without a pause. Ends with
1 if a request failed, or was answered by a version that was never in force.
"""

import argparse
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from bench.app_server import ROOT, START_TIMEOUT_S, running_production
from models import rainfall
from models.rainfall import model as model_file
from models.registry import DEMOS
from showcase.contract import registry
from showcase.learning import promotion
from showcase.runtime import project
from showcase.versions import StoredVersion, Versions, digits, open_versions

CLIENTS, PAUSE_S = 4, 0.01
WAIT_S = 30.0
QUESTION = f"/api/v1/demos/rainfall/predict?{urlencode(rainfall.EXAMPLES[0].model_dump())}"


class Clients:
    """Threads that ask all the time; `answers` counts versions, `failed` holds all else."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address).netloc
        self.answers: Counter[str] = Counter()
        self.failed: list[str] = []
        self.latest = ""
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(self.address, timeout=WAIT_S)
        while not self._ended.wait(PAUSE_S):
            try:
                connection.request("GET", QUESTION)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 200:
                    self.latest = json.loads(body)["model_version"]
                    self.answers[self.latest] += 1
                else:
                    self.failed.append(f"{answer.status} {body[:100]!r}")
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                connection = http.client.HTTPConnection(self.address, timeout=WAIT_S)

    def end(self) -> None:
        """Let each ask no more."""
        self._ended.set()
        for thread in self._threads:
            thread.join()


def stored_other(versions: Versions) -> StoredVersion:
    """Keep a network for which it is more humid than it is, and return its version."""
    model = rainfall.load()
    model.classifier[0].mean_[1] -= 40.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.skops"
        model_file.write(model, path)
        content = path.read_bytes()
    sha256 = digits(content)
    report = {"passed": True, "compared_with": registry.version("rainfall")}
    stored = StoredVersion(
        demo="rainfall", version=sha256[:12], artifact="model.skops", sha256=sha256, report=report
    )
    versions.add(stored, content)
    return stored


def change_over(clients: Clients, versions: Versions, other: str, changes: int) -> list[float]:
    """Promote and roll back in turn; return how long the server took to follow, in seconds."""
    demo, took = registry.find("rainfall"), []
    for number in range(changes):
        if number % 2 == 0:
            wanted = promotion.promote(versions, demo, other, "bench").version
        else:
            wanted = promotion.roll_back(versions, demo, "bench").version
        began = time.monotonic()
        while clients.latest != wanted:
            if time.monotonic() - began > WAIT_S:
                raise TimeoutError(f"the server does not answer with {wanted}")
            time.sleep(0.005)
        took.append(time.monotonic() - began)
    return took


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print one line."""
    parser = argparse.ArgumentParser(description="Requests that fail while models change.")
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--requests", type=int, default=10_000, help="at least so many")
    parser.add_argument("--url", default="", help="of the store; a new CSV without one")
    chosen = parser.parse_args(arguments)
    project.use(DEMOS, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.url or f"csv:{folder}/feedback.csv"
        env = {"VITRINE_FEEDBACK_URL": url, "VITRINE_WARM": "0"}
        os.environ |= env
        versions = open_versions(url)
        other = stored_other(versions)
        with running_production(Path(folder) / "log", env) as server:
            urlopen(
                f"{server.url}{QUESTION}", timeout=START_TIMEOUT_S
            ).close()  # it loads the model
            clients = Clients(server.url)
            try:
                took = change_over(clients, versions, other.version, chosen.changes)
                while clients.answers.total() < chosen.requests and not clients.failed:
                    time.sleep(0.05)
            finally:
                clients.end()
    strangers = set(clients.answers) - {other.version, registry.version("rainfall")}
    took.sort()
    print(
        f"{len(took)} changeovers, each noticed after {took[len(took) // 2]:.2f} s "
        f"(at most {took[-1]:.2f}); {clients.answers.total():,} requests answered, "
        f"{len(clients.failed)} failed, {len(strangers)} unknown versions. {clients.failed[:3]}"
    )
    return int(bool(clients.failed or strangers))


if __name__ == "__main__":
    sys.exit(main())
