"""A small real show behind the web app: a real `Show` with a keyword reader and matcher, a hand-moved clock, and a server of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from livebot.core.context import author_key
from livebot.core.decisions import Forget, Outcome, Reason, Send
from livebot.core.events import Author, Caption, ChatMessage, Event, ProductOnAir, Sent, StaffAction
from livebot.core.matcher import Asked, FaqEntry, Hit, Said, Score
from livebot.core.questions import Handoff, Viewer
from livebot.core.reader import Around, Judgement, LineReading
from livebot.core.recognition import Helper
from livebot.core.settings import ChannelSettings, Ladder, Modes, ProductSettings, ShowSettings
from livebot.core.show import Show, ShowState
from livebot.core.snapshot import from_plain
from livebot.lang.wordings import Wordings
from livebot.matching.marks import find_marks
from livebot.web.access import Access, new_token
from livebot.web.app import create_app
from livebot.web.feed import Feed
from livebot.web.live import STATE_KEYS, ChannelNow
from livebot.web.serve import serve
from livebot.web.settings import SCOPES, Scope, WebSettings

HOSTILE = Path(__file__).resolve().parents[3] / "shared/data/hostile/hostile.jsonl"

# What the keyword reader and matcher know: topic -> (words of its questions, words of its answers).
TOPICS = {
    "delivery": (("배송", "언제 와", "언제 오", "shipping", "deliver"), ("출고", "도착", "모레", "next day", "arrive")),
    "skin": (("민감", "sensitive"), ("저자극", "자극 없", "gentle", "no sting")),
    "price": (("얼마", "가격", "how much", "price"), ("원이에요", "원입니다", "dollars")),
    "deal": (("1+1", "two for one"), ("오늘만", "today only")),
    "size": (("용량", "몇 ml", "how big"), ("30ml",)),
    "refund": (("반품", "환불", "refund", "return"), ("7일", "seven days")),
    "gift": (("선물 포장", "gift"), ("포장돼", "gift box")),
}
ENTRIES = (
    FaqEntry(
        "ship", "배송은 언제 오나요?", "평일 오후 1시 전 주문은 오늘 출고되고, 보통 1~2일 안에 도착해요.", topic="delivery", lang="ko"
    ),
    FaqEntry("skin", "민감성 피부에도 써도 되나요?", "저자극 테스트를 완료했어요. 처음엔 소량만 써 보세요.", topic="skin", lang="ko"),
    FaqEntry("price", "얼마예요?", "세럼 30ml는 방송 중에만 29,000원이에요.", product="serum", topic="price", lang="ko", firm=True),
    FaqEntry("deal", "1+1은 오늘만인가요?", "네, 1+1은 오늘 방송이 끝날 때까지만 해요.", topic="deal", lang="ko"),
    FaqEntry(
        "refund", "반품할 수 있나요?", "받은 날부터 7일 안에, 뜯지 않은 상품은 반품할 수 있어요.", topic="refund", lang="ko", firm=True
    ),
    FaqEntry("gift", "선물 포장 되나요?", "주문하실 때 '선물'을 고르면 상자에 넣어 드려요.", topic="gift", lang="ko"),
)


LANGS = ("ko-KR", "en-GB")
SIZES = {"phone": (390, 844), "tablet": (1024, 768), "desktop": (1920, 1080)}
# Each language and each size at every run; the other three with `--long`.
ALWAYS = {("ko-KR", "phone"), ("en-GB", "tablet"), ("ko-KR", "desktop")}
SCREENS = [(lang, size) for lang in LANGS for size in SIZES]


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark of this folder's tests."""
    config.addinivalue_line("markers", "every_screen: in both languages at all three sizes at every run, not only with --long")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `lang` and `size`, and does not name its own, on every one of `SCREENS`."""
    own = any("lang" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize"))
    if own or not {"lang", "size"} <= set(metafunc.fixturenames):
        return
    always = set(SCREENS) if metafunc.definition.get_closest_marker("every_screen") else ALWAYS
    marks = {screen: () if screen in always else pytest.mark.long for screen in SCREENS}
    screens = [pytest.param(*screen, id=f"{screen[0][:2]}-{screen[1]}", marks=marks[screen]) for screen in SCREENS]
    metafunc.parametrize(("lang", "size"), screens)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder in one event loop, so that one browser serves them all."""
    here = Path(__file__).parent
    for item in items:
        if pytest_asyncio.is_async_test(item) and item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def topic_of(text: str, side: int) -> str | None:
    """Return the topic whose question words (side 0) or answer words (side 1) a text has."""
    return next((topic for topic, words in TOPICS.items() if any(word in text.lower() for word in words[side])), None)


