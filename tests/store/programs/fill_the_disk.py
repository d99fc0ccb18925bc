"""Writes a show on a small file system that is filled up and emptied again in the middle; says how it went."""

import asyncio
import contextlib
import sys
from pathlib import Path

from livebot.core.events import Author, ChatMessage
from livebot.store.records import ShowRow
from livebot.store.store import Store


async def _until(store: Store, state: str) -> None:
    async with asyncio.timeout(30):
        while store.health.state != state:
            await asyncio.sleep(0.01)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


async def main(folder: Path) -> None:
    """Write, be refused, write on."""
    store = await Store.open(str(folder / "livebot.db"), retry=0.05)
    await store.begin(ShowRow("show", 0.0))
    ids = [f"m{i}" for i in range(6_000)]
    for i, line in enumerate(ids):
        if i == 2_000:
            await store.flush()
            _fill(folder / "filler")
        if i == 4_000:
            await _until(store, "failing")
            why = store.health.why
            assert len(await store.messages("show", limit=10_000)) >= 2_000
        assert store.put("show", ChatMessage(line, float(i), "twitch:shop", Author("u1", "별"), f"안녕하세요 {i}"))
    (folder / "filler").unlink()
    await _until(store, "ok")
    await store.flush()
    assert [row.line["id"] for row in await store.messages("show", limit=10_000)] == ids
    assert (store.health.lost, store.health.refused) == (0, 0)
    await store.close()
    print(f"failed with {why}, then wrote all")


asyncio.run(main(Path(sys.argv[1])))
