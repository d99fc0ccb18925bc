"""The live socket of the pages, over a real connection."""

import asyncio

import aiohttp
import pytest

from livebot.web import sockets
from livebot.web.app import HUB


async def refused(client: aiohttp.ClientSession, address: str, **headers: str) -> int:
    """Return the status with which a socket is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await client.ws_connect(address, headers=headers)
    return error.value.status


async def test_a_page_gets_the_state_and_then_what_changes(live, site):
    """The first frame is full, the next ones are patches with rising ids."""
    live.say("배송은 언제 오나요?")
    async with site.page() as page:
        await page.until(lambda doc: len(doc["questions"]) == 1)
        live.say("민감성 피부에도 써도 되나요?", "여름밤")
        await page.until(lambda doc: len(doc["questions"]) == 2)
        kinds = [frame["t"] for frame in page.frames]
        assert kinds[0] == "full"
        assert set(kinds[1:]) == {"patch"}
        assert [frame["id"] for frame in page.frames] == list(range(page.frames[0]["id"], page.frames[-1]["id"] + 1))


async def test_a_page_that_reconnects_gets_only_what_it_missed(live, site):
    """With its epoch and last id a page is caught up by patches."""
    async with site.page() as page:
        first = await page.next()
    live.say("놓친 줄")
    async with site.page() as watching:
        await watching.until(lambda doc: len(doc["lines"]) == 1)
    async with site.page(query=f"&epoch={first['epoch']}&since={first['id']}") as back:
        frames = [await back.next(), await back.next()]
    assert [frame["t"] for frame in frames] == ["patch", "now"]


@pytest.mark.parametrize("since", ["-1", "x", "99999999999999999999", "1.5", "٣"])
async def test_a_strange_id_gets_the_whole_state(site, since):
    """What is no id of ours is answered with the full state."""
    async with site.page(query=f"&since={since}") as page:
        assert (await page.next())["t"] == "full"


async def test_a_ping_is_answered_with_the_time(live, site):
    """A page can tell that the link is alive and what time it is in the show."""
    live.time = 83.25
    async with site.page() as page:
        await page.next()
        await page.ws.send_str('{"t":"ping"}')
        answer = await page.next()
        assert (answer["t"], answer["now"]) == ("now", 83.25)


async def test_anything_but_a_ping_ends_the_socket(site):
    """Nothing is changed over the socket: another frame closes it."""
    async with site.page() as page:
        await page.next()
        await page.ws.send_str('{"t":"act","action":"stop"}')
        closed = await page.ws.receive(timeout=5)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1008)


async def test_a_long_frame_ends_the_socket(site):
    """A frame beyond the limit closes the socket instead of filling memory."""
    async with site.page() as page:
        await page.next()
        await page.ws.send_str("x" * (sockets.FRAME_LIMIT + 1))
        closed = await page.ws.receive(timeout=5)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1009)


@pytest.mark.parametrize("origin", ["https://evil.invalid", "null", "http://127.0.0.1", "http://localhost.evil.invalid"])
async def test_another_site_cannot_open_a_socket(site, origin):
    """A handshake with a valid session but another Origin is refused before the upgrade."""
    async with site.browser("staff") as desk:
        assert await refused(desk, "/ws?role=staff", Origin=origin) == 403


async def test_a_socket_without_an_origin_is_refused(site):
    """Every browser sends an Origin; what does not is no page of ours."""
    async with site.browser("staff") as desk:
        desk.headers.popall("Origin")
        assert await refused(desk, "/ws?role=staff") == 403


async def test_a_socket_needs_a_session_of_its_role(site):
    """Without a cookie, or with another role's, there is no socket; nor for a role that has no page."""
    async with site.browser() as nobody, site.browser("overlay") as overlay:
        assert await refused(nobody, "/ws?role=staff") == 401
        assert await refused(overlay, "/ws?role=staff") == 401
        assert await refused(overlay, "/ws?role=bridge") == 404
        assert await refused(overlay, "/ws?role=") == 404


async def test_a_session_has_a_bounded_number_of_sockets(site):
    """One browser opens so many pages and no more; a closed one makes room."""
    async with site.browser("staff") as desk:
        open_ones = [await desk.ws_connect("/ws?role=staff") for _ in range(sockets.SOCKETS_PER_SESSION)]
        assert await refused(desk, "/ws?role=staff") == 429
        await open_ones[0].close()
        async with desk.ws_connect("/ws?role=staff") as again:
            assert (await again.receive_json(timeout=5))["t"] == "full"


async def test_a_plain_get_is_told_to_upgrade(site):
    """The socket's address answers a plain request in words."""
    async with site.browser("staff") as desk:
        answer = await desk.get("/ws?role=staff")
        assert (answer.status, (await answer.json())["error"]["code"]) == (426, "upgrade")


async def test_a_page_that_does_not_read_holds_nobody_up(live, site):
    """While one page's socket is not read, another gets every frame; the slow one gets the whole state when it reads again."""
    hub = site.app[HUB]
    async with site.page() as slow, site.page() as quick:
        await slow.next()
        await quick.next()
        for _ in range(150):
            for _ in range(40):
                live.say("느린 화면을 기다리지 않아요 " * 40)
            hub.flush()
            await quick.until(lambda doc: doc["lines"].keys() == live.feed.lines.keys())
        assert {frame["t"] for frame in quick.frames[1:]} == {"patch"}
        while slow.frames[-1]["t"] != "full" or not slow.frames[-1]["skipped"]:
            await slow.next()
        await slow.until(lambda doc: doc["lines"].keys() == live.feed.lines.keys())


async def test_pages_are_told_when_livebot_goes(live, served):
    """At shutdown every open page is closed with "going away" at once, and nothing waits for one that does not read."""
    async with served(live) as site, site.page() as page:
        await page.next()
        async with asyncio.timeout(1.5):
            await site.stop()
        closed = await page.ws.receive(timeout=5)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_the_overlay_sees_boosts_and_nothing_else(live, site):
    """Chat, questions and settings never reach the overlay's socket."""
    live.say("배송은 언제 오나요?")
    async with site.page("overlay") as page:
        frame = await page.next()
        assert set(frame["doc"]) == {"show", "boosts"}
        assert "배송" not in str(page.frames)
