"""Speech servers on loopback that speak as WhisperLive, vosk-server and whisper.cpp do, but hear only what a test tells them.

Wire facts: collabora/WhisperLive whisper_live/server.py; alphacep/vosk-server websocket/asr_server.py; whisper.cpp examples/server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from abc import ABC, abstractmethod
from typing import Any

from aiohttp import web
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class SocketServer(ABC):
    """What both WebSocket servers share: connections that can be cut, frozen and refused."""

    def __init__(self) -> None:
        self.port = 0
        self.connections: list[ServerConnection] = []
        self.sound = bytearray()
        self._server: Server | None = None
        self._frozen: list[ServerConnection] = []

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; at the same port as before, once there was one."""
        self._server = await serve(self._handle, "127.0.0.1", self.port, max_size=None)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be gone."""
        for connection in self._frozen:
            connection.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Break every connection without a word."""
        for connection in self.connections:
            connection.transport.abort()
        self.connections.clear()

    def freeze(self) -> None:
        """From now on nothing is read or written on what is connected: a half-open connection."""
        for connection in self.connections:
            connection.transport.pause_reading()
        self._frozen += self.connections
        self.connections.clear()

    async def broadcast(self, frame: str) -> None:
        """Send a frame to every client."""
        for connection in list(self.connections):
            with contextlib.suppress(ConnectionClosed):
                await connection.send(frame)

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            await self._talk(connection)
        except ConnectionClosed:
            pass
        finally:
            if connection in self.connections:
                self.connections.remove(connection)

    @abstractmethod
    async def _talk(self, connection: ServerConnection) -> None:
        """Talk with one client."""


class WhisperLiveServer(SocketServer):
    """WhisperLive: options first, then sound as float32; the last segments in every frame."""

    def __init__(self) -> None:
        super().__init__()
        self.options: list[dict[str, Any]] = []
        self.full = False
        self.segments: list[dict[str, Any]] = []
        self._clock = 0.0
        self._uid = ""

    async def _talk(self, connection: ServerConnection) -> None:
        options = json.loads(await connection.recv())
        self.options.append(options)
        uid = self._uid = options["uid"]
        if self.full:
            await connection.send(json.dumps({"uid": uid, "status": "WAIT", "message": 2.5}))
            return
        self.segments = []
        await connection.send(json.dumps({"uid": uid, "message": "SERVER_READY", "backend": "faster_whisper"}))
        self.connections.append(connection)
        async for frame in connection:
            if frame == b"END_OF_AUDIO":
                return
            assert isinstance(frame, bytes)
            self.sound += b"".join(struct.pack("<h", round(v * 32768)) for v in struct.unpack(f"<{len(frame) // 4}f", frame))

    def frame(self) -> str:
        return json.dumps({"uid": self._uid, "segments": self.segments[-10:]}, ensure_ascii=False)

    async def hears(self, text: str, completed: bool = True) -> None:
        """The last segment, still growing or complete."""
        if self.segments and not self.segments[-1]["completed"]:
            self.segments.pop()
        else:
            self._clock += 2.0
        self.segments.append({"start": f"{self._clock:.3f}", "end": f"{self._clock + 2:.3f}", "text": f" {text}", "completed": completed})
        await self.broadcast(self.frame())


class VoskServer(SocketServer):
    """vosk-server: one answer for each chunk, what is heard so far or a whole utterance; eof ends with the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.rates: list[float] = []
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.slow = 0.0
        """Seconds for each chunk: a server that is slower than speech reads what is sent to it, pings included, ever later."""

    async def _talk(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        async for frame in connection:
            if isinstance(frame, bytes):
                self.sound += frame
                await asyncio.sleep(self.slow)
                answer = self.answers.get_nowait() if self.answers.qsize() else {"partial": ""}
                await connection.send(json.dumps(answer, ensure_ascii=False))
            elif "config" in (value := json.loads(frame)):
                self.rates.append(value["config"]["sample_rate"])
            elif value == {"eof": 1}:
                await connection.send(json.dumps({"text": "끝났어요"}))
                return

    def hears(self, text: str) -> None:
        """An utterance that grows, then is whole."""
        words = text.split()
        for count in range(1, len(words)):
            self.answers.put_nowait({"partial": " ".join(words[:count])})
        self.answers.put_nowait({"result": [{"conf": 1.0, "word": word, "start": 0.0, "end": 1.0} for word in words], "text": text})


class RealVosk(SocketServer):
    """vosk-server around the real vosk: hears with a model of it what is sent."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    async def _talk(self, connection: ServerConnection) -> None:
        from vosk import KaldiRecognizer

        self.connections.append(connection)
        config = json.loads(await connection.recv())["config"]
        recognizer = KaldiRecognizer(self.model, float(config["sample_rate"]))
        recognizer.SetWords(True)
        async for frame in connection:
            if not isinstance(frame, bytes):
                await connection.send(recognizer.FinalResult())
                return
            self.sound += frame
            whole = await asyncio.to_thread(recognizer.AcceptWaveform, frame)
            await connection.send(recognizer.Result() if whole else recognizer.PartialResult())


class WhisperCppServer:
    """whisper.cpp: a WAV in a form, its text out."""

    def __init__(self) -> None:
        self.port = 0
        self.texts: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.health = 200
        self.fault = ""
        self.frozen: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; at the same port as before, once there was one."""
        app = web.Application(client_max_size=1 << 26)
        app.add_routes([web.get("/health", self._health), web.post("/inference", self._inference)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Be gone."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok" if self.health == 200 else "loading model"}, status=self.health)

    async def _inference(self, request: web.Request) -> web.StreamResponse:
        if self.frozen is not None:
            await self.frozen.wait()
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        self.requests.append({**{k: v for k, v in form.items() if k != "file"}, "wav": file.file.read()})
        if self.fault:
            fault, self.fault = self.fault, ""
            return web.Response(text=fault)
        texts, self.texts = self.texts, []
        segments = [{"id": i, "text": f" {text}", "start": 0.0, "end": 1.0, "avg_logprob": -0.2} for i, text in enumerate(texts)]
        return web.json_response({"task": "transcribe", "text": "".join(s["text"] for s in segments), "segments": segments})
