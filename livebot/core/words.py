"""What the core asks of wordings: put a reason or a post into the words of a language. `lang` implements it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from livebot.core.decisions import Reason


class Words(Protocol):
    """Wordings by code, in every language livebot speaks."""

    def reason(self, reason: Reason, lang: str) -> str:
        """Return the sentence for a reason."""
        ...

    def post(self, code: str, lang: str, values: Mapping[str, str | int | float], limit: int) -> str:
        """Return the text of a post of at most `limit` characters: its longest value is shortened, the rest kept."""
        ...
