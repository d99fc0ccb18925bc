"""[people], [[badge]], [coupons]: regulars, and what they earn."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from livebot.config.keys import Chance, File, Section, Variable
from livebot.core.settings import People


class PeopleSection(Section):
    """[people] regulars."""

    prior_accepted: float = Field(2, description="how many of prior_answers an unknown viewer is taken to have got right", ge=0, le=1000)
    prior_answers: float = Field(4, description="how many answers an unknown viewer is taken to have given", gt=0, le=1000)
    hold_below: Chance = Field(
        People().hold_below,
        description="an answer of a viewer whose trust is below this waits for a person, also where boosts go out alone",
    )
    announce: bool = Field(True, description="say at the start of the show that good answers may be shown under their author's name")
    show_names: Literal["full", "short"] = Field("full", description="show viewers' names whole or shortened")


class BadgeSection(Section):
    """[[badge]] a badge of this show, kept for ever by who earns it."""

    name: str = Field(description="what the badge is called", min_length=1, max_length=40)
    helped: float = Field(3, description="how many accepted answers in this show earn it", gt=0, le=1000)
    coupon: bool = Field(False, description="tell the shop's own system, as [coupons] says, who earned it")


class CouponsSection(Section):
    """[coupons] the shop's own system, which is told once of every badge with a coupon."""

    url: str = Field("", description="address that takes a signed POST; default: nobody is told", pattern=r"^(https?://.+)?$")
    secret_env: Variable = Field("", description="environment variable that holds the key by which the POST is signed")
    secret_file: File | None = Field(None, description="file that holds that key")

    @model_validator(mode="after")
    def _is_signed(self) -> CouponsSection:
        if self.url and not (self.secret_env or self.secret_file):
            raise ValueError("url needs secret_env or secret_file: what is not signed, anybody could have sent")
        if self.url.startswith("http://") and urlsplit(self.url).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("url must begin with https:// (http:// only on this machine)")
        return self
