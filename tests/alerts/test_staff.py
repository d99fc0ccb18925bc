"""Staff's webhook against a real receiver: signed, in each chat's form, tried again a little, given up and said, never of what is over."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from livebot.alerts.staff import AGAIN, LONGEST, TOGETHER, WAITING, Alert, StaffAlerts, said_in

from .conftest import Receiver

NOW = 1_790_000_000.0


def alert(key: str) -> Alert | None:
    return Alert(f"show/{key}", f"text of {key}", {"type": "escalation", "alert": f"show/{key}"})


@asynccontextmanager
async def calling(
    receiver: Receiver, describe: Callable[[str], Alert | None] = alert, **more: Any
) -> AsyncIterator[tuple[StaffAlerts, list[float], list[str]]]:
    """Alerts that call a running receiver, with how long they waited and what they told the operator."""
    waits: list[float] = []
    said: list[str] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    async with receiver.listening() as url:
        staff = StaffAlerts(url, describe, tell=said.append, clock=lambda: NOW, sleep=sleep, **more)
        running = asyncio.create_task(staff.run())
        yield staff, waits, said
        running.cancel()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


async def test_an_alert_is_signed_and_named() -> None:
    """As a coupon is: whoever holds the key can tell that livebot sent it, and that a second copy is one."""
    receiver = Receiver()
    async with calling(receiver, key="shared") as (staff, waits, _):
        staff.put("d1")
        await until(lambda: receiver.told)
    ((headers, body),) = receiver.told
    assert json.loads(body) == {"type": "escalation", "alert": "show/d1"}
    expected = hmac.new(b"shared", f"{int(NOW)}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Livebot-Signature"] == f"t={int(NOW)},v1={expected}"
    assert headers["Idempotency-Key"] == "show/d1" and waits == []


async def test_what_failed_is_tried_again_a_little_and_then_given_up() -> None:
    """Under the same name each time; the operator is told once, and when it goes on; what comes after is told all the same."""
    receiver = Receiver([503] * (len(AGAIN) + 1) + [200])
    async with calling(receiver, key="k") as (staff, waits, said):
        staff.put("d1")
        staff.put("d2")
        await until(lambda: len(receiver.told) == len(AGAIN) + 2)
        await until(lambda: len(said) == 2)
    assert waits == list(AGAIN) and said == ["HTTP 503", ""] and staff.given_up == 1
    assert [headers["Idempotency-Key"] for headers, _ in receiver.told] == ["show/d1"] * (len(AGAIN) + 1) + ["show/d2"]


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    """Slack and Discord say how long in `Retry-After`; a day is too long for anybody."""
    for asked, waited in (("7", 7.0), ("0.5", AGAIN[0]), ("86400", 300.0), ("soon", AGAIN[0])):
        receiver = Receiver([429, 200], {"Retry-After": asked})
        async with calling(receiver, key="k") as (staff, waits, _):
            staff.put("d1")
            await until(lambda receiver=receiver: len(receiver.told) == 2)
        assert waits == [waited]


@pytest.mark.parametrize("status", [302, 400, 404])
async def test_a_refusal_is_not_repeated(status: int) -> None:
    """Nor is anybody followed elsewhere; the operator hears of it."""
    receiver = Receiver([status])
    async with calling(receiver, key="k") as (staff, waits, said):
        staff.put("d1")
        await until(lambda: said)
    assert (len(receiver.told), waits, said) == (1, [], [f"HTTP {status}"])


async def test_what_is_over_by_then_is_told_to_nobody() -> None:
    """Answered, taken care of or deleted while it waited for its second try."""
    looked_at: list[str] = []
    receiver = Receiver([503, 200])

    def describe(key: str) -> Alert | None:
        looked_at.append(key)
        return alert(key) if key == "d2" or looked_at.count("d1") == 1 else None

    async with calling(receiver, describe, key="k") as (staff, _, said):
        staff.put("d1")
        staff.put("d2")
        await until(lambda: len(receiver.told) == 2)
    assert [json.loads(body)["alert"] for _, body in receiver.told] == ["show/d1", "show/d2"]
    assert looked_at == ["d1", "d1", "d2"] and said == [] and staff.given_up == 0


async def test_nothing_listens() -> None:
    """The show does not notice; the operator does."""
    said: list[str] = []

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0)

    staff = StaffAlerts("http://127.0.0.1:9/", alert, tell=said.append, sleep=sleep)
    running = asyncio.create_task(staff.run())
    staff.put("d1")
    await until(lambda: said)
    running.cancel()
    assert "Connect" in said[0] and staff.given_up == 1


async def test_too_many_at_once_are_bounded_and_counted() -> None:
    """The newest are told."""
    staff = StaffAlerts("http://127.0.0.1:9/", alert)
    for number in range(WAITING + 5):
        staff.put(f"d{number}")
    assert staff.given_up == 5 and list(staff._waiting)[-1] == f"d{WAITING + 4}"


@pytest.mark.parametrize("form", ["slack", "discord", "jandi"])
async def test_a_chat_gets_text_several_in_one(form: Any) -> None:
    """In the chat's own form, unsigned; what waits together is told together."""
    receiver = Receiver()
    async with calling(receiver, form=form) as (staff, _, _):
        for number in range(3):
            staff.put(f"d{number}")
        await until(lambda: receiver.told)
    ((headers, body),) = receiver.told
    key = {"slack": "text", "discord": "content", "jandi": "body"}[form]
    assert all(f"text of d{number}" in json.loads(body)[key] for number in range(3)) and TOGETHER >= 3
    assert "X-Livebot-Signature" not in headers
    assert (headers.get("Accept") == "application/vnd.tosslab.jandi-v2+json") is (form == "jandi")


HOSTILE = "<!channel> @everyone **x** [[여기]](https://evil.example) <https://evil.example|click> & more"


def test_a_viewers_words_call_nobody_and_link_nowhere() -> None:
    """Slack's control sequences, Discord's mentions and both chats' links are only letters."""
    slack, discord, jandi = (said_in(form, HOSTILE) for form in ("slack", "discord", "jandi"))
    assert "<" not in slack["text"] and "&lt;!channel&gt;" in slack["text"] and slack["unfurl_links"] is False
    assert discord["allowed_mentions"] == {"parse": []} and "\\*\\*x" in discord["content"] and "\\[" in discord["content"]
    assert "[[" not in jandi["body"]
    assert all(
        len(said_in(form, HOSTILE * 100)[key]) <= LONGEST for form, key in (("slack", "text"), ("discord", "content"), ("jandi", "body"))
    )