class KeywordReader:
    """Reads by question marks and keywords."""

    def read(self, text: str) -> LineReading:
        asks = "?" in text or "나요" in text
        topic = topic_of(text, 0) or topic_of(text, 1)
        scores = {"question": 0.9 if asks else 0.0, "answer": 0.8 if not asks and topic_of(text, 1) else 0.0}
        flagged = (("link", "http"), ("joke", "ㅋㅋㅋㅋ"), ("hearsay", "것 같"), ("handoff", "주문이 안"))
        flags = frozenset(flag for flag, mark in flagged if mark in text)
        lang = "ko" if any("가" <= c <= "힣" for c in text) else "en"
        terms = {word.strip("?!.,"): 1.0 for word in text.lower().split()}
        return LineReading(text, text.lower(), lang, scores, terms, topics=(topic,) if topic else (), flags=flags)

    def fold(self, text: str) -> str:
        return text.lower()

    def parts(self, text: str) -> tuple[()]:
        return ()

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        best = max(reading.scores, key=lambda kind: reading.scores[kind])
        if reading.scores[best] < 0.5:
            return Judgement("thanks" if "감사" in reading.text or "thank" in reading.folded else "other", 0.9, {})
        return Judgement("question" if best == "question" else "answer", reading.scores[best], {})

    def learn_product(self, key: str, name: str) -> None:
        pass

    def take_vectors(self, text: str, vectors: Mapping[str, str]) -> None:
        pass

    def forget(self, keep: Collection[str]) -> None:
        pass


class KeywordMatcher:
    """Matches by topic; a longer asker text is told apart by its exact words."""

    def __init__(self, entries: Sequence[FaqEntry] = ENTRIES) -> None:
        self.entries = {entry.faq_id: entry for entry in entries}
        self.sure = 0.93
        self.apart = False  # True: only the very same words are the same question
        self._remembered: dict[str, LineReading] = {}

    def entry(self, faq_id: str) -> FaqEntry | None:
        return self.entries.get(faq_id)

    def faq(self, line: LineReading, product: str | None) -> tuple[Hit, ...]:
        topic = topic_of(line.text, 0)
        fits = [Hit(e.faq_id, self.sure) for e in self.entries.values() if topic and e.topic == topic]
        others = [Hit(e.faq_id, 0.21) for e in self.entries.values() if topic and e.topic != topic]
        return (*fits, *others[:2]) if fits else ()

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        topic = topic_of(line.text, 0)
        return [
            Score(i, 0.9 if line.text == a.reading.text or (not self.apart and topic and topic == topic_of(a.reading.text, 0)) else 0.1)
            for i, a in enumerate(asked)
        ]

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        topic = topic_of(said.reading.text, 1)
        return [Score(i, 0.84 if topic and topic == topic_of(a.reading.text, 0) else 0.02) for i, a in enumerate(asked)]

    def right(self, evidence: Any) -> float:
        return 0.84

    def missed(self, past: Any) -> float:
        return float(not past.settled)

    def agrees(self, line: LineReading, faq_id: str) -> float:
        digits = [c for c in line.text if c.isdigit()]
        return 0.8 if all(d in self.entries[faq_id].answer for d in digits) and digits else 0.1

    def agree(self, one: LineReading, other: LineReading) -> float | None:
        return None

    def says(self, line: LineReading) -> tuple[Hit, ...]:
        return ()

    def remember(self, line: LineReading, faq: Sequence[Hit], key: str) -> None:
        self._remembered[key] = line

    def forget(self, key: str) -> None:
        self._remembered.pop(key, None)

    def forget_texts(self) -> None:
        pass

    def recall(self, line: LineReading, faq: Sequence[Hit], limit: int) -> list[str]:
        topic = topic_of(line.text, 0) or topic_of(line.text, 1)
        near = [key for key, kept in self._remembered.items() if kept.text == line.text or (topic and topic == topic_of(kept.text, 0))]
        return near[-limit:]


