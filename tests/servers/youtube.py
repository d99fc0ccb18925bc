"""A YouTube-like live chat: the Data API's part for it over HTTP, the stream over gRPC, and every fault a client must survive.

What it does follows the discovery document of the YouTube Data API v3 and developers.google.com/youtube/v3/live. The stream is made with
Google's own gRPC and protocol buffers from `stream_list.proto`; google-api-python-client judges the rest in
`tests/platforms/youtube/test_judges.py`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from servers.local import LocalServer

VIDEO, CHAT, SHOP = "vidEo-00001", "chat-1", "UCshop"
COSTS = {"videos": 1, "liveBroadcasts": 1, "list": 5, "insert": 20, "stream": 5}
DETAILS = {"textMessageEvent": "textMessageDetails"}


class YouTubeServer(LocalServer):
    """The server. Lines are kept as JSON; the stream and the pages are two ways to read them."""

    def __init__(self, clock: Callable[[], float] = time.time, *, stream: bool = True) -> None:
        super().__init__(clock)
        self.items: list[dict[str, Any]] = []
        self.chat: str | None = CHAT
        self.ended_at: str | None = None
        self.offline_at: str | None = None
        self.wait_ms: Any = 1000
        self.page_size = 2000
        self.keys = {"key"}
        self.tokens = {"good"}
        self.refreshes = {"refresh": "good"}
        self.refuse: tuple[int, str, str] | None = None
        """Status, reason and message with which reading is refused."""
        self.refuse_lines: tuple[int, str, str] | None = None
        self.stream_error: tuple[str, str] | None = None
        self.token_epoch = 0
        """Changing it makes all page tokens of before invalid."""
        self.swallow = False
        self.unlisted = False
        """Lines that are written get an id and never show up."""
        self.frozen = False
        self.raw: Any = None
        """What is answered instead of a page, once."""
        self.quota_left = 10_000_000
        self.accepted: list[str] = []
        self.polled_at: list[float] = []
        self.early: list[float] = []
        self.streams: list[Stream] = []
        self.road = Road()
        self._stream_port = 0
        self._with_stream = stream
        self._grpc: Any = None
        self._news = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/youtube/v3/videos", self._videos),
            web.get("/youtube/v3/liveBroadcasts", self._broadcasts),
            web.get("/youtube/v3/liveChat/messages", self._list),
            web.post("/youtube/v3/liveChat/messages", self._insert),
            web.post("/token", self._token),
        ]

    async def start(self) -> None:
        await super().start()
        if self._with_stream:
            import grpc.aio

            self._grpc = grpc.aio.server()
            self._grpc.add_generic_rpc_handlers((self._handler(),))
            self._stream_port = self._grpc.add_insecure_port("127.0.0.1:0")
            await self._grpc.start()
            await self.road.open(self._stream_port)

    async def stop(self) -> None:
        await self.road.close()
        if self._grpc is not None:
            await self._grpc.stop(None)
            self._grpc = None
        await super().stop()

    @property
    def api(self) -> str:
        return f"{self.url}/youtube/v3"

    @property
    def stream_at(self) -> str:
        return f"127.0.0.1:{self.road.port}"

    def stamp(self, at: float | None = None) -> str:
        return datetime.fromtimestamp(self.clock() if at is None else at, UTC).isoformat(timespec="microseconds")

    # what is written in the chat

    async def add(self, kind: str, details: dict[str, Any] | None = None, *, by: str = "UCmina", **more: Any) -> str:
        """Have a message of a kind appear; return its id."""
        identity = more.pop("id", f"LCC.{len(self.items) + 1}")
        names = {"UCmina": "@mina", SHOP: "@shop"}
        author = {
            "channelId": by,
            "channelUrl": f"http://www.youtube.com/channel/{by}",
            "displayName": names.get(by, f"@{by.lower()}"),
            "profileImageUrl": "",
            "isVerified": False,
            "isChatOwner": by == SHOP,
            "isChatSponsor": False,
            "isChatModerator": False,
        }
        snippet = {
            "type": kind,
            "liveChatId": CHAT,
            "authorChannelId": by,
            "publishedAt": more.pop("at", self.stamp()),
            "hasDisplayContent": True,
            "displayMessage": more.pop("display", ""),
            **({DETAILS.get(kind, kind.removesuffix("Event") + "Details"): details} if details else {}),
        }
        self.items.append(
            {"kind": "youtube#liveChatMessage", "etag": "e", "id": identity, "snippet": snippet, "authorDetails": author | more}
        )
        self._wake()
        return str(identity)

    async def say(self, text: str, **more: Any) -> str:
        return await self.add("textMessageEvent", {"messageText": text}, display=text, **more)

    async def repeat(self) -> None:
        """Let the last message appear once more."""
        self.items.append(self.items[-1])
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def end(self) -> None:
        """End the chat as YouTube does."""
        self.chat, self.ended_at = None, self.stamp()
        await self.add("chatEndedEvent")

    # HTTP

    def _refusal(self, request: web.Request, cost: str, *, write: bool = False) -> web.Response | None:
        self.quota_left -= COSTS[cost]
        key = request.headers.get("X-Goog-Api-Key") or request.query.get("key", "")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and token not in self.tokens:
            return _error(401, "authError", "Invalid Credentials")
        if scheme != "Bearer" and (write or key not in self.keys):
            return _error(400, "badRequest", "API key not valid. Please pass a valid API key.")
        if self.quota_left < 0:
            return _error(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.", "youtube.quota")
        return None

    async def _videos(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        if refusal := self._refusal(request, "videos"):
            return refusal
        if request.query["id"] != VIDEO:
            return web.json_response({"kind": "youtube#videoListResponse", "items": []})
        times = {"actualEndTime": self.ended_at} if self.ended_at else {}
        details = {"actualStartTime": self.stamp(0.0), "concurrentViewers": "12", **times, **self._active("activeLiveChatId")}
        return web.json_response({"kind": "youtube#videoListResponse", "items": [{"id": VIDEO, "liveStreamingDetails": details}]})

    def _active(self, key: str) -> dict[str, str]:
        return {key: self.chat} if self.chat else {}

    async def _broadcasts(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        if refusal := self._refusal(request, "liveBroadcasts"):
            return refusal
        if "mine" in request.query:
            return _error(400, "incompatibleParameters", "mine and broadcastStatus exclude each other")
        items = [{"id": VIDEO, "snippet": self._active("liveChatId"), "status": {"lifeCycleStatus": "live"}}] if self.chat else []
        return web.json_response({"kind": "youtube#liveBroadcastListResponse", "items": items})

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if self.frozen:
            return await self.hang()
        if refusal := self._refusal(request, "list"):
            return refusal
        if self.refuse:
            return _error(*self.refuse)
        if self.raw is not None:
            raw, self.raw = self.raw, None
            return web.Response(body=raw, content_type="application/json")
        if request.query["liveChatId"] != CHAT:
            return _error(404, "liveChatNotFound", "The live chat is not found.")
        now = self.clock()
        if self.polled_at and now - self.polled_at[-1] < float(self.wait_ms or 0) / 1000 - 0.001:
            self.early.append(now)
        self.polled_at.append(now)
        at = self._place(request.query.get("pageToken", ""))
        if at is None:
            return _error(400, "pageTokenInvalid", "The page token is not valid.")
        upto = min(len(self.items), at + min(self.page_size, int(request.query.get("maxResults", 500))))
        page = {
            "kind": "youtube#liveChatMessageListResponse",
            "etag": "e",
            "nextPageToken": self._page_token(upto),
            "pollingIntervalMillis": self.wait_ms,
            "pageInfo": {"totalResults": upto - at, "resultsPerPage": upto - at},
            "items": self.items[at:upto],
            **({"offlineAt": self.offline_at} if self.offline_at else {}),
        }
        return web.json_response(page)

    def _page_token(self, at: int) -> str:
        return f"{self.token_epoch}.{at}"

    def _place(self, token: str) -> int | None:
        epoch, _, at = token.partition(".")
        if not token:
            return 0
        return int(at) if epoch == str(self.token_epoch) else None

    async def _insert(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request, "insert", write=True):
            return refusal
        if self.refuse_lines:
            return _error(*self.refuse_lines)
        snippet = (await request.json())["snippet"]
        text = snippet["textMessageDetails"]["messageText"]
        if len(text) > 200:
            return _error(400, "messageTextInvalid", "The message text is not valid.")
        self.accepted.append(text)
        if self.swallow:
            return await self.hang()
        identity = f"LCC.own{len(self.accepted)}"
        if not self.unlisted:
            await self.say(text, id=identity, by=SHOP)
        return web.json_response({"kind": "youtube#liveChatMessage", "id": identity, "snippet": {**snippet, "authorChannelId": SHOP}})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        access = self.refreshes.get(str(form.get("refresh_token")))
        if access is None:
            return web.json_response({"error": "invalid_grant", "error_description": "Token has been revoked."}, status=400)
        return web.json_response({"access_token": access, "expires_in": 3599, "scope": "https://www.googleapis.com/auth/youtube"})

    # the stream

    def _handler(self) -> Any:
        import grpc

        messages = messages_of_google()
        method = grpc.unary_stream_rpc_method_handler(
            self._stream,
            request_deserializer=messages.LiveChatMessageListRequest.FromString,
            response_serializer=lambda response: response if isinstance(response, bytes) else response.SerializeToString(),
        )
        return grpc.method_handlers_generic_handler("youtube.api.v3.V3DataLiveChatMessageService", {"StreamList": method})

    async def _stream(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.knocks += 1
        self.quota_left -= COSTS["stream"]
        await self._check(request, context)
        at = self._place(request.page_token)
        stream = Stream()
        self.streams.append(stream)
        try:
            async for page in self._pages(stream, at or 0):
                yield page
        finally:
            self.streams.remove(stream)

    async def _check(self, request: Any, context: Any) -> None:
        import grpc

        metadata = dict(context.invocation_metadata())
        _, _, token = metadata.get("authorization", "").partition(" ")
        refusal = self.stream_error
        if metadata.get("x-goog-api-key") not in self.keys and token not in self.tokens:
            refusal = ("UNAUTHENTICATED", "Request had invalid authentication credentials.")
        elif self.quota_left < 0:
            refusal = ("RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Queries'.")
        elif request.live_chat_id != CHAT:
            refusal = ("NOT_FOUND", "The live chat is not found.")
        elif not self.chat:
            refusal = ("FAILED_PRECONDITION", "The live chat is no longer live.")
        elif self._place(request.page_token) is None:
            refusal = ("INVALID_ARGUMENT", "The page token is not valid.")
        if refusal:
            await context.abort(grpc.StatusCode[refusal[0]], refusal[1])

    async def _pages(self, stream: Stream, at: int) -> AsyncIterator[Any]:
        from google.protobuf import json_format

        first = True
        while not stream.over.is_set():
            if stream.raw:
                yield stream.raw.pop(0)
            elif first or at < len(self.items):
                upto = min(len(self.items), at + self.page_size)
                page = {"nextPageToken": self._page_token(upto), "items": [streamed(item) for item in self.items[at:upto]]}
                yield json_format.ParseDict(page, messages_of_google().LiveChatMessageListResponse())
                at, first = upto, False
            else:
                news = self._news
                waiting = [asyncio.ensure_future(work) for work in (news.wait(), stream.over.wait())]
                try:
                    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for one in waiting:
                        one.cancel()

    async def send_raw(self, *pages: bytes) -> None:
        """Send what is no page on every stream."""
        for stream in self.streams:
            stream.raw.extend(pages)
        self._wake()

    def close_streams(self) -> None:
        """End every stream politely, as YouTube does now and then."""
        for stream in self.streams:
            stream.over.set()


class Stream:
    """One open stream."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.raw: list[bytes] = []


