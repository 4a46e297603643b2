"""One exchange with the SDK, which knows the versions of the protocol. Nothing else here imports it: that takes a third
of a second, and the packages are an extra.

Each message is answered by itself, as a JSON body: no session is kept, so a client goes on after a restart, and has
nothing that it could leave behind.
"""

import asyncio
import logging
from functools import partial
from weakref import WeakKeyDictionary

from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool
from pydantic import ValidationError
from starlette.types import Message, Receive, Scope, Send

from ingest.errors import IngestError
from ingest.version import installed_version
from rag_api.access import scopes
from rag_api.access.granted import Granted
from rag_api.http.refused import Refused
from rag_api.mcp.tools import TOOLS, Place

INSTRUCTIONS = (
    "The documents of the person who asks. `search` for passages first, then `fetch` what is worth reading in full; "
    "give the `url` of what you use, so that it can be looked up."
)

SHOWN = 100  # characters of the name of a tool that there is not

AT_ONCE = 4
"""Exchanges that use the event loop. The SDK takes it for milliseconds, in many steps, so that hundreds of exchanges
would hold up all else."""

logger = logging.getLogger(__name__)

_free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Turn:
    """Of an exchange, which gives it back while its tool waits for something."""

    def __init__(self) -> None:
        self._free = _free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
        self._taken = False

    async def take(self) -> None:
        await self._free.acquire()
        self._taken = True

    def give_back(self) -> None:
        if self._taken:
            self._taken = False
            self._free.release()


async def exchange(message: bytes, place: Place, granted: Granted, scope: Scope, send: Send) -> None:
    """Answer a message, which is a JSON object."""
    turn = Turn()
    await turn.take()
    try:
        await _exchange(turn, message, place, granted, scope, send)
    finally:
        turn.give_back()


async def _exchange(turn: Turn, message: bytes, place: Place, granted: Granted, scope: Scope, send: Send) -> None:
    server = Server(
        "rag-api",
        version=installed_version(),
        instructions=INSTRUCTIONS,
        on_list_tools=partial(_listed, granted),
        on_call_tool=partial(_called, turn, place, granted, scope["request_id"]),
    )
    body = asyncio.Queue[Message]()  # nothing follows; that the client left is noticed by whoever called
    body.put_nowait({"type": "http.request", "body": message, "more_body": False})
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
    receive: Receive = body.get
    async with manager.run():
        await manager.handle_request(scope, receive, send)


async def _listed(granted: Granted, _context: object, _params: object) -> ListToolsResult:
    return ListToolsResult(
        tools=[
            ListedTool(
                name=name,
                description=tool.description,
                input_schema=tool.takes.model_json_schema(),
                output_schema=tool.gives.model_json_schema(),
                annotations=ToolAnnotations(
                    read_only_hint=tool.needs is scopes.Scope.READ,
                    destructive_hint=False,
                    idempotent_hint=True,
                    open_world_hint=False,
                ),
            )
            for name, tool in TOOLS.items()
            if granted.allows(tool.needs)
        ]
    )


async def _called(
    turn: Turn, place: Place, granted: Granted, request_id: str, _context: object, params: CallToolRequestParams
) -> CallToolResult:
    """What goes wrong within a tool is its result, for the model to read; only that there is no such tool is not."""
    name, arguments = params.name, params.arguments
    if not (tool := TOOLS.get(name)):
        raise MCPError(INVALID_PARAMS, f"There is no tool {name[:SHOWN]!r} here: {', '.join(TOOLS)} are.")
    try:
        granted.demand(tool.needs)
        if tool.needs is not scopes.Scope.READ:
            granted.begin_change()
        asked = tool.takes.model_validate(arguments or {})
        turn.give_back()
        result = await tool.run(place, asked)
        await turn.take()
    except (Refused, IngestError) as error:
        return _failed(error.message)
    except ValidationError as error:
        return _failed(_sentence(error))
    except Exception:
        logger.exception("a fault in the tool %s (%s)", name, request_id)
        return _failed("The server has a fault and could not do this; its log says more.")
    found = result.model_dump(exclude_none=True)
    return CallToolResult(
        content=[TextContent(text=result.model_dump_json(exclude_none=True))], structured_content=found
    )


def _failed(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=message)], is_error=True)


def _sentence(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, fault["loc"]))
    return f"The argument '{place}' is wrong: {fault['msg']}." if place else f"The arguments are wrong: {fault['msg']}."
