"""The whole config: all sections, what they owe each other, and what the core is told of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from livebot.config.alerts import AlertsSection
from livebot.config.chats import MAX_LENGTHS, ChannelSection
from livebot.config.keys import Section
from livebot.config.ladder import LadderSection, LimitsSection, MatchSection
from livebot.config.pages import StoreSection, WebSection
from livebot.config.people import BadgeSection, CouponsSection, PeopleSection
from livebot.config.show import FaqSection, ProductSection, ShowSection
from livebot.config.voice import ObsSection, VoiceSection
from livebot.core.settings import BadgeSettings, ChannelSettings, Ladder, Limits, Matching, Modes, People, ProductSettings, ShowSettings


class Config(Section):
    """The whole file."""

    show: ShowSection = Field(default_factory=ShowSection, description="the broadcast")
    channel: Annotated[tuple[ChannelSection, ...], Field(strict=False)] = Field((), description="the chat rooms")
    product: Annotated[tuple[ProductSection, ...], Field(strict=False)] = Field((), description="the products")
    faq: FaqSection = Field(default_factory=FaqSection, description="the shop's questions and answers")
    voice: VoiceSection = Field(default_factory=VoiceSection, description="what the host says aloud")
    obs: ObsSection = Field(default_factory=ObsSection, description="what is on air")
    match: MatchSection = Field(default_factory=MatchSection, description="reading and matching")
    ladder: LadderSection = Field(default_factory=LadderSection, description="when which step is due")
    limits: LimitsSection = Field(default_factory=LimitsSection, description="how seldom the bot speaks")
    people: PeopleSection = Field(default_factory=PeopleSection, description="regulars")
    badge: Annotated[tuple[BadgeSection, ...], Field(strict=False)] = Field((), description="badges that helpers earn")
    coupons: CouponsSection = Field(default_factory=CouponsSection, description="coupons that belong to badges")
    web: WebSection = Field(default_factory=WebSection, description="the pages")
    store: StoreSection = Field(default_factory=StoreSection, description="what is kept")
    alerts: AlertsSection = Field(
        default_factory=AlertsSection, description="staff's webhook: called for what nobody answered, and for who wants a person"
    )

    @field_validator("channel")
    @classmethod
    def _channels_differ(cls, channels: tuple[ChannelSection, ...]) -> tuple[ChannelSection, ...]:
        names = [channel.name for channel in channels]
        if len(set(names)) < len(names):
            raise ValueError(f"the same room twice: {next(name for name in names if names.count(name) > 1)}")
        return channels

    @field_validator("product")
    @classmethod
    def _products_differ(cls, products: tuple[ProductSection, ...]) -> tuple[ProductSection, ...]:
        keys = [product.key for product in products]
        if len(set(keys)) < len(keys):
            raise ValueError(f"the same key twice: {next(key for key in keys if keys.count(key) > 1)}")
        return products

    @field_validator("badge")
    @classmethod
    def _badges_differ(cls, badges: tuple[BadgeSection, ...]) -> tuple[BadgeSection, ...]:
        names = [badge.name for badge in badges]
        if len(set(names)) < len(names):
            raise ValueError(f"the same name twice: {next(name for name in names if names.count(name) > 1)}")
        return badges

    @model_validator(mode="after")
    def _coupons_are_told(self) -> Config:
        if any(badge.coupon for badge in self.badge) and not self.coupons.url:
            raise ValueError("a badge has coupon = true, but [coupons] has no url")
        if self.coupons.url and self.store.file is None:
            raise ValueError("[coupons] needs [store] file: what is told once must be kept")
        return self

    def show_settings(self) -> ShowSettings:
        """Return what the core is told."""
        ladder = self.ladder.model_dump(exclude={"mode"})
        return ShowSettings(
            name=self.show.name,
            lang=self.show.language,
            ladder=Ladder(**ladder, mode=Modes(**self.ladder.mode.model_dump())),
            limits=Limits(**self.limits.model_dump()),
            people=People(**self.people.model_dump()),
            match=Matching(link=self.match.link, same=self.match.same),
            channels=tuple(
                ChannelSettings(c.name, can_send=c.send, max_length=c.max_length or MAX_LENGTHS[c.platform], lang=c.language)
                for c in self.channel
            ),
            products=tuple(ProductSettings(p.key, p.name, p.also) for p in self.product),
            badges=tuple(BadgeSettings(b.name, b.helped, b.coupon) for b in self.badge),
            help_page=self.web.help_page(),
        )
