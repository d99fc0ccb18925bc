"""Writes a show while the kernel refuses writes for a time; says how it went."""

import asyncio
import sys

from livebot.core.events import Author, ChatMessage
from livebot.store.records import ShowRow
from livebot.store.store import Store


async def main(path: str) -> None:
    """Write until there was a failure and its end."""
    store = await Store.open(path, retry=0.01)
    await store.begin(ShowRow("show", 0.0))
    why, i = "", 0
    async with asyncio.timeout(100):
        while not why or store.health.state != "ok":
            for _ in range(20):
                assert store.put("show", ChatMessage(f"m{i}", float(i), "twitch:shop", Author("u1", "별"), f"안녕하세요 {i}"))
                i += 1
            why = store.health.why or why
            await asyncio.sleep(0.01)
    await store.flush()
    assert [row.line["id"] for row in await store.messages("show", limit=1_000_000)] == [f"m{n}" for n in range(i)]
    await store.close()
    print(f"failed with {why}, then wrote all")


asyncio.run(main(sys.argv[1]))
