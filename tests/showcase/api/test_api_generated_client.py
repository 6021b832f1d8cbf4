"""A client that openapi-python-client makes from our document has every call, and they work."""

import asyncio
import importlib
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from models.registry import DEMOS
from showcase import api
from tests.showcase.api.made_demos import every_demo

pytestmark = pytest.mark.slow


@pytest.fixture
def demos(registered):
    """The project's demos, and those that no package has: functions, an estimator."""
    every = [*DEMOS, *every_demo()]
    registered(*every)
    return every


@pytest.fixture
def application(demos):
    """The application of these demos."""
    return api.create()


@pytest.fixture
def generated(client, tmp_path, monkeypatch):
    """The package of the generated client, and what its generator said."""
    document = tmp_path / "openapi.json"
    document.write_text(client.get("/openapi.json").text, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    command = (
        "generate --meta none --path openapi.json --output-path made_client --config config.yaml"
    )
    program = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [program, *command.split()], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("made_client"), done.stdout + done.stderr


def test_every_demo_is_called(generated, demos, application, client):
    package, said = generated
    assert "will not be generated" not in said, said
    root = Path(package.__file__).parent
    calls = {path.stem: path for path in root.glob("api/*/*.py")}
    operations = [
        operation["operationId"]
        for item in client.get("/openapi.json").json()["paths"].values()
        for operation in item.values()
    ]
    assert set(operations) <= set(calls)

    async def answers():
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
            made = package.Client(base_url="http://app").set_async_httpx_client(http)
            return [await _called(calls, demo, made) for demo in demos]

    for demo, (one, many) in zip(demos, asyncio.run(answers()), strict=True):
        assert one["demo"] == many["demo"] == demo.name
        told = {name: one[name] for name in ("input_hash", "prediction")}
        assert many["results"] == [told]


async def _called(calls, demo, made):
    """Return what the generated calls for one input, and for several, answer."""
    models = importlib.import_module("made_client.models")
    name = "".join(word.capitalize() for word in demo.name.split("_"))
    given = demo.load_module().EXAMPLES[0].model_dump(mode="json")
    sent = {
        f"predict_{demo.name}": getattr(models, f"{name}Input").from_dict(given),
        f"predict_{demo.name}_batch": getattr(models, f"{name}Batch").from_dict(
            {"inputs": [given]}
        ),
    }
    answers = []
    for operation, body in sent.items():
        path = calls[operation]
        call = importlib.import_module(f"made_client.api.{path.parent.name}.{path.stem}")
        answer = await call.asyncio_detailed(client=made, body=body)
        assert (answer.status_code, answer.parsed is None) == (200, False), answer.content
        answers.append(json.loads(answer.content))
    return answers