SETTINGS = ShowSettings(
    name="여름 세럼 라이브",
    channels=(
        ChannelSettings("twitch:shop", can_send=True, lang="ko"),
        ChannelSettings("youtube:live", can_send=False, max_length=200),
    ),
    products=(
        ProductSettings("serum", "시카 세럼 30ml"),
        ProductSettings("cream", "수분 크림 50g"),
        ProductSettings("mask", "시트 마스크 10매"),
    ),
    ladder=Ladder(mode=Modes()),
)


@dataclass
class ShopLive:
    """`Live` over a real Show. Time stands still until it is moved, or follows `clock` where one is given."""

    settings_now: ShowSettings = SETTINGS
    clock: Callable[[], float] | None = None
    time: float = 0.0
    posts: list[Send] = field(default_factory=list)
    taken: list[Event] = field(default_factory=list)
    refuse: Exception | None = None
    masters_now: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.feed = Feed()
        self.words = Wordings()
        self.matcher = KeywordMatcher()
        self.show = Show(self.settings_now, KeywordReader(), self.matcher, self.words)
        self.channels_now = [
            ChannelNow("twitch:shop", "joined", can_send=True, account="라이브봇"),
            ChannelNow("youtube:live", "joined", code="no_permission"),
        ]
        self._serial = 0

    @property
    def settings(self) -> ShowSettings:
        return self.show.settings

    def now(self) -> float:
        return self.clock() if self.clock else self.time

    def state(self, since: int = 0) -> ShowState:
        return self.show.snapshot(since, STATE_KEYS)

    def viewer(self, author: str) -> Viewer | None:
        plain = self.show.snapshot(1 << 62).base["viewers"].get(author)
        return from_plain(Viewer, plain) if plain else None

    def quoted(self, question: str) -> str:
        return self.show.quoted(question)

    def quotable(self, text: str) -> bool:
        return self.show.quotable(text)

    def trust(self, author: str) -> Reason:
        return self.show.trust(author).reason()

    def helpers(self) -> Sequence[Helper]:
        return self.show.helpers()

    def masters(self) -> Sequence[str]:
        return self.masters_now

    def handoffs(self) -> Sequence[Handoff]:
        return self.show.handoffs()

    def channels(self) -> Sequence[ChannelNow]:
        return self.channels_now

    def queued(self) -> int:
        return 0

    def entry(self, faq_id: str) -> FaqEntry | None:
        return self.matcher.entry(faq_id)

    def search_faq(self, text: str, limit: int) -> Sequence[Hit]:
        found = [e for e in self.matcher.entries.values() if text.lower() in (e.canonical + e.answer).lower()]
        return [Hit(entry.faq_id, 0.5) for entry in found][:limit]

    def marks(self, text: str, *, asked: Sequence[str], faq: Sequence[str], names: Sequence[str]) -> Sequence[tuple[int, int, str]]:
        return find_marks(KeywordReader().read, text, asked=asked, faq=faq, names=names)

    async def put(self, event: Event) -> Sequence[Outcome]:
        if self.refuse is not None:
            raise self.refuse
        return self.take(event)

    def take(self, event: Event) -> Sequence[Outcome]:
        """Handle an event at once, as the runtime's loop would."""
        self.taken.append(event)
        outcomes = list(self.show.handle(event, self.now()))
        self.feed.take(event, outcomes)
        self.posts += [outcome for outcome in outcomes if isinstance(outcome, Send)]
        for gone in (outcome for outcome in outcomes if isinstance(outcome, Forget)):
            self.feed.forget(f"{gone.platform}:{gone.author}")
        return outcomes

    def say(self, text: str, name: str = "봄날의곰", *, author: str | None = None, channel: str = "twitch:shop", months: int = 0) -> str:
        """Let a viewer write a line; return its id."""
        self._serial += 1
        line = f"m{self._serial}"
        self.take(ChatMessage(line, self.now(), channel, Author(author or name, name, (), months or None), text))
        return line

    def speak(self, text: str) -> None:
        """Let the host say something aloud."""
        self._serial += 1
        self.take(Caption(f"v{self._serial}", self.now(), text))

    def put_on_air(self, product: str) -> None:
        """Let the host present a product."""
        self._serial += 1
        self.take(ProductOnAir(f"p{self._serial}", self.now(), product, {p.key: p.name for p in self.settings.products}[product]))

    def tap(self, action: str, question: str | None = None, message: str | None = None, **values: Any) -> Sequence[Outcome]:
        """Let staff do something past the web."""
        self._serial += 1
        return self.take(StaffAction(f"t{self._serial}", self.now(), "지은", action, question, message, values))

    def settle(self, fate: Any = "sent", why: str = "") -> None:
        """Let every post that waits have a fate."""
        for send in self.posts:
            self._serial += 1
            self.take(Sent(f"s{self._serial}", self.now(), send.id, fate, why))
        self.posts = []

    def standing(self, author: str, channel: str = "twitch:shop") -> Viewer | None:
        """Return a viewer by the id on the platform."""
        return self.viewer(author_key(channel, author))


