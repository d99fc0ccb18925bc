"""`livebot login` for a platform without the device flow: printed, allowed in the browser, kept; and the room made from it works."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for `servers`

from servers.kick import KickServer

from livebot.config import load_config
from livebot.errors import UserError
from livebot.platforms.base import Post
from livebot.platforms.consent import PORT
from livebot.runtime.clock import ShowClock
from livebot.runtime.login import run_login
from livebot.runtime.rooms import Rooms

CONFIG = """
[[channel]]
platform = "kick"
room = "shop"
send = true
client_id = "cid"
client_secret_env = "KICK_SECRET"
login_file = "kick-login.json"
port = 0
url = "{url}/public/v1"
"""


async def test_a_login_by_the_browser_makes_a_room_that_writes(tmp_path, monkeypatch, capsys):
    """The address is printed, what comes back becomes the login, and the room writes with it."""
    monkeypatch.setenv("KICK_SECRET", "secret")
    path = tmp_path / "livebot.toml"
    async with KickServer() as server:
        path.write_text(CONFIG.format(url=server.url))
        running = asyncio.ensure_future(asyncio.to_thread(run_login, "kick", path))
        said = ""
        while "state=" not in said and not running.done():
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
        address = next(word for word in said.split() if word.startswith(server.url))
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        assert asked["scope"] == "user:read channel:read events:subscribe chat:write"
        server.challenge, server.tokens = asked["code_challenge"], {"the-code"}
        async with aiohttp.ClientSession() as session:
            while not running.done():
                try:
                    await session.get(f"http://127.0.0.1:{PORT}/", params={"code": "the-code", "state": asked["state"]})
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.01)
        await running
        assert "kick-login.json" in capsys.readouterr().out
        await _writes(path, server)


async def _writes(path: Path, server: KickServer) -> None:
    ((room, _),) = Rooms(load_config(path)[0], ShowClock()).platforms
    states: list[str] = []
    running = asyncio.ensure_future(room.run(lambda event: None, lambda health: states.append(health.state)))
    async with asyncio.timeout(10):
        while "joined" not in states:
            await asyncio.sleep(0.01)
    assert (await room.send(Post("p", "안녕하세요"))).fate == "sent"
    assert server.accepted == ["안녕하세요"]
    running.cancel()
    await asyncio.wait({running})


def test_a_login_without_its_app_says_where_apps_come_from(tmp_path):
    """Without client_id the next step names the platform's own place for it."""
    path = tmp_path / "livebot.toml"
    path.write_text(CONFIG.format(url="http://127.0.0.1:9").replace('client_id = "cid"\n', ""))
    with pytest.raises(UserError, match=r"kick\.com/settings/developer"):
        run_login("kick", path)
