"""The commands that play a show: replay, demo, run, check. Prints what a person at a terminal wants to see."""

from __future__ import annotations

import asyncio
import datetime
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from livebot.config import Config, configs, load_config, read_secret
from livebot.core.decisions import Forget
from livebot.core.events import Event, ShowStarted
from livebot.core.matcher import FaqEntry
from livebot.core.names import shown
from livebot.core.settings import ChannelSettings, Ladder, Modes, ShowSettings
from livebot.errors import UserError, WorkError
from livebot.platforms.replay.files import ACCEPTED, Problem, merge, read_log
from livebot.runtime.build import Engine, build
from livebot.runtime.closing import closing_lines, masters_line
from livebot.runtime.embed import Embedder
from livebot.runtime.replay import Summary, open_out
from livebot.runtime.replay import replay as replay_events

if TYPE_CHECKING:
    from livebot.platforms.youtube.quota import Kept
    from livebot.runtime.keeper import Opened
    from livebot.runtime.live import Keeper
    from livebot.store.store import Store
    from livebot.web.settings import WebSettings

Beside = Callable[[], Awaitable[None]]
SHOWN_PROBLEMS = 20
START_WITHIN = 100  # events; chat may come before a show's start
SUMMARY = {
    "ko": (
        "{length} 방송 · {events}줄 · {took}초에 재생",
        "질문 {questions}개 ({asked}줄) · 진행자가 답함 {host} · 시청자가 답함 {peers} · 답 없음 {open}줄",
        "소개할 답변 {boosts} · FAQ 제안 {suggested} · 올릴 FAQ 답변 {posted}",
    ),
    "en": (
        "{length} of show · {events} lines · replayed in {took} s",
        "{questions} questions ({asked} lines) · answered by the host {host} · by viewers {peers} · unanswered {open} lines",
        "{boosts} answers to carry further · {suggested} FAQ suggestions · {posted} FAQ answers to post",
    ),
}


def run_replay(logs: list[Path], config_path: Path | None, faq: Path | None, speed: str, out: Path | None, assume_sent: bool) -> None:
    """`livebot replay`: write the records, print a summary."""
    config, _ = load_config(config_path)
    pace = _pace(speed)
    problems = Problems()
    date, events = dated(merge(*(read_log(log, on_problem=problems.add) for log in logs)), logs, problems)
    entries = entries_of(config, faq)
    with_out = _opened(out, [*logs, *(path for path in (config_path, faq or config.faq.file) if path)])
    engine = build(replay_settings(config), entries, Embedder(config.match.semantic), date=str(config.show.date or date))
    events = engine.ahead(events)
    progress = Progress(sum(log.stat().st_size for log in logs))
    started = time.perf_counter()
    try:
        summary = replay_events(
            engine,
            _paced(events, pace) if pace else events,
            with_out,
            lang=config.show.language,
            assume_sent=assume_sent,
            progress=progress.count,
        )
    finally:
        if with_out is not None:
            with_out.close()
    progress.end()
    problems.tell()
    print_summary(summary, time.perf_counter() - started, config.show.language)


def dated(events: Iterator[Event], logs: Sequence[Path], problems: Problems) -> tuple[str, Iterator[Event]]:
    """Return the date that the logs' `start` event gives, which decides the valid entries, and all the events; UserError without any."""
    head = list(islice(events, START_WITHIN))
    if not head:
        problems.tell()
        raise UserError("holds no line that can be replayed", ", ".join(map(str, logs)), ACCEPTED)
    date = next((event.date for event in head if isinstance(event, ShowStarted) and event.date), "")
    return date, chain(head, events)


def _opened(out: Path | None, read: Sequence[Path]) -> TextIO | None:
    """Open the file that is written, which may be none of those that are read."""
    try:
        if out is not None and out.exists() and any(path.exists() and out.samefile(path) for path in read):
            raise UserError("is read here, and would be written over", str(out), "Give --out another name.")
        return open_out(out)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", str(out), "Give a file in a folder that exists.") from None


def replay_settings(config: Config) -> ShowSettings:
    """Return the settings of a replay: every channel of the log counts as one that can be written to (nothing is)."""
    return replace(config.show_settings(), elsewhere=ChannelSettings("*", can_send=True))


def entries_of(config: Config, faq: Path | None) -> tuple[FaqEntry, ...]:
    """Return the FAQ named on the command line, else the config's; a bad row is an error that names it."""
    from livebot.store.faq_files import load

    path = faq or config.faq.file
    if path is None:
        return ()
    loaded = load(path)
    if loaded.problems:
        raise UserError("\n".join(str(problem) for problem in loaded.problems), "", "Correct these rows; nothing was taken from the file.")
    return loaded.entries


