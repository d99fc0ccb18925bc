"""The lines that the lang tests read: labelled shows and the hostile inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHOWS = Path(__file__).resolve().parents[1] / "shows"


@pytest.fixture(scope="session")
def show_lines() -> list[dict[str, Any]]:
    """Every line of every labelled show."""
    files = sorted(path for path in SHOWS.glob("*.jsonl") if not path.name.endswith(".faq.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def faq_texts() -> list[str]:
    """Every question and answer of every labelled show's FAQ."""
    rows = [json.loads(line) for path in sorted(SHOWS.glob("*.faq.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [row[key] for row in rows for key in ("canonical", "answer")]
