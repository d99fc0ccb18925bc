"""The words of the viewers' page, in Korean and English, and how times and numbers are put into them. Pure.

`{n}` is a value, `{n?one|many}` picks by number.
"""

from __future__ import annotations

import math
import re

LANGS = ("ko", "en")
MOMENT = 10.0
WORDS: dict[str, tuple[str, str]] = {
    "title": ("질문 안내", "Questions"),
    "on_air": ("방송 중: {product}", "On air: {product}"),
    "other_lang": ("English", "한국어"),
    "dark": ("어둡게", "Dark"),
    "light": ("밝게", "Light"),
    # states
    "ended": ("방송이 끝났어요. 남은 질문은 담당자가 살펴봐요.", "The show is over. Staff look after what is left."),
    "lagging": ("채팅보다 {time} 늦게 보여 드리고 있어요.", "This runs {time} behind the chat."),
    "cut_off": (
        "채팅 연결이 끊겨 다시 연결하고 있어요. 그동안 쓴 글은 조금 늦게 보여요.",
        "Chat connection lost, reconnecting. What is written now shows up a little later.",
    ),
    "lost": (
        "연결이 끊겨 다시 시도하고 있어요. 아래는 조금 전 모습이에요.",
        "Connection lost, trying again. What you see is from a moment ago.",
    ),
    "offline": (
        "인터넷 연결이 없어요. 연결되면 저절로 새로 보여 드려요.",
        "You are offline. This page catches up by itself once you are back.",
    ),
    "back": ("다시 연결됐어요.", "Connected again."),
    "got_answer": ("답이 왔어요: {text}", "Answered: {text}"),
    "slow": ("너무 자주 열었어요", "Opened too often"),
    "slow_next": ("몇 초 뒤에 저절로 다시 열려요.", "It opens again by itself in a few seconds."),
    # mine
    "mine": ("내 질문", "My question"),
    "name": ("채팅에서 쓰는 이름", "Your name in the chat"),
    "find": ("찾기", "Find"),
    "none": ("이 이름으로 받은 질문이 없어요", "No question under this name"),
    "none_next": (
        "채팅에 보이는 이름 그대로 적어 주세요. 방금 물었다면 잠시 뒤에 나타나요.",
        "Write the name as the chat shows it. If you have just asked, it shows up in a moment.",
    ),
    "no_number": ("그 번호의 질문은 없어요", "There is no such question"),
    "no_number_next": ("이름으로 찾아 보세요.", "Try your name instead."),
    "number": ("{n}번 질문", "Question {n}"),
    "received": ("접수했어요", "Received"),
    "waits": ("기다리는 중", "Waiting"),
    "waited": ("기다렸어요", "Waited"),
    "place": ("{place}", "{place} in line"),
    "about": ("약 {n}분", "about {n} min"),
    "longer": ("보통보다 오래 걸리고 있어요", "taking longer than usual"),
    "together": ("{n}명이 같은 것을 물었어요", "{n} people ask the same"),
    "answer": ("답변", "Answer"),
    "by_host_voice": ("진행자가 방송에서 답했어요", "The host answered in the show"),
    "by_host_chat": ("진행자가 채팅으로 답했어요", "The host answered in the chat"),
    "by_peer": ("{name} 님이 답했어요", "{name} answered"),
    "by_somebody": ("다른 시청자가 답했어요", "Another viewer answered"),
    "by_faq": ("자주 묻는 질문에 답이 있어요", "Answered from the FAQ"),
    "by_staff": ("담당자가 답했어요", "Staff answered"),
    "closed": ("이 질문은 닫혔어요", "This question was closed"),
    "closed_next": ("아직 궁금하면 채팅에 다시 물어봐 주세요.", "If you still wonder, ask again in the chat."),
    "again": ("답이 아니었다면 채팅에 다시 물어봐 주세요.", "If that was not it, ask again in the chat."),
    # open questions
    "open": ("아시는 분?", "Do you know?"),
    "open_how": (
        "답을 알면 채팅에 이렇게 써 주세요. 좋은 답은 이름과 함께 소개돼요.",
        "Write it in the chat like this. Good answers are shown with your name.",
    ),
    "open_none": ("지금은 기다리는 질문이 없어요", "No question is waiting right now"),
    "open_none_next": ("채팅에 질문을 쓰면 여기에 나타나요.", "Ask in the chat and it shows up here."),
    "needs": ("단골의 도움이 필요해요", "Needs a regular"),
    "people": ("{n}명", "{n} {n?person|people}"),
    "for": ("{time}째 기다려요", "waiting {time}"),
    "just_asked": ("방금 물었어요", "just asked"),
    "more": ("외 {n}개 더", "{n} more"),
    "command": ("!답 {n}", "!answer {n}"),
    "copy": ("복사", "Copy"),
    "copied": ("복사했어요", "Copied"),
    "copy_of": ("{n}번 질문에 답하는 말 복사", "Copy how to answer question {n}"),
    # helpers
    "helpers": ("오늘 도와주신 분들", "Today's helpers"),
    "helpers_none": ("아직 없어요. 첫 번째 답을 기다려요.", "Nobody yet. The first answer counts."),
    "masters": ("이달의 답변 달인", "This month's top helpers"),
    "helped": ("{n}명을 도왔어요", "helped {n} {n?person|people}"),
    "regular": ("단골", "Regular"),
    # the end
    "public": (
        "채팅에 올라온 글만 보여 드려요. 이름을 알리고 싶지 않으면 채팅에 !그만 이라고 써 주세요.",
        "Only what the chat shows is shown here. To stay unnamed, write !stop in the chat.",
    ),
    "reload": ("새로 보기", "Reload"),
    "shown": ("저절로 새로 보여 드려요", "Refreshes by itself"),
}
_VALUE = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}")


