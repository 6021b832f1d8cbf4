"""Every refusal of the API in one shape: {"error": {"code", "message", "fields"}}."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from showcase.runtime.log import log_unexpected

logger = logging.getLogger(__name__)

MOST_PROBLEMS = 20  # that one refusal names: who sends more wrong fields sees the pattern
LONGEST_NAME = 200
CODES = {
    400: "bad_request",
    401: "no_key",
    403: "foreign_origin",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    409: "conflict",
    413: "too_large",
    415: "wrong_content_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}
WRONG_KEY = "wrong_key"  # a 401, too
MCP = "/mcp"  # where assistants ask: its errors are JSON-RPC's
REFUSED = -32_000  # JSON-RPC's code for what a server refuses; `data` has our own
DESCRIPTIONS = {
    401: "The key is missing or wrong",
    403: "A web page of another site sent it",
    404: "There is no such model",
    408: "The body did not arrive in time",
    409: "It does not go with what is stored, or with this version of the model",
    413: "The body is too large",
    415: "The body is not sent as JSON",
    422: "What was sent cannot be used; fields name what to change",
    429: "Too many requests; the header Retry-After says when to come back",
    500: "Something went wrong here",
    503: "It cannot be done at present",
}


class FieldProblem(BaseModel):
    """What is wrong with one field; nested ones are written `inputs.3.text`."""

    field: str = Field(examples=["humidity_3pm"])
    message: str = Field(examples=["It takes 100 or less."])


class Error(BaseModel):
    """What went wrong: a code for programs, a sentence for people, and the fields it is about."""

    code: str = Field(
        examples=["invalid"], json_schema_extra={"enum": [*CODES.values(), WRONG_KEY]}
    )
    message: str = Field(examples=["One field cannot be used: humidity_3pm."])
    fields: list[FieldProblem]


class ErrorAnswer(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: Error


class ApiError(HTTPException):
    """A refusal with its status; `fields` name what has to be changed."""

    def __init__(
        self,
        status: int,
        message: str,
        fields: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        code: str = "",
    ) -> None:
        super().__init__(status, message, headers)
        self.error = Error(code=code or CODES[status], message=message, fields=list(fields))

    def __str__(self) -> str:
        """Return the message alone."""
        return self.error.message

    def response(self) -> Response:
        """Return the answer that a client gets."""
        return as_json(ErrorAnswer(error=self.error), self.status_code, self.headers)


def response_to(scope: Scope, error: ApiError) -> Response:
    """Return the answer to a request that is refused; at `/mcp` as clients of JSON-RPC read it."""
    if scope.get("path", "").removeprefix(scope.get("root_path", "")) != MCP:
        return error.response()
    told = {"code": REFUSED, "message": str(error), "data": error.error.model_dump()}
    content = {"jsonrpc": "2.0", "id": None, "error": told}
    return as_json(content, error.status_code, error.headers)


def as_json(
    content: BaseModel | dict[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON in pure ASCII: half a character that somebody sent must not break an answer."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False)
    return Response(text, status, headers, "application/json")


def invalid(problems: Sequence[FieldProblem], name: str = "field") -> ApiError:
    """Return the refusal of an input whose fields are wrong, the first of them named."""
    named = ", ".join(problem.field for problem in problems[:3] if problem.field)
    more = f" and {len(problems) - 3:,} more" if len(problems) > 3 else ""
    many = f"One {name} cannot" if len(problems) == 1 else f"{len(problems):,} {name}s cannot"
    said = f"{many} be used{f': {named}{more}' if named else ''}."
    return ApiError(422, said, problems[:MOST_PROBLEMS])


def unexpected(error_id: str) -> ApiError:
    """Return what a client gets where nobody knew that it could fail; the log has the rest."""
    return ApiError(
        500,
        "Something went wrong on our side. If it happens again, tell whoever runs this server the "
        f"id {error_id}.",
    )


def shown(name: str) -> str:
    """Return a name as an answer can hold it, whatever a client made it up of."""
    short = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]} …"
    return short.encode(errors="replace").decode()


def possible_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of the refusals that an operation knows."""
    return {
        status: {"model": ErrorAnswer, "description": DESCRIPTIONS[status]} for status in statuses
    }


class CatchAll:
    """The outermost handler: a client gets a calm sentence and an id, the log has the rest.

    A handler for `Exception` would not do: Starlette raises it again after it has answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 for any exception that comes before the answer has begun."""
        begun = False
        is_head = scope.get("method") == "HEAD"

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send({**message, "body": b""} if is_head and "body" in message else message)

        if is_head:  # works wherever GET does
            scope = {**scope, "method": "GET"}

        try:
            await self.app(scope, receive, noting)
        except ApiError as error:  # of a middleware
            await response_to(scope, error)(scope, receive, send)
        except ClientDisconnect:
            logger.info("the client left", extra={"path": scope["path"]})
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            refusal = unexpected(log_unexpected(logger, error))
            await response_to(scope, refusal)(scope, receive, send)
