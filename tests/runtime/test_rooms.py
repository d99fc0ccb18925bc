"""Rooms made from a config, and what `livebot check` says is missing from each."""

import socket
import time

import pytest

from livebot.config import ROOMS, load_config
from livebot.errors import PlatformError, UserError
from livebot.platforms.bridge.client import Bridge
from livebot.platforms.chzzk.client import Chzzk
from livebot.platforms.kick.client import Kick
from livebot.platforms.login import Tokens, save
from livebot.platforms.restream.client import Restream
from livebot.platforms.ssn.client import SocialStream
from livebot.platforms.youtube.quota import Kept, Quota
from livebot.runtime.check import check
from livebot.runtime.clock import ShowClock
from livebot.runtime.rooms import Rooms

KEYS = {keys["platform"]: keys for _, keys in ROOMS}
KINDS = {"chzzk": Chzzk, "kick": Kick, "ssn": SocialStream, "restream": Restream, "bridge": Bridge}
SECRETS = ("SSN_SESSION", "BRIDGE_TOKEN", "CHZZK_SECRET", "KICK_SECRET", "RESTREAM_SECRET")
MAY_ALL = ("user:read", "channel:read", "events:subscribe", "chat:write")


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Make a config of the example's rooms, with every secret and login there unless told otherwise."""
    for name in SECRETS:
        monkeypatch.setenv(name, "secret")

    def make(*platforms, without=(), more="", scopes=MAY_ALL):
        lines = []
        for platform in platforms:
            keys = KEYS[platform]
            lines += ["[[channel]]", *(f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in keys.items())]
            if "login_file" in keys and platform not in without:
                save(tmp_path / keys["login_file"], Tokens("cid", "secret", "once", scopes))
            if "token_env" in keys and platform in without:
                monkeypatch.delenv(keys["token_env"])
        path = tmp_path / "livebot.toml"
        path.write_text("\n".join(lines) + more)
        return load_config(path)[0]

    return make


@pytest.mark.parametrize("platform", KINDS)
def test_each_platform_of_the_example_can_be_made(config, platform):
    """With its secret there, a room of each platform is made, and it writes where the config says so and the platform can."""
    ((made, _),) = Rooms(config(platform), ShowClock()).platforms
    assert isinstance(made, KINDS[platform])
    assert made.channel == f"{platform}:{KEYS[platform]['room']}"
    writes = platform != "bridge" and KEYS[platform].get("send", False)  # a bridge writes while somebody is connected who does
    assert made.capabilities.send == writes


@pytest.mark.parametrize("platform", KINDS)
def test_check_names_what_is_missing(config, platform):
    """Without its secret or login, what is missing is said, and how to get it."""
    (fault,) = check(config(platform, without=[platform]), None)
    assert (KEYS[platform].get("login_file") or KEYS[platform]["token_env"]) in fault
    assert f"`livebot login {platform}`" in fault or "Set " in fault


