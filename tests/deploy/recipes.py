"""What the files of deploy/ say: read here, so that tests and recipes cannot drift apart."""

import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KEY = "a-key-for-the-tests"
LIVE, READY, HEALTH = "/api/v1/live", "/api/v1/ready", "/_stcore/health"
ENV = re.compile(r"^ENV (\w+)=(.+)$", re.MULTILINE)
COPY = re.compile(r"^COPY (.+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    """How a host starts the app: with which variables, and what it asks to see whether it works."""

    port: int
    health: set[str]
    env: dict[str, str] = field(default_factory=dict)
    key_from_operator: bool = True


def image_env(dockerfile: Path = DEPLOY / "Dockerfile") -> dict[str, str]:
    return dict(ENV.findall(dockerfile.read_text()))


def copied() -> list[tuple[list[str], str]]:
    """Return what the Dockerfile copies: the sources and the place of each COPY."""
    text = (DEPLOY / "Dockerfile").read_text()
    return [(sources.split(), place) for sources, place in COPY.findall(text)]


def read(name: str) -> dict:
    return yaml.safe_load((DEPLOY / name).read_text())


def compose() -> Recipe:
    service = read("compose.yaml")["services"]["vitrine"]
    port = int(service["ports"][0].split(":")[1])
    env = dict(service["environment"])
    required = env.pop("VITRINE_API_KEY").startswith("${VITRINE_API_KEY:?")
    check = re.search(r"HEALTHCHECK .*", (DEPLOY / "Dockerfile").read_text())[0]
    return Recipe(port, {check.split("'")[-2]}, image_env() | env, required)


def two() -> Recipe:
    """Return what each of the two processes is started with."""
    services = read("compose.two.yaml")["services"]
    first, second = services["vitrine-1"], services["vitrine-2"]
    assert first["environment"] == second["environment"]
    env = dict(first["environment"])
    required = env.pop("VITRINE_API_KEY").startswith("${VITRINE_API_KEY:?")
    return Recipe(8080, {LIVE}, image_env() | env, required)


def space(folder: Path) -> Recipe:
    """Return what the filled folder says, which is what the host reads."""
    subprocess.run(["sh", str(DEPLOY / "space" / "fill.sh"), str(folder)], check=True)
    front = yaml.safe_load((folder / "README.md").read_text().split("---")[1])
    assert front["sdk"] == "docker"
    return Recipe(front["app_port"], set(), image_env(folder / "Dockerfile"))


def cloudrun() -> Recipe:
    (container,) = read("cloudrun.yaml")["spec"]["template"]["spec"]["containers"]
    values = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    secrets = {one["name"] for one in container["env"] if "valueFrom" in one}
    probes = {container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness")}
    port = container["ports"][0]["containerPort"]
    env = image_env() | {"PORT": str(port)} | values
    return Recipe(port, probes, env, secrets == {"VITRINE_API_KEY"})


def appengine() -> Recipe:
    given = read("appengine.yaml")
    checks = {given[f"{name}_check"]["path"] for name in ("readiness", "liveness")}
    env = image_env() | given["env_variables"]
    return Recipe(8080, checks, env, "VITRINE_API_KEY" not in env)  # the host's only port


def community_secrets(key: str) -> str:
    """Return the secrets as an operator fills them in."""
    text = (DEPLOY / "community_cloud" / "secrets.toml").read_text()
    filled = text.replace('api_key = ""', f'api_key = "{key}"')
    assert tomllib.loads(filled)["vitrine"]["api_key"] == key
    return filled


def lay_out(folder: Path) -> None:
    """Copy what the image holds, tracked files only, to where it holds them."""
    for sources, place in copied():
        listed = ["git", "ls-files", "-z", "--", *sources]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            target = folder / name
            assert name.startswith(place.removeprefix("./")), (name, place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
