#!/usr/bin/env python3
"""Turn a labelled show written by hand into the labelled JSON Lines that `livebot eval show` and the trainers read.

  scripts/label_show.py SHOW.txt [--out DIR]

SHOW.txt holds three parts, each opened by a line of its own: `# show NAME LANG`, `# faq`, `# lines`. Standard library only.

faq    one entry a line:  faq_id | product key or all | canonical question | answer
lines  one line of the show each, five columns apart by ` | `:  number | seconds | who | text | label
       who    P:key product switch (text = the product's name) · V the host's voice · H or H:name the shop's chat account ·
              @name a viewer
       label  Q faq=ID|- cl=CLUSTER [to=host|viewers|anyone] [#tag …]     a question
              A 12,15 ok|wrong|joke [#tag …]                              answers those lines (viewer, host or voice)
              T 12|- [#tag …]                                             thanks or acknowledges, for that question
              O [#tag …] [not=12,15] [chase=12]                           anything else (viewer, host or voice)
       a product switch has no label

Every fault is printed with its line; nothing is written while there is one.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

QUALITY = {"ok": "correct", "wrong": "wrong", "joke": "joke"}
SIDE = {"voice": "host_voice", "host": "host_chat", "viewer": "viewer"}


class Fault(Exception):
    """A line of the source that cannot be taken, with what would be."""


def compile_show(source: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return (labelled lines, FAQ entries); raise one Fault that lists every bad line."""
    name = lang = part = product = ""
    faq: list[dict[str, Any]] = []
    rows: dict[int, dict[str, Any]] = {}
    faults: list[str] = []
    last = -1.0
    for at, raw in enumerate(source.splitlines(), 1):
        line = raw.strip()
        try:
            if not line:
                continue
            if head := re.fullmatch(r"# show (\S+) (ko|en)", line):
                name, lang = head.groups()
            elif line in ("# faq", "# lines"):
                part = line[2:]
            elif part == "faq":
                cells = [cell.strip() for cell in line.split(" | ")]
                if len(cells) != 4 or not all(cells):
                    raise Fault("an FAQ entry has four columns: faq_id | product | canonical | answer")
                faq.append({"faq_id": cells[0], "show": name, "product": cells[1], "canonical": cells[2], "answer": cells[3], "lang": lang})
            elif part == "lines":
                row = _line(raw, name, product)
                product = row["product"]
                if row["n"] in rows:
                    raise Fault(f"number {row['n']} is used twice")
                if row["time"] < last:
                    raise Fault(f"time {row['time']} is before {last}")
                last = row["time"]
                rows[row["n"]] = row
            else:
                raise Fault("expected `# show NAME ko|en`, then `# faq`, then `# lines`")
        except Fault as fault:
            faults.append(f"line {at}: {fault}: {raw.strip()[:100]}")
    known = {entry["faq_id"] for entry in faq}
    for row in rows.values():
        faults.extend(f"number {row['n']}: {why}" for why in _loose_ends(row, rows, known))
    if faults:
        raise Fault("\n".join(faults))
    return [_finished(row, rows, name) for row in rows.values()], faq


def _line(raw: str, name: str, product: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in raw.split(" | ")]
    if len(cells) == 4 and cells[2].startswith("P:"):
        cells.append("")
    if len(cells) != 5:
        raise Fault("a line has five columns: number | seconds | who | text | label")
    number, seconds, who, text, label = cells
    try:
        row: dict[str, Any] = {"n": int(number), "time": float(seconds), "text": text, "tags": re.findall(r"#([\w]+)", label)}
    except ValueError:
        raise Fault("number and seconds must be numbers") from None
    if not text:
        raise Fault("the text is empty")
    if who.startswith("P:"):
        return {**row, "author": "SYSTEM", "role": "system", "kind": "product", "product": who[2:]}
    if who == "V":
        row |= {"author": "HOST_VOICE", "role": "voice", "kind": "voice"}
    elif who == "H" or who.startswith("H:"):
        row |= {"author": who[2:] or f"{name}_shop", "role": "host", "kind": "other"}
    elif who.startswith("@") and len(who) > 1:
        row |= {"author": who[1:], "role": "viewer", "kind": "other"}
    else:
        raise Fault("who is P:key, V, H, H:name or @name")
    row["product"] = product
    return row | _label(label, row["role"])


