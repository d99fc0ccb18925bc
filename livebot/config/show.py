"""[show], [[product]], [faq]: the broadcast, what it sells, and what the shop already answers."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from livebot.config.keys import File, Section, Texts


class ShowSection(Section):
    """[show] the broadcast."""

    name: str = Field("show", description="the show's name in the store and the report", min_length=1, max_length=100)
    language: Literal["ko", "en"] = Field(
        "ko", description="language of summaries and reasons, and of the bot's posts where a line's own is not known"
    )
    date: Annotated[datetime.date, Field(strict=False)] | None = Field(
        None, description="the show's date, which decides the valid FAQ entries; default: today"
    )


class ProductSection(Section):
    """[[product]] one product of the rundown."""

    key: str = Field(description="the product's key, as in the FAQ", min_length=1, max_length=100)
    name: str = Field("", description="the product's name as shown and said")
    also: Texts = Field((), description="other names it goes by")
    obs_scene: str = Field("", description="OBS scene that shows it; default: a scene that is named like it")
    obs_source: str = Field("", description="OBS source that is visible while it is on air")
    planned: float | None = Field(None, description="minutes after the show's start at which it is planned", ge=0, le=1_440)


class FaqSection(Section):
    """[faq] the shop's questions and answers."""

    file: File | None = Field(None, description="CSV, XLSX or JSON Lines with faq_id, canonical, answer (relative to this file)")
