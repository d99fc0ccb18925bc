"""Real clients judge the YouTube-like server: Google's library over HTTP, Google's gRPC with protocol buffers for the stream."""

import asyncio
import importlib.util
import sys
import time

import pytest
from servers.youtube import CHAT, VIDEO, YouTubeServer, messages_of_google

from livebot.platforms.youtube import proto

from ..judging import judge


@pytest.mark.skipif(importlib.util.find_spec("googleapiclient") is None, reason="needs google-api-python-client")
async def test_googles_library_finds_reads_and_writes():
    """google-api-python-client finds the chat both ways, writes a line, reads the page and its token, and understands a refusal."""
    async with YouTubeServer(time.time, stream=False) as youtube:
        said = await youtube.say("이거 얼마예요?")
        async with judge(sys.executable, "google_youtube.py", str(youtube.port), VIDEO) as google:
            assert await google.tells("found") == {"event": "found", "chat": CHAT, "own": CHAT}
            written = await google.tells("sent")
            assert (await google.reads("이거 얼마예요?"))["id"] == said
            assert (await google.reads("네, 있어요"))["id"] == written["id"]
            assert (await google.tells("page"))["wait"] == 1000
            refused = await google.tells("refused")
            assert (refused["status"], refused["reason"]) == (404, "liveChatNotFound")


async def test_googles_grpc_reads_the_stream():
    """gRPC with the classes of protoc reads the history, then a line as it is written, and the place to go on from."""
    grpc = pytest.importorskip("grpc")
    async with YouTubeServer(time.time) as youtube, grpc.aio.insecure_channel(youtube.stream_at) as channel:
        await youtube.say("before")
        messages = messages_of_google()
        ask = channel.unary_stream(
            proto.METHOD,
            request_serializer=messages.LiveChatMessageListRequest.SerializeToString,
            response_deserializer=messages.LiveChatMessageListResponse.FromString,
        )
        request = messages.LiveChatMessageListRequest(live_chat_id=CHAT, part=["snippet"])
        call = ask(request, metadata=(("x-goog-api-key", "key"),))
        first = await asyncio.wait_for(call.read(), 10)
        await youtube.say("after")
        second = await asyncio.wait_for(call.read(), 10)
        assert [item.snippet.display_message for page in (first, second) for item in page.items] == ["before", "after"]
        assert (first.next_page_token, second.next_page_token) == ("0.1", "0.2")
        call.cancel()
