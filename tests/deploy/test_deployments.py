"""Each recipe installed, started and asked as its host does it, and behind nginx with a prefix.

On demand the environment is made by deploy/install.sh, which takes minutes; else it is this one.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from bench.app_server import free_port
from tests.deploy import recipes
from tests.deploy.recipes import HEALTH, KEY, READY
from tests.deploy.servers import (
    clean_folder,
    environment,
    nginx,
    run_as,
    running,
    smoke,
    started,
    user,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]
INSTALLED_BY_SCRIPT = bool(os.environ.get("VITRINE_INSTALL_TEST"))
LEAN = "import importlib.util as u; print([n for n in ('tensorflow', 'pytest') if u.find_spec(n)])"


@pytest.fixture(scope="module")
def someone():
    """The user without rights, where there is one and the environment is made for it."""
    return user() if INSTALLED_BY_SCRIPT else None


@pytest.fixture(scope="module")
def base(someone):
    """A folder as the image has it, with its environment."""
    with clean_folder(someone) as made:
        if INSTALLED_BY_SCRIPT:
            # To compile what nobody imports would take most of the time.
            env = environment(made, PIP_NO_COMPILE="1")
            command = ["sh", "deploy/install.sh"]
            subprocess.run(command, cwd=made / "app", env=env, check=True, **run_as(someone))
        else:
            (made / "app" / ".venv").symlink_to(Path(sys.prefix))
        yield made


def test_installed_without_rights_and_without_tensorflow(base, someone):
    if not INSTALLED_BY_SCRIPT:
        pytest.skip("VITRINE_INSTALL_TEST=1 runs deploy/install.sh: it takes minutes")
    if someone is None and os.geteuid() == 0:
        pytest.skip("no Python here that a user without rights may start")
    command = [".venv/bin/python", "-c", LEAN]
    env = environment(base)
    found = subprocess.run(
        command, cwd=base / "app", env=env, capture_output=True, check=True, **run_as(someone)
    )
    assert found.stdout == b"[]\n"


@pytest.fixture(scope="module")
def app(base, someone):
    """The app as deploy/compose.yaml starts it."""
    with started(base, recipes.compose(), someone, READY) as url:
        yield url


@pytest.mark.parametrize("name", ["compose", "space", "cloudrun", "appengine"])
def test_recipe_works(name, base, someone, tmp_path, request):
    recipe = recipes.space(tmp_path) if name == "space" else getattr(recipes, name)()
    with ExitStack() as stack:
        if name == "compose":
            url = request.getfixturevalue("app")
        else:
            url = stack.enter_context(started(base, recipe, someone, READY))
        for path in recipe.health:
            assert urlopen(f"{url}{path}").status == 200
        said = smoke(url)
    assert said.returncode == 0, said.stdout + said.stderr


def test_community_cloud_works(base, someone):
    secrets = base / "app" / ".streamlit" / "secrets.toml"
    secrets.write_text(recipes.community_secrets(KEY))
    folder = base / "app" / "deploy" / "community_cloud"
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text((recipes.DEPLOY / "community_cloud" / "app.py").read_text())
    port = str(free_port())
    command = [".venv/bin/python", "-m", "streamlit", "run", "deploy/community_cloud/app.py"]
    env = {
        "STREAMLIT_SERVER_HEADLESS": "true",
        "VITRINE_FEEDBACK_URL": f"csv:{base}/data/community.csv",
    }
    try:
        with running([*command, f"--server.port={port}"], base, env, someone, HEALTH, port) as url:
            said = smoke(url)
    finally:
        secrets.unlink()
    assert said.returncode == 0, said.stdout + said.stderr


def test_behind_nginx_below_a_path(app, tmp_path):
    with nginx(app, tmp_path) as url:
        said = smoke(url)
        with urlopen(url) as gallery, urlopen(f"{url}/rainfall/") as page:
            assert (gallery.url, page.url) == (f"{url}/", f"{url}/rainfall")
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{url}/_stcore/metrics")
        log = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "/vitrine/api/v1/demos/rainfall/predict" in log
    assert "?" not in log  # nor what stands behind it: somebody's input


def test_behind_nginx_a_program_that_asks_too_much_leaves_the_pages_of_its_address_alone(
    app, tmp_path
):
    with nginx(app, tmp_path) as url:
        asked = HTTPConnection(urlsplit(url).netloc, timeout=10)
        answers: list[int] = []
        while 503 not in answers:
            assert len(answers) < 2_000
            asked.request("GET", "/vitrine/api/v1/live")
            with asked.getresponse() as answer:
                answer.read()
                answers.append(answer.status)
        asked.close()
        with urlopen(f"{url}/rainfall/") as page:
            scripts = re.findall(r'src="[./]*(static/js/[^"]+)"', page.read().decode())
        assert scripts
        assert {urlopen(f"{url}/{script}").status for script in scripts} == {200}


def test_wrong_key_is_said_in_a_sentence(app):
    said = smoke(app, "another-key")
    assert said.returncode == 1
    assert "/api/v1/demos answers 401 instead of 200" in said.stdout


def test_below_a_path_of_its_own(base, someone):
    """A proxy that leaves the path on needs `server.baseUrlPath`."""
    config = base / "data" / ".streamlit" / "config.toml"
    config.parent.mkdir()
    config.write_text('[server]\nbaseUrlPath = "vitrine"\n')
    try:
        with started(base, recipes.compose(), someone, prefix="/vitrine") as url:
            said = smoke(url)
    finally:
        config.unlink()
    assert said.returncode == 0, said.stdout + said.stderr


def test_server_stops_while_a_visitor_is_connected(base, someone):
    """In 10 s, then the hosts kill it."""
    with ExitStack() as visit:
        with started(base, recipes.compose(), someone) as url:
            stream = f"{url.replace('http', 'ws')}/_stcore/stream"
            visit.enter_context(connect(stream, subprotocols=["streamlit"]))
            began = time.monotonic()
        assert time.monotonic() - began < 10


def test_nothing_there_is_said_in_a_sentence():
    said = smoke(f"http://127.0.0.1:{free_port()}")
    assert said.returncode == 1
    assert "/_stcore/health does not answer" in said.stdout
    assert said.stdout.count("does not answer") == 1


def test_address_without_http_is_said_in_a_sentence():
    said = smoke("localhost:8501")
    assert said.returncode == 2
    assert "put http:// or https:// before it" in said.stderr
