"""What a chat line costs, beside one call of the Korean tokenizer in the same run: ratios, since the machine is shared.

P5: a line of a chat of 400 lines a second, all kinds of lines, over one tokenizer call on a line that asks or answers.
P7: a line that asks or answers while 5,000 Questions are open, over the same with 500 open.
P10: the worst hostile line of 500 signs over the median line that asks or answers.
A line is masked and handled by the core; parsing, the disk and the pages are not in it. The lines are those of tests/shows, written by
hand, or of a file of Twitch's tagged lines.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from kiwipiepy import Kiwi

from livebot.core.events import Author, ChatMessage
from livebot.core.settings import ShowSettings
from livebot.lang.masking import mask
from livebot.platforms.twitch.wire import parse
from livebot.runtime.build import Engine, build
from livebot.runtime.embed import Embedder
from livebot.store.faq_files import load

ROOT = Path(__file__).resolve().parents[2]
PER_SECOND = 400.0
SHARES = {"other": 0.7, "question": 0.2, "answer": 0.1}
VIEWERS = 20_000
WARM = 2_000  # lines that are handled before anything is measured
BETWEEN = 20  # lines between two looks at the tokenizer
AT_ONCE = 8  # calls of it then
OPEN = (500, 5_000)
COMPARED = 400  # lines that are handled with few and with many open Questions
NEVER = 2.0  # a score that none reaches
TRIES = 5
LIMITS = {"p5": 0.50, "p7": 1.6, "p10": 10.0}
"""The most that each ratio may be."""

HOSTILE: dict[str, Callable[[int], str]] = {
    "one syllable": lambda i: chr(0xAC00 + i) * 500,
    "a phrase": lambda i: f"배송{i} 언제 와요 " * 60,
    "piled marks": lambda i: f"얼{i}" + "마\u0301\u0302\u0303\u0304" * 100,
    "laughter": lambda i: "ㅋㅎ" * 250 + str(i),
    "numbers": lambda i: f"{29_900 + i}원 " * 70,
    "names": lambda i: f"@mina{i} " * 60,
    "emoji": lambda i: "😀🎁" * 250 + str(i),
    "all different": lambda i: "".join(chr(0xAC00 + (i * 977 + n * 131) % 11_000) for n in range(500)),
    "addresses": lambda i: f"http://a{i}.kr/b " * 30,
    "no letters": lambda i: "?!.," * 125 + str(i),
}

Clock = Callable[[], float]


def measure(lines: Path | None = None, count: int = 8_000) -> dict[str, Any]:
    """Return each ratio with what it is made of, in microseconds."""
    chat = list(islice(_given(lines) if lines else _written(), count))
    tokenizer, corpus = Kiwi(load_multi_dict=False), lines.name if lines else "tests/shows"
    found = {"p5": _usual(chat, tokenizer), "p7": _many(chat), "p10": _hostile(chat)}
    return {
        key: {"value": round(ours / limit, 3), "ours": round(ours, 1), "limit": round(limit, 1), "corpus": corpus, "n": n}
        for key, (ours, limit, n) in found.items()
    }


def _engine(settings: ShowSettings | None = None) -> Engine:
    return build(settings or ShowSettings(), load(ROOT / "configs/demo/faq-ko.jsonl").entries, Embedder("none"))


def _cost(engine: Engine, event: ChatMessage, clock: Clock = time.process_time) -> float:
    """Handle a line; return the seconds of CPU that took."""
    began = clock()
    mask(event.text)
    engine.show.handle(event, event.time)
    return clock() - began


def _usual(chat: Sequence[tuple[str, ChatMessage]], tokenizer: Kiwi) -> tuple[float, float, int]:
    """P5: the tokenizer is looked at all along, so that both see the same machine."""
    engine, costs, tokenized = _engine(), [], []
    telling = [event.text for kind, event in chat if kind in ("question", "answer")]
    for i, (_, event) in enumerate(chat):
        costs.append(_cost(engine, event))
        if i % BETWEEN == 0:
            some = telling[i % (len(telling) - AT_ONCE) :][:AT_ONCE]
            began = time.process_time()
            for text in some:
                tokenizer.tokenize(text)
            tokenized.append((time.process_time() - began) / AT_ONCE)
    return 1e6 * statistics.mean(costs[WARM:]), 1e6 * statistics.mean(tokenized[WARM // BETWEEN :]), len(chat) - WARM


def _many(chat: Sequence[tuple[str, ChatMessage]]) -> tuple[float, float, int]:
    """P7: the two shows take turns at the same lines."""
    few, many = (_with_open(chat, count) for count in OPEN)
    telling = [event for kind, event in chat if kind in ("question", "answer")][-COMPARED:]
    costs: tuple[list[float], list[float]] = ([], [])
    for i, event in enumerate(telling):
        for engine, some in zip((few, many), costs, strict=True):
            some.append(_cost(engine, _line(f"c{i}", engine.show.now + 1.0 / PER_SECOND, event.author.id, event.text)))
    return 1e6 * statistics.median(costs[1]), 1e6 * statistics.median(costs[0]), len(telling)


def _with_open(chat: Sequence[tuple[str, ChatMessage]], count: int) -> Engine:
    """Return a show with that many open Questions: no line is taken for the same question as another, and nobody answers."""
    settings = ShowSettings()
    engine = _engine(replace(settings, match=replace(settings.match, same=NEVER)))
    texts = list(dict.fromkeys(event.text for kind, event in chat if kind == "question"))
    for i in range(2 * count):
        if engine.show.waiting()[0] >= count:
            break
        text = texts[i % len(texts)] + (f" {i // len(texts)}" if i >= len(texts) else "")
        engine.show.handle(_line(f"o{i}", i / PER_SECOND, f"asker{i}", text), i / PER_SECOND)
    return engine


def _hostile(chat: Sequence[tuple[str, ChatMessage]]) -> tuple[float, float, int]:
    """P10: each kind of line as often as the least of its costs needs to be found, every time with other signs."""
    engine, usual = _engine(), []
    for kind, event in chat[:WARM]:
        cost = _cost(engine, event)
        if kind in ("question", "answer"):
            usual.append(cost)
    worst = 0.0
    for name, made in HOSTILE.items():
        now = engine.show.now
        lines = [_line(f"{name}{i}", now + i, f"{name}{i}", made(i)[:500]) for i in range(TRIES)]
        worst = max(worst, min(_cost(engine, line) for line in lines))
    return 1e6 * worst, 1e6 * statistics.median(usual), len(HOSTILE)


def _line(line: str, at: float, author: str, text: str) -> ChatMessage:
    return ChatMessage(line, at, "log:bench", Author(author, author), text)


def _written() -> Iterator[tuple[str, ChatMessage]]:
    """Yield a chat without end made of the labelled shows' lines, in the shares of a busy show; few viewers write much."""
    rng, by_kind = random.Random(5), _by_kind()
    kinds, shares = list(SHARES), list(SHARES.values())
    number = 0
    while True:
        kind = rng.choices(kinds, shares)[0]
        author = f"v{int(VIEWERS * rng.random() ** 4)}"
        yield kind, _line(f"b{number}", number / PER_SECOND, author, rng.choice(by_kind[kind]))
        number += 1


