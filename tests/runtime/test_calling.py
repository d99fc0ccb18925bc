"""What staff are called for and what they are told: in both languages, with what was tried, and nothing of what is over or gone."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from livebot.alerts.staff import Alert, StaffAlerts
from livebot.config import load_config
from livebot.errors import UserError
from livebot.lang.masking import mask
from livebot.runtime.calling import Calling, webhook_of
from livebot.runtime.check_alerts import check_alerts

from ..alerts.conftest import Receiver
from ..core.fakes import SETTINGS, Stage, entry, person
from .conftest import running

CALL = entry("contact", "call 1588-1234 from 10 to 18!")


def called(stage: Stage, lang: str = "ko") -> list[Alert]:
    """What staff would be told of all that came out of a show so far."""
    keys: list[str] = []
    calling = Calling(lambda: stage.show, "friday", lang, started=1_000.0, desk="http://127.0.0.1:8765/desk")
    calling.tell(keys.append)
    for decision in stage.decisions():
        calling.take(decision)
    return [alert for key in keys if (alert := calling.describe(key)) is not None]


@pytest.mark.parametrize(("lang", "says"), [("ko", "1번 질문에 아직 답이 없어요 (1명"), ("en", "question 1 has no answer (1 people")])
def test_a_question_that_nobody_answered(lang: str, says: str) -> None:
    """What is asked, how long, and what was tried: FAQ, regulars, viewers' answers, the board."""
    stage = Stage(entry("price"), ladder__post_confidence=0.99)
    stage.chat(0.0, "hi", person("bob", "subscriber", months=12))
    stage.chat(1.0, "price?", "ann")
    stage.chat(2.0, "price #unsure ~0.45!", "cat")
    stage.tick(130.0)
    (alert,) = called(stage, lang)
    assert says in alert.text and "“price?”" in alert.text and "http://127.0.0.1:8765/desk" in alert.text
    assert [step["step"] for step in alert.plain["tried"]] == ["suggest", "answers", "nudge", "board"]
    assert (alert.plain["type"], alert.plain["why"], alert.plain["show"], alert.plain["at"]) == ("escalation", "waited", "friday", 1121.0)
    assert alert.plain["question"]["channels"] == ["twitch:shop"] and json.dumps(alert.plain)


@pytest.mark.parametrize(("text", "count", "why"), [("price #complaint?", 1, "complaint"), ("price?", 5, "askers")])
def test_why_staff_are_called(text: str, count: int, why: str) -> None:
    """A complaint at once, and what many ask."""
    stage = Stage()
    for number in range(count):
        stage.chat(1.0, text, f"a{number}")
    (alert,) = called(stage)
    assert alert.plain["why"] == why and alert.plain["question"]["people"] == count


@pytest.mark.parametrize(("lang", "says"), [("ko", "안내함: call 1588-1234"), ("en", "was told: call 1588-1234")])
def test_who_wants_a_person(monkeypatch: pytest.MonkeyPatch, lang: str, says: str) -> None:
    """Who, where, in which words, and what they were told."""
    monkeypatch.setattr("livebot.core.handoff.CALLS", {"en": ("contact?",)})
    stage = Stage(CALL)
    stage.chat(1.0, "order #handoff", "granny")
    (alert,) = called(stage, lang)
    assert says in alert.text and "granny" in alert.text and "“order #handoff”" in alert.text
    assert alert.plain["type"] == "handoff" and alert.plain["tried"] == [{"step": "told", "faq": "contact", "answer": CALL.answer}]
    assert alert.plain["viewer"] == {"platform": "twitch", "id": "id-granny", "name": "granny"}


def test_who_could_not_be_told_anything() -> None:
    """No number in the FAQ: staff hear that nothing was tried."""
    stage = Stage()
    stage.chat(1.0, "order #handoff", "granny")
    (alert,) = called(stage)
    assert "안내하지 못함" in alert.text and alert.plain["tried"] == []


def test_names_are_as_short_as_the_config_wants() -> None:
    """In the text and in the values."""
    people = replace(SETTINGS.people, show_names="short")
    stage = Stage(base=replace(SETTINGS, people=people))
    stage.chat(1.0, "order #handoff", "granny")
    (alert,) = called(stage)
    assert "granny" not in alert.text and alert.plain["viewer"]["name"] == "g○○"


