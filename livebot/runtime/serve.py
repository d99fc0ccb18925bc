"""Runs a live show with its pages until it is stopped, and says on the terminal where they are and how it goes."""

from __future__ import annotations

import asyncio
import signal
import sys
import webbrowser
from functools import partial
from typing import TextIO

from prometheus_client import CollectorRegistry

from livebot.errors import LivebotError
from livebot.runtime.live import LiveShow
from livebot.web.access import Access, new_token
from livebot.web.app import create_app
from livebot.web.bridge import BridgePort
from livebot.web.serve import serve
from livebot.web.settings import Scope, WebSettings

STATUS_EVERY = 1.0


async def serve_show(
    live: LiveShow,
    settings: WebSettings,
    *,
    tokens: dict[Scope, str] | None = None,
    bridge: BridgePort | None = None,
    open_page: bool = False,
    out: TextIO | None = None,
) -> None:
    """Run the show and its pages until SIGINT or SIGTERM, or until the show stops itself."""
    tokens = tokens or {"staff": new_token(), "board": new_token(), "overlay": new_token()}
    app = create_app(live, Access(tokens), settings, CollectorRegistry(), bridge)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, live.stop)
    ready = partial(_tell_addresses, settings, tokens, open_page, out or sys.stdout)
    try:
        await live.run(lambda: serve(app, settings, ready), lambda: _show_status(live))
    except BaseExceptionGroup as group:
        raise _first_told(group) from None
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


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


async def _show_status(live: LiveShow) -> None:
    """Keep one line on the terminal true; where the output is no terminal, stay silent."""
    if not sys.stderr.isatty():
        return
    while True:
        await asyncio.sleep(STATUS_EVERY)
        sys.stderr.write(f"\r\033[K{status_line(live)}")
        sys.stderr.flush()


def status_line(live: LiveShow) -> str:
    """Return how the show goes, in one line."""
    counts = live.feed.counts
    questions, waiting = live.waiting()
    minutes, seconds = divmod(int(max(0.0, live.now())), 60)
    read = sum(count for (kind, _), count in counts.items() if kind == "reading")
    if live.settings.lang == "ko":
        return f"{minutes}:{seconds:02} · {read:,}줄 · 질문 {questions:,}개 · {waiting:,}명 기다림"
    return f"{minutes}:{seconds:02} · {read:,} lines · {questions:,} questions · {waiting:,} waiting"