def _label(label: str, role: str) -> dict[str, Any]:
    kind, _, rest = label.partition(" ")
    words = [word for word in rest.split() if not word.startswith("#")]
    if kind == "Q" and role == "viewer":
        keys = dict(word.split("=", 1) for word in words if "=" in word)
        if not {"faq", "cl"} <= keys.keys() or keys.keys() - {"faq", "cl", "to"}:
            raise Fault("a question's label is `Q faq=ID|- cl=CLUSTER [to=host|viewers|anyone]`")
        return {
            "kind": "question",
            "faq_id": None if keys["faq"] == "-" else keys["faq"],
            "cluster": keys["cl"],
            "to": keys.get("to", "anyone"),
        }
    if kind == "A":
        if len(words) != 2 or words[1] not in QUALITY or not re.fullmatch(r"\d+(,\d+)*", words[0]):
            raise Fault("an answer's label is `A 12,15 ok|wrong|joke`")
        out = {"answers": [int(n) for n in words[0].split(",")], "quality": QUALITY[words[1]]}
        return out if role == "voice" else out | {"kind": "answer"}
    if kind == "T" and role == "viewer":
        if len(words) != 1 or not re.fullmatch(r"\d+|-", words[0]):
            raise Fault("a thanks' label is `T 12` or `T -`")
        return {"kind": "thanks", "for": None if words[0] == "-" else int(words[0])}
    if kind == "O":
        keys = dict(word.split("=", 1) for word in words if "=" in word)
        if keys.keys() - {"not", "chase"} or len(keys) != len(words):
            raise Fault("another line's label is `O [not=12,15] [chase=12]`")
        return {
            "not": [int(n) for n in keys["not"].split(",")] if "not" in keys else [],
            "chase": int(keys["chase"]) if "chase" in keys else None,
        }
    raise Fault("a label is Q (viewers), A, T (viewers) or O")


def _loose_ends(row: dict[str, Any], rows: dict[int, dict[str, Any]], known: set[str]) -> list[str]:
    out = []
    targets = [*row.get("answers", []), *row.get("not", []), *[n for n in (row.get("for"), row.get("chase")) if n is not None]]
    for n in targets:
        if n not in rows or rows[n]["kind"] != "question":
            out.append(f"points at {n}, which is no question")
        elif n >= row["n"]:
            out.append(f"points at {n}, which comes later")
    if row.get("faq_id") and row["faq_id"] not in known:
        out.append(f"faq={row['faq_id']} is not in the FAQ")
    return out


def _finished(row: dict[str, Any], rows: dict[int, dict[str, Any]], name: str) -> dict[str, Any]:
    def key(n: int) -> str:
        return f"{name}-{n:03d}"

    out = {"id": key(row["n"]), "show": name, **{k: row[k] for k in ("time", "author", "role", "text", "product", "kind")}}
    answers = [key(n) for n in row.get("answers", [])]
    out |= {"answers_to": answers[0] if answers else None, "reply_to": answers, "faq_id": row.get("faq_id")}
    if answers:
        out |= {"answer_correct": row["quality"] == "correct", "answer_quality": row["quality"]}
    if row["kind"] == "question":
        by = [r for r in rows.values() if row["n"] in r.get("answers", [])]
        right = [r for r in by if r["quality"] == "correct"]
        out |= {
            "to": row["to"],
            "cluster": f"{name}:{row['cluster']}",
            "answers": [{"id": key(r["n"]), "by": SIDE[r["role"]], "quality": r["quality"]} for r in by],
            "answered_by": SIDE[right[0]["role"]] if right else None,
        }
    if row["kind"] == "thanks":
        out["thanks_for"] = None if row["for"] is None else key(row["for"])
    if row.get("chase") is not None:
        out["chases"] = key(row["chase"])
    if row.get("not"):
        out["not_answer_to"] = [key(n) for n in row["not"]]
    if row["tags"]:
        out["tags"] = row["tags"]
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, help="folder for NAME.jsonl and NAME.faq.jsonl (default: beside the source)")
    args = parser.parse_args()
    try:
        lines, faq = compile_show(args.source.read_text("utf-8"))
    except (OSError, Fault) as fault:
        print(f"{args.source}: {fault}", file=sys.stderr)
        return 2
    folder = args.out or args.source.parent
    for suffix, rows in ((".jsonl", lines), (".faq.jsonl", faq)):
        path = folder / (lines[0]["show"] + suffix)
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    kinds: dict[str, int] = {}
    for row in lines:
        label = f"{row['role']}:{'answer' if row['reply_to'] else row['kind']}"
        kinds[label] = kinds.get(label, 0) + 1
    print(f"{lines[0]['show']}: {len(lines)} lines, {len(faq)} FAQ entries;", " ".join(f"{k} {v}" for k, v in sorted(kinds.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
