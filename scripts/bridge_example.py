#!/usr/bin/env python3
"""A worked bridge: brings chat lines from a file or from standard input to a running livebot, and prints what livebot wants written.

This is how a seller's own reader of a chat without a public interface (Naver Shopping Live, Kakao Shopping Live, Grip …) connects.
Replace `read_lines` by whatever reads your chat, and `write_line` by whatever writes to it. It needs aiohttp and nothing of livebot.

    export BRIDGE_TOKEN=…
    python scripts/bridge_example.py chat.txt --url http://127.0.0.1:8765
    tail -f chat.txt | python scripts/bridge_example.py - --url http://127.0.0.1:8765

Each line reads `name: text`. The token comes from the environment, never from the command line or the address.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp

ADDRESS = "/bridge/v1/messages"
MAX_LINES_WAITING = 1_000
LONGEST_PAUSE = 30.0


class Refused(Exception):
    """livebot will not take this, however often it is tried."""


def chat_line(row: str, run: str, number: int) -> dict[str, object] | None:
    """Turn `name: text` into an event. The id makes a line that is sent twice count once."""
    name, colon, text = row.strip().partition(":")
    if not colon or not name.strip() or not text.strip():
        return None
    return {"type": "chat", "id": f"{run}-{number}", "author": {"id": name.strip(), "name": name.strip()}, "text": text.strip()}


async def read_lines(source: str, pause: float) -> AsyncIterator[str]:
    """Yield the rows of a file, or of standard input for `-`, as they come."""
    queue: asyncio.Queue[str | None] = asyncio.Queue(MAX_LINES_WAITING)
    loop = asyncio.get_running_loop()

    def put(row: str | None) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(row), loop).result()

    def read() -> None:
        with suppress(RuntimeError, asyncio.CancelledError):  # the program ends while a row is still to come
            with sys.stdin if source == "-" else Path(source).open(encoding="utf-8", errors="replace") as rows:
                for row in rows:
                    put(row)
            put(None)

    threading.Thread(target=read, daemon=True).start()
    while (row := await queue.get()) is not None:
        yield row
        await asyncio.sleep(pause)


async def write_line(text: str, reply_to: str | None) -> str:
    """Write livebot's line to the chat and return the line's id there. Here it is only printed."""
    print(f"livebot{f' (to {reply_to})' if reply_to else ''}: {text}", flush=True)
    return uuid.uuid4().hex


async def post(session: aiohttp.ClientSession, event: dict[str, object]) -> None:
    """Send an event until livebot has it, waiting longer after each failure. Many at once may go as an array, too."""
    pause = 1.0
    while True:
        try:
            async with session.post(ADDRESS, json=event) as response:
                answer = await response.json(content_type=None)
            if response.status == 202:
                for item in answer["rejected"]:
                    print(f"not taken: {event.get('text')}: {item['why']}", file=sys.stderr)
                return
            if response.status in (400, 401, 403, 404, 413):
                raise Refused(f"livebot answered {response.status}: {answer.get('error', answer)}")
            why = f"livebot answered {response.status}"
        except (aiohttp.ClientError, ValueError, OSError) as error:
            why = str(error)
        print(f"{why}; next try in {pause:.0f} s", file=sys.stderr)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def bring_lines(session: aiohttp.ClientSession, source: str, pause: float) -> int:
    """Send every line of the source and return how many."""
    run, number, sent = uuid.uuid4().hex[:8], 0, 0
    async for row in read_lines(source, pause):
        number += 1
        event = chat_line(row, run, number)
        if event:
            await post(session, event)
            sent += 1
        elif row.strip():
            print(f"line {number} is not `name: text`", file=sys.stderr)
    return sent


async def listen(session: aiohttp.ClientSession) -> None:
    """Stay connected; write each line livebot asks for and say what became of it."""
    pause = 1.0
    while True:
        try:
            async with session.ws_connect(ADDRESS, protocols=["livebot.bridge.v1"], heartbeat=20) as ws:
                async for message in ws:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    pause = 1.0
                    frame = message.json()
                    if frame.get("type") == "joined":
                        print(f"connected as {frame['channel']}", file=sys.stderr)
                    elif frame.get("type") == "send":
                        identity = await write_line(frame["text"], frame.get("reply_to"))
                        await ws.send_json({"type": "sent", "req": frame["req"], "ok": True, "id": identity})
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403, 404):
                raise Refused(f"livebot refused the connection: {error.status}") from None
            print(f"livebot answered {error.status}", file=sys.stderr)
        except (aiohttp.ClientError, OSError) as error:
            print(f"connection lost: {error}", file=sys.stderr)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def bridge(arguments: argparse.Namespace, token: str) -> None:
    """Bring lines and listen at the same time; end when the lines do, unless asked to stay."""
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    async with aiohttp.ClientSession(arguments.url, headers=headers, timeout=timeout) as session:
        listener = asyncio.create_task(listen(session))
        bringer = asyncio.create_task(bring_lines(session, arguments.source, arguments.pause))
        try:
            await asyncio.wait((listener, bringer), return_when=asyncio.FIRST_COMPLETED)
            if listener.done():
                listener.result()
            print(f"{bringer.result()} lines sent", file=sys.stderr)
            if arguments.stay:
                await listener
        finally:
            for task in (listener, bringer):
                task.cancel()
            await asyncio.gather(listener, bringer, return_exceptions=True)


def main() -> int:
    """Read the arguments, run until done, and return the exit status."""
    about, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(description=about, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="text file with lines `name: text`, or - for standard input")
    parser.add_argument("--url", default="http://127.0.0.1:8765", help="where livebot runs (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=0.0, metavar="S", help="seconds between two lines (default: none)")
    parser.add_argument("--stay", action="store_true", help="stay connected when the lines are through, to print what livebot writes")
    arguments = parser.parse_args()
    token = os.environ.get("BRIDGE_TOKEN", "")
    if not token:
        parser.error("set BRIDGE_TOKEN to the bridge's token")
    if arguments.source != "-" and not Path(arguments.source).is_file():
        parser.error(f"there is no file {arguments.source}")
    try:
        asyncio.run(bridge(arguments, token))
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
