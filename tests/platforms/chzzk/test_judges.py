"""Real clients judge the Chzzk-like server: what holds for them holds for Chzzk as far as it is known."""

import sys

import pytest
from servers.chzzk import ChzzkServer

from ..judging import JUDGES, judge, needs_node

needs_chzzkpy = pytest.mark.skipif(not (JUDGES / ".chzzkpy").is_dir(), reason="needs chzzkpy (scripts/test puts it beside the judges)")


@pytest.fixture
async def shop():
    async with ChzzkServer() as server:
        yield server


@needs_node("socket.io-client")
async def test_socket_io_client_reads_and_writes(shop):
    """socket.io-client 2.0.3, the newest that Chzzk names, opens a session, reads chat, writes, and cannot use the address again."""
    async with judge("node", "socketio.mjs", str(shop.port), "good") as client:
        await client.tells("first:connect")
        assert (await client.tells("system:subscribed"))["data"] == {"eventType": "CHAT", "channelId": shop.channel}
        await client.tells("second:connect_error")
        await shop.say("이거 얼마예요?")
        read = await client.reads("이거 얼마예요?")
        assert (read["name"], read["role"], read["sender"]) == ("하늘", "common_user", "viewer1")
        await shop.say("say 안녕하세요")
        assert (await client.tells("said"))["code"] == 200
        assert (await client.reads("안녕하세요"))["role"] == "streamer"
        await shop.fault("close")
        await client.tells("first:disconnect")


@needs_node("socket.io-client")
async def test_socket_io_client_is_turned_away_with_a_bad_token(shop):
    """A token that is no good gets no session."""
    async with judge("node", "socketio.mjs", str(shop.port), "stale") as client:
        assert await client.tells("session") == {"event": "session", "code": 401, "message": "INVALID_TOKEN"}


@needs_chzzkpy
async def test_chzzkpy_reads_and_writes(shop):
    """chzzkpy opens a session by polling, goes over to the WebSocket, reads chat and donations, and writes."""
    async with judge(sys.executable, "chzzkpy_user.py", str(shop.port), "good") as client:
        connected = await client.tells("connected")
        assert (connected["transport"], connected["channel"]) == ("websocket", shop.channel)
        await shop.say("이거 얼마예요?")
        read = await client.reads("이거 얼마예요?")
        assert (read["name"], read["sender"]) == ("하늘", "viewer1")
        donation = {"donationType": "CHAT", "channelId": shop.channel, "donatorChannelId": "v", "donatorNickname": "하늘", "emojis": {}}
        await shop.emit("DONATION", {**donation, "payAmount": "1000", "donationText": "힘내세요"})
        assert await client.tells("donation") == {"event": "donation", "amount": 1000, "text": "힘내세요"}
        await shop.say("say 안녕하세요")
        await client.tells("said")
        assert shop.accepted == ["안녕하세요"]


@needs_chzzkpy
async def test_chzzkpy_is_turned_away_with_a_bad_token(shop):
    """chzzkpy knows the refusal for what it is."""
    async with judge(sys.executable, "chzzkpy_user.py", str(shop.port), "stale") as client:
        assert (await client.tells("failed"))["reason"].startswith("UnauthorizedException")
