"""Runs a live show with its pages until it is stopped, and says on the terminal where they are and how it goes."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TextIO

from prometheus_client import CollectorRegistry

from livebot.errors import LivebotError, UserError
from livebot.platforms.base import Health
from livebot.runtime.closing import closing_lines
from livebot.runtime.hints import hint
from livebot.runtime.live import LiveShow
from livebot.web.access import Access, new_token
from livebot.web.app import create_app
from livebot.web.bridge import BridgePort
from livebot.web.serve import serve
from livebot.web.settings import Scope, WebSettings

STATUS_EVERY = 1.0
STATES = {
    "connecting": ("연결하고 있어요", "connecting"),
    "joined": ("연결됐어요", "connected"),
    "reconnecting": ("연결이 끊겨 다시 연결하고 있어요", "not connected, trying again"),
    "stopped": ("멈췄어요. 고친 뒤 다시 시작하세요", "stopped: correct it, then start again"),
    "ended": ("끝났어요", "ended"),
}
SAID = {
    "ready": ("준비하고 있어요 …", "Getting ready …"),
    "no_channel": (
        "[[channel]]이 없어요. 글은 데스크의 붙여넣기 칸으로만 들어와요",
        "no [[channel]] is given: lines come only from the desk's paste box",
    ),
    "goes_on": ("{time} 전에 끊긴 방송을 이어서 해요: {show}", "Going on with show {show}, interrupted {time} ago"),
    "kept": (
        "방송을 저장했어요: {show}. {minutes}분 안에 다시 시작하면 이어서 해요",
        "Show {show} is kept: started again within {minutes} minutes, it goes on",
    ),
    "stopping": ("끝내는 중이에요. 바로 끝내려면 한 번 더 누르세요.", "Stopping. Once more to stop at once."),
    "store": ("저장 문제: {why}", "store: {why}"),
    "store_well": ("다시 저장하고 있어요", "store: writes again"),
    "now": (
        "{time} · {read}줄 · 질문 {questions}개 · {waiting}명 기다림",
        "{time} · {read} lines · {questions} questions · {waiting} waiting",
    ),
}


def say(lang: str, code: str, **values: str) -> str:
    """Return one of `SAID` in the show's language."""
    return SAID[code][lang != "ko"].format(**values)


def tell(text: str) -> None:
    """Print a line for the operator, over the status line if there is one."""
    print(f"\r\033[K{text}" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def check_port(settings: WebSettings) -> int:
    """Return the port to listen on (for port 0 a free one). UserError if nothing can: better known before the models are loaded."""
    try:
        family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
        with socket.create_server((settings.bind, settings.port), family=family) as listener:
            port: int = listener.getsockname()[1]
            return port
    except OSError as error:
        raise _unheard(settings, error) from None


def _unheard(settings: WebSettings, error: OSError) -> UserError:
    """Say why nothing can listen at an address: its host is none of this machine's, or its port may not be had."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return UserError(
            f"{settings.bind} is no address of this machine", "host", "127.0.0.1 is this machine alone, 0.0.0.0 each of its networks."
        )
    return UserError(
        f"cannot listen on {settings.bind}:{settings.port}: {os.strerror(error.errno) if error.errno else error}",
        "port",
        "Choose a port from 1024 on."
        if error.errno == errno.EACCES
        else "Stop what listens there (another livebot?), or choose another port.",
    )


async def serve_show(
    live: LiveShow,
    settings: WebSettings,
    *,
    lang: str,
    tokens: dict[Scope, str] | None = None,
    bridge: BridgePort | None = None,
    captions: BridgePort | None = None,
    open_page: bool = False,
    out: TextIO | None = None,
    beside: Sequence[Callable[[], Awaitable[None]]] = (),
) -> None:
    """Run the show and its pages until SIGINT or SIGTERM; a second signal ends the process at once."""
    settings = replace(settings, port=check_port(settings))
    tokens = tokens or {"staff": new_token(), "board": new_token(), "overlay": new_token()}
    app = create_app(live, Access(tokens), settings, CollectorRegistry(), bridge, captions)
    ready = partial(_tell_addresses, settings, tokens, open_page, out or sys.stdout)
    with _stopped_by_signals(live, lang):
        try:
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(_tell_rooms(live, lang))
                await live.run(lambda: serve(app, settings, ready), lambda: _show_status(live, lang), *beside)
                telling.cancel()
        except BaseExceptionGroup as group:
            raise _first_told(group) from None
    for line in closing_lines(live.closing(), lang):
        tell(line)


@contextmanager
def _stopped_by_signals(live: LiveShow, lang: str) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = 0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal signals
        signals += 1
        if signals > 1:
            os._exit(128 + number)
        loop.call_soon_threadsafe(tell, say(lang, "stopping"))
        loop.call_soon_threadsafe(live.stop)

    before = [(name, signal.signal(name, stop)) for name in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        if not signals:
            for name, handler in before:
                signal.signal(name, handler)


def _first_told(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that is meant for people, if one of the group is."""
    told = group.subgroup(LivebotError)
    error: BaseException = told if told is not None else group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _tell_addresses(settings: WebSettings, tokens: dict[Scope, str], open_page: bool, out: TextIO) -> None:
    addresses = settings.addresses(tokens)
    for page, address in addresses:
        print(f"{page} {address}", file=out, flush=True)
    if open_page:
        webbrowser.open(dict(addresses)["desk"])


async def _tell_rooms(live: LiveShow, lang: str) -> None:
    """Say what changes with the rooms."""
    told: dict[str, str] = {}
    while True:
        for room, health in live.health().items():
            line = room_line(room, health, lang)
            if told.get(room, "") != line and health.state != "connecting":
                told[room] = line
                tell(line)
        await asyncio.sleep(STATUS_EVERY)


async def _show_status(live: LiveShow, lang: str) -> None:
    """Say what changes with the store; on a terminal, keep one line true below all that is said."""
    trouble = ""
    while True:
        if live.trouble() != trouble:
            trouble = live.trouble()
            tell(say(lang, "store", why=trouble) if trouble else say(lang, "store_well"))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{status_line(live, lang)}")
            sys.stderr.flush()
        await asyncio.sleep(STATUS_EVERY)


def room_line(room: str, health: Health, lang: str) -> str:
    """Return how a room is, and why, in one line."""
    state = STATES[health.state][lang != "ko"]
    if not health.code:
        return f"{room}: {state}"
    return f"{room}: {state} ({hint(health, lang)})"


def status_line(live: LiveShow, lang: str) -> str:
    """Return how the show goes, in one line."""
    questions, waiting = live.waiting()
    minutes, seconds = divmod(int(max(0.0, live.now())), 60)
    read = sum(count for (kind, _), count in live.feed.counts.items() if kind == "reading")
    values = {"time": f"{minutes}:{seconds:02}", "read": f"{read:,}", "questions": f"{questions:,}", "waiting": f"{waiting:,}"}
    return say(lang, "now", **values)
