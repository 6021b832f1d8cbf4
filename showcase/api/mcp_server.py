"""`/api/mcp`: each demo as a tool for assistants, by the Model Context Protocol (extra `mcp`).

A tool takes the fields of `Input` and answers as `predict` does. Every request stands by itself
(stateless HTTP), so any of several worker processes may answer the next one.
"""

import inspect
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from anyio.lowlevel import RunVar
from fastapi import FastAPI, Request
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    AudioContent,
    CallToolRequestParams,
    CallToolResult,
    ImageContent,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, create_model
from starlette.types import Message, Receive, Scope, Send

from showcase.api import demos
from showcase.api.body_limit import LARGEST, LARGEST_BATCH, SMALL
from showcase.api.errors import ApiError, unexpected
from showcase.api.guard import charge_body, refuse_foreign
from showcase.api.mcp_verdict import SEND_VERDICT, Asked, send_verdict, verdict_tool
from showcase.api.predict import Answer, answer, get_demo_or_404
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.api.validation import validated
from showcase.contract import BaseOutput, Demo, ModelModule, card, registry
from showcase.runtime.log import log_unexpected

logger = logging.getLogger(__name__)

ABOUT = (
    "Each tool asks one model of this app. Its answers are estimates: pass on how sure the model "
    "is, and the score in the tool's description. Verdicts are what people say: send_verdict asks "
    "the person who uses you before it stores one."
)
SIZE = "showcase.body_size"  # of a request's scope: bytes
BESIDE = "beside this text"  # where a picture or a sound is
Context = ServerRequestContext[Any, Any]


@dataclass(frozen=True)
class DemoTool:
    """A demo with its module and what clients are told of it."""

    demo: Demo
    module: ModelModule
    tool: Tool


