"""The data the models are fitted on: labelled shows, and public sets whose licence allows it (see `livebot/learned/data/README.md`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livebot.core.matcher import FaqEntry

ROOT = Path(__file__).resolve().parents[2]
OWN_SHOWS = ROOT / "tests/shows"
DEMO = ROOT / "configs/demo"
Row = dict[str, Any]


@dataclass(frozen=True)
class LabelledShow:
    """One show with its labels and its FAQ."""

    name: str
    lines: list[Row]
    faq: list[FaqEntry]

    @property
    def lang(self) -> str:
        """The language of its FAQ."""
        return self.faq[0].lang or "ko"

    @property
    def family(self) -> str:
        """Shows of one family are the same show in two languages: they are never on both sides of a fold."""
        return "demo" if self.name.startswith("demo") else self.name


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
    return shows


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
