"""The `regulars` and `missed` commands on a store with two shows' people: taken in, listed, deleted by all accounts, told later."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from livebot.core.events import Author, ChatMessage
from livebot.errors import UserError
from livebot.runtime import regulars
from livebot.store.records import ShowRow, ViewerRow
from livebot.store.store import Store

NOW = 1_800_000_000.0
PHONE, HOME = "수지폰비밀", "수지집비밀"
FAQ = "faq_id,canonical,answer\ncall,전화번호가 뭐예요?,010-2222-3333으로 전화 주세요\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose store knows somebody by two accounts, and somebody else."""

    async def fill() -> None:
        store = await Store.open(str(tmp_path / "livebot.db"), clock=lambda: NOW)
        await store.begin(ShowRow("friday", NOW))
        for line, (identity, name) in enumerate((("home", HOME), ("phone", PHONE), ("other", "봄이네"))):
            author = Author(identity, name)
            store.put("friday", ChatMessage(f"m{line}", 1.0, "bridge:naver", author, f"{name} 왔어요"))
        await store.end("friday")
        store.put_viewers(
            [
                ViewerRow("bridge", "home", HOME, last_seen=NOW, more={"linked": ["bridge:phone"]}),
                ViewerRow("bridge", "phone", PHONE, last_seen=NOW, more={"linked": ["bridge:home"]}),
                ViewerRow("bridge", "other", "봄이네", last_seen=NOW),
            ]
        )
        await store.close()

    asyncio.run(fill())
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    path = tmp_path / "livebot.toml"
    path.write_text('[show]\nlanguage = "en"\n[store]\nfile = "livebot.db"\n[faq]\nfile = "faq.csv"\n', "utf-8")
    return path


def test_a_person_is_deleted_by_all_their_accounts(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Staff name one account; the others of the same person go with it, everybody else stays."""
    regulars.forget_regular("bridge:phone", config)
    assert capsys.readouterr().out == "bridge:phone, bridge:home are deleted; 2 lines were emptied\n"
    raw = b"".join(file.read_bytes() for file in config.parent.glob("livebot.db*"))
    assert [name for name in (PHONE, HOME, "봄이네") if name.encode() in raw] == ["봄이네"]
    regulars.list_regulars(config, 10)
    assert "bridge:other" in capsys.readouterr().out


@pytest.mark.parametrize("who", ["bridge:nobody", "home", ":home", "bridge:"])
def test_who_is_unknown_is_not_said_to_be_deleted(config: Path, who: str) -> None:
    """A typing error would otherwise pass for a deletion."""
    with pytest.raises(UserError, match="nobody"):
        regulars.forget_regular(who, config)


def test_customers_are_taken_in_and_the_others_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Matched by id and by name; who was never seen is told; a platform that there is not stops the import."""
    file = config.parent / "customers.csv"
    file.write_bytes("platform,id,name,orders,grade\nbridge:shop,home,,3,골드\nbridge,,봄이네,2,\nbridge,,모르는이,1,\n".encode("cp949"))
    regulars.import_regulars(file, config, skip_bad=False)
    said = capsys.readouterr().out
    assert "모르는이: nobody of that name was seen" in said and "2 matched, 1 not matched, of 3 rows" in said
    regulars.show_regular("bridge:shop:home", config)
    assert "골드" in capsys.readouterr().out
    file.write_text("platform,id,orders\nnaver,home,9\n", "utf-8")
    with pytest.raises(UserError, match="nothing was imported"):
        regulars.import_regulars(file, config, skip_bad=False)
    assert "platform is 'naver'; allowed: bridge, chzzk," in capsys.readouterr().out


def test_an_answer_keeps_only_the_shops_own_number(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the FAQ makes public may be told; another number in the answer is masked before it is kept."""
    with closing(sqlite3.connect(config.parent / "livebot.db")) as raw, raw:
        raw.execute("INSERT INTO missed VALUES (1, 'm9', 'bridge', 'other', '봄이네', '언제 와요?', NULL, '')")
    regulars.answer_missed("1/m9", "010-2222-3333이나 010-4444-5555로 주세요", config)
    regulars.list_missed(config)
    assert "언제 와요? → 010-2222-3333이나 ●●●로 주세요" in capsys.readouterr().out
    with pytest.raises(UserError, match="no such question"):
        regulars.answer_missed("1/m8", "네", config)
