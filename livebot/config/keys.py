"""What keys may hold: the types that sections share, and how a value is written. Knows no section."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Mode = Literal["auto", "approve", "off"]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Chance = Annotated[float, Field(ge=0, le=1)]


def _no_control(path: Path) -> Path:
    if re.search(r"[\x00-\x1f]", str(path)):
        raise ValueError("holds a line end, tab or the like: in double quotes write \\\\ or / for \\, or put the path in single quotes")
    return path


File = Annotated[Path, Field(strict=False), AfterValidator(_no_control)]
Texts = Annotated[tuple[str, ...], Field(strict=False)]
TLS = "https://"
HOST = r"^(https://)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$"
Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
PATTERNS = {
    HOST: "must be a host name as shop.example or shop.example:8765; https:// before it where a proxy speaks TLS, nothing after it",
    r"^[^\s#:]+$": "must be a name without spaces, # and :",
    r"^((ws|http)s?://.+)?$": "must begin with wss:// or https:// (ws:// or http:// on this machine)",
    r"^(https?://.+)?$": "must begin with https:// (http:// on this machine)",
    r"^(wss?://.+)?$": "must begin with ws:// or wss://",
    r"^([A-Za-z_][A-Za-z0-9_]*)?$": "must be the name of an environment variable, not the secret itself",
}


class Section(BaseModel):
    """A part of the config: unknown keys are refused, and a text is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def toml(value: Any) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