@dataclass
class Site:
    """A server that is up: its address, tokens, and how to come in."""

    base: str
    settings: WebSettings
    tokens: dict[Scope, str]
    access: Access
    app: Any
    registry: CollectorRegistry
    held_back: list[float]
    serving: asyncio.Task[None]

    async def stop(self) -> None:
        """Let the server go away, as when livebot is restarted."""
        self.serving.cancel()
        await asyncio.wait([self.serving])

    def again(self, live: ShopLive) -> Any:
        """Return a new application for the same show, tokens and address."""
        return create_app(live, self.access, self.settings)

    def headers(self, **more: str) -> dict[str, str]:
        """Return what a browser sends along with a POST or a socket of livebot's own pages."""
        return {"Origin": self.base, "Sec-Fetch-Site": "same-origin", **more}

    @asynccontextmanager
    async def browser(self, scope: Scope | None = None) -> AsyncIterator[aiohttp.ClientSession]:
        """Give a client with a cookie jar, signed in for `scope`."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(self.base, cookie_jar=jar, headers=self.headers()) as client:
            if scope:
                answer = await client.post("/api/session", json={"token": self.tokens[scope], "role": scope})
                assert answer.status == 200, await answer.text()
            yield client

    @asynccontextmanager
    async def page(self, scope: Scope = "staff", query: str = "") -> AsyncIterator[Page]:
        """Give an open page: signed in, with its socket."""
        async with self.browser(scope) as client, client.ws_connect(f"/ws?role={scope}{query}", max_msg_size=0) as ws:
            yield Page(ws)


class Page:
    """What a page makes of its socket: the document, and the frames that built it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.frames: list[dict[str, Any]] = []
        self.doc: dict[str, dict[str, Any]] = {}

    async def next(self) -> dict[str, Any]:
        """Take one frame in and return it."""
        frame: dict[str, Any] = await self.ws.receive_json(timeout=10)
        self.frames.append(frame)
        if frame["t"] == "full":
            self.doc = frame["doc"]
        for section, entries in frame.get("doc", {}).items() if frame["t"] == "patch" else ():
            for key, value in entries.items():
                if value is None:
                    del self.doc.setdefault(section, {})[key]
                else:
                    self.doc.setdefault(section, {})[key] = value
        return frame

    async def until(self, holds: Callable[[dict[str, dict[str, Any]]], object]) -> dict[str, dict[str, Any]]:
        """Take frames in until the document is as wanted; the socket's time-out is the limit."""
        while not self.doc or not holds(self.doc):
            await self.next()
        return self.doc


Served = Callable[..., AbstractAsyncContextManager[Site]]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def make_live() -> Callable[..., ShopLive]:
    """Give the class of the small real show."""
    return ShopLive


@pytest.fixture
def live() -> ShopLive:
    """Give a show that has not begun."""
    return ShopLive()


@pytest.fixture
def served() -> Served:
    """Give a way to serve a show: `async with served(live) as site`."""

    @asynccontextmanager
    async def run(live: ShopLive, *, bridge: Any = None, **settings: Any) -> AsyncIterator[Site]:
        web_settings = WebSettings(port=free_port(), **settings)
        tokens: dict[Scope, str] = {scope: new_token() for scope in SCOPES}
        held_back: list[float] = []

        async def hold_back(seconds: float) -> None:
            held_back.append(seconds)

        access, registry = Access(tokens, sleep=hold_back), CollectorRegistry()
        app = create_app(live, access, web_settings, registry, bridge)
        ready = asyncio.Event()
        live.feed.ring()
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(serve(app, web_settings, ready.set))
            await asyncio.wait_for(ready.wait(), 10)
            yield Site(f"http://127.0.0.1:{web_settings.port}", web_settings, tokens, access, app, registry, held_back, serving)
            serving.cancel()

    return run


