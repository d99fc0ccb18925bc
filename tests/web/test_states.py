"""Whatever the link to the show does, desk and board say so and what to do: in both languages, on every screen, dark and light."""

from typing import Any

import pytest

PAGES = {"desk": ("staff", ".bar", ".notice.late"), "board": ("board", ".top", ".telling.late")}
WORDS = {
    "ko-KR": {
        "loading": "방송을 불러오고 있어요",
        "waiting": "저절로 다시 시도하고 있어요",
        "empty": "지금은 놓친 질문이 없어요",
        "stale": "동안 소식이 없어요",
        "stale_next": "곧 저절로 다시 연결해요",
        "lost": "연결이 끊겨 다시 연결하고 있어요",
        "refused": "이 주소로는 들어올 수 없어요",
        "refused_next": "livebot이 마지막으로 알려 준 주소로",
    },
    "en-GB": {
        "loading": "Loading the show",
        "waiting": "It keeps trying by itself",
        "empty": "No missed questions right now",
        "stale": "Nothing heard for",
        "stale_next": "It reconnects by itself",
        "lost": "Connection lost, reconnecting",
        "refused": "This address does not open the page",
        "refused_next": "by the address livebot printed last",
    },
}


class Wire:
    """The page's socket under our hand: not answered, passed on, silent, or cut."""

    def __init__(self) -> None:
        self.state = "held"
        self._socket: Any = None

    async def take(self, socket: Any) -> None:
        """Take a socket that the page opens."""
        self._socket = socket
        if self.state == "held":
            return
        if self.state == "cut":
            await socket.close()
            return
        server = socket.connect_to_server()
        server.on_message(lambda message: self.state == "open" and socket.send(message))

    async def cut(self) -> None:
        """Break the socket, and every one that is opened from now on."""
        self.state = "cut"
        await self._socket.close()


@pytest.mark.parametrize("name", PAGES)
async def test_every_state_of_the_link_says_what_to_do(site, browsing, violations, tmp_path, name, lang, size):
    """Loading, taking long, empty, nothing heard, reconnecting, signed out: each has its words, its next step and no fault."""
    scope, here, told = PAGES[name]
    words, wire = WORDS[lang], Wire()

    async def looked_at(state: str) -> None:
        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=tmp_path / f"{name}-{state}-{size}-{lang[:2]}-{scheme}.png")
            assert await violations(page) == [], (state, scheme)

    async with browsing(site) as looking:
        page = await looking.open("/", lang=lang, size=size, clock=True)
        await page.route_web_socket("**/ws**", wire.take)
        await page.goto(f"{site.base}/{name}#{site.tokens[scope]}")
        await page.locator(".shut", has_text=words["loading"]).wait_for()
        await looked_at("loading")
        await page.clock.run_for(9_000)
        await page.locator(".shut", has_text=words["waiting"]).wait_for()
        await looked_at("waiting")
        wire.state = "open"
        await page.clock.run_for(15_000)
        await page.locator(here).wait_for()
        await page.locator(".empty", has_text=words["empty"]).first.wait_for()
        await looked_at("empty")
        wire.state = "silent"
        await page.clock.run_for(9_000)
        await page.locator(told, has_text=words["stale"]).wait_for()
        assert words["stale_next"] in await page.locator(told).inner_text()
        await looked_at("stale")
        await wire.cut()
        await page.clock.run_for(300)
        await page.locator(told, has_text=words["lost"]).wait_for()
        await looked_at("reconnecting")
        await page.context.clear_cookies()
        await page.clock.run_for(20_000)
        await page.locator(".shut", has_text=words["refused"]).wait_for()
        assert words["refused_next"] in await page.locator(".shut").inner_text()
        await looked_at("refused")
