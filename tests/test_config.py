"""The config: what is wrong is told with file, line, key and what is allowed; secrets are told to nobody."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from livebot.config import MAX_LENGTHS, Config, example, load_config, read_secret
from livebot.core.settings import ShowSettings
from livebot.errors import UserError

EXAMPLE = Path(__file__).resolve().parents[1] / "configs/example.toml"
Load = Callable[[str], Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a config of that text."""

    def write_and_load(text: str) -> Config:
        path = tmp_path / "show.toml"
        path.write_text(text, "utf-8")
        return load_config(path)[0]

    return write_and_load


def refusal(load: Load, text: str) -> str:
    """Return the message with which a config is refused, without its folder."""
    with pytest.raises(UserError) as caught:
        load(text)
    return re.sub(r"\S*/(?=show\.toml)", "", str(caught.value))


TWITCH = '[[channel]]\nplatform = "twitch"\nroom = "shop"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "allowed"),
    [
        ("[shoow]\nname = 1\n", 1, "shoow", "show, channel"),
        ('[show]\n\nnamee = "x"\n', 3, "show.namee", "name, language, date"),
        ('[ladder]\ngrace = 3\n[ladder.mode]\nboots = "auto"\n', 4, "ladder.mode.boots", "boost, nudge"),
        ('[ladder]\ngrace = 3\n[ladder.mode]\nboost = "maybe"\n', 4, "ladder.mode.boost", "'auto', 'approve' or 'off'"),
        ('[ladder]\nmode.boost = "maybe"\n', 2, "ladder.mode.boost", "'auto', 'approve' or 'off'"),
        ('[ladder]\ngrace = "8"\n', 2, "ladder.grace", "number"),
        ("[ladder]\ngrace = true\n", 2, "ladder.grace", "number (not true)"),
        ('[show]\nlangauge = "ko"\n', 2, "show.langauge", "did you mean language?"),
        ('[[chanel]]\nplatform = "twitch"\n', 1, "chanel", "did you mean channel?"),
        ("[ladder]\ngrace = nan\n", 2, "ladder.grace", "86400"),
        ("[ladder]\n\n\npost_confidence = 1.5\n", 4, "ladder.post_confidence", "equal to 1"),
        ("[people]\nprior_answers = 0\n", 2, "people.prior_answers", "greater than 0"),
        ("[limits]\nposts_per_minute = -1\n", 2, "limits.posts_per_minute", "equal to 0"),
        ("[limits]\nposts_per_minute = 1.5\n", 2, "limits.posts_per_minute", "whole number"),
        ("[web]\nport = 70000\n", 2, "web.port", "65535"),
        ('[web]\nnames = "a.b"\n', 2, "web.names", "list"),
        ('[web]\nnames = ["http://a.b/desk"]\n', 2, "web.names 1", "a host name as shop.example"),
        ('[web]\nnames = ["https://a.b", "c.d"]\n', 2, "web.names", "before all of the names, or before none"),
        ("show = 3\n", 1, "show", "table"),
        ("[show]\n# name = 3\nname = 3\n", 3, "show.name", "text"),
        ('[show]\ndate = "soon"\n', 2, "show.date", "a date as 2026-11-23"),
        ("[faq]\nfile = 5\n", 2, "faq.file", "a path in quotes (not 5)"),
        ('[faq]\nfile = "C:\\new\\table.csv"\n', 2, "faq.file", "single quotes"),
        (TWITCH + '[[channel]]\nplatform = "twich"\nroom = "b"\n', 5, "channel 2.platform", "'twitch', 'youtube'"),
        (TWITCH + '[[channel]]\nplatform = "twitch"\nroom = "#b"\n', 6, "channel 2.room", "without spaces"),
        (TWITCH + 'send = "yes"\n', 4, "channel 1.send", "true or false"),
        (TWITCH + "send = true\n", 1, "channel 1", "login and token_env"),
        (TWITCH + 'url = "ftp://x"\n', 4, "channel 1.url", "wss://"),
        ('[[channel]]\nplatform = "chzzk"\nroom = "a"\n', 1, "channel 1", "chzzk needs login_file, or token_env or token_file"),
        (
            '[[channel]]\nplatform = "restream"\nroom = "all"\ntoken_env = "T"\nsend = true\n',
            1,
            "channel 1",
            "Restream is read only",
        ),
        ('[[channel]]\nplatform = "twitch"\n', 1, "channel 1.room", "missing"),
        ('[[channel]]\nplatform = "bridge"\nroom = "b"\n', 1, "channel 1", "token_env or token_file"),
        (TWITCH + TWITCH, 1, "channel", "same room twice: twitch:shop"),
        (TWITCH + TWITCH.replace("shop", "Shop"), 1, "channel", "same room twice: twitch:shop"),
        ('[channel]\nplatform = "twitch"\nroom = "b"\n', 1, "channel", "[[section]]"),
        ('[[product]]\nkey = "a"\n[[product]]\nkey = "a"\n', 1, "product", "same key twice: a"),
        ('[[product]]\nkey = "a"\n[[product]]\nkey = "b"\ncolour = "c"\n', 5, "product 2.colour", "key, name, also"),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_a_fault_is_told_with_line_key_and_what_is_allowed(load: Load, text: str, line: int, key: str, allowed: str) -> None:
    """One line of message a fault."""
    message = refusal(load, text).splitlines()[0]
    assert message.startswith(f"show.toml:{line}: {key}: ")
    assert allowed in message


def test_every_fault_of_a_file_is_told_at_once(load: Load) -> None:
    """In the order of their lines, so that nobody has to correct a file five times; and where every key is told."""
    message = refusal(load, '[web]\nport = "x"\n[show]\nname = 3\n[laddder]\n')
    assert [line.split(": ")[0] for line in message.splitlines()[:3]] == ["show.toml:2", "show.toml:4", "show.toml:5"]
    assert message.endswith("example.toml") and Path(message.rpartition(": ")[2]).is_file()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[show\n", 1, "Write instead: [show]"),
        ("[show]\nname = 'a'\nname = 'b'\n", 3, "a key may stand there once"),
        ("[show]\nname = 'a'\n[show]\ndate = 2026-11-23\n", 3, "the section [show] may stand there once"),
        ('[faq]\nfile = "C:\\Users\\kim\\faq.csv"\n', 2, "Write instead: file = 'C:\\Users\\kim\\faq.csv'"),
        ("[show]\nname = \n", 2, "name ="),
        ("[show]\nname = “우리가게”\n", 2, 'Write instead: name = "우리가게"'),
        ('[show]\nname = "우리가게\n', 2, 'Write instead: name = "우리가게"'),
        ("[show]\nname = 우리가게\n[web]\nport = 1\n", 2, 'Write instead: name = "우리가게"'),
        ("\n[방송]\n", 2, "Sections and keys are English words: [show]"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(load: Load, text: str, line: int, said: str) -> None:
    """What stands there, and what to write instead where that is known."""
    message = refusal(load, text)
    assert message.startswith(f"show.toml:{line}: is not TOML") and text.splitlines()[line - 1] in message and said in message


def test_the_mark_that_notepad_writes_is_passed_over(load: Load) -> None:
    """UTF-8 with its byte order mark."""
    assert load('\ufeff[show]\nname = "우리가게"\n').show.name == "우리가게"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a folder, no UTF-8, brackets without end."""
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000)
    (tmp_path / "latin.toml").write_bytes('[show]\nname = "caf\xe9"\n'.encode("latin-1"))
    for name, why in (("none.toml", "No such file"), (".", "directory"), ("latin.toml", "not UTF-8"), ("deep.toml", "nested too deep")):
        with pytest.raises(UserError, match=why) as caught:
            load_config(tmp_path / name)
        assert caught.value.where == str(tmp_path / name)


def test_without_a_file_the_defaults_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--config`, else ./livebot.toml, else the defaults."""
    monkeypatch.chdir(tmp_path)
    assert load_config(None) == (Config(), None)
    (tmp_path / "livebot.toml").write_text('[show]\nname = "here"\n')
    config, path = load_config(None)
    assert (config.show.name, path) == ("here", Path("livebot.toml"))


def test_paths_are_relative_to_the_file(load: Load, tmp_path: Path) -> None:
    """Wherever livebot is started."""
    config = load(
        '[faq]\nfile = "faq.csv"\n[store]\nfile = "/var/livebot.db"\n' + TWITCH + 'login = "bot"\nsend = true\ntoken_file = "t"\n'
    )
    assert (config.faq.file, config.store.file) == (tmp_path / "faq.csv", Path("/var/livebot.db"))
    assert config.channel[0].token_file == tmp_path / "t"


def test_the_core_is_told_what_the_file_says(load: Load) -> None:
    """Every setting of the core has a key, and its default is the core's own."""
    assert Config().show_settings() == ShowSettings()
    settings = load(
        '[ladder]\ngrace = 1.5\n[ladder.mode]\nboost = "off"\n[limits]\nposts_per_minute = 0\n' + TWITCH.replace("shop", "Shop")
    ).show_settings()
    assert (settings.ladder.grace, settings.ladder.mode.boost, settings.limits.posts_per_minute) == (1.5, "off", 0)
    assert settings.channel("twitch:shop").max_length == 500

    def names(value: Any) -> dict[str, Any]:
        return {field.name: names(getattr(value, field.name)) for field in fields(value)} if is_dataclass(value) else {}

    for section in ("ladder", "limits", "people"):
        assert names(getattr(ShowSettings(), section)).keys() == Config().model_dump()[section].keys()


# secrets


def test_a_secret_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the spaces and line ends around it."""
    monkeypatch.setenv("MY_TOKEN", " s3cret\n")
    assert read_secret("MY_TOKEN", None, "token") == "s3cret"
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    assert read_secret("", file, "token") == "s3cret"
    assert read_secret("", None, "token") == ""


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_what_is_missing_is_named_and_the_secret_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unset variable, an empty one, a file that is missing, empty, open to others, no text."""
    monkeypatch.delenv("MY_TOKEN", raising=False)
    with pytest.raises(UserError, match="MY_TOKEN is not set"):
        read_secret("MY_TOKEN", None, "token")
    file = tmp_path / "token"
    for content, mode, why in (
        (None, 0, "No such file"),
        (b"", 0o600, "empty"),
        (b"s3cret", 0o644, "others can read"),
        (b"\xff\xfes3cret", 0o600, "UTF-8"),
    ):
        if content is not None:
            file.write_bytes(content)
            file.chmod(mode)
        with pytest.raises(UserError, match=why) as caught:
            read_secret("", file, "token")
        assert "s3cret" not in str(caught.value) + repr(caught.value) and str(file) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        TWITCH + 'token = "oauth:s3cret"\n',
        TWITCH + "token = “oauth:s3cret”\n",
        TWITCH + 'login = "bot"\nsend = true\ntoken_env = "oauth:s3cret"\n',
        '[[channel]]\nplatform = "bridge"\nroom = "b"\ntoken_env = "B"\nsigning_key_env = "s3cret key"\n',
    ],
)
def test_a_secret_that_stands_in_the_file_is_not_repeated(load: Load, text: str) -> None:
    """The message says where it belongs, and shows nothing of it."""
    assert "s3cret" not in refusal(load, text)


def test_the_config_holds_no_secret(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its repr, for whatever log, knows only where the secret is."""
    monkeypatch.setenv("MY_TOKEN", "s3cret")
    config = load(TWITCH + 'login = "bot"\nsend = true\ntoken_env = "MY_TOKEN"\n')
    assert "s3cret" not in repr(config) + str(config) + config.model_dump_json()


# the example


def test_the_example_is_in_step() -> None:
    """Written anew by: python -c 'from livebot.config import example; print(example(), end="")' > configs/example.toml"""
    assert EXAMPLE.read_text("utf-8") == example()


def test_the_example_is_a_config_with_every_key_described(load: Load) -> None:
    """As it stands it gives the defaults; with every comment key put in, each is still known."""
    text = example()
    config = load(text)
    assert config.model_copy(update={"channel": (), "product": (), "badge": ()}) == Config()
    lines = text.splitlines()
    keys = {
        number: line.removeprefix("# ").split(" = ")[0]
        for number, line in enumerate(lines)
        if " = " in line and line.removeprefix("# ")[0].isalpha()
    }
    keys = {number: key for number, key in keys.items() if " " not in key}
    assert all(lines[number - 1].startswith("# ") for number in keys)

    def every(model: Any) -> list[str]:
        out = []
        for name, field in model.model_fields.items():
            inner = next((a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if hasattr(a, "model_fields")), None)
            out += every(inner) if inner else [name]
            assert field.description, name
        return out

    assert sorted(keys.values()) == sorted(every(Config))
    whole = "\n".join(line.removeprefix("# ") if number in keys else line for number, line in enumerate(lines))
    assert tomllib.loads(whole)
    load(whole)


def test_the_examples_rooms_are_rooms(load: Load) -> None:
    """The rooms of all platforms that the example shows can be copied as they are."""
    rooms = [line.removeprefix("#   ") for line in example().splitlines() if line.startswith("#   ")]
    config = load("\n".join(rooms))
    assert {channel.platform for channel in config.channel} | {"twitch"} == set(MAX_LENGTHS)
    assert all(channel.max_length or MAX_LENGTHS[channel.platform] for channel in config.channel)


def test_badges_and_coupons_go_together(load: Load) -> None:
    """A coupon needs an address to tell, an address a key, and both a way that nobody can listen in on."""
    badge = '[[badge]]\nname = "a"\ncoupon = true\n'
    shop = '[coupons]\nurl = "https://shop.example/coupons"\n'
    assert "[coupons] has no url" in refusal(load, badge)
    assert "needs secret_env or secret_file" in refusal(load, badge + shop)
    assert "https://" in refusal(load, '[coupons]\nurl = "http://shop.example"\nsecret_env = "KEY"\n')
    assert "the same name twice: a" in refusal(load, '[[badge]]\nname = "a"\n[[badge]]\nname = "a"\n')
    assert "[store] file" in refusal(load, badge + shop + 'secret_env = "KEY"\n')
    config = load(badge + shop + 'secret_env = "KEY"\n[store]\nfile = "a.db"\n')
    assert [(b.name, b.helped, b.coupon) for b in config.show_settings().badges] == [("a", 3, True)]


@pytest.mark.parametrize(
    ("alerts", "says"),
    [
        ('url = "https://staff.example"', "needs secret_env or secret_file"),
        ('url = "http://staff.example"\nsecret_env = "KEY"', "https://"),
        ('format = "slack"\nurl = "https://hooks.slack.com/services/T/B/x"', "give url_env or url_file"),
        ('format = "slack"\nurl_env = "HOOK"\nsecret_env = "KEY"', 'belong to an address of format = "livebot"'),
        ('secret_env = "KEY"', "belong to an address"),
        ('url = "https://staff.example"\nurl_env = "HOOK"\nsecret_env = "KEY"', "one of url, url_env and url_file"),
        ('format = "teams"\nurl_env = "HOOK"', "'slack'"),
    ],
)
def test_a_webhook_that_cannot_be_right_is_refused(load: Load, alerts: str, says: str) -> None:
    """Signed or secret, never open to everybody; a chat's address is a secret."""
    assert says in refusal(load, f"[alerts]\n{alerts}\n")


def test_staffs_webhook_is_off_unless_it_is_named(load: Load) -> None:
    """With an address of either kind it is on; files are beside the config."""
    assert not load("").alerts.on
    assert load('[alerts]\nurl = "https://staff.example"\nsecret_env = "KEY"\n').alerts.on
    chat = load('[alerts]\nformat = "discord"\nurl_file = "hook.txt"\n').alerts
    assert chat.on and chat.url_file is not None and chat.url_file.is_absolute()


@pytest.mark.parametrize(
    ("web", "address"),
    [
        ('help = true\nnames = ["shop.example", "10.0.0.5"]', "http://shop.example:8765/help"),
        ('help = true\nnames = ["shop.example:80"]', "http://shop.example:80/help"),
        ('help = true\nnames = ["https://shop.example"]', "https://shop.example/help"),
        ('names = ["https://shop.example"]', ""),
        ("help = true", ""),
        ('help = true\nport = 0\nnames = ["shop.example"]', ""),
    ],
)
def test_viewers_are_told_of_their_page_where_they_reach_it(tmp_path: Path, web: str, address: str) -> None:
    """With the page on and a name to reach it by; a port that is not known before leads nowhere."""
    (tmp_path / "a.toml").write_text(f"[web]\n{web}\n")
    assert load_config(tmp_path / "a.toml")[0].show_settings().help_page == address