@pytest_asyncio.fixture(loop_scope="session")
async def site(live: ShopLive, served: Served) -> AsyncIterator[Site]:
    """Give a served show."""
    async with served(live) as up:
        yield up


AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Complaints(list[str]):
    """What pages said wrong, but for what a test breaks on purpose."""

    excused: tuple[str, ...] = ()

    def append(self, text: str) -> None:
        if not any(each in text for each in self.excused):
            super().append(text)


class Browser:
    """A real browser whose pages must not say anything wrong: every console error and uncaught exception is kept."""

    def __init__(self, chromium: Any, site: Site) -> None:
        self._chromium = chromium
        self.site = site
        self.complaints = Complaints()
        self._contexts: list[Any] = []

    def excuse(self, *texts: str) -> None:
        """Let complaints that hold one of these count for nothing from now on: the test breaks that on purpose."""
        self.complaints.excused += texts

    async def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            await context.close()

    async def open(
        self,
        address: str,
        scope: Scope | None = None,
        *,
        lang: str = "ko-KR",
        scheme: str = "dark",
        size: str = "desktop",
        clock: bool = False,
        **more: Any,
    ) -> Any:
        """Open an address of the site in a browser of its own, with the token of `scope` behind `#`; `clock`: its time may be hurried."""
        width, height = SIZES[size]
        context = await self._chromium.new_context(
            locale=lang, color_scheme=scheme, viewport={"width": width, "height": height}, has_touch=size != "desktop", **more
        )
        self._contexts.append(context)
        context.set_default_timeout(30_000)
        page = await context.new_page()
        if clock:
            await page.clock.install()
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        await page.goto(f"{self.site.base}{address}" + (f"#{self.site.tokens[scope]}" if scope else ""))
        return page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """Give one running browser for all tests; every page has a profile of its own. Skips where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs chromium")
    playwright = pytest.importorskip("playwright.async_api", reason="needs chromium: playwright is not installed")
    async with playwright.async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield running
        await running.close()


@pytest.fixture
def browsing(chromium: Any) -> Callable[[Site], AbstractAsyncContextManager[Browser]]:
    """Give a way to look at a site; its pages are closed afterwards."""

    @asynccontextmanager
    async def look(site: Site) -> AsyncIterator[Browser]:
        looking = Browser(chromium, site)
        try:
            yield looking
        finally:
            await looking.close()

    return look


@pytest_asyncio.fixture(loop_scope="session")
async def browser(site: Site, browsing: Callable[[Site], AbstractAsyncContextManager[Browser]]) -> AsyncIterator[Browser]:
    """Give a browser on the served show; at the end no page may have complained, nor reported a breach of the policy."""
    async with browsing(site) as looking:
        yield looking
    assert looking.complaints == []
    assert site.registry.get_sample_value("livebot_csp_reports_total") == 0


PANES = ("queue", "question", "around")
OF_NO_BUTTON = {"x": ".narrow", "p": ".rundown-button", "/": "#find", "0": ".stop"}  # keys whose buttons do not name them
IN_MENU = "nmsy"


@dataclass
class Desk:
    """The desk on one screen, used as it is there: by keys on a laptop, by taps on a tablet or phone."""

    page: Any
    lang: str
    size: str

    async def show(self, pane: str) -> None:
        """Bring a pane into sight where not all of them are."""
        button = self.page.locator(".bottom button").nth(PANES.index(pane))
        if await button.is_visible():
            await button.click()

    def row(self, text: str) -> Any:
        """Return the queue's row of a question."""
        return self.page.locator(".row", has_text=text)

    def toast(self, text: str) -> Any:
        """Return a message that tells what happened."""
        return self.page.locator(".toast", has_text=text)

    async def open(self, text: str) -> None:
        """Open a question from the queue."""
        await self.show("queue")
        await self.row(text).click()
        await self.page.locator(".head-text", has_text=text).wait_for()
        await self.show("question")

    async def side(self, name: str) -> None:
        """Open chat, trends, people, paste box or controls."""
        await self.show("around")
        await self.page.locator(f"#tab-{name}").click()

    async def do(self, key: str) -> None:
        """Press a key, or tap the button that does the same."""
        if self.size == "desktop":
            await self.page.keyboard.press(key)
            return
        if key in IN_MENU:
            await self.page.locator(".actions-end [aria-expanded]").click()
        button = OF_NO_BUTTON.get(key, f"button:has(kbd:text-is('{key}'))")
        await self.page.locator(button).first.click()

    async def undo(self) -> None:
        """Undo by key, or by the button that the last message holds or that stands beside the actions."""
        if self.size == "desktop":
            await self.page.keyboard.press("u")
        else:
            undo = {"ko-KR": "되돌리기", "en-GB": "Undo"}[self.lang]
            await self.page.get_by_role("button", name=undo).last.click()

    async def clipped(self) -> list[str]:
        """Return what is cut off: a page wider than the screen, and controls that reach out of it or over each other."""
        found: list[str] = await self.page.evaluate(CLIPPED)
        return found