def say(lang: str, key: str, **values: str | int) -> str:
    """Return the words for a key in a language, with its values."""

    def fill(found: re.Match[str]) -> str:
        value = values[found[1]]
        return str(value) if found[2] is None else found[2 if value == 1 else 3]

    return _VALUE.sub(fill, WORDS[key][LANGS.index(lang)])


def span(lang: str, seconds: float) -> str:
    """Return a length of time in words that change seldom."""
    if seconds < MOMENT:
        return "잠깐" if lang == "ko" else "a moment"
    minutes = int(seconds // 60)
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return f"{int(seconds)}초" if lang == "ko" else f"{int(seconds)} s"
    h, m = ("시간", "분") if lang == "ko" else (" h", " min")
    return " ".join(part for part in (f"{hours}{h}" if hours else "", f"{rest}{m}" if rest else "") if part)


def ago(lang: str, seconds: float) -> str:
    """Return how long ago something was."""
    if seconds < 60:
        return "방금" if lang == "ko" else "just now"
    return f"{span(lang, seconds)} 전" if lang == "ko" else f"{span(lang, seconds)} ago"


def ordinal(lang: str, n: int) -> str:
    """Return a place in line: 3번째, 3rd."""
    if lang == "ko":
        return f"{n}번째"
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def minutes_left(seconds: float) -> int:
    """Return a time that is left in whole minutes, at least one."""
    return max(1, math.ceil(seconds / 60))


def choose_lang(wanted: str, header: str) -> str:
    """Return the page's language: the chosen one, else the first that the browser asks for and livebot speaks, else English."""
    ranked = sorted(((_weight(part), i, part) for i, part in enumerate(header[:500].split(","))), key=lambda each: (-each[0], each[1]))
    tags = [wanted, *(part.strip()[:2].lower() for weight, _, part in ranked if weight > 0)]
    return next((tag for tag in tags if tag in LANGS), "en")


def _weight(part: str) -> float:
    found = re.search(r";\s*q=([01](?:\.\d{1,3})?)\s*$", part)
    return float(found[1]) if found else 1.0
