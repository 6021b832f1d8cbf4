"""Two processes behind nginx on one PostgreSQL, one of them killed while everybody is at work."""

import asyncio
import contextlib
import http.client
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from bench.load.visitors import Visitor, sentences
from deploy.streamlit_client import Tab, stream
from showcase.runtime.access import WRONG_OF_ONE
from showcase.runtime.kept_sign_in import COOKIE
from tests.deploy import recipes
from tests.deploy.recipes import KEY
from tests.deploy.servers import clean_folder, nginx, started
from tests.showcase.feedback.postgres import Server, programs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
VISITORS, CLIENTS = 32, 16
AFTER_S, BACK_S, JOB_S = 8.0, 5.0, 30.0
ENDED = ("done", "failed")
DAY = {"temperature_3pm": 22, "pressure_3pm": 1015, "wind_gust_speed": 39}
FULL_DAY = DAY | {"humidity_3pm": 55}
PASSWORD = "correct horse battery"


@dataclass
class Seen:
    """What visitors and programs met."""

    killed_at: float = float("inf")
    end: float = float("inf")
    opened: int = 0
    back_s: list[float] = field(default_factory=list)
    undisturbed: int = 0
    changed: list[str] = field(default_factory=list)
    thanked: list[str] = field(default_factory=list)
    failed: int = 0


@pytest.fixture
def database():
    if programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL is installed here")
    server = Server()
    yield server
    server.close()


@pytest.fixture
def recipe(database):
    """What each of the two processes is started with."""
    recipe = recipes.two()
    recipe.env["VITRINE_FEEDBACK_URL"] = database.url()
    recipe.env["VITRINE_RATE_LIMIT"] = "100000/minute"
    recipe.env["VITRINE_REVIEW_PASSWORD"] = PASSWORD
    return recipe


@pytest.fixture
def base():
    """A folder as the image has it, with this environment."""
    with clean_folder(None) as made:
        (made / "app" / ".venv").symlink_to(Path(sys.prefix))
        yield made


def process_at(url: str) -> int:
    port = urlsplit(url).port
    listening = (one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN)
    return next(one.pid for one in listening if one.laddr.port == port)


async def visit(url: str, number: int, seen: Seen) -> None:
    """Open a link to an input, and stay; if the connection breaks, do as the browser does."""
    query = "&".join(f"rainfall_{name}={value}" for name, value in DAY.items())
    query += f"&rainfall_humidity_3pm={20 + number}"
    first, broken = [], False
    while time.monotonic() < seen.end:
        try:
            address = (f"127.0.1.{number + 1}", 0)
            async with connect(**stream(url), local_addr=address, ping_interval=None) as connection:
                visitor = Visitor(Tab(url, "rainfall", query), connection)
                await visitor.open()
                now = sentences(visitor.tab)
                if broken:
                    assert not visitor.tab.errors
                    seen.back_s.append(time.monotonic() - seen.killed_at)
                    seen.changed += [] if now == first else [f"{first} became {now}"]
                seen.opened += not first
                first = now
                while time.monotonic() < seen.end:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(connection.wait_closed(), 0.2)
                        raise EOFError
                await visitor.click("rainfall_example_1")
                seen.undisturbed += not broken
                return
        except (WebSocketException, InvalidStatus, OSError, EOFError):
            broken = bool(first)  # a page was open
            await asyncio.sleep(0.2)


def send(url: str, number: int, version: str, seen: Seen) -> None:
    """Send verdicts one after the other, each until it is taken."""
    parts = urlsplit(url)
    body = {"demo": "rainfall", "model_version": version, "verdict": "correct"}
    body["input"] = DAY | {"humidity_3pm": number}
    headers = {"Content-Type": "application/json", "X-API-Key": KEY}
    while time.monotonic() < seen.end:
        content = json.dumps(body | {"id": str(uuid.uuid4())})
        status = 0
        while status not in (200, 201):
            address = (f"127.0.2.{number + 1}", 0)
            client = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=10, source_address=address
            )
            try:
                client.request("POST", f"{parts.path}/api/v1/feedback", content, headers)
                status = client.getresponse().status
            except (OSError, http.client.HTTPException):
                status = 0
            finally:
                client.close()
            seen.failed += status not in (200, 201)
        seen.thanked.append(json.loads(content)["id"])
        time.sleep(0.05)


async def crowd(url: str, victim: int, how: signal.Signals, version: str) -> Seen:
    seen = Seen(end=time.monotonic() + 120)  # if not all of them find a page

    async def kill() -> None:
        while seen.opened < VISITORS:
            await asyncio.sleep(0.1)
        seen.killed_at = time.monotonic()
        seen.end = seen.killed_at + AFTER_S
        os.kill(victim, how)

    programs = (asyncio.to_thread(send, url, n, version, seen) for n in range(CLIENTS))
    visitors = (visit(url, n, seen) for n in range(VISITORS))
    await asyncio.gather(kill(), *programs, *visitors)
    return seen


@contextlib.asynccontextmanager
async def reviewing(url: str, address: str, token: str = "") -> AsyncIterator[Visitor]:
    """Open /review from an address, with what the browser keeps."""
    settings = stream(url) | {"additional_headers": {"Cookie": f"{COOKIE}={token}"}}
    async with connect(**settings, local_addr=(address, 0), ping_interval=None) as connection:
        visitor = Visitor(Tab(url, "review"), connection)
        await visitor.open()
        yield visitor


