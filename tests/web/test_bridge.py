"""The bridge's address, with the real bridge behind it."""

import asyncio
import contextlib

import aiohttp
import pytest

from livebot.platforms.base import Post
from livebot.platforms.bridge.client import Bridge
from livebot.web import bridge as web_bridge

TOKEN = "bridge-token-of-the-test-0123456789"
LINE = {"id": "1", "author": {"id": "u1", "name": "달빛"}, "text": "배송은 언제 오나요?"}


@contextlib.asynccontextmanager
async def bridged(live, served):
    """Give a served show with a running bridge: (site, bridge, events)."""
    port = Bridge("bridge:shop", token=TOKEN, clock=live.now)
    events = []
    async with served(live, bridge=port) as site, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(port.run(events.append, lambda health: None))
        await asyncio.sleep(0)
        yield site, port, events
        running.cancel()


async def test_a_program_posts_lines_in(live, served):
    """A POST with the token in its header is answered with what was accepted, without any Origin."""
    async with bridged(live, served) as (site, _, events), aiohttp.ClientSession(site.base) as program:
        answer = await program.post(web_bridge.PATH, json=[LINE, LINE], headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status, await answer.json()) == (202, {"accepted": 1, "duplicates": 1, "rejected": []})
        assert [event.text for event in events] == ["배송은 언제 오나요?"]


async def test_a_wrong_token_is_refused_late_and_in_the_common_form(live, served):
    """A guess at the bridge is slowed down like any other."""
    async with bridged(live, served) as (site, _, events), aiohttp.ClientSession(site.base) as program:
        answer = await program.post(web_bridge.PATH, json=LINE, headers={"Authorization": "Bearer guess"})
        assert answer.status == 401
        assert set((await answer.json())["error"]) == {"code", "what", "next_step"}
        assert site.held_back == [0.25]
        assert events == []


@pytest.mark.parametrize("method", ["post", "get"])
async def test_a_page_of_another_site_is_no_bridge(live, served, method):
    """A browser on another site is refused even with the right token."""
    async with bridged(live, served) as (site, _, events), aiohttp.ClientSession(site.base) as program:
        headers = {"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.invalid"}
        answer = await program.request(method, web_bridge.PATH, json=LINE, headers=headers)
        assert answer.status == 403
        assert events == []


async def test_too_large_a_body_is_refused(live, served):
    """A body beyond the bridge's limit is not read to its end."""
    async with bridged(live, served) as (site, _, _), aiohttp.ClientSession(site.base) as program:
        answer = await program.post(web_bridge.PATH, data=b" " * (web_bridge.BODY_LIMIT + 1), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status == 413


async def test_a_bridge_reads_and_writes_over_a_socket(live, served):
    """Events go in and posts go out over one socket, whose token came in its first frame."""
    async with bridged(live, served) as (site, port, events), aiohttp.ClientSession(site.base) as program:
        async with program.ws_connect(web_bridge.PATH, protocols=[web_bridge.PROTOCOL]) as ws:
            await ws.send_json({"type": "auth", "token": TOKEN})
            assert (await ws.receive_json(timeout=5))["type"] == "joined"
            await ws.send_json({"type": "chat", **LINE})
            assert (await ws.receive_json(timeout=5))["accepted"] == 1
            sending = asyncio.ensure_future(port.send(Post("s1", "안녕하세요")))
            asked = await ws.receive_json(timeout=5)
            await ws.send_json({"type": "sent", "req": asked["req"], "ok": True, "id": "9"})
            assert (await asyncio.wait_for(sending, 5)).fate == "sent"
        assert len(events) == 1


async def test_a_socket_with_a_wrong_token_is_closed(live, served):
    """A wrong first frame ends the socket with the bridge's own code."""
    async with (
        bridged(live, served) as (site, _, _),
        aiohttp.ClientSession(site.base) as program,
        program.ws_connect(web_bridge.PATH) as ws,
    ):
        await ws.send_json({"type": "auth", "token": "guess"})
        closed = await ws.receive(timeout=5)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4401)
        assert "first frame" in str(closed.extra)


async def test_without_a_bridge_there_is_no_address(site):
    """A show without a bridge answers 404 there."""
    async with aiohttp.ClientSession(site.base) as program:
        assert (await program.post(web_bridge.PATH, json=LINE)).status == 404
