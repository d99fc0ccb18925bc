"""The command line. Each command is thin: it reads its arguments and hands over to `runtime`; heavy imports wait until then."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from livebot.errors import UserError, WorkError

app = typer.Typer(
    name="livebot",
    help="Finds the questions that a live-commerce host missed, and gets each an answer from the best person who has one.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
faq_app = typer.Typer(help="The FAQ in the store: import, export, list, search.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(faq_app, name="faq")
regulars_app = typer.Typer(
    help="Viewers who come again: who they are, what the shop knows of them.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(regulars_app, name="regulars")
missed_app = typer.Typer(help="Questions of earlier shows that nobody answered.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(missed_app, name="missed")

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="config file (default: ./livebot.toml, else the built-in defaults)")
]
FaqOption = Annotated[Optional[Path], typer.Option("--faq", "-f", help="FAQ file: CSV, XLSX or JSON Lines")]  # noqa: UP045


@app.command(epilog="Example: livebot demo --speed 10")
def demo(
    port: Annotated[int, typer.Option(help="port of the pages; 0 takes a free one", min=0, max=65_535)] = 8765,
    speed: Annotated[float, typer.Option(help="how many times faster than it was", min=0.1, max=1000)] = 1.0,
    lang: Annotated[str, typer.Option(help="ko or en")] = "ko",
    no_open: Annotated[bool, typer.Option("--no-open", help="do not open the desk in a browser")] = False,
) -> None:
    """Play the demo show: a whole broadcast with no account and no network, live on the pages."""
    from livebot.runtime.commands import run_demo

    run_demo(port=port, speed=speed, lang=lang, open_page=not no_open)


@app.command(epilog="Example: livebot run livebot.toml")
def run(config: Annotated[Path, typer.Argument(help="config file")]) -> None:
    """Run a live show: read the channels of the config, find and answer, show it on the pages."""
    from livebot.runtime.commands import run_show

    run_show(config)


@app.command(epilog="Example: livebot replay friday.jsonl --faq faq.csv --out friday.out.jsonl")
def replay(
    log: Annotated[list[Path], typer.Argument(help="recorded chat; caption files (SRT, WebVTT) may follow it")],
    config: ConfigOption = None,
    faq: FaqOption = None,
    speed: Annotated[str, typer.Option(help="max, or how many times faster than it was")] = "max",
    out: Annotated[Optional[Path], typer.Option("--out", "-o", help="write readings, decisions and questions here, as JSON Lines")] = None,  # noqa: UP045
    assume_sent: Annotated[bool, typer.Option("--assume-sent", help="take every post as sent")] = False,
) -> None:
    """Replay a recorded chat: what would livebot have made of it? Sends nothing."""
    from livebot.runtime.commands import run_replay

    run_replay(log, config, faq, speed, out, assume_sent)


@app.command(epilog="Example: livebot check livebot.toml")
def check(
    config: Annotated[Optional[Path], typer.Argument(help="config file")] = None,  # noqa: UP045
    offline: Annotated[bool, typer.Option("--offline", help="ask nobody: look only at what is on this machine")] = False,
) -> None:
    """Check a config and all it names, and say what is still missing. Asks platforms, speech server and OBS, and writes nothing there."""
    from livebot.runtime.commands import run_check

    run_check(config, online=not offline)


@app.command(epilog="Example: livebot login twitch")
def login(
    platform: Annotated[str, typer.Argument(help="twitch, youtube, chzzk, kick or restream")],
    config: ConfigOption = None,
) -> None:
    """Let an account allow livebot in the browser, and keep the login in the config's login_file."""
    from livebot.runtime.login import run_login

    run_login(platform, config)


@app.command(epilog="Examples: livebot listen · livebot listen show.wav --model models/whisper --out voice.jsonl")
def listen(
    audio: Annotated[str, typer.Argument(help="a WAV file, a stream's address, or microphone[:DEVICE]; default: the config's")] = "",
    model: Annotated[Optional[Path], typer.Option(help="folder with a faster-whisper model (default: the config's)")] = None,  # noqa: UP045
    config: ConfigOption = None,
    out: Annotated[Optional[Path], typer.Option("--out", "-o", help="write what is heard here, as a log to replay")] = None,  # noqa: UP045
) -> None:
    """Hear the host yourself: transcribe a microphone, stream or WAV on this machine, with the product names as hot words."""
    from livebot.runtime.voice import run_listen

    run_listen(audio, model, config, out)


@app.command(epilog='Examples: livebot explain "이거 얼마예요" --faq faq.csv · livebot explain m17 --log friday.jsonl')
def explain(
    what: Annotated[str, typer.Argument(help="a text, or with --log or --show the id of a line", metavar="TEXT|MESSAGE_ID")],
    log: Annotated[Optional[Path], typer.Option(help="the log the line is in")] = None,  # noqa: UP045
    show: Annotated[Optional[str], typer.Option(help="the show (in the store) the line is in")] = None,  # noqa: UP045
    config: ConfigOption = None,
    faq: FaqOption = None,
) -> None:
    """Say what livebot makes of a line, and why: every signal with its weight, in words."""
    from livebot.runtime.explain import run_explain

    run_explain(what, log, show, config, faq)