async def sign_in(visitor: Visitor, password: str = PASSWORD) -> str:
    """Fill in the form; return what the browser is to keep, or else what the page says."""
    filled = {"access_name": "Mia", "access_password": password, "access_keep": True}
    await visitor.click("access_sign_in", filled)
    kept = (json.loads(one.json) for one in visitor.tab.of_kind("bidi_component"))
    tokens = [one["value"] for one in kept if one.get("name") == COOKIE]
    return tokens[0] if tokens else " ".join(visitor.tab.errors)


async def is_known(url: str, token: str) -> bool:
    """Return True if a reload of the page knows who it is."""
    async with reviewing(url, "127.0.3.1", token) as visitor:
        said = [one.body for one in visitor.tab.of_kind("markdown")]
    return any("Signed in as **Mia**" in body for body in said)


async def people_sign_in(url: str, first: str, second: str) -> str:
    """Sign in and out over both processes; return what is kept of a sign-in at the first one."""
    async with reviewing(url, "127.0.3.2") as visitor:
        token = await sign_in(visitor)
    assert not await is_known(first, token[:-1])
    assert await is_known(first, token)
    async with reviewing(second, "127.0.3.2", token) as visitor:
        await visitor.click("access_sign_out")
    assert [await is_known(one, token) for one in (first, second, url)] == [False] * 3
    async with reviewing(first, "127.0.3.3") as guessing:
        wrong = [await sign_in(guessing, "guess") for _ in range(WRONG_OF_ONE)]
        assert all("That is not the password" in said for said in wrong)
        assert "Too many wrong passwords" in await sign_in(guessing)
    async with reviewing(second, "127.0.3.3") as visitor:  # which counts for itself
        assert await is_known(first, await sign_in(visitor))
    async with reviewing(first, "127.0.3.4") as visitor:
        return await sign_in(visitor)


def asked(url: str, path: str, table: bytes | None = None) -> Any:
    parts = urlsplit(url)
    client = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    headers = {"X-API-Key": KEY, "Content-Type": "text/csv"}
    client.request("POST" if table else "GET", f"{parts.path}{path}", table, headers)
    answer = client.getresponse()
    content = answer.read().decode()
    client.close()
    is_json = answer.headers["content-type"] == "application/json"
    return json.loads(content) if is_json else content


def job_after(url: str, job: str) -> dict:
    """Ask for a job until it is finished, as a program does that sent it."""
    end = time.monotonic() + JOB_S
    while (now := asked(url, f"/api/v1/demos/rainfall/jobs/{job}"))["state"] not in ENDED:
        assert time.monotonic() < end
        time.sleep(0.5)
    return now


def one_ends(how: signal.Signals, url: str, victim: str, version: str, token: str) -> Seen:
    """End a process, which has a table to predict, while everybody is at work; see them go on."""
    table = "\n".join([",".join(FULL_DAY), ",".join(map(str, FULL_DAY.values())), ""])
    sent = asked(victim, "/api/v1/demos/rainfall/jobs", table.encode())
    seen = asyncio.run(crowd(url, process_at(victim), how, version))
    print(f"back after {max(seen.back_s):.1f} s, {len(seen.back_s)} of {VISITORS}; {seen.failed}"
          f" requests failed of {len(seen.thanked)}")  # fmt: skip
    assert seen.changed == []
    assert max(seen.back_s) < BACK_S
    assert len(seen.back_s) + seen.undisturbed == VISITORS
    assert min(len(seen.back_s), seen.undisturbed) > 3  # both had visitors
    # kill -9 may meet one request of each program; a process that is told to stop answers all
    assert seen.failed <= (CLIENTS if how is signal.SIGKILL else 0)
    assert asyncio.run(is_known(url, token))  # by the process that is left
    assert job_after(url, sent["id"])["state"] == "done"
    assert ",dry,0.8" in asked(url, f"/api/v1/demos/rainfall/jobs/{sent['id']}/answers")
    assert len(seen.thanked) > 10 * CLIENTS
    return seen


def test_one_of_two_ends_and_everybody_goes_on(base, recipe, database, tmp_path):
    """The first by kill -9; when it is there again, the second as a host stops it."""
    (tmp_path / "again").mkdir()
    with started(base, recipe, None) as first, started(base, recipe, None) as second:
        with nginx(first, tmp_path, second) as url:
            version = asked(url, "/api/v1/demos/rainfall")["model_version"]
            warm(first, version)
            warm(second, version)
            token = asyncio.run(people_sign_in(url, first, second))
            thanked = one_ends(signal.SIGKILL, url, first, version, token).thanked
        assert in_force(len(thanked)) in asked(second, "/api/v1/metrics")
        with (
            started(base, recipe, None, port=str(urlsplit(first).port)),
            nginx(first, tmp_path / "again", second) as url,
        ):
            warm(first, version)
            thanked += one_ends(signal.SIGTERM, url, second, version, token).thanked
            assert in_force(len(thanked)) in asked(first, "/api/v1/metrics")
    stored = [row[0] for row in database.execute("SELECT id FROM verdicts")]
    assert sorted(stored) == sorted(thanked)


def warm(app: str, version: str) -> None:
    """Wait until all models answer, and open a page."""
    assert set(asked(app, "/api/v1/ready")["versions"].values()) > {version}
    asyncio.run(visit(app, 0, Seen(end=time.monotonic() + 0.1)))


def in_force(verdicts: int) -> str:
    return f'vitrine_verdicts_in_force{{demo="rainfall"}} {verdicts}.0'
