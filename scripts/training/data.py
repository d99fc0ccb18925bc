"""The data the models are fitted on: labelled shows, and public sets whose licence allows it (see `livebot/learned/data/README.md`)."""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livebot.core.matcher import FaqEntry
from livebot.lang.folding import fold
from livebot.learned.text_model import grams_of

ROOT = Path(__file__).resolve().parents[2]
OWN_SHOWS = ROOT / "tests/shows"
DEMO = ROOT / "configs/demo"
Row = dict[str, Any]
# Public sets of questions with their paraphrases: (file, how many parts it is cut into).
PARAPHRASES = (("faq_parakqc_ko", 4), ("faq_stylekqc_ko", 3), ("faq_banking77_en", 2), ("faq_clinc150_en", 2))
WORDINGS = 3  # of one question in a part
REFUSED = 5  # one entry in so many is left out of the FAQ: what asks for it must be refused
PACE = 6.0  # seconds between two lines of a part
ASKED, UNMARKED, LONGEST = 12_000, 0.7, 120  # IRC questions taken, share whose mark is taken away, characters
_ADDRESS = re.compile(r"^[\w\[\]`^|-]{2,20}[:,]\s*")


@dataclass(frozen=True)
class LabelledShow:
    """One show with its labels and its FAQ. `public`: a set of questions made into one, which says nothing of answers and other lines."""

    name: str
    lines: list[Row]
    faq: list[FaqEntry]
    public: bool = False

    @property
    def family(self) -> str:
        """Shows of one family say the same (in two languages, or with and without an FAQ): they are never on both sides of a fold."""
        return "demo" if self.name.startswith("demo") else self.name.removesuffix("-faq").removesuffix("-alone")


def read_rows(path: Path) -> list[Row]:
    """Return the decoded lines of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def faq_of(rows: list[Row]) -> list[FaqEntry]:
    """Return the FAQ entries of one show."""
    return [FaqEntry(r["faq_id"], r["canonical"], r["answer"], r.get("product") or "all", lang=r.get("lang", "ko")) for r in rows]


def load_shows(shared: Path | None) -> list[LabelledShow]:
    """Return every labelled show: the project's own, the demo's two, and those of the shared development data where it is there."""
    shows = []
    for path in sorted(OWN_SHOWS.glob("*.jsonl")):
        if not path.name.endswith(".faq.jsonl"):
            shows.append(LabelledShow(path.stem, read_rows(path), faq_of(read_rows(path.with_suffix(".faq.jsonl")))))
    for lang in ("ko", "en"):
        shows.append(
            LabelledShow(f"demo-{lang}", read_rows(DEMO / f"demo-{lang}.labelled.jsonl"), faq_of(read_rows(DEMO / f"faq-{lang}.jsonl")))
        )
    if shared is not None:
        for lines_file, faq_file in (("livecommerce_ko", "livecommerce_faq_ko"), ("livecommerce_dev2", "livecommerce_faq_dev2")):
            lines, faq = read_rows(shared / f"{lines_file}.jsonl"), read_rows(shared / f"{faq_file}.jsonl")
            for name in dict.fromkeys(row["show"] for row in lines):
                shows.append(LabelledShow(name, [r for r in lines if r["show"] == name], faq_of([r for r in faq if r["show"] == name])))
        shows += public_shows(shared)
    return shows


def public_shows(shared: Path) -> list[LabelledShow]:
    """Return public sets of paraphrases as shows in which everybody asks: one with an FAQ and one without for each part of a set."""
    shows = []
    for name, parts in PARAPHRASES:
        sets = read_rows(shared / f"{name}.jsonl")
        for part in range(parts):
            mine = [row for row in sets if row["faq_id"] is None or _digest(row["faq_id"]) % parts == part]
            picker = random.Random(f"{name} {part}")
            asked = [
                (row, text)
                for row in mine
                for text in picker.sample(row["queries"], min(WORDINGS if row["faq_id"] else 40, len(row["queries"])))
            ]
            picker.shuffle(asked)
            stored = [row for row in mine if row["faq_id"] and _digest("out" + row["faq_id"]) % REFUSED]
            faq = [FaqEntry(row["faq_id"], row["canonical"], "", lang=row["lang"]) for row in stored]
            for kind, entries in (("faq", faq), ("alone", [])):
                known = {entry.faq_id for entry in entries}
                title = f"{name}-{part}-{kind}"
                lines = [_asking(title, i, row, text, known) for i, (row, text) in enumerate(asked)]
                shows.append(LabelledShow(title, lines, entries, public=True))
    return shows


def asking_lines(shared: Path) -> list[tuple[set[str], bool]]:
    """Return the n-grams of lines from outside shows with whether each asks: Korean by its labels, English IRC by its question marks.

    Half of what is known of a question is its mark, so most of the marks are taken away; names stand before or behind a line as people
    address each other. English is told by its words: of its characters a model learns the topics of these channels.
    """
    picker = random.Random(3)
    korean = [(grams_of(fold(row["text"])), bool(row["is_question"])) for row in read_rows(shared / "questions_3i4k_ko.jsonl")]
    said = [row for row in read_rows(shared / "links_ubuntu_irc_train_en.jsonl") if row["kind"] == "chat"]
    names = sorted({row["author"] for row in said if row["author"]})
    texts = [text for text in dict.fromkeys(_ADDRESS.sub("", row["text"]).strip() for row in said) if text and len(text) <= LONGEST]
    picker.shuffle(texts)
    asked = [text for text in texts if text.endswith("?")][:ASKED]
    told = [text for text in texts if "?" not in text][: 2 * ASKED]
    asked = [text.rstrip("? ") if picker.random() < UNMARKED else text for text in asked]
    english = [(_addressed(text, picker, names), yes) for lines, yes in ((asked, True), (told, False)) for text in lines]
    return korean + [({gram for gram in grams_of(fold(text)) if gram.endswith("\t")}, yes) for text, yes in english]


def _addressed(text: str, picker: random.Random, names: list[str]) -> str:
    chance, name = picker.random(), picker.choice(names)
    return f"{name} {text}" if chance < 0.2 else f"{text} {name}" if chance < 0.3 else text


def _asking(show: str, i: int, row: Row, text: str, known: set[str]) -> Row:
    faq_id = row["faq_id"] if row["faq_id"] in known else None
    base = {"id": f"{show}-{i}", "show": show, "time": i * PACE, "author": f"viewer{i}", "role": "viewer", "product": None, "text": text}
    return base | {
        "kind": "question",
        "faq_id": faq_id,
        "cluster": row["faq_id"] or f"{show}-{i}",
        "reply_to": [],
        "answers": [],
        "tags": [],
    }


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def folds(shows: list[LabelledShow], count: int) -> list[list[str]]:
    """Split the shows into `count` groups of names; families stay together, and the shared shows are in different groups."""
    groups: list[list[str]] = [[] for _ in range(count)]
    shared = [show for show in shows if show.name.startswith("dev-")]
    for i, show in enumerate(shared):
        groups[i % count].append(show.name)
    families = dict.fromkeys(show.family for show in shows if show not in shared)
    for family in families:
        smallest = min(groups, key=len)
        smallest.extend(show.name for show in shows if show.family == family)
    return groups


def is_viewer(row: Row) -> bool:
    """Whether a labelled line counts in the scores: a viewer's, and no request."""
    return bool(row["role"] == "viewer" and "request" not in row.get("tags", []))
