"""The app of server.py with one demo more: `uvicorn bench.load.with_shout:app`."""

from bench.load.same import SHOUT
from models import registry

registry.DEMOS = (*registry.DEMOS, SHOUT)

from server import app  # noqa: E402  # it reads the registry

__all__ = ["app"]