SCOPES = {
    "twitch": ("user:read:chat", "user:write:chat"),
    "youtube": ("https://www.googleapis.com/auth/youtube",),
    "kick": MAY_ALL,
}
IRC = ("Twitch over IRC, written to", {"platform": "twitch", "room": "myshop", "send": True, "login": "bot", "token_env": "TWITCH_TOKEN"})


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Check a config of one room, with all that its example names but what is left out."""

    def look(keys, *, without="", scopes=None):
        kept = {key: value for key, value in keys.items() if key != without}
        for key, value in keys.items():
            if key.endswith("_env"):
                monkeypatch.setenv(value, "secret") if value != without else monkeypatch.delenv(value, raising=False)
        if "login_file" in kept and without != "login":
            allowed = SCOPES.get(keys["platform"], ()) if scopes is None else scopes
            save(tmp_path / keys["login_file"], Tokens("cid", "secret", "once", allowed))
        lines = (f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in kept.items())
        path = tmp_path / "livebot.toml"
        path.write_text("\n".join(["[[channel]]", *lines]))
        return check(load_config(path)[0], None)

    return look


EXAMPLES = pytest.mark.parametrize(
    "keys", [keys for _, keys in (*ROOMS, IRC)], ids=[f"{k['platform']}-{k['room']}" for _, k in (*ROOMS, IRC)]
)


@EXAMPLES
def test_each_example_lacks_nothing(checked, keys):
    """A room of each platform as the example has it, with its secrets and login there, is whole."""
    assert checked(keys) == []


@EXAMPLES
def test_each_secret_that_is_missing_is_named(checked, keys):
    """One variable is not set at a time: exactly that one is told, with what to do."""
    for variable in (value for key, value in keys.items() if key.endswith("_env")):
        (fault,) = checked(keys, without=variable)
        assert f"the environment variable {variable} is not set" in fault
        assert f"Set {variable}, then start again." in fault


@pytest.mark.parametrize("keys", [keys for _, keys in ROOMS if "login_file" in keys], ids=lambda keys: keys["platform"])
def test_a_login_that_is_missing_or_may_too_little_is_named(checked, tmp_path, keys):
    """No login yet, and a login that lacks one permission: exactly that is told, with the command that mends it."""
    platform = keys["platform"]
    for left_out in SCOPES.get(platform, ()):
        allowed = tuple(scope for scope in SCOPES[platform] if scope != left_out) or ("openid",)
        (fault,) = checked(keys, scopes=allowed)
        assert f"the login lacks {left_out}\n  Log in again with `livebot login {platform}`." in fault
    (tmp_path / keys["login_file"]).unlink(missing_ok=True)
    (fault,) = checked(keys, without="login")
    assert keys["login_file"] in fault
    assert f"`livebot login {platform}`" in fault


@pytest.mark.parametrize("platform", ["youtube", "chzzk", "kick", "restream"])
def test_a_login_without_its_apps_secret_is_told(checked, platform):
    """These renew no login without the app's secret: in an hour the room would be lost."""
    keys = next(keys for _, keys in ROOMS if keys["platform"] == platform)
    (fault,) = checked(keys, without="client_secret_env")
    assert "client_secret_env is missing" in fault
    assert checked(keys, without="client_id") == []  # a login knows its app itself


@pytest.mark.parametrize("platform", ["twitch", "youtube", "chzzk", "kick", "restream"])
def test_what_a_first_login_needs_is_told_at_once(checked, tmp_path, platform):
    """Neither a login nor the app's id is there: `livebot login` would ask for the id next, so both are said."""
    keys = next(keys for _, keys in ROOMS if keys["platform"] == platform)
    faults = checked({key: value for key, value in keys.items() if key != "client_id"}, without="login")
    assert any("client_id is missing" in fault for fault in faults)
    assert any(f"`livebot login {platform}`" in fault for fault in faults)
    assert len(faults) == 2


def test_check_names_the_permissions_that_are_missing(config):
    """A login of Kick that may read and not write lacks exactly that."""
    (fault,) = check(config("kick", scopes=("user:read", "channel:read", "events:subscribe")), None)
    assert "the login lacks chat:write" in fault


def test_check_names_the_apps_secret_that_is_missing(config, monkeypatch):
    """A login is renewed with the app's own secret: where that is missing it is said."""
    monkeypatch.delenv("KICK_SECRET")
    (fault,) = check(config("kick"), None)
    assert "KICK_SECRET is not set" in fault


@pytest.mark.parametrize(("platform", "secret"), [("chzzk", "CHZZK_SECRET"), ("kick", "KICK_SECRET"), ("restream", "RESTREAM_SECRET")])
def test_check_names_all_that_is_missing_at_once(config, monkeypatch, platform, secret):
    """Neither the app's secret nor the login is there: both are said, each once."""
    made = config(platform, without=[platform])
    monkeypatch.delenv(secret)
    faults = check(made, None)
    assert [f"{secret} is not set" in faults[0], f"`livebot login {platform}`" in faults[1], len(faults)] == [True, True, 2]


def test_check_says_what_it_cannot_see(config, capsys):
    """What must be done outside livebot is said: a tunnel, an open SSN, a bridge of one's own."""
    assert check(config("kick", "ssn", "bridge"), None) == []
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8766/kick" in said
    assert "Social Stream Ninja must be open" in said
    assert "bridge_example.py" in said
    assert "secret" not in said