@app.command(name="eval", epilog="Example: livebot eval faq questions.jsonl --json")
def evaluate(
    task: Annotated[str, typer.Argument(help="questions, faq, links, duplicates or show")],
    files: Annotated[list[Path], typer.Argument(help="labelled files (see tests/shows/README.md); for show also a show's own log")],
    faq: FaqOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Score livebot on labelled data, or a show's own log on what staff corrected in it."""
    from livebot.runtime.evaluate import run_eval

    run_eval(task, files, faq, as_json)


@faq_app.command("import", epilog="Example: livebot faq import faq.xlsx --config myshop.toml")
def faq_import(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON Lines")],
    config: ConfigOption = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="leave bad rows out instead of importing nothing")] = False,
) -> None:
    """Take the entries of a file into the store that the config names; an entry with a known id is replaced."""
    from livebot.runtime.faq import import_faq

    import_faq(file, config, skip_bad)


@faq_app.command("export", epilog="Example: livebot faq export faq.csv --config myshop.toml")
def faq_export(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON Lines; the ending decides")], config: ConfigOption = None
) -> None:
    """Write the entries of the store that the config names to a file."""
    from livebot.runtime.faq import export_faq

    export_faq(file, config)


@faq_app.command("list", epilog="Example: livebot faq list --faq faq.csv")
def faq_list(config: ConfigOption = None, faq: FaqOption = None) -> None:
    """List the entries of a file, of the config's file, or of the store."""
    from livebot.runtime.faq import list_faq

    list_faq(config, faq)


@faq_app.command("search", epilog='Example: livebot faq search "배송 언제" --faq faq.csv')
def faq_search(
    text: Annotated[str, typer.Argument(help="what a viewer would ask")],
    config: ConfigOption = None,
    faq: FaqOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 5,
) -> None:
    """Find the entries that a question asks for, with how sure livebot is."""
    from livebot.runtime.faq import search_faq

    search_faq(text, config, faq, limit)


WhoArgument = Annotated[str, typer.Argument(help="platform:id, as `livebot regulars list` prints it", metavar="PLATFORM:ID")]


@regulars_app.command("import", epilog="Example: livebot regulars import customers.xlsx")
def regulars_import(
    file: Annotated[
        Path, typer.Argument(help="CSV, XLSX or JSON Lines: platform (bridge:ROOM, ssn:SITE), id or name, orders, grade, products")
    ],
    config: ConfigOption = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="leave bad rows out instead of importing nothing")] = False,
) -> None:
    """Take in what the shop knows of its customers: matched by id, or by a name that one viewer has; never guessed."""
    from livebot.runtime.regulars import import_regulars

    import_regulars(file, config, skip_bad)


@regulars_app.command("list", epilog="Example: livebot regulars list --limit 20")
def regulars_list(config: ConfigOption = None, limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50) -> None:
    """List the viewers that are known, the most trusted first."""
    from livebot.runtime.regulars import list_regulars

    list_regulars(config, limit)


@regulars_app.command("show", epilog="Example: livebot regulars show twitch:12345")
def regulars_show(who: WhoArgument, config: ConfigOption = None) -> None:
    """Show what is kept of a viewer over shows, and how their trust comes about."""
    from livebot.runtime.regulars import show_regular

    show_regular(who, config)


@regulars_app.command("forget", epilog="Example: livebot regulars forget twitch:12345")
def regulars_forget(who: WhoArgument, config: ConfigOption = None) -> None:
    """Delete a viewer: name, id and words, from everything that is kept."""
    from livebot.runtime.regulars import forget_regular

    forget_regular(who, config)


@regulars_app.command("masters", epilog="Example: livebot regulars masters 2026-11")
def regulars_masters(
    month: Annotated[str, typer.Argument(help="as in 2026-11; default: this month")] = "", config: ConfigOption = None
) -> None:
    """List who helped most in a month's shows."""
    from livebot.runtime.regulars import list_masters

    list_masters(month, config)


@missed_app.command("list", epilog="Example: livebot missed list")
def missed_list(config: ConfigOption = None) -> None:
    """List the questions whose askers still wait for an answer."""
    from livebot.runtime.regulars import list_missed

    list_missed(config)


@missed_app.command("answer", epilog='Example: livebot missed answer 12/m481 "다음 주에 재입고돼요"')
def missed_answer(
    which: Annotated[str, typer.Argument(help="a question, as `livebot missed list` prints it")],
    text: Annotated[str, typer.Argument(help="what was found out")],
    config: ConfigOption = None,
) -> None:
    """Keep an answer to a missed question: its asker is told at their next visit."""
    from livebot.runtime.regulars import answer_missed

    answer_missed(which, text, config)


def _version(shown: bool) -> None:
    if shown:
        from livebot import __version__

        typer.echo(f"livebot {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")] = False) -> None:
    pass


def main() -> None:
    """Run the command line; errors meant for people become one message and exit status 2 (the call) or 1 (the work)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Hangul shows ? instead of ending the work
    try:
        app()
    except UserError as error:
        _fail(error, 2)
    except WorkError as error:
        _fail(error, 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(WorkError(f"the system refused: {error.strerror or error}", str(error.filename or "")), 1)


def _fail(error: UserError | WorkError, status: int) -> None:
    print(f"livebot: {error}", file=sys.stderr)
    sys.exit(status)
