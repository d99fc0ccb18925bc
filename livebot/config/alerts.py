"""[alerts]: where staff are called."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from livebot.config.keys import File, Section, Variable

HERE = ("localhost", "127.0.0.1", "::1")


class AlertsSection(Section):
    """[alerts] staff's webhook, which is told of questions that nobody answered and of viewers who want a person."""

    format: Literal["livebot", "slack", "discord", "jandi"] = Field(
        "livebot", description="what the webhook takes: livebot's own signed JSON, or the text of a chat's incoming webhook"
    )
    url: str = Field("", description="address that takes the POST; default: nobody is called", pattern=r"^(https?://.+)?$")
    url_env: Variable = Field(
        "", description="environment variable that holds the address, where it is itself a secret (Slack, Discord, JANDI)"
    )
    url_file: File | None = Field(None, description="file that holds that address")
    secret_env: Variable = Field("", description='environment variable that holds the key by which the POST is signed (format = "livebot")')
    secret_file: File | None = Field(None, description="file that holds that key")

    @property
    def on(self) -> bool:
        """Whether anybody is called."""
        return bool(self.url or self.url_env or self.url_file)

    @model_validator(mode="after")
    def _is_whole(self) -> AlertsSection:
        signed = bool(self.secret_env or self.secret_file)
        if sum(bool(one) for one in (self.url, self.url_env, self.url_file)) > 1:
            raise ValueError("give one of url, url_env and url_file")
        if self.format != "livebot" and self.url and urlsplit(self.url).hostname not in HERE:
            raise ValueError(f"the address of {self.format} is a secret: give url_env or url_file")
        if self.format == "livebot" and self.on and not signed:
            raise ValueError("url needs secret_env or secret_file: what is not signed, anybody could have sent")
        if signed and (self.format != "livebot" or not self.on):
            raise ValueError('secret_env and secret_file belong to an address of format = "livebot"')
        if self.url and not is_private(self.url):
            raise ValueError("url must begin with https:// (http:// only on this machine)")
        return self


def is_private(url: str) -> bool:
    """Whether what goes to an address cannot be read on the way."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
