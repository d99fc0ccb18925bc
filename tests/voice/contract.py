"""What every source of the host's voice keeps: its test derives from `SourceContract` and gives a fixture `side` (`stage.OtherSide`)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from .stage import Ear, OtherSide, listening, until


class SourceContract:
    """The contract. Times are real, over loopback or a real disk; the bounds are those of the project's own targets."""

    async def test_every_line_comes_once_and_in_order(self, side: OtherSide) -> None:
        """Many lines are heard as they were said, each once, with an id of its own."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            wanted = [f"가격은 {number}번 {number * 100}원이에요" for number in range(side.lines)]
            for text in wanted:
                await side.say(text)
            await until(lambda: len(ear.texts) >= side.lines, 30)
            assert ear.texts == wanted
            assert len({caption.id for caption in ear.captions}) == side.lines

    async def test_a_line_delivered_again_is_not_heard_again(self, side: OtherSide) -> None:
        """What comes twice is heard once."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            await side.say("배송은 내일 출발해요")
            await until(lambda: ear.texts)
            await side.repeat()
            await side.say("반품은 칠일 안에 돼요")
            await until(lambda: len(ear.texts) > 1)
            assert ear.texts == ["배송은 내일 출발해요", "반품은 칠일 안에 돼요"]

    async def test_comes_back_by_itself(self, side: OtherSide) -> None:
        """After a break the voice is heard again within a second, and nothing is heard twice."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            await side.say("before")
            await until(lambda: ear.texts)
            await side.cut()
            if side.tells_breaks:
                await until(lambda: ear.states.count("joined") == 2)
                assert ear.at("joined", 2) - ear.at("reconnecting") <= 1.0
                assert next(status.code for _, status in ear.told if status.state == "reconnecting")
            await side.say("after")
            await until(lambda: len(ear.texts) > 1)
            assert ear.texts == ["before", "after"]

    async def test_a_dead_connection_is_found(self, side: OtherSide) -> None:
        """A peer that vanished without a word is found in time, and the voice is heard again."""
        if side.found_within is None:
            pytest.skip("a file is no connection: there is nothing that could be dead")
        async with listening(side.source()) as ear:
            await joined(side, ear)
            await side.freeze()
            began = time.monotonic()
            await until(lambda: "reconnecting" in ear.states, side.found_within + 5)
            assert ear.at("reconnecting") - began <= side.found_within
            await side.thaw()
            await until(lambda: ear.states.count("joined") == 2)
            await side.say("after")
            await until(lambda: ear.texts == ["after"])

    async def test_reads_on_after_garbage(self, side: OtherSide) -> None:
        """What cannot be read never ends the source."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            await side.garbage()
            await side.say("오늘만 무료 배송이에요")
            await until(lambda: "오늘만 무료 배송이에요" in ear.texts)

    async def test_silence_is_not_heard_as_words(self, side: OtherSide) -> None:
        """What recognisers invent on silence is dropped."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            await side.say("시청해주셔서 감사합니다.")
            await side.say("진짜로 한 말이에요")
            await until(lambda: ear.texts)
            assert ear.texts == ["진짜로 한 말이에요"]

    async def test_leaves_nothing_behind(self, side: OtherSide) -> None:
        """When the source is stopped, no task is left."""
        async with listening(side.source()) as ear:
            await joined(side, ear)
            assert voices()
        assert not voices()


def voices() -> list[Any]:
    """The tasks of the voice that run."""
    running = [task.get_coro() for task in asyncio.all_tasks() if not task.done()]
    return [coro for coro in running if "livebot/voice" in coro.cr_code.co_filename]  # type: ignore[union-attr]


async def joined(side: OtherSide, ear: Ear) -> None:
    """Wait until the source hears."""
    await until(lambda: "joined" in ear.states if side.joins else ear.states)
