"""Writes a show and says after each flush how many lines are safe and which post was last noted, until it is killed."""

import asyncio
import sys

from livebot.core.decisions import Decision, Reading, Reason, Send
from livebot.core.events import Author, ChatMessage, Sent
from livebot.core.show import ShowState
from livebot.store.records import ShowRow
from livebot.store.store import Store

FLUSHED = 25


def _put(store: Store, i: int) -> None:
    line = ChatMessage(f"m{i}", float(i), "twitch:shop", Author(f"u{i % 50}", "별"), f"배송 언제 와요? {i}")
    outcomes = [
        Reading(line.id, line.time, "question", Reason.of("question.opened")),
        Decision(f"d{i}", line.time, "suggest", Reason.of("x"), message=line.id),
    ]
    store.put("show", line, outcomes)


async def _post(store: Store, i: int) -> None:
    store.put("show", None, [Send(f"s{i}", float(i), f"d{i}", "boost", "twitch:shop", "글", 1e9, 30)])
    await store.trying("show", f"s{i}")
    print((i + 1) * FLUSHED, i, flush=True)
    store.put("show", Sent(f"e{i}", float(i), f"s{i}", "sent"))


async def main(path: str) -> None:
    """Write on and on."""
    store = await Store.open(path)
    await store.begin(ShowRow("show", 0.0))
    i = 0
    while True:
        for _ in range(FLUSHED):
            _put(store, i)
            i += 1
        if i % 100 == 0:
            store.put_snapshot("show", ShowState(i, {"serial": i, "of_line": {}}, ()))
        await store.flush()
        await _post(store, i // FLUSHED - 1)


asyncio.run(main(sys.argv[1]))
