"""What the web app can be told: where it listens and under which names it may be reached. Plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["staff", "board", "overlay", "bridge"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PAGES: dict[str, Scope] = {"desk": "staff", "board": "board", "overlay": "overlay"}
"""The pages that are opened with a token, by path, and the token each one wants."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - recognised here, not listened on


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`bind` and `port` are listened on; `name` is the host name (or name:port) that others use, `also` are further ones that are answered;
    `https`: a proxy before it speaks TLS.

    `overlay_frames` are the origins that may show the overlay in a frame (none by default; OBS needs none). `help`: whether there is the
    viewers' page, open to anybody.
    """

    bind: str = "127.0.0.1"
    port: int = 8765
    name: str = ""
    https: bool = False
    overlay_frames: tuple[str, ...] = ()
    help: bool = False
    also: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return the names that others use, in lower case."""
        return tuple(name.lower() for name in (self.name, *self.also) if name)

    def hosts(self) -> frozenset[str]:
        """Return every Host header that is answered, in lower case."""
        own = [] if self.bind in EVERYWHERE else [_bracketed(self.bind)]
        names = [*LOOPBACK, *own, *self.names()]
        with_port = {name if _has_port(name) else f"{name}:{self.port}" for name in names}
        plain = set(self.names()) if self.https or self.port == 80 else set()
        return frozenset(with_port | plain | (set(LOOPBACK) if self.port == 80 else set()))

    def origins(self) -> frozenset[str]:
        """Return every Origin header that may open a socket or change something."""
        schemes = ("http", "https") if self.https else ("http",)
        return frozenset(f"{scheme}://{host}" for host in self.hosts() for scheme in schemes)

    def addresses(self, tokens: Mapping[Scope, str]) -> list[tuple[str, str]]:
        """Return (page, address) for each page, each address with its token behind `#`, where no server sees it; the help page has none."""
        base = self.base()
        pages = [(page, f"{base}/{page}#{tokens[scope]}") for page, scope in PAGES.items() if scope in tokens]
        return [*pages, ("help", f"{base}/help")] if self.help else pages

    def base(self) -> str:
        """Return the address of livebot's pages as others use it, without a slash at its end."""
        host = self.name or ("127.0.0.1" if self.bind in EVERYWHERE else _bracketed(self.bind))
        scheme = "https" if self.https and self.name else "http"
        return f"{scheme}://{host}" if _has_port(host) or (self.https and self.name) else f"{scheme}://{host}:{self.port}"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address.lower()


def _has_port(name: str) -> bool:
    return ":" in name.rpartition("]")[2]
