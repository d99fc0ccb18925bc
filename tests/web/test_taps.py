"""Acting once."""

import asyncio

import pytest

from livebot.web.taps import OtherTap, Taps


async def test_the_same_id_acts_once():
    """The second time gives the first answer."""
    ran = []

    async def act() -> int:
        ran.append(1)
        return len(ran)

    taps = Taps()
    assert await taps.once("a", "x", act) == (1, False)
    assert await taps.once("a", "x", act) == (1, True)
    with pytest.raises(OtherTap):
        await taps.once("a", "y", act)


async def test_a_failure_is_shared_and_then_forgotten():
    """Two copies that fail together both say so; afterwards the id can act."""
    going = asyncio.Event()

    async def fail() -> int:
        await going.wait()
        raise ValueError("no")

    async def work() -> int:
        return 7

    taps = Taps()
    both = [asyncio.ensure_future(taps.once("a", "x", fail)) for _ in range(2)]
    await asyncio.sleep(0)
    going.set()
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await taps.once("a", "x", work) == (7, False)


async def test_what_is_remembered_is_bounded():
    """The oldest ids are let go."""

    async def act() -> int:
        return 1

    taps = Taps(remembered=3)
    for i in range(10):
        await taps.once(str(i), "x", act)
    assert len(taps._of) == 3