@pytest.mark.parametrize("how", ["answered", "deleted line", "deleted person", "banned", "taken care of"])
def test_nobody_is_called_for_what_is_over(how: str) -> None:
    """By the time it is told."""
    stage = Stage()
    stage.chat(1.0, "price?", "ann", line="q")
    stage.chat(2.0, "order #handoff", "granny", line="h")
    stage.tick(130.0)
    assert len(called(stage)) == 2
    for who, line in (("ann", "q"), ("granny", "h")):
        if how == "answered" or (how == "taken care of" and line == "q"):
            stage.staff(131.0, "answered", "q")
            stage.staff(131.0, "followed_up", None, "h")
        elif how == "deleted line":
            stage.delete(131.0, line)
        elif how == "deleted person":
            stage.chat(131.0, "!deleteme", who)
        elif how == "banned":
            stage.ban(131.0, who)
        else:
            stage.staff(131.0, "followed_up", None, "h")
    assert called(stage) == []


async def test_a_running_show_calls_and_is_not_held_up() -> None:
    """A receiver that hangs: the show goes on; what is told was masked before."""
    receiver, hanging = Receiver(), asyncio.Event()
    taking = receiver.take

    async def take(request: object) -> object:
        await hanging.wait()
        return await taking(request)  # type: ignore[arg-type]

    receiver.take = take  # type: ignore[method-assign]
    async with receiver.listening() as url:
        made: list[StaffAlerts] = []

        def before(live: object) -> None:
            calling = Calling(lambda: live.show, "friday", "en")  # type: ignore[attr-defined]
            made.append(StaffAlerts(url, calling.describe, key="k"))
            calling.tell(made[0].put)
            live.call_with(calling.take)  # type: ignore[attr-defined]

        async with running(before=before, beside=[lambda: made[0].run()]) as show:
            await show.hears("order #handoff 010-1234-5678", "granny")
            await show.hears("price?")
            await show.at(31.0)
            await show.told(1)
            assert receiver.told == []
            hanging.set()
            await show.until(lambda: receiver.told)
    said = json.loads(receiver.told[0][1])
    assert said["type"] == "handoff" and "1234-5678" not in said["text"] and said["text"] == mask("order #handoff 010-1234-5678")


def test_what_is_missing_for_calling_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is not set, an address in a file that anybody could listen in on."""
    file = tmp_path / "livebot.toml"
    file.write_text('[alerts]\nformat = "slack"\nurl_env = "HOOK_OF_TEST"\n', "utf-8")
    with pytest.raises(UserError, match="HOOK_OF_TEST is not set"):
        webhook_of(load_config(file)[0])
    monkeypatch.setenv("HOOK_OF_TEST", "http://hooks.slack.example/T/B/x")
    with pytest.raises(UserError, match="https://"):
        webhook_of(load_config(file)[0])
    monkeypatch.setenv("HOOK_OF_TEST", "https://hooks.slack.example/T/B/x")
    assert webhook_of(load_config(file)[0]) == ("https://hooks.slack.example/T/B/x", "")


def test_check_names_what_calling_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Address, key, and the coupons' key; where nothing is missing it says whom it would call, never the secret part of the address."""
    file = tmp_path / "livebot.toml"
    file.write_text(
        '[alerts]\nurl = "https://staff.example/a"\nsecret_env = "KEY_OF_TEST"\n'
        '[coupons]\nurl = "https://shop.example"\nsecret_env = "COUPONS_OF_TEST"\n[store]\nfile = "a.db"\n',
        "utf-8",
    )
    config, faults = load_config(file)[0], []
    check_alerts(config, faults)
    assert [name in fault for name, fault in zip(("KEY_OF_TEST", "COUPONS_OF_TEST"), faults, strict=True)] == [True, True]
    for name in ("KEY_OF_TEST", "COUPONS_OF_TEST"):
        monkeypatch.setenv(name, "k")
    faults.clear()
    check_alerts(config, faults)
    said = capsys.readouterr().out
    assert faults == [] and "livebot webhook at staff.example\n" in said and "coupons: shop.example" in said
    check_alerts(load_config(None)[0], faults)
    assert "alerts: none" in capsys.readouterr().out
