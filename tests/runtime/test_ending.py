"""When a show is over: all that can tell say so, for long enough; whatever goes on elsewhere keeps it going."""

from __future__ import annotations

from typing import Any

import pytest

from livebot.config.whole import Config
from livebot.core.events import Caption, ChatMessage, Event, Notice, ShowEnded, ShowStarted
from livebot.platforms.base import Health
from livebot.runtime.ending import OBS, OVER_AFTER, Ending, telling

from ..core.fakes import person

TWITCH, YOUTUBE, KICK, CHZZK = "twitch:shop", "youtube:v", "kick:shop", "chzzk:c"
JOINED, GONE, STOPPED = Health("joined"), Health("ended", "chat_ended"), Health("stopped", "auth_failed")


def told(at: float, kind: str, channel: str = TWITCH) -> Notice:
    """What a platform tells of its broadcast."""
    return Notice(f"{channel}:{kind}:{at}", at, channel, kind)


def over(ending: Ending, until: float, **rooms: Health) -> float | None:
    """Look every second; return when the show is over. Rooms by platform, joined if not said otherwise."""
    names = {"twitch": TWITCH, "youtube": YOUTUBE, "kick": KICK, "chzzk": CHZZK, "obs": OBS}
    health = {TWITCH: JOINED, YOUTUBE: JOINED, KICK: JOINED, CHZZK: JOINED} | {names[name]: state for name, state in rooms.items()}
    for second in range(int(until)):
        found = ending.look(float(second), health)
        if found is not None:
            ending.watch(found)
            assert isinstance(found, ShowEnded)
            return found.time
    return None


@pytest.mark.parametrize("kind", ["stream_offline", "stream_ended"])
def test_one_channel_ends_the_show_after_a_while(kind: str) -> None:
    """A minute after it told so, once."""
    ending = Ending([TWITCH])
    ending.watch(told(10.0, kind))
    assert over(ending, 200.0) == 10.0 + OVER_AFTER
    assert over(ending, 400.0) is None


def test_a_chat_that_is_closed_for_good_ends_it_too() -> None:
    """YouTube tells it by the state of its room."""
    assert over(Ending([YOUTUBE]), 200.0, youtube=GONE) == OVER_AFTER


def test_a_stream_that_blinks_is_no_end() -> None:
    """Back within the minute, then away for good: counted from the second time."""
    ending = Ending([TWITCH])
    for at, kind in ((10.0, "stream_offline"), (40.0, "stream_online")):
        ending.watch(told(at, kind))
    assert over(ending, 200.0) is None
    ending.watch(told(200.0, "stream_offline"))
    assert over(ending, 400.0) == 260.0


def test_a_simulcast_goes_on_as_long_as_one_channel_does() -> None:
    """The last of those who can tell decides; one that stopped being read is not waited for."""
    ending = Ending([TWITCH, YOUTUBE, KICK])
    ending.watch(told(10.0, "stream_offline"))
    assert over(ending, 300.0, kick=STOPPED) is None
    ending.watch(told(300.0, "stream_ended", KICK))
    assert over(ending, 400.0) is None
    assert over(ending, 500.0, youtube=GONE) == 360.0


def test_rooms_that_only_fail_end_nothing() -> None:
    """Nobody said that the broadcast is over."""
    assert over(Ending([TWITCH]), 500.0, twitch=STOPPED) is None
    assert over(Ending([]), 500.0) is None


@pytest.mark.parametrize(
    "sign",
    [Caption("v", 50.0, "그리고 다음은"), ChatMessage("m", 50.0, CHZZK, person("ann"), "이거 얼마예요?")],
    ids=["the host is heard", "a channel that cannot tell has viewers"],
)
def test_signs_that_it_goes_on_elsewhere_put_the_end_off(sign: Event) -> None:
    """Counted from the last of them."""
    ending = Ending([TWITCH])
    ending.watch(told(10.0, "stream_offline"))
    ending.watch(sign)
    assert over(ending, 300.0) == 50.0 + OVER_AFTER


def test_farewells_in_the_chat_that_ended_put_nothing_off() -> None:
    """Viewers stay and chat."""
    ending = Ending([TWITCH])
    ending.watch(told(10.0, "stream_offline"))
    ending.watch(ChatMessage("m", 50.0, TWITCH, person("ann"), "안녕히 가세요"))
    assert over(ending, 300.0) == 10.0 + OVER_AFTER


def test_while_obs_sends_the_show_goes_on() -> None:
    """A platform's word is not the stream's; where OBS is gone, it is."""
    ending = Ending([TWITCH])
    ending.watch(ShowStarted("obs:start:1", 1.0))
    ending.watch(told(10.0, "stream_offline"))
    assert over(ending, 300.0, obs=JOINED) is None
    assert over(ending, 300.0, obs=Health("reconnecting")) == 10.0 + OVER_AFTER


def test_a_broadcast_that_comes_back_takes_the_end_back() -> None:
    """As with OBS: the show goes on; what ended otherwise is left alone."""
    ending = Ending([TWITCH])
    ending.watch(told(10.0, "stream_offline"))
    assert over(ending, 200.0)
    assert isinstance(ending.watch(told(300.0, "stream_online")), ShowStarted)
    other = Ending([TWITCH])
    other.watch(ShowEnded("obs:end:1", 5.0))
    assert other.watch(told(10.0, "stream_online")) is None


@pytest.mark.parametrize(
    ("channel", "tells"),
    [
        ({"platform": "twitch", "room": "shop"}, False),
        ({"platform": "twitch", "room": "shop", "reader": "eventsub", "login_file": "t.json"}, True),
        ({"platform": "youtube", "room": "v", "login_file": "y.json"}, True),
        ({"platform": "chzzk", "room": "0" * 32, "token_env": "T"}, False),
    ],
)
def test_which_channels_tell(channel: dict[str, Any], tells: bool) -> None:
    """Twitch by EventSub, YouTube, Kick; chat alone says nothing of the broadcast."""
    config = Config.model_validate({"channel": [channel]})
    assert telling(config) == ({config.channel[0].name} if tells else set())