def _by_kind() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {kind: [] for kind in SHARES}
    for path in sorted((ROOT / "tests/shows").glob("*.jsonl")):
        if path.name.endswith(".faq.jsonl"):
            continue
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            if row["role"] == "viewer":
                texts[row["kind"] if row["kind"] in texts else "other"].append(row["text"])
    return texts


def _given(path: Path) -> Iterator[tuple[str, ChatMessage]]:
    """Yield the chat lines of a file of Twitch's tagged lines, at the same pace; their kinds are those that livebot reads."""
    reader = _engine().reader
    with path.open(encoding="utf-8") as file:
        for number, raw in enumerate(file):
            for event in parse(raw.rstrip("\r\n"), number / PER_SECOND):
                if isinstance(event, ChatMessage):
                    scores = reader.read(event.text).scores
                    yield max(("question", "answer", "other"), key=lambda kind: scores.get(kind, 0.0)), event


def within_bounds(found: dict[str, Any]) -> bool:
    """Whether all ratios are within their bounds."""
    return all(row["value"] <= LIMITS[key] for key, row in found.items())


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [f"{'':6}{'ratio':>8}{'allowed':>9}{'us a line':>11}{'over us':>9}{'lines':>8}"]
    for key, row in found.items():
        lines.append(f"{key:6}{row['value']:8.2f}{LIMITS[key]:9g}{row['ours']:11.0f}{row['limit']:9.0f}{row['n']:8}")
    return "\n".join(lines)
