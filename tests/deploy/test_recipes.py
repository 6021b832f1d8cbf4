"""The recipes agree with each other, with the app and with what docs/deploy.md tells."""

import os
import re
import subprocess
from ipaddress import ip_network
from pathlib import PurePath
from urllib.parse import urlsplit

import pytest

from showcase.runtime.settings import Settings
from tests.deploy import recipes
from tests.deploy.recipes import DEPLOY, LIVE, READY, ROOT

PROXIES = "FORWARDED_ALLOW_IPS"
README = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


@pytest.fixture(params=["compose", "two", "space", "cloudrun", "appengine"])
def recipe(request, tmp_path):
    return (
        recipes.space(tmp_path) if request.param == "space" else getattr(recipes, request.param)()
    )


def test_port_is_where_the_host_looks(recipe):
    assert recipe.env["PORT"] == str(recipe.port)


def test_health_paths_are_told_and_are_those_of_the_api(recipe):
    assert recipe.health <= {LIVE, READY}
    assert all(f"`{path}`" in README for path in recipe.health)


def test_key_comes_from_the_operator_and_rates_are_limited(recipe):
    assert recipe.key_from_operator
    assert "VITRINE_API_KEY" not in recipe.env
    assert recipe.env["VITRINE_RATE_LIMIT"]


def test_every_variable_is_a_setting(recipe):
    known = {f"VITRINE_{name.upper()}" for name in Settings.model_fields} | {"PORT", PROXIES}
    assert set(recipe.env) <= known


def test_word_of_a_proxy_is_taken_only_where_nothing_else_reaches_the_port(recipe):
    networks = [ip_network(one) for one in recipe.env.get(PROXIES, "").split(",") if one]
    assert all(one.is_private or one == ip_network("100.64.0.0/10") for one in networks)
    published = recipe == recipes.compose()  # on the machine's own address, by Docker
    assert bool(networks) is not published


def test_start_trusts_the_word_of_this_machine_only_and_its_files_are_private(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\necho ${PROXIES}; umask; echo $*\n")
    python.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "VENV": str(tmp_path), "VITRINE_API_KEY": ""}
    command = ["sh", str(DEPLOY / "start.sh")]
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    trusted, mask, arguments = said.splitlines()
    assert all(ip_network(one).is_loopback for one in trusted.split(","))
    assert int(mask, 8) == 0o077
    for bound in ("--ws-max-size", "--limit-concurrency", "--no-access-log"):
        assert bound in arguments


def test_nginx_bounds_slow_and_many_clients_and_logs_no_input():
    text = (DEPLOY / "nginx.conf").read_text()
    (log_format,) = [line for line in text.splitlines() if line.startswith("log_format")]
    for variable in ("$args", "$query_string", "$request ", '$request"', "$request_uri", "$http_"):
        assert variable not in log_format
    for line in (
        "access_log /var/log/nginx/vitrine.log vitrine;",
        "client_header_timeout 10s;",
        "client_body_timeout 30s;",
        "limit_req zone",
        "limit_conn ",
        "listen 443 ssl;",
    ):
        assert line in text


@pytest.mark.parametrize("name", ["compose.yaml", "compose.two.yaml"])
def test_containers_write_their_volumes_alone_and_are_bounded(name):
    recipe = recipes.read(name)
    services = [one for key, one in recipe["services"].items() if key != "database"]
    for service in services:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert {"mem_limit", "pids_limit", "restart"} <= service.keys()
        assert {volume.split(":")[0] for volume in service["volumes"]} <= recipe["volumes"].keys()
        assert set(service.get("depends_on", ())) <= recipe["services"].keys()
    (built,) = [one["build"] for one in services if "build" in one]  # Docker builds a name once
    assert len({one.get("image") for one in services}) == 1
    assert (DEPLOY / built["context"] / built["dockerfile"]).samefile(DEPLOY / "Dockerfile")


def test_two_processes_are_where_nginx_looks_and_share_their_tables():
    services = recipes.read("compose.two.yaml")["services"]
    two = [services["vitrine-1"], services["vitrine-2"]]
    servers = re.findall(r"server (127\.0\.0\.1:\d+) ", (DEPLOY / "nginx.conf").read_text())
    assert [one["ports"] for one in two] == [[f"{place}:8080"] for place in servers]
    spool = PurePath(recipes.image_env()["VITRINE_FEEDBACK_SPOOL"])
    shared = set(two[0]["volumes"]) & set(two[1]["volumes"])
    assert {volume.split(":")[1] for volume in shared} == {str(spool.parent / "jobs")}
    database = services["database"]["environment"]
    url = urlsplit(two[0]["environment"]["VITRINE_FEEDBACK_URL"].replace("?", ""))
    assert url.hostname == "database"
    assert url.username == database["POSTGRES_USER"]
    assert url.path == f"/{database['POSTGRES_DB']}"


def test_image_runs_as_a_user_who_cannot_change_it():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    assert lines.index("USER app") > max(n for n, one in enumerate(lines) if one[:4] == "COPY")
    assert not [one for one in lines if "--chown" in one]


def test_image_holds_every_module_of_the_app(tmp_path):
    recipes.lay_out(tmp_path)
    for folder in ("models", "showcase", "pages"):
        tracked = set((tmp_path / folder).rglob("*"))
        assert {tmp_path / path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py")} <= (
            tracked
        )
    assert not list(tmp_path.rglob("secrets*"))


def test_context_of_the_image_holds_what_it_copies():
    kept = {
        line.removeprefix("!").split("/")[0]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert {source.split("/")[0] for sources, _ in recipes.copied() for source in sources} == kept


def test_space_builds_the_same_image_on_its_port(tmp_path):
    space = recipes.space(tmp_path)
    assert space.port == 7860
    assert "8080" not in (tmp_path / "Dockerfile").read_text()
    assert all(
        (tmp_path / source).exists() for sources, _ in recipes.copied() for source in sources
    )


def test_every_file_is_told():
    files = [path for path in DEPLOY.rglob("*") if path.suffix not in (".pyc", ".md")]
    parts = ("smoke_api", "smoke_client", "smoke_page", "streamlit_client")  # of smoke.py
    told = {path for path in files if path.is_file() and path.stem not in parts}
    assert {path.relative_to(DEPLOY) for path in told if path.name not in README} == set()


def test_start_without_a_key_is_refused():
    env = {"PATH": os.environ["PATH"]}
    command = ["sh", str(DEPLOY / "start.sh")]
    refused = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "VITRINE_API_KEY is not set" in refused.stderr