# Controls in sight that stick out of the screen sideways, whose words do not fit into them, or that lie on one another.
CLIPPED = """() => {
  const found = document.documentElement.scrollWidth > innerWidth ? [`page: ${document.documentElement.scrollWidth}`] : [];
  const seen = [...document.querySelectorAll("button, input, select, textarea, summary, h1, h2, .service, .tag, .chip")].filter(
    each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && getComputedStyle(each).clipPath === "none");
  const say = each => `${each.tagName}.${each.className}#${each.id} ${each.textContent.trim().slice(0, 40)}`;
  for (const each of seen) {
    const { left, right, width } = each.getBoundingClientRect();
    if (width && (left < -0.5 || right > innerWidth + 0.5)) found.push(`outside: ${say(each)}`);
    if (each.matches("button:not(.choice, .square)") && each.scrollWidth > each.clientWidth + 1) found.push(`cut: ${say(each)}`);
  }
  const buttons = seen.filter(each => each.matches("button") && !each.closest("dialog:not([open])"));
  for (const [i, one] of buttons.entries()) for (const other of buttons.slice(i + 1)) {
    if (one.parentElement !== other.parentElement) continue;
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      found.push(`over each other: ${say(one)} / ${say(other)}`);
  }
  return found;
}"""


@pytest.fixture
def scheme(lang: str, size: str) -> str:
    """Give dark or light by turns, so that each language and each kind of screen has both."""
    return "dark" if (lang == "ko-KR") == (size == "desktop") else "light"


@pytest.fixture
def desk(browser: Browser, lang: str, size: str, scheme: str) -> Callable[..., Awaitable[Desk]]:
    """Give a way to open the desk on the screen of this run."""

    async def opened(**more: Any) -> Desk:
        page = await browser.open("/desk", "staff", lang=lang, size=size, scheme=scheme, **more)
        await page.locator(".bar").wait_for()
        return Desk(page, lang, size)

    return opened


@pytest.fixture
def violations() -> Callable[[Any], Awaitable[list[str]]]:
    """Give a way to ask what axe-core finds wrong with a page by WCAG 2.2 A and AA and its own best practice."""

    async def ask(page: Any) -> list[str]:
        await page.evaluate("document.getAnimations().forEach(each => each.effect.getComputedTiming().endTime < Infinity && each.finish())")
        await page.evaluate(AXE.read_text("utf-8"))
        rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
        passed, found = await page.evaluate(f"axe.run({{runOnly: {rules}}}).then(r => [r.passes.length, r.violations])")
        assert passed > 10
        return [f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]]

    return ask


@pytest.fixture
def hostile() -> list[str]:
    """Give every hostile text there is here: the shared ones where they are present, and our own."""
    own = [
        "<script>document.title='owned'</script>",
        "<img src=x onerror=document.title='owned'>",
        "\u202e뒤집힌 글\u202c",
        "`${1}`",
        "e" + "\u0301" * 500,
    ]
    if not HOSTILE.is_file():
        return own
    rows = [json.loads(line) for line in HOSTILE.read_text("utf-8").splitlines()]
    return own + [row["input"] for row in rows if isinstance(row.get("input"), str)]
