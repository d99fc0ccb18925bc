"""The desk has words for every reason that is known for a post that did not go out."""

from __future__ import annotations

import re
from pathlib import Path

from livebot.platforms.chzzk import client as chzzk
from livebot.platforms.kick import client as kick
from livebot.platforms.twitch import wire as twitch
from livebot.platforms.youtube import wire as youtube

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "livebot/web/static/shared/words.mjs"
RESULT = re.compile(r'SendResult\(\s*"(?:dropped|unknown)",\s*"([a-z_]+)"')


def test_every_reason_has_words() -> None:
    """Those of the platforms' tables, and those that are written where a result is made."""
    known = set(re.findall(r"^  why_([a-z_]+):", WORDS.read_text("utf-8"), re.MULTILINE))
    told = {*twitch.REFUSALS.values(), *kick.REFUSALS.values(), *chzzk.REFUSALS.values()}
    told |= {*(code for code, _ in youtube.REASONS.values()), "protocol_error", "unreachable", "token_unavailable"}
    told |= {code for path in sorted((ROOT / "livebot").rglob("*.py")) for code in RESULT.findall(path.read_text("utf-8"))}
    assert len(told) > 30
    assert sorted(told - known) == []
