"""The errors livebot raises on purpose: each carries whose fault it is, where, and what to do next.

Must not know any other module. The command line turns a `UserError` into one message and exit status 2, a `WorkError`
into one message and exit status 1; neither is ever shown as a traceback.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from dataclasses import dataclass


@dataclass
class LivebotError(Exception):
    """`what` happened, `where` (file:line or file: key), and the `next_step` for the person who reads it."""

    what: str
    where: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.next_step}" if self.next_step else head


class UserError(LivebotError):
    """The call, the config or a file given by the user is wrong (exit status 2)."""


class WorkError(LivebotError):
    """The work could not be done although it was asked for rightly (exit status 1)."""


@dataclass
class PlatformError(LivebotError):
    """A platform refused or broke off. `state` is what the desk shows; `retry`: trying again can help, not before `retry_after` seconds.

    `what` is the platform's own text, a name or a number, for both languages of the desk: words of livebot's own belong to the `state`.
    """

    state: str = "lost"
    retry: bool = True
    retry_after: float = 0.0


def why_unreachable(error: BaseException) -> str:
    """Return the code of why a connection could not be opened: `no_host`, `nothing_listens`, `no_tls`, else `unreachable`.

    What the system says of it is English and often holds the address, and that a secret: a code has words in both languages.
    """
    inner = getattr(error, "os_error", None) or error.__cause__  # libraries wrap what the system said
    if isinstance(error, ssl.SSLError):
        return "no_tls"
    if isinstance(error, socket.gaierror | ValueError):
        return "no_host"
    numbers = {error.errno} if isinstance(error, OSError) and error.errno else set(map(int, re.findall(r"\[Errno (\d+)\]", str(error))))
    if numbers == {errno.ECONNREFUSED}:  # several, where a name has several addresses
        return "nothing_listens"
    return why_unreachable(inner) if inner is not None else "unreachable"
