"""A real InspIRCd over WebSocket, in a folder of its own: an independent judge of framing, PING and reconnecting.

It is no Twitch: no tags of Twitch's, USER and an Origin are needed, and an own PING cookie may come before the welcome. Debian:
`apt-get install -y --no-install-recommends inspircd` (3.15 tried).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

PROGRAM = shutil.which("inspircd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
ORIGIN = "http://127.0.0.1"

CONFIG = """<config format="xml">
<server name="irc.livebot.test" description="peer" network="LivebotTest">
<admin name="t" nick="t" email="t@example.invalid">
<bind address="127.0.0.1" port="{port}" type="clients" hook="websocket">
<connect name="main" allow="*" timeout="20" pingfreq="{ping}s" hardsendq="1M" softsendq="64K" recvq="64K" threshold="1000"
 commandrate="100000" fakelag="no" localmax="2000" globalmax="2000" resolvehostnames="no" useident="no" limit="5000" maxchans="200">
<files motd="{folder}/motd.txt">
<dns server="127.0.0.1" timeout="1">
<pid file="{folder}/inspircd.pid">
<options casemapping="ascii" defaultmodes="nt">
<limits maxnick="30" maxchan="60" maxline="2048">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/ircd.log">
<module name="sha1">
<module name="websocket">
<websocket defaultmode="text">
<wsorigin allow="{origin}*">
<module name="cap">
<module name="ircv3_ctctags">
<module name="ircv3_msgid">
<module name="ircv3_servertime">
"""


class InspIRCd:
    """The server; `async with` starts it and stops it. `restart` keeps the port."""

    def __init__(self, folder: Path, ping: int = 30) -> None:
        self._folder = folder
        self._ping = ping
        self._process: asyncio.subprocess.Process | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"

    async def __aenter__(self) -> InspIRCd:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start and wait until it listens."""
        assert PROGRAM is not None
        (self._folder / "motd.txt").write_text("hello\n")
        config = self._folder / "inspircd.conf"
        config.write_text(CONFIG.format(port=self.port, folder=self._folder, origin=ORIGIN, ping=self._ping))
        options = ["--runasroot"] if os.geteuid() == 0 else []
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM,
            f"--config={config}",
            "--nofork",
            "--nolog",
            *options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(15):
            while not await self._listens():
                assert self._process.returncode is None, (self._folder / "ircd.log").read_text()
                await asyncio.sleep(0.05)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, politely or not, and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self.thaw()
            self._process.send_signal(how)
            await self._process.wait()

    def freeze(self) -> None:
        """Let it answer nothing while its sockets stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


async def _serve_by_hand(folder: Path) -> None:
    async with InspIRCd(folder) as server:
        print(f"listening on {server.url}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve_by_hand(Path(sys.argv[1])))