def _pace(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        value = float(speed)
    except ValueError:
        value = 0.0
    if not 0 < value <= 10_000:
        raise UserError(f"--speed {speed}: must be max or a number above 0", "", "Example: --speed 10")
    return value


def _paced(events: Iterable[Event], pace: float) -> Iterable[Event]:
    started = time.monotonic()
    for event in events:
        wait = event.time / pace - (time.monotonic() - started)
        if wait > 0:
            time.sleep(wait)
        yield event


class Problems:
    """Bad lines of a log: the first ones are shown, the rest counted."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._count = 0

    def add(self, problem: Problem) -> None:
        """Take one."""
        self._count += 1
        if len(self._first) < SHOWN_PROBLEMS:
            self._first.append(problem)

    def tell(self) -> None:
        """Print them to the error output."""
        for problem in self._first:
            print(problem, file=sys.stderr)
        if self._count > len(self._first):
            print(f"… and {self._count - len(self._first)} more lines were skipped", file=sys.stderr)


class Progress:
    """A line on the terminal that says how far long work is; silent where the error output is no terminal."""

    def __init__(self, size: int) -> None:
        self._size, self._events, self._shown = size, 0, 0.0
        self._write: Callable[[str], object] | None = sys.stderr.write if sys.stderr.isatty() else None

    def count(self, event: Event | None) -> None:
        """Note one event."""
        self._events += 1
        if self._write and time.monotonic() - self._shown > 0.2 and event is not None:
            self._shown = time.monotonic()
            self._write(f"\r{self._events:>9,} events, {clock(event.time)} into the show")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._write:
            self._write("\r\033[K")


def clock(seconds: float) -> str:
    """Return seconds as 1:02:03 or 2:03."""
    hours, rest = divmod(int(max(0, seconds)), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def print_summary(summary: Summary, took: float, lang: str) -> None:
    """Print what a replay came to."""
    found = {
        "length": clock(summary.seconds),
        "events": f"{summary.events:,}",
        "took": f"{took:.1f}",
        "questions": f"{summary.questions:,}",
        "asked": f"{summary.asked:,}",
        "host": f"{summary.resolutions['host_voice'] + summary.resolutions['host_chat']:,}",
        "peers": f"{summary.resolutions['peer']:,}",
        "open": f"{summary.open_lines:,}",
        "boosts": f"{summary.decisions['boost']:,}",
        "suggested": f"{summary.decisions['suggest']:,}",
        "posted": f"{summary.decisions['post_faq']:,}",
    }
    print("\n".join(line.format(**found) for line in SUMMARY[lang]))
    for line in closing_lines(summary.closing, lang):
        print(line)


DEMO_MODES = Modes(boost="auto", nudge="auto", post_faq="auto", thank="auto")


def run_demo(*, port: int, speed: float, lang: str, open_page: bool) -> None:
    """`livebot demo`: the recorded show, live on the pages, every step by itself."""
    from livebot.runtime.clock import ShowClock
    from livebot.runtime.demo import LANGUAGES, DemoRoom
    from livebot.runtime.live import LiveShow, Nowhere
    from livebot.runtime.serve import check_port, say, serve_show, tell
    from livebot.store.faq_files import load
    from livebot.web.settings import WebSettings

    if lang not in LANGUAGES:
        raise UserError(f"--lang {lang}: must be one of {', '.join(LANGUAGES)}")
    pages = WebSettings(port=port, help=True)
    check_port(pages)
    folder = configs() / "demo"
    tell(say(lang, "ready"))
    settings = ShowSettings(name="demo", lang=lang, ladder=Ladder(mode=DEMO_MODES), elsewhere=ChannelSettings("*", can_send=True))
    engine = build(settings, load(folder / f"faq-{lang}.jsonl").entries, Embedder())
    _warm(engine)
    clock = ShowClock(speed=speed)
    live = LiveShow(lambda: engine, clock, Nowhere())
    live.add(DemoRoom(folder / f"demo-{lang}.jsonl", clock), "livebot")
    asyncio.run(serve_show(live, pages, lang=lang, open_page=open_page))


def run_show(path: Path) -> None:
    """`livebot run`: a live show until it is stopped; started again soon after, it goes on."""
    from livebot.runtime.calling import webhook_of
    from livebot.runtime.clock import ShowClock
    from livebot.runtime.rooms import Rooms
    from livebot.runtime.serve import check_port, say, tell
    from livebot.runtime.voice import Voices

    config, _ = load_config(path)
    # What can be known to be missing is said before anything is begun.
    check_port(Rooms(config, ShowClock()).web_settings())
    Voices(config, ShowClock())
    webhook_of(config)
    if not config.channel:
        tell(say(config.show.language, "no_channel"))
    asyncio.run(_run_show(config))


async def _run_show(config: Config) -> None:
    from livebot.runtime.keeper import held
    from livebot.runtime.live import Nowhere
    from livebot.store.store import Store

    date = str(config.show.date or datetime.date.today())
    if config.store.file is None:
        await _play(config, date, entries_of(config, None), Nowhere(), None, ())
        return
    store = await Store.open(str(config.store.file))
    try:
        with held(config.store.file):
            await _run_kept(config, date, store)
    finally:
        await store.close()


async def _run_kept(config: Config, date: str, store: Store) -> None:
    """Run a show that is kept in a store."""
    from livebot.runtime.keeper import StoreKeeper, last_written, open_show
    from livebot.runtime.serve import say, tell

    entries = entries_of(config, None) or await store.faq_export()
    opened = await open_show(store, config.show.name, date, config.store.resume_minutes * 60.0)
    await store.purge(time.time() - config.store.keep_days * 86_400.0)
    if opened.resume:
        seconds = max(0.0, time.time() - last_written(opened.resume))
        tell(say(config.show.language, "goes_on", show=opened.show.id, time=clock(seconds)))
    quota = await _kept_quota(config, store)
    await _play(config, date, entries, StoreKeeper(store, opened.show), opened, _coupons(config, store), quota)
    month = date[:7]
    kept = False
    with suppress(WorkError):  # a disk that refuses was told of already
        await store.flush()
        kept = True
    if masters := await store.masters(month):
        tell(masters_line(month, [shown(master.name, config.people.show_names) for master in masters], config.show.language))
    if kept:
        tell(say(config.show.language, "kept", show=opened.show.id, minutes=str(config.store.resume_minutes)))


async def _kept_quota(config: Config, store: Store) -> Kept | None:
    """Return what earlier runs used of YouTube's day, and how it is kept, if there is a room of it."""
    if all(channel.platform != "youtube" for channel in config.channel):
        return None
    from livebot.platforms.youtube.quota import Kept

    return Kept(*await store.quota("youtube"), keep=partial(store.put_quota, "youtube"))


def _coupons(config: Config, store: Store) -> tuple[Beside, ...]:
    """Return what tells the shop's own system of coupons, if it wants to be told."""
    if not config.coupons.url:
        return ()
    from livebot.alerts.coupons import Coupons

    key = read_secret(config.coupons.secret_env, config.coupons.secret_file, "coupons: secret")
    return (Coupons(store, config.coupons.url, key).run,)


async def _play(
    config: Config,
    date: str,
    entries: Sequence[FaqEntry],
    keeper: Keeper,
    opened: Opened | None,
    beside: Sequence[Beside],
    quota: Kept | None = None,
) -> None:
    from livebot.runtime.calling import Calling, staff_alerts
    from livebot.runtime.clock import ShowClock
    from livebot.runtime.ending import Ending, telling
    from livebot.runtime.keeper import last_written
    from livebot.runtime.live import LiveShow
    from livebot.runtime.rooms import Rooms
    from livebot.runtime.serve import say, serve_show, tell
    from livebot.runtime.voice import Voices

    tell(say(config.show.language, "ready"))
    resume = opened.resume if opened else None
    clock = ShowClock(started=opened.show.started if opened else None)
    live = LiveShow(partial(_engine, config, date, entries, opened), clock, keeper, config.match.lookup_ms / 1000.0)
    live.honour(opened.masters if opened else ())
    rooms = Rooms(config, clock, resume.tries if resume else None, quota)
    lost = (last_written(resume) - clock.started, "restart") if resume else None
    for platform, account in rooms.platforms:
        live.add(platform, account, lost)
    voices = Voices(config, clock)
    for room in voices.rooms:
        live.add(room)
    live.watch(voices.onair.watch)
    live.end_with(Ending(telling(config)))
    name = opened.show.id if opened else f"{config.show.name}-{date}"
    calling = Calling(lambda: live.show, name, config.show.language, started=clock.started, desk=_desk(rooms.web_settings()))
    if alerts := staff_alerts(config, calling, tell):
        live.call_with(calling.take)
        beside = (*beside, alerts.run)
    if resume:
        live.queue(resume.queued)
    else:
        live.open(date)
    pages = rooms.web_settings()
    await serve_show(
        live,
        pages,
        lang=config.show.language,
        tokens=rooms.tokens(),
        bridge=rooms.bridges,
        captions=voices.captions,
        beside=beside,
    )


def _desk(pages: WebSettings) -> str:
    """Return where staff find the desk, without its token; nothing where the port is only known when it listens."""
    return f"{pages.base()}/desk" if pages.port else ""


def _engine(config: Config, date: str, entries: Sequence[FaqEntry], opened: Opened | None) -> Engine:
    """Make the core, where it was when the show that goes on was interrupted."""
    state = opened.state if opened else None
    engine = build(config.show_settings(), entries, Embedder(config.match.semantic), date=date, state=state)
    if opened and opened.resume:
        engine.show.recall_seen(opened.resume.seen)
        for event in opened.resume.tail:
            outcomes = engine.show.handle(event, event.time)
            engine.forgotten += [(gone.platform, gone.author) for gone in outcomes if isinstance(gone, Forget)]
    _warm(engine)
    return engine


def _warm(engine: Engine) -> None:
    """Load what is loaded at the first line, so that the first line does not count as lag."""
    engine.embedder.load()
    engine.reader.read("안녕하세요 hello")


def run_check(path: Path | None, online: bool = True) -> None:
    """`livebot check`: everything that can be known before the show, one line each; status 2 if something is wrong or missing."""
    from livebot.runtime.check import check

    config, found = load_config(path)
    faults = check(config, found, online)
    if faults:
        raise UserError("\n".join(faults), "", "Correct this, then check again.")
