"""Caption files on a real disk, written as others write them: in halves, cut, rewritten, renamed, in the wrong encoding."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from livebot.voice.files import CaptionFile, CaptionText, Entry
from livebot.voice.growing import GrowingFile, Lines

from .contract import SourceContract
from .stage import Ear, OtherSide, listening, soon, until


def stamp(number: int, comma: str) -> str:
    return f"00:{number // 60:02}:{number % 60:02}{comma}000"


class FileSide(OtherSide):
    """Writes a caption file as LocalVocal does."""

    tells_breaks = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.blocks: list[str] = []
        path.write_text(self.block("what was said before the show"), "utf-8")

    def block(self, text: str) -> str:
        self.number += 1
        n, suffix = self.number, self.path.suffix
        if suffix == ".txt":
            return f"{text}\n"
        comma = "," if suffix == ".srt" else "."
        head = "WEBVTT\n\n" if suffix == ".vtt" and n == 1 else f"{n}\n" if suffix == ".srt" else ""
        return f"{head}{stamp(n, comma)} --> {stamp(n + 1, comma)}\n{text}\n\n"

    def source(self) -> CaptionFile:
        return CaptionFile(self.path, sleep=soon)

    def write(self, data: bytes, mode: str = "ab") -> None:
        with self.path.open(mode) as file:
            file.write(data)

    async def say(self, text: str) -> None:
        self.blocks.append(self.block(text))
        self.write(self.blocks[-1].encode())

    async def repeat(self) -> None:
        """The whole file is written anew, as programs do that keep all cues."""
        content = self.path.read_bytes()
        other = self.path.with_suffix(".new")
        other.write_bytes(content)
        other.replace(self.path)

    async def cut(self) -> None:
        """The file is renamed as a recording ends, and a new one begins."""
        self.path.rename(self.path.with_suffix(".old"))
        self.path.write_bytes(b"")

    async def garbage(self) -> None:
        self.write(b"\xff\xfe\x00\x80\x81\x82\n\n--> --> -->\n99:99 -> x\n\n" + b"\x00" * 5000 + b"\n\n" + "ㅋ".encode() * 20_000 + b"\n\n")


@pytest.fixture(params=[".txt", ".srt", ".vtt"])
async def side(request: pytest.FixtureRequest, tmp_path: Path) -> FileSide:
    return FileSide(tmp_path / f"captions{request.param}")


class TestCaptionFile(SourceContract):
    """Every kind of caption file keeps the contract."""


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[tuple[Path, Ear]]:
    """A .txt that is followed."""
    path = tmp_path / "live.txt"
    path.write_bytes(b"")
    async with listening(CaptionFile(path, sleep=soon)) as ear:
        await until(lambda: ear.states == ["joined"])
        yield path, ear


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


async def test_a_half_line_waits_for_its_other_half(heard: tuple[Path, Ear]) -> None:
    """A line is read when it is whole, also when a letter is cut in its middle."""
    path, ear = heard
    line = "가격은 이만 구천 원이에요\r\n".encode()
    add(path, line[:7])  # in the middle of the third letter
    add(path, line[7:])
    await until(lambda: ear.texts)
    assert ear.texts == ["가격은 이만 구천 원이에요"]


async def test_a_line_without_an_end_is_taken_after_a_while(heard: tuple[Path, Ear]) -> None:
    """A writer that never ends its line is heard; what it adds later is heard as the rest."""
    path, ear = heard
    add(path, "배송은 내일".encode())
    await until(lambda: ear.texts == ["배송은 내일"])
    add(path, " 출발해요\n다음 줄\n".encode())
    await until(lambda: len(ear.texts) == 3)
    assert ear.texts[1:] == ["출발해요", "다음 줄"]


async def test_a_file_rewritten_for_each_sentence_is_heard(heard: tuple[Path, Ear]) -> None:
    """LocalVocal's other mode empties the file for each sentence; longer, shorter and equally long ones are all heard whole."""
    path, ear = heard
    for text in ("짧은 말", "그것보다 조금 더 긴 말이에요", "짧은 글", "아주 다른 말", "아주 같은 길이"):
        path.write_text(text + "\n", "utf-8")
        await until(lambda text=text: ear.texts[-1:] == [text])
    assert len(ear.texts) == 5


async def test_a_file_that_is_cut_to_nothing_goes_on(heard: tuple[Path, Ear]) -> None:
    """After truncation the new lines are read from the start."""
    path, ear = heard
    add(path, b"one\ntwo\n")
    await until(lambda: len(ear.texts) == 2)
    path.write_bytes(b"")
    await asyncio.sleep(0.05)
    add(path, b"three\n")
    await until(lambda: len(ear.texts) == 3)
    assert ear.texts == ["one", "two", "three"]


