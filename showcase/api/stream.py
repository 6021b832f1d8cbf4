"""An answer in pieces: what a function that streams says, as server-sent events while it comes."""

import json
import logging
from collections.abc import Iterator
from typing import Any

from fastapi.sse import format_sse_event
from starlette.requests import Request
from starlette.responses import StreamingResponse

from showcase.api.errors import ApiError, unexpected
from showcase.api.predict import refused, told
from showcase.contract import ModelInput, ModelModule
from showcase.contract.function import FunctionModel
from showcase.contract.outputs import Markdown
from showcase.runtime.loading import Loaded
from showcase.runtime.log import log_unexpected

logger = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"
UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would wait


def is_stream(module: ModelModule) -> bool:
    """Return True if a demo's answer comes in pieces."""
    return isinstance(module, FunctionModel) and module.is_stream


def wants_pieces(request: Request) -> bool:
    """Return True if a client asks for events and not for the whole answer."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def streamed(loaded: Loaded, given: ModelInput) -> StreamingResponse:
    """Return the pieces as events `piece`, then the whole as `answer`, or an `error`."""
    return StreamingResponse(_events(loaded, given), media_type=MEDIA_TYPE, headers=UNBUFFERED)


def _events(loaded: Loaded, given: ModelInput) -> Iterator[bytes]:
    module: Any = loaded.module
    whole = Markdown("")
    try:
        for step in module.steps(loaded.model, given):
            if isinstance(step, Markdown):
                yield _event("piece", {"text": step.markdown[len(whole.markdown) :]})
                whole = step
        yield _event("answer", told(loaded, given, whole))
    except ValueError as error:
        yield _event("error", _body(refused(loaded, error)))
    except Exception as error:  # noqa: BLE001  # logged; the answer has begun, its status is sent
        yield _event("error", _body(unexpected(log_unexpected(logger, error))))


def _body(error: ApiError) -> dict[str, Any]:
    return {"error": error.error.model_dump()}


def _event(name: str, content: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(content, allow_nan=False))