class Endpoint:
    """The ASGI application at `/mcp`; it answers while `run` is entered."""

    def __init__(self, version: str) -> None:
        self._tools = {one.tool.name: one for one in _demo_tools()}
        judged = [one.demo for one in self._tools.values()]
        self._listed = [one.tool for one in self._tools.values()]
        self._listed += [verdict_tool(judged)] * bool(judged)
        self._server = Server(
            "vitrine",
            title="Vitrine",
            version=version,
            instructions=ABOUT,
            on_list_tools=self._list,
            on_call_tool=self._call,
            get_tool_input_schema=self._input_schema,
        )
        self._manager: RunVar[StreamableHTTPSessionManager] = RunVar("mcp_sessions")

    @property
    def most_bytes(self) -> int:
        """How large a body may be: as large as the demo that takes the most."""
        return max([LARGEST, *(demos.most_bytes(one.module.Input) for one in self._tools.values())])

    @asynccontextmanager
    async def run(self, _: FastAPI) -> AsyncIterator[None]:
        """Answer until the server ends: a lifespan, of the application that this is part of."""
        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=LARGEST_BATCH
        )
        async with manager.run():
            token = self._manager.set(manager)
            try:
                yield
            finally:
                self._manager.reset(token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whose body `BodyLimit` has read; ApiError for what is refused."""
        request = Request(scope)
        refuse_foreign(request, "ask")
        message = await receive()
        scope[SIZE] = len(message.get("body", b""))
        charge_body(request, scope[SIZE])
        manager = self._manager.get(None)
        if manager is None:
            raise ApiError(503, "The server is only starting: try again in a second.")
        messages = iter([message])

        async def replayed() -> Message:
            return next(messages, None) or await receive()

        await manager.handle_request(scope, replayed, send)

    async def _list(self, _: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=self._listed)

    def _input_schema(self, name: str) -> Mapping[str, Any] | None:
        return next((tool.input_schema for tool in self._listed if tool.name == name), None)

    async def _call(
        self, context: Context, params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        asked = Asked.of(context, params)
        size = context.request.scope[SIZE] if context.request else 0
        pool = Pool.LARGE if size > SMALL else Pool.ANSWERS
        try:
            return await run_in_pool(lambda: self._answer(params, asked), pool)
        except ApiError as error:
            return refusal(error)
        except Exception as error:  # noqa: BLE001  # logged; the assistant gets the id
            return refusal(unexpected(log_unexpected(logger, error)))

    def _answer(
        self, params: CallToolRequestParams, asked: Asked
    ) -> CallToolResult | InputRequiredResult:
        arguments = params.arguments or {}
        if params.name == SEND_VERDICT:
            return send_verdict(arguments, asked, [one.demo.name for one in self._tools.values()])
        if params.name not in self._tools:
            names = ", ".join(tool.name for tool in self._listed)
            raise ApiError(404, f"There is no tool {params.name!r:.60}; there are {names}.")
        loaded = get_demo_or_404(self._tools[params.name].demo.name)
        return result(answer(loaded, validated(loaded.module.Input, arguments)))


def result(content: Mapping[str, Any]) -> CallToolResult:
    """Return an answer as it is, and for clients that read no more as text, pictures and sounds."""
    media: list[ImageContent | AudioContent] = []
    shown = {**content, "prediction": _without_media(content["prediction"], media)}
    text = json.dumps(shown, separators=(",", ":"), allow_nan=False)
    return CallToolResult(
        content=[TextContent(type="text", text=text), *media], structured_content=dict(content)
    )


def _without_media(
    output: Mapping[str, Any], media: list[ImageContent | AudioContent]
) -> dict[str, Any]:
    """Return an output whose pictures and sounds are taken out, and add these to `media`."""
    told, kind = dict(output), output["kind"]
    if kind in ("picture", "annotated_image"):
        media.append(ImageContent(type="image", data=told["png"], mime_type="image/png"))
        told["png"] = BESIDE
    elif kind == "sound":
        sound = AudioContent(type="audio", data=told["content"], mime_type=told["media_type"])
        media.append(sound)
        told["content"] = BESIDE
    elif kind == "gallery":
        told["pictures"] = [_without_media(one, media) for one in told["pictures"]]
    elif kind == "several":
        told["parts"] = {name: _without_media(one, media) for name, one in told["parts"].items()}
    return told


def refusal(error: ApiError) -> CallToolResult:
    """Return a refusal as the result of a tool, so that the assistant reads it and can mend it."""
    lines = [str(error), *(f"{one.field}: {one.message}" for one in error.error.fields)]
    return CallToolResult(
        content=[TextContent(type="text", text="\n".join(lines))],
        is_error=True,
    )


def tool_name(demo: str) -> str:
    """Return the name of a demo's tool, which is that of its operation in OpenAPI."""
    return f"predict_{demo}"


def _demo_tools() -> list[DemoTool]:
    """Return a tool for each demo whose line in the registry does not switch it off."""
    tools = []
    for demo in registry.demos():
        if not demo.mcp:
            continue
        try:
            module = demo.load_module()
            tools.append(DemoTool(demo, module, _tool(demo, module)))
        except Exception:
            logger.exception("no tool for assistants", extra={"demo": demo.name})
    return tools


def _tool(demo: Demo, module: ModelModule) -> Tool:
    about = card(demo)
    labels = ", ".join(module.LABELS or ())
    told = [
        demo.summary,
        f"Answers one of: {labels}." if module.LABELS else "",
        about.summary if about else "",
    ]
    return Tool(
        name=tool_name(demo.name),
        title=demo.title,
        description=" ".join(filter(None, told)),
        input_schema=demos.named_input(demo, module).model_json_schema(),
        output_schema=_answer_type(module).model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _answer_type(module: ModelModule) -> type[BaseModel]:
    """Return `Answer` with the one kind of output that the model says it gives, if it says one."""
    if isinstance(module, ModuleType):
        kind = inspect.signature(module.predict).return_annotation
    else:
        kind = getattr(module, "returns", None)
    if not isinstance(kind, type) or not issubclass(kind, BaseOutput) or kind is BaseOutput:
        return Answer
    made: type[BaseModel] = create_model("Answer", __base__=Answer, prediction=(kind, ...))
    return made
