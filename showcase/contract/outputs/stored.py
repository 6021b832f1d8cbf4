"""An output as a feedback row holds it."""

import hashlib
import json
from typing import Any

from showcase.contract.outputs.kinds import Several
from showcase.contract.predictions import BaseOutput

LARGEST = 20_000


def stored(output: BaseOutput) -> dict[str, Any]:
    """Return the output as plain JSON; a payload over 20 kB is only its SHA-256 and its size.

    >>> from showcase.contract.outputs.kinds import Text
    >>> stored(Text("x" * 30_000))["text"]["bytes"]
    30002
    """
    if isinstance(output, Several):
        parts = {name: stored(part) for name, part in output.parts.items()}
        return {"kind": output.kind, "parts": parts}
    return {name: _payload(value) for name, value in output.model_dump(mode="json").items()}


def _payload(value: Any) -> Any:
    content = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    if len(content) <= LARGEST:
        return value
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
