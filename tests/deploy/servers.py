"""Servers as the recipes start them, in a clean folder, as a user without rights where possible."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from bench.app_server import free_port
from tests.deploy.recipes import DEPLOY, HEALTH, KEY, ROOT, Recipe, lay_out

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 15
NOBODY = "nobody"
FITTING = "import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"


def user() -> str | None:
    """Return the user without rights, where root may start a fitting Python as it; else None."""
    if os.geteuid() != 0:
        return None
    command = ["sh", "-c", f'python3 -c "{FITTING}"']
    runs = subprocess.run(command, cwd="/", capture_output=True, check=False, **run_as(NOBODY))
    return NOBODY if runs.returncode == 0 else None


def _group() -> int:
    return pwd.getpwnam(NOBODY).pw_gid


def run_as(chosen: str | None) -> dict:
    """Return the arguments that make subprocess start as that user."""
    return {"user": chosen, "group": _group(), "extra_groups": []} if chosen else {}


@contextlib.contextmanager
def clean_folder(chosen: str | None) -> Iterator[Path]:
    """A folder with what the image holds, and one beside it for the data, owned by the user."""
    base = Path(tempfile.mkdtemp(prefix="vitrine-"))
    try:
        base.chmod(0o755)
        lay_out(base / "app")
        (base / "data").mkdir()
        if chosen:
            for path in (base, *base.rglob("*")):
                shutil.chown(path, chosen)
        yield base
    finally:
        shutil.rmtree(base)


def environment(base: Path, **more: str) -> dict[str, str]:
    """Return what the process sees: the recipe's variables and nothing of this shell's settings."""
    passed = {name: os.environ[name] for name in os.environ if name.startswith("PIP_")}
    return {"PATH": os.environ["PATH"], "HOME": str(base / "data"), **passed, **more}


@contextlib.contextmanager
def started(
    base: Path,
    recipe: Recipe,
    chosen: str | None,
    path: str = HEALTH,
    prefix: str = "",
    port: str = "",
) -> Iterator[str]:
    """Run deploy/start.sh with the recipe's variables, on a free port if none is named."""
    env = {name: value.replace("/data", f"{base}/data") for name, value in recipe.env.items()} | {
        "VITRINE_API_KEY": KEY
    }
    command = ["sh", "deploy/start.sh"]
    with running(command, base, env, chosen, f"{prefix}{path}", port) as url:
        yield f"{url}{prefix}"


@contextlib.contextmanager
def running(
    command: Sequence[str],
    base: Path,
    env: dict[str, str],
    chosen: str | None,
    path: str,
    port: str = "",
) -> Iterator[str]:
    """Run a command that serves on $PORT until the block ends; yield the address."""
    port = port or str(free_port())
    log = base / f"{port}.log"
    given = environment(base, **env | {"PORT": port, "HOST": "127.0.0.1"})
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=base / "app", env=given, stdout=output, stderr=output, **run_as(chosen)
        )
    try:
        _wait(f"http://127.0.0.1:{port}{path}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}: {log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), urlopen(url, timeout=60) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"no answer from {url}: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def nginx(app: str, folder: Path, second: str = "") -> Iterator[str]:
    """Run nginx with deploy/nginx.conf before one app or two; its ports and its log are moved."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs nginx: tests/deploy/install_nginx.sh installs it")
        pytest.skip("no nginx on this machine: tests/deploy/install_nginx.sh installs it")
    port = free_port()
    recipe = (DEPLOY / "nginx.conf").read_text()
    if second:
        recipe = recipe.replace("# server 127.0.0.1:8502", "server 127.0.0.1:8502")
    for written, meant in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8501", f"server {urlsplit(app).netloc}"),
        ("server 127.0.0.1:8502", f"server {urlsplit(second).netloc}"),
        ("/var/log/nginx/vitrine.log", f"{folder}/access.log"),
    ):
        assert recipe.count(written) == 1
        recipe = recipe.replace(written, meant)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "main.conf"
    # Its workers must be able to write what a slow reader has not taken yet into our folder.
    owner = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
    http = f"http {{ access_log off; {temporary} {recipe} }}"
    main.write_text(f"daemon off; {owner} pid {folder}/pid; events {{}} {http}")
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(main)]
    process = subprocess.Popen(command)
    try:
        _wait(f"http://127.0.0.1:{port}/vitrine{HEALTH}", process, folder / "error.log")
        yield f"http://127.0.0.1:{port}/vitrine"
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def smoke(url: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
    """Run deploy/smoke.py against the address."""
    command = [sys.executable, str(DEPLOY / "smoke.py"), url, "--api-key", key]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