def streamed(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as the stream's proto can say it."""
    snippet = {key: value for key, value in item["snippet"].items() if key != "fanFundingDetails"}
    return {"id": item["id"], "snippet": snippet, "authorDetails": item["authorDetails"]}


_MESSAGES: list[Any] = []


def messages_of_google() -> Any:
    """Return the classes that protoc makes of `stream_list.proto`."""
    if not _MESSAGES:
        import grpc

        folder = str(Path(__file__).parent)
        sys.path.insert(0, folder)
        try:
            _MESSAGES.append(grpc.protos("stream_list.proto"))
        finally:
            sys.path.remove(folder)
    return _MESSAGES[0]


def _error(status: int, reason: str, message: str, domain: str = "youtube.liveChat") -> web.Response:
    error = {"code": status, "message": message, "errors": [{"domain": domain, "reason": reason, "message": message}]}
    return web.json_response({"error": error}, status=status)


class Road:
    """A TCP road to the stream's server that can be cut or blocked: gRPC itself cannot be made to break."""

    def __init__(self) -> None:
        self.port = 0
        self._ends: set[asyncio.StreamWriter] = set()
        self._states: list[dict[str, bool]] = []
        self._server: asyncio.Server | None = None

    @property
    def travellers(self) -> int:
        return len(self._ends) // 2

    async def open(self, to: int) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                up_reader, up_writer = await asyncio.open_connection("127.0.0.1", to)
            except OSError:
                writer.transport.abort()
                return
            self._ends |= {writer, up_writer}
            here = {"blocked": False}
            self._states.append(here)
            await asyncio.gather(self._carry(reader, up_writer, here), self._carry(up_reader, writer, here), return_exceptions=True)
            for end in (writer, up_writer):
                self._ends.discard(end)
                end.transport.abort()

        self._server = await asyncio.start_server(accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, here: dict[str, bool]) -> None:
        try:
            while data := await reader.read(1 << 16):
                while here["blocked"]:
                    await asyncio.sleep(0.01)
                writer.write(data)
                await writer.drain()
        finally:
            writer.transport.abort()

    def block(self) -> None:
        """Carry nothing more on the connections that are open."""
        for state in self._states:
            state["blocked"] = True

    def cut(self) -> None:
        """Reset every connection."""
        for end in list(self._ends):
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self.cut()
            await asyncio.sleep(0)
            self._server = None
