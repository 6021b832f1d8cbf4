"""The built wheel in an environment and a folder of its own: a script's page, a project."""

import fcntl
import re
import shlex
import subprocess
import sys
import time
import venv
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bench.app_server import free_port

ROOT = Path(__file__).parents[3]
STARTS_S = 60

pytestmark = pytest.mark.slow


def run(*command, folder=ROOT):
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory, request):
    """The folder of commands of an environment that has nothing but the wheel and what it needs.

    It is made once for all workers of a run, which share the folder above their own.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(request.config, "workerinput") else own) / "installed"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            install_wheel(folder)
            (folder / "made").touch()
    return folder / "venv/bin"


def install_wheel(folder):
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv")
    # The versions are those of the lock; its hashes are held to by the deployments' tests.
    lock = (ROOT / "requirements-serve.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9.-]+==[^\\\n]+", lock, flags=re.MULTILINE)
    (folder / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    run(
        *pip(folder / "venv/bin"), "install", "-q", "--no-compile", "-c", folder / "pins.txt", wheel
    )


def pip(installed):
    """Return the command of this environment's pip for another one, which has none of its own."""
    return sys.executable, "-m", "pip", "--python", installed / "python"


@contextmanager
def running(command, folder, options=("--", "--server.headless", "true", "--server.port")):
    """Run a command that serves on the port after its last option; yield its address."""
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*map(str, command), *options, str(port)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield answering(f"http://127.0.0.1:{port}", folder / "log")
    finally:
        process.terminate()
        process.wait(timeout=20)


def answering(url, log):
    deadline = time.monotonic() + STARTS_S
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/_stcore/health") as answer:
                assert answer.status == 200
                return url
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(log.read_text(encoding="utf-8"))


def test_it_brings_no_model_and_no_tensorflow(installed):
    listed = run(*pip(installed), "list").lower()
    assert "vitrine-showcase" in listed
    assert not re.search("tensorflow|litert|nltk|scikit-learn", listed)
    code = "import importlib.util as u; print(u.find_spec('models'), u.find_spec('pages'))"
    assert run(installed / "python", "-c", code, folder=installed).split() == ["None", "None"]


def test_the_readme_s_function_has_a_page_a_verdict_review_annotate_and_api(installed, tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?interface\(tip\)\n)```", text, flags=re.DOTALL)[1]
    (tmp_path / "tip.py").write_text(script, encoding="utf-8")
    with running([installed / "showcase", "run", "tip.py"], tmp_path) as url:
        said = run(sys.executable, "deploy/smoke.py", url)
        with pytest.raises(HTTPError, match="403"):  # a name of another site's, for this machine
            urlopen(Request(f"{url}/api/v1/demos", headers={"Host": "elsewhere.example"}))
    for check in ("tip: predict", "its page", "/review", "/annotate", "A verdict: written"):
        assert check in said
    rows = (tmp_path / "feedback/feedback.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3  # the heading, a verdict, and its undoing


def documented():
    """Return the lines of docs/your-model.md that make a project and start it."""
    text = (ROOT / "docs/your-model.md").read_text(encoding="utf-8")
    section = text.partition("## A project of your own")[2]
    block = re.search(r"```sh\n(.*?)```", section, flags=re.DOTALL)[1]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


def test_the_documented_project_runs(installed, tmp_path):
    new, (_, folder_name), another, start, serve = documented()
    said = run(installed / new[0], *new[1:], folder=tmp_path)
    assert "cd walking_speed && showcase run" in said
    folder = tmp_path / folder_name
    run(installed / another[0], *another[1:], folder=folder)
    with running([installed / start[0], *start[1:]], folder) as url, urlopen(url) as answer:
        assert answer.status == 200
    assert "/review?token=" in (folder / "log").read_text(encoding="utf-8")
    with running([installed / serve[0], *serve[1:]], folder, ["--port"]) as url:
        said = run(sys.executable, "deploy/smoke.py", url)
    assert "walking_speed: predict" in said
    assert "tree_height: predict" in said
    listed = run(installed / "showcase", "feedback", "stats", folder=folder)
    assert "walking_speed" in listed  # the smoke test's verdict, and its undoing