def test_check_finds_a_taken_webhook_port(config):
    """A port that another program has is a fault of that room."""
    with socket.create_server(("127.0.0.1", 8766)):
        (fault,) = check(config("kick"), None)
    assert fault.startswith("[[channel]] kick:myshop: port")


def test_check_finds_a_room_that_is_read_twice(config):
    """A platform with a room of its own must not come by a relay as well: every question would be asked twice."""
    more = '\n[[channel]]\nplatform = "ssn"\nroom = "kick"\ntoken_env = "SSN_SESSION"\n'
    (fault,) = check(config("kick", more=more), None)
    assert "ssn:kick" in fault
    assert "twice" in fault


def test_check_says_that_a_relay_of_all_may_bring_a_room_twice(config, capsys):
    """A relay of all chats may have one open that is read by itself; whether it has, only the seller knows."""
    more = '\n[[channel]]\nplatform = "ssn"\nroom = "all"\ntoken_env = "SSN_SESSION"\n'
    assert check(config("kick", more=more), None) == []
    assert "ssn:all: close there what has a [[channel]] of its own, or its lines come twice: kick" in capsys.readouterr().out
    assert check(config("bridge", more=more), None) == []
    assert "come twice" not in capsys.readouterr().out


def test_two_bridges_have_two_tokens(config, monkeypatch):
    """The token tells whose lines are brought: with one for two rooms all of them would be the first one's."""
    more = '\n[[channel]]\nplatform = "bridge"\nroom = "kakao"\ntoken_env = "KAKAO_TOKEN"\n'
    monkeypatch.setenv("KAKAO_TOKEN", "another")
    assert check(config("bridge", more=more), None) == []
    monkeypatch.setenv("KAKAO_TOKEN", "secret")
    (fault,) = check(config("bridge", more=more), None)
    assert fault.startswith("[[channel]] bridge:kakao: has the same token as bridge:naver\n  Give each bridge a token of its own")
    with pytest.raises(UserError, match="same token"):
        Rooms(config("bridge", more=more), ShowClock())


def test_a_wrong_room_is_told_with_its_channel(config):
    """A room that the platform cannot have is told with the channel it stands in."""
    more = '\n[[channel]]\nplatform = "restream"\nroom = "navertv"\ntoken_env = "SSN_SESSION"\n'
    with pytest.raises(UserError, match=r"\[\[channel\]\] restream:navertv"):
        Rooms(config("bridge", more=more), ShowClock())


async def test_a_token_that_goes_away_is_told_to_the_platform(config, tmp_path):
    """A token's file is read each time; one that is gone during the show is a fault that may pass."""
    file = tmp_path / "token.txt"
    file.write_text("first")
    file.chmod(0o600)
    ((made, _),) = Rooms(config(more='[[channel]]\nplatform = "restream"\nroom = "all"\ntoken_file = "token.txt"\n'), ShowClock()).platforms
    file.write_text("fresh")
    assert (await made._find()).endswith("accessToken=fresh")
    file.unlink()
    with pytest.raises(PlatformError) as error:
        await made._find()
    assert (error.value.state, error.value.retry) == ("token_unavailable", True)


def test_the_rooms_of_youtube_go_on_with_the_day(tmp_path, monkeypatch):
    """What an earlier run used of the day is gone for all rooms of this one."""
    monkeypatch.setenv("KEY", "secret")
    rooms = "".join(f'[[channel]]\nplatform = "youtube"\nroom = "video{i}AAAAA"\ntoken_env = "KEY"\n' for i in range(2))
    (tmp_path / "livebot.toml").write_text(rooms)
    wall = time.time()
    day, first = [], Quota(10_000, Kept(keep=lambda *used: day.append(used)))
    first.take("poll", wall)
    made = Rooms(load_config(tmp_path / "livebot.toml")[0], ShowClock(), quota=Kept(day[0][0], 900)).platforms
    assert [platform.quota.left(wall) for platform, _ in made] == [9_100, 9_100]
