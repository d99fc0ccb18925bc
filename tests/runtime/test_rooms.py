"""Rooms made from a config, and what `livebot check` says is missing from each."""

import socket

import pytest

from livebot.config import ROOMS, load_config
from livebot.errors import PlatformError, UserError
from livebot.platforms.bridge.client import Bridge
from livebot.platforms.chzzk.client import Chzzk
from livebot.platforms.kick.client import Kick
from livebot.platforms.restream.client import Restream
from livebot.platforms.ssn.client import SocialStream
from livebot.runtime.check import check
from livebot.runtime.clock import ShowClock
from livebot.runtime.rooms import Rooms

KEYS = {keys["platform"]: keys for _, keys in ROOMS}
KINDS = {"chzzk": Chzzk, "kick": Kick, "ssn": SocialStream, "restream": Restream, "bridge": Bridge}


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Make a config of the example's rooms, with every secret there unless told otherwise."""
    for name in ("SSN_SESSION", "BRIDGE_TOKEN"):
        monkeypatch.setenv(name, "secret")

    def make(*platforms, without=(), more=""):
        lines = []
        for platform in platforms:
            lines += [
                "[[channel]]",
                *(f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in KEYS[platform].items()),
            ]
            if "token_file" in KEYS[platform] and platform not in without:
                file = tmp_path / KEYS[platform]["token_file"]
                file.write_text("secret")
                file.chmod(0o600)
            if "token_env" in KEYS[platform] and platform in without:
                monkeypatch.delenv(KEYS[platform]["token_env"])
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
    assert made.capabilities.send == KEYS[platform].get("send", False)


@pytest.mark.parametrize("platform", KINDS)
def test_check_names_the_secret_that_is_missing(config, platform):
    """Without its secret, what is missing is said with the room, and where to put it; the secret itself is never shown."""
    (fault,) = check(config(platform, without=[platform]), None)
    where = KEYS[platform].get("token_file") or KEYS[platform]["token_env"]
    assert where in fault
    assert "Write the token" in fault or "Set " in fault


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


def test_a_wrong_room_is_told_with_its_channel(config):
    """A room that the platform cannot have is told with the channel it stands in."""
    more = '\n[[channel]]\nplatform = "restream"\nroom = "navertv"\ntoken_env = "SSN_SESSION"\n'
    with pytest.raises(UserError, match=r"\[\[channel\]\] restream:navertv"):
        Rooms(config("bridge", more=more), ShowClock())


async def test_a_token_that_goes_away_is_told_to_the_platform(config, tmp_path):
    """A token's file is read each time; one that is gone during the show is a fault that may pass."""
    ((made, _),) = Rooms(config("restream"), ShowClock()).platforms
    (tmp_path / KEYS["restream"]["token_file"]).write_text("fresh")
    assert (await made._find()).endswith("accessToken=fresh")
    (tmp_path / KEYS["restream"]["token_file"]).unlink()
    with pytest.raises(PlatformError) as error:
        await made._find()
    assert (error.value.state, error.value.retry) == ("token_unavailable", True)
