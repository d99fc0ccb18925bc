"""[web], [store]: where the pages are, and what is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from livebot.config.keys import HOST, TLS, File, Section


class WebSection(Section):
    """[web] the pages."""

    host: str = Field("127.0.0.1", description="address to listen on; other than loopback, anybody in that network can reach it")
    port: int = Field(8765, description="port", ge=0, le=65_535)
    names: Annotated[tuple[Annotated[str, Field(pattern=HOST)], ...], Field(strict=False)] = Field(
        (),
        description="host names under which the pages may be opened, besides localhost, the first in all addresses that livebot gives; "
        "https:// before them where a proxy speaks TLS",
    )
    token_file: File | None = Field(None, description="file where the pages' tokens are kept between runs; default: new ones each run")
    help: bool = Field(False, description="the viewers' page /help: their questions, and who helped; open to anybody who can reach it")

    @field_validator("names")
    @classmethod
    def _names_are_reached_alike(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len({name.startswith(TLS) for name in names}) > 1:
            raise ValueError(f"{TLS} must stand before all of the names, or before none")
        return names

    def hosts(self) -> tuple[str, ...]:
        """Return the names without what stands before them."""
        return tuple(name.removeprefix(TLS) for name in self.names)

    def help_page(self) -> str:
        """Return where viewers find their page; nothing where there is none, or no name by which they could reach it."""
        name = self.names[0] if self.names else ""
        if not (self.help and name and (self.port or ":" in name)):
            return ""
        return f"{name}/help" if name.startswith(TLS) else f"http://{name if ':' in name else f'{name}:{self.port}'}/help"


class StoreSection(Section):
    """[store] what is kept."""

    file: File | None = Field(None, description="SQLite file; default: nothing is kept")
    resume_minutes: int = Field(
        30, description="a show that was interrupted less than this long ago goes on when it is run again", ge=0, le=1_440
    )
    keep_days: int = Field(90, description="days after which chat lines are deleted", ge=1, le=3_650)
