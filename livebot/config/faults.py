"""What is wrong with a file, in words: its line, the key, what is allowed there, and what was probably meant; never a secret."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from livebot.config.keys import PATTERNS, toml
from livebot.config.places import configs
from livebot.config.whole import Config
from livebot.errors import UserError

STRAIGHT = str.maketrans({**dict.fromkeys("“”„‟″＂", '"'), **dict.fromkeys("‘’‚‛′＇", "'")})
SECRET_KEY = re.compile("token|secret|password|_key", re.IGNORECASE)
KINDS = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list: [[section]] for tables, [..., ...] for values",
    "model_type": "must be a table: [section]",
    "path_type": "must be a path in quotes",
    **dict.fromkeys(("date_type", "date_from_datetime_parsing", "date_parsing"), "must be a date as 2026-11-23"),
}
TWICE = {
    r"Cannot overwrite a value|Duplicate inline table key .*": "a key may stand there once",
    r"Cannot declare \('(.+)',\) twice": r"the section [\1] may stand there once: put its keys together",
}


def explained(error: ValidationError, text: str, path: Path) -> UserError:
    """Return one message that names line, key and what is allowed for every fault of the file."""
    faults: list[tuple[int, str]] = []
    for fault in error.errors():
        where = [part for part in fault["loc"] if isinstance(part, str | int)]
        line = _line_of(text, where)
        faults.append((line, f"{path}:{line}: {_key(where)}: {_said(fault, where)}"))
    faults.sort(key=lambda told: told[0])
    return UserError("\n".join(told for _, told in faults), "", _every_key())


def _key(where: list[str | int]) -> str:
    """Return a key as people write it; what is listed is counted from 1."""
    return "".join(f" {part + 1}" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".") or "file"


def _every_key() -> str:
    return f"Every key with what it does: {configs() / 'example.toml'}"


def not_toml(error: tomllib.TOMLDecodeError, text: str, path: Path) -> UserError:
    """Return where a file stops being TOML, and what to write there instead if that can be known."""
    place = re.search(r"\(at line (\d+)", str(error))
    lines = text.rstrip().splitlines() or [""]
    number = min(int(place[1]), len(lines)) if place else len(lines)
    line = lines[number - 1].strip()
    said = str(error)
    for pattern, words in TWICE.items():
        said = re.sub(pattern, words, said)
    return UserError(f"is not TOML: {said}: {_unsecret(line)}", f"{path}:{number}", f"{_remedy(line)}{_every_key()}")


def _remedy(line: str) -> str:
    """Return what to write instead of a line: the first likely correction that is TOML."""
    if not line.partition("=")[0].isascii():
        return f"Sections and keys are English words: {', '.join(f'[{name}]' for name in Config.model_fields)}.\n  "
    straight = line.translate(STRAIGHT)
    quoted = re.sub(r"=\s*(.*)", r'= "\1"', line)
    literal = re.sub(r'"([^"\']*\\[^"\']*)"', r"'\1'", line)  # a path of Windows: between these marks \ is only \
    for corrected in (straight, literal, f'{line}"', f"{line}'", f'{straight}"', f"{line}]", f"{line}]]", quoted):
        try:
            tomllib.loads(corrected)
        except tomllib.TOMLDecodeError:
            continue
        return "" if corrected == line else f"Write instead: {_unsecret(corrected)}\n  "
    return ""


def _unsecret(line: str) -> str:
    """Return a line without what may be a secret."""
    key, equals, _ = line.partition("=")
    return f'{key}= "…"' if equals and SECRET_KEY.search(key) else line


def _said(fault: Any, where: list[str | int]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        known = _keys_beside(where)
        meant = get_close_matches(str(where[-1]), known, 1)
        return f"unknown key; {f'did you mean {meant[0]}? ' if meant else ''}allowed here: {', '.join(known)}"
    if kind == "missing":
        return "is missing"
    message = KINDS.get(kind) or str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    if kind == "string_pattern_mismatch":
        message = PATTERNS[fault["ctx"]["pattern"]]
    secret = bool(where) and str(where[-1]).endswith("_env")  # somebody may have put the secret itself there
    shown = toml(fault["input"]) if isinstance(fault["input"], str | int | float | bool) and not secret else ""
    return f"{message}{f' (not {shown})' if shown else ''}"


def _keys_beside(where: list[str | int]) -> list[str]:
    """Return the keys that a section knows, for the unknown key at `where`."""
    model: type[BaseModel] = Config
    for part in where[:-1]:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        inner = next((a for a in (annotation, *get_args(annotation)) if isinstance(a, type) and issubclass(a, BaseModel)), None)
        if inner is None:
            break
        model = inner
    return list(model.model_fields)


def _line_of(text: str, where: list[str | int]) -> int:
    """Return the line of the key at `where`, or of its section, or 1. A look at the text: tomllib keeps no positions."""
    keys = [part for part in where if isinstance(part, str)]
    index = next((part for part in where if isinstance(part, int)), 0)
    section, seen, best = "", -1, 1
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", line)
        if head:
            seen = seen + 1 if head[1] == section and line.lstrip().startswith("[[") else 0
            section = head[1]
            if section == ".".join(keys[: section.count(".") + 1]) and seen == index:
                best = number
            continue
        path = [*([section] if section else []), *re.split(r"\s*\.\s*", line.split("=")[0].strip().strip('"'))]
        if ".".join(path) == ".".join(keys) and (seen == index or not isinstance(where[1] if len(where) > 1 else "", int)):
            return number
    return best