async def test_the_last_lines_before_a_rename_are_read(heard: tuple[Path, Ear]) -> None:
    """What was written just before the file was renamed away is heard, then the new file."""
    path, ear = heard
    add(path, b"one\n")
    await until(lambda: ear.texts)
    add(path, b"last of the old\n")
    path.rename(path.with_name("recording.txt"))
    path.write_bytes(b"\xef\xbb\xbffirst of the new\r\n")
    await until(lambda: len(ear.texts) == 3)
    assert ear.texts == ["one", "last of the old", "first of the new"]


async def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """A missing file is told; when it comes it is read from its start, and when it goes that is told too."""
    path = tmp_path / "later.srt"
    async with listening(CaptionFile(path, sleep=soon)) as ear:
        await until(lambda: ear.told)
        assert (ear.told[0][1].state, ear.told[0][1].code, ear.told[0][1].detail) == ("connecting", "no_file", str(path))
        path.write_text("1\n00:00:01,000 --> 00:00:02,000\n<i>안녕하세요</i>\n\n", "utf-8")
        await until(lambda: ear.texts == ["안녕하세요"])
        path.unlink()
        await until(lambda: ear.told[-1][1].code == "file_gone")
        path.write_text("1\n00:00:01,000 --> 00:00:02,000\n다시 왔어요\n\n", "utf-8")
        await until(lambda: ear.texts == ["안녕하세요", "다시 왔어요"])
        assert ear.states == ["connecting", "joined", "reconnecting", "joined"]


async def test_another_encoding_is_told(heard: tuple[Path, Ear]) -> None:
    """Lines that are no UTF-8 are not heard as garbage; the desk is told why nothing comes."""
    path, ear = heard
    add(path, "가격은 이만 구천 원이에요\n".encode("cp949"))
    await until(lambda: ear.told[-1][1].code == "not_utf8")
    add(path, "가격은 이만 구천 원이에요\n".encode("utf-16"))
    add(path, "\n이제 읽혀요\n".encode())
    await until(lambda: ear.states[-1] == "joined")
    assert ear.texts == ["이제 읽혀요"]


@pytest.mark.parametrize("name", [".", "plain.txt/captions.srt", "x" * 300 + ".srt", "loop.srt"])
async def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    """A folder in its place, a file in the place of its folder, an impossible name, a link to itself: told in the system's own words."""
    (tmp_path / "plain.txt").touch()
    (tmp_path / "loop.srt").symlink_to(tmp_path / "loop.srt")
    async with listening(CaptionFile(tmp_path / name, sleep=soon)) as ear:
        await until(lambda: ear.told)
        assert (ear.told[0][1].code, bool(ear.told[0][1].detail)) == ("file_refused", True)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_are_the_same_however_they_are_cut(size: int, ending: str) -> None:
    """Any cutting of the same bytes gives the same lines, without a byte order mark."""
    wanted = ["가격은 29,000원", "", "🎉 무료 배송", "x" * 300]
    data = ("\ufeff" + ending.join([*wanted, ""])).encode()
    lines = Lines()
    assert [line for at in range(0, len(data), size) for line in lines.take(data[at : at + size])] == wanted


def test_a_line_without_end_is_bounded() -> None:
    """A file without line ends does not fill the memory."""
    lines = Lines()
    got = [line for _ in range(100) for line in lines.take(b"x" * 1000)]
    assert sum(map(len, got)) >= 90_000
    assert max(map(len, got)) <= 11_001


def test_cues_are_read_as_they_come() -> None:
    """A cue is complete with its blank line, with the next cue, or when nothing comes for a while."""
    text = CaptionText(cues=True)
    assert text.take(b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<c>one</c>\n") == []
    assert text.take(b"00:02.000 --> 00:03.000\ntwo\n\n") == [Entry("one", 1.0), Entry("two", 2.0)]
    assert text.take(b"00:03.000 --> 00:04.000\nthree") == []
    assert text.settled() == [Entry("three", 3.0)]
    assert text.settled() == []


def test_a_big_file_is_read_in_pieces(tmp_path: Path) -> None:
    """A file larger than one look is read over several looks, in order."""
    path = tmp_path / "big.txt"
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(300_000)))
    file, lines, got = GrowingFile(path), Lines(), 0
    look: Callable[[], bytes] = lambda: file.look().chunk  # noqa: E731
    while chunk := look():
        for line in lines.take(chunk):
            assert line == f"line {got}"
            got += 1
    file.close()
    assert got == 300_000
