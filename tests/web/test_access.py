"""Tokens, sessions, and the slowing down of guesses."""

import asyncio

import pytest

from livebot.errors import UserError
from livebot.web import access
from livebot.web.access import Access, TooManyGuesses, network_of, new_token

STAFF, OVERLAY = new_token(), new_token()


class Time:
    """A clock and a sleep that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.held = asyncio.Event()
        self.hold = False

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.hold:
            await self.held.wait()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def door(time: Time) -> Access:
    return Access({"staff": STAFF, "overlay": OVERLAY}, clock=time, sleep=time.sleep)


async def test_a_right_token_is_known_at_once(door, time):
    """Each token is for its scope, without any delay."""
    assert await door.scope_of(STAFF, "1.2.3.4") == "staff"
    assert await door.scope_of(OVERLAY, "1.2.3.4") == "overlay"
    assert time.slept == []


async def test_wrong_tokens_are_answered_later_and_later(door, time):
    """The delay doubles with each wrong token from an address, up to a limit; another address starts afresh."""
    for _ in range(8):
        assert await door.scope_of("wrong", "1.2.3.4") is None
    assert time.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    await door.scope_of("wrong", "5.6.7.8")
    assert time.slept[-1] == 0.25


async def test_guessing_locks_nobody_out(door, time):
    """After ten thousand wrong tokens the right one from the same address is taken at once."""
    for _ in range(10_000):
        await door.scope_of("wrong", "1.2.3.4")
    slept = len(time.slept)
    assert await door.scope_of(STAFF, "1.2.3.4") == "staff"
    assert len(time.slept) == slept


async def test_what_is_remembered_of_guesses_is_bounded(door):
    """Guesses from ever new addresses keep no more than a fixed number of them in mind."""
    for i in range(access.REMEMBERED_ADDRESSES + 500):
        await door.scope_of("wrong", f"10.{i // 65536}.{i // 256 % 256}.{i % 256}")
    assert len(door._guesses._of) == access.REMEMBERED_ADDRESSES


async def test_so_many_guesses_at_once_are_not_even_held(door, time):
    """When many wrong tokens wait for their answer, more are turned away; a right one still is not."""
    time.hold = True
    async with asyncio.TaskGroup() as tasks:
        for _ in range(access.MOST_WAITING):
            tasks.create_task(door.scope_of("wrong", "1.2.3.4"))
        await asyncio.sleep(0)
        with pytest.raises(TooManyGuesses):
            await door.scope_of("wrong", "1.2.3.4")
        assert await door.scope_of(STAFF, "1.2.3.4") == "staff"
        time.held.set()


async def test_old_failures_are_forgotten(door, time):
    """Ten quiet minutes later an address starts afresh."""
    await door.scope_of("wrong", "1.2.3.4")
    await door.scope_of("wrong", "1.2.3.4")
    time.now += access.FORGOTTEN_AFTER + 1
    await door.scope_of("wrong", "1.2.3.4")
    assert time.slept == [0.25, 0.5, 0.25]


def test_a_session_is_good_for_its_scope_and_its_time(door, time):
    """A cookie proves its session for a day, and for no other scope."""
    session, cookie = door.open("staff")
    assert door.session("staff", cookie) == door.session("staff", cookie)
    assert door.session("staff", cookie).id == session.id
    assert door.session("overlay", cookie) is None
    time.now += access.SESSION_SECONDS + 1
    assert door.session("staff", cookie) is None


def test_a_session_survives_a_restart_and_ends_with_its_token(door, time):
    """The same token after a restart knows its sessions; a new token knows none of the old one's."""
    _, cookie = door.open("staff")
    assert Access({"staff": STAFF}, clock=time).session("staff", cookie) is not None
    assert Access({"staff": new_token()}, clock=time).session("staff", cookie) is None


@pytest.mark.parametrize("cookie", ["", "a.b.c", "..", "x" * 5000, "é.1.2", "00.9999999999.", "\ud800.1.2"])
def test_a_forged_session_is_none(door, cookie):
    """Whatever was not signed here is no session, and no error."""
    assert door.session("staff", cookie) is None


def test_a_changed_session_is_none(door):
    """A longer life cannot be written into a cookie."""
    _, cookie = door.open("staff")
    identity, expires, signature = cookie.split(".")
    assert door.session("staff", f"{identity}.{int(expires) + 1}.{signature}") is None


@pytest.mark.parametrize("token", ["short", "", "한글로 된 아주 긴 토큰이지만 아스키가 아님"])
def test_a_weak_token_is_refused(token):
    """A configured token must hold at least 128 bits."""
    with pytest.raises(UserError, match="too short"):
        Access({"staff": token})


def test_a_token_is_for_one_scope(door):
    """Two scopes must not share a token."""
    with pytest.raises(UserError, match="same token"):
        Access({"staff": STAFF, "overlay": STAFF})


def test_tokens_are_long_and_new_each_time():
    """A made token has at least 128 bits and never comes twice."""
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert min(map(len, made)) >= access.MIN_TOKEN


def test_no_token_is_kept(door):
    """What an Access holds shows none of its tokens."""
    assert STAFF not in repr(vars(door))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_address_counts_with_its_network(address, network):
    """IPv6 guests have a whole network to guess from: it counts as one."""
    assert network_of(address) == network
