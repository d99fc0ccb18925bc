"""Reads a secret from where the config says it is."""

from __future__ import annotations

import os
from pathlib import Path

from livebot.errors import UserError


def read_secret(env: str, file: Path | None, what: str) -> str:
    """Return a secret from the environment or a file; UserError names what is missing, never the secret."""
    if env:
        value = os.environ.get(env, "")
        if not value.strip():
            raise UserError(f"{what}: the environment variable {env} is not set", "", f"Set {env}, then start again.")
        return value.strip()
    if file is not None:
        try:
            value = file.read_text("utf-8").strip()
        except OSError as error:
            raise UserError(f"{what}: cannot be read: {error.strerror}", str(file), "Write the token into that file.") from None
        except UnicodeDecodeError:
            raise UserError(f"{what}: is not UTF-8 text", str(file), "Write the token into that file.") from None
        if not value:
            raise UserError(f"{what}: the file is empty", str(file), "Write the token into that file.")
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise UserError(f"{what}: others can read this file", str(file), f"chmod 600 {file}")
        return value
    return ""
