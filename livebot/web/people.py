"""What the desk knows of people: one viewer, those who wanted a person, this show's helpers and how they would be thanked.

Only for staff. Must not know routes or sockets.
"""

from __future__ import annotations

from typing import Any

from livebot.core.names import shown
from livebot.core.questions import Handoff
from livebot.core.recognition import NAMED_AT_END
from livebot.core.trust import is_regular
from livebot.web.live import Live

LANGS = ("ko", "en")
HELPERS_SHOWN = 30

Section = dict[str, Any]


class Handoffs:
    """The section of those who could not order or wanted a person; only what is different is viewed again."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._done: dict[str, tuple[str, str]] = {}

    def changes(self) -> Section:
        """Return the entries that are new, taken care of, or gone."""
        now = {handoff.line: (handoff.done, handoff.text) for handoff in self._live.handoffs()}
        gone, before, self._done = self._done.keys() - now.keys(), self._done, now
        fresh = {each.line: self._view(each) for each in self._live.handoffs() if before.get(each.line) != now[each.line]}
        return fresh | dict.fromkeys(gone)

    def _view(self, handoff: Handoff) -> Section:
        told = self._live.entry(handoff.tried) if handoff.tried else None
        keys = ("line", "author", "name", "channel", "time", "text", "question", "done")
        return {**{key: getattr(handoff, key) for key in keys}, "told": told.answer if told else ""}


def view_viewer(live: Live, author: str) -> Section | None:
    """Return what is known of `platform:id` by all their accounts, or None for somebody who is not in this show."""
    viewer = live.viewer(author)
    if viewer is None:
        return None
    linked = viewer.regular.linked if viewer.regular else []
    others = {key: known for key in linked if (known := live.viewer(key)) is not None}
    reason = live.trust(author)
    return {
        "author": author,
        "name": viewer.name,
        "roles": list(viewer.roles),
        "regular": any(is_regular(one) for one in (viewer, *others.values())),
        "quiet": viewer.quiet,
        "lines": viewer.lines + sum(one.lines for one in others.values()),
        "months": viewer.months,
        "visits": viewer.visits,
        "trust": {lang: live.words.reason(reason, lang) for lang in LANGS},
        "accounts": [{"author": key, "name": one.name} for key, one in others.items()],
    }


def view_helpers(live: Live) -> Section:
    """Return this show's helpers, those who gained most first, and the lines that would thank them by name."""
    helpers, settings = live.helpers(), live.settings
    named = [shown(helper.name, settings.people.show_names) for helper in helpers if not helper.quiet][:NAMED_AT_END]
    accounts = {channel.name: channel for channel in live.channels()}
    posts = []
    for channel in settings.channels if named else ():
        now, lang = accounts.get(channel.name), channel.lang or settings.lang
        text = live.words.post("thank_all", lang, {"names": ", ".join(named)}, channel.max_length)
        can_send = channel.can_send and (now is None or now.takes_posts)
        posts.append({"channel": channel.name, "account": now.account if now else "", "can_send": can_send, "text": text})
    listed = [{"author": each.author, "name": each.name, "quiet": each.quiet} for each in helpers[:HELPERS_SHOWN]]
    return {"helpers": listed, "posts": posts}
