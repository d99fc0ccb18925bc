"""When a show is over, as the platforms themselves say it: all that can tell have ended their broadcast, and stay so for a while.

A stream that breaks off for a moment is no end, and where one channel of a simulcast goes on the show does. A channel that cannot tell
counts as over once nobody has written there for as long; a host who is heard, and a stream that OBS still sends, go on. Must not know
platforms: only what they told, as events and as the health of their rooms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from livebot.config import Config
from livebot.core.events import Caption, ChatMessage, Event, Notice, ShowEnded, ShowStarted
from livebot.platforms.base import Health

OVER_AFTER = 60.0
"""Seconds after the last sign of the broadcast at which the show counts as over, as for the stream that OBS sends."""

SAYS = {"stream_online": True, "stream_started": True, "stream_offline": False, "stream_ended": False}
"""What platforms tell of their broadcast, by the kind of notice."""

OBS = "onair:obs"


def telling(config: Config) -> frozenset[str]:
    """Return the channels whose platform tells when the broadcast is over."""
    return frozenset(c.name for c in config.channel if c.platform in ("youtube", "kick") or c.reader == "eventsub")


class Ending:
    """Follows one show: `watch` sees every event that it handled, `look` is asked once in a while. `telling` are the channels that tell."""

    def __init__(self, telling: Collection[str]) -> None:
        self._telling = frozenset(telling)
        self._off: dict[str, float] = {}
        self._heard = float("-inf")
        self._sent_by_obs = self._over = self._ended_here = False

    def watch(self, event: Event) -> ShowStarted | None:
        """Take an event that the show handled; return that the show goes on, where a broadcast that had ended it is back."""
        match event:
            case Notice() if event.channel in self._telling and event.kind in SAYS:
                return self._told(event)
            case Caption():
                self._heard = event.time
            case ChatMessage() if event.channel not in self._telling and "bot" not in event.author.roles:
                self._heard = event.time
            case ShowStarted():
                self._sent_by_obs = self._sent_by_obs or event.id.startswith("obs:")
                self._over = self._ended_here = False
            case ShowEnded():
                self._sent_by_obs, self._over = False, True
        return None

    def _told(self, notice: Notice) -> ShowStarted | None:
        if not SAYS[notice.kind]:
            self._off.setdefault(notice.channel, notice.time)
            return None
        self._off.pop(notice.channel, None)
        return ShowStarted(f"back:{notice.id}", notice.time) if self._ended_here else None

    def look(self, now: float, rooms: Mapping[str, Health]) -> ShowEnded | None:
        """Return the end of the show, once, when it is over; `rooms` is how each channel is."""
        for channel in self._telling & rooms.keys():
            if rooms[channel].state == "ended":
                self._off.setdefault(channel, now)
        silent = {channel for channel in self._telling if channel in rooms and rooms[channel].state == "stopped"}
        sending = self._sent_by_obs and OBS in rooms and rooms[OBS].state == "joined"
        if self._over or sending or not self._off or self._telling - silent - self._off.keys():
            return None
        if now - max(self._heard, *self._off.values()) < OVER_AFTER:
            return None
        self._over = self._ended_here = True
        return ShowEnded(f"over:{now:.3f}", now)
