"""The bodies and answers of the API, as models: what is allowed, how long, and the OpenAPI document's schemas. Must not know routes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=300)]
TapId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Text = Annotated[str, StringConstraints(max_length=2000)]
By = Annotated[str, StringConstraints(max_length=40)]
Score = Annotated[float, Field(ge=0, le=1)]
ActionName = Literal[
    "approve",
    "reject",
    "take_back",
    "answered",
    "dismiss",
    "reopen",
    "boost",
    "post_faq",
    "to_host",
    "to_staff",
    "later",
    "note",
    "claim",
    "relink",
    "merge",
    "split",
    "stop",
    "resume",
    "thank_all",
    "followed_up",
    "forget",
    "quiet",
    "link",
    "as_before",
]
Role = Literal["staff", "board", "overlay"]


class Strict(BaseModel):
    """A body or answer with no other keys than these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Error(Strict):
    """Why something was refused: a stable code, what happened, what to do."""

    code: str
    what: str
    next_step: str


class ErrorAnswer(Strict):
    """Every answer from 400 on."""

    error: Error


class SignIn(Strict):
    """A token, and the page that it is meant for."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    role: Role


class SignedIn(Strict):
    """The role whose cookie the browser has now."""

    role: Role


class ActionValues(Strict):
    """The values of an action, as `livebot.core.staff` documents them."""

    decision: Id | None = None
    voice: bool | None = None
    text: Text | None = None
    faq: Id | None = None
    answers: Annotated[list[Id], Field(max_length=200)] | None = None
    into: Id | None = None
    askers: Annotated[list[Id], Field(max_length=1000)] | None = None
    viewer: Id | None = None
    to: Id | None = None


class Act(Strict):
    """One tap. `id` is made by the page: the same id acts once, however often it arrives."""

    id: TapId
    action: ActionName
    question: Id | None = None
    message: Id | None = None
    values: ActionValues = ActionValues()
    by: By = ""


class Posting(Strict):
    """A post that was handed to a channel."""

    channel: str
    text: str


class Happened(Strict):
    """One decision that came of it, with its posts."""

    id: str
    kind: str
    question: str | None
    message: str | None
    text: str | None
    held: bool
    askers: list[str]
    posts: list[Posting]


class Acted(Strict):
    """What happened. `repeated`: this id had acted before, and this is what happened then."""

    id: TapId
    repeated: bool
    happened: list[Happened]


class Preview(Strict):
    """What would be sent by boost (with `message`) or post_faq (with `faq`), in the wording `text` if given."""

    action: Literal["boost", "post_faq"]
    question: Id
    message: Id | None = None
    faq: Id | None = None
    text: Text | None = None


class Planned(Strict):
    """A post as it would be sent; `can_send` is false where livebot may not write and the text must be copied."""

    channel: str
    account: str
    can_send: bool
    text: str


class Previewed(Strict):
    """A post for every channel on which somebody waits."""

    posts: list[Planned]


class PutOnAir(Strict):
    """The product that the host presents from now on."""

    id: TapId
    product: Id


class Change(Strict):
    """Settings to change, by dotted key, as in {"ladder.mode.boost": "auto"}."""

    id: TapId
    changes: Annotated[
        dict[Annotated[str, StringConstraints(max_length=100)], str | float | int | bool | None], Field(min_length=1, max_length=50)
    ]


class Settings(Strict):
    """The settings that may change during the show."""

    ladder: dict[str, Any]
    limits: dict[str, Any]


class Paste(Strict):
    """Chat lines, one a line, `name: text` or the text alone."""

    id: TapId
    text: Annotated[str, StringConstraints(min_length=1, max_length=40_000)]


class FaqFound(Strict):
    """An FAQ entry with how well it fits."""

    faq_id: str
    canonical: str
    answer: str
    product: str
    topic: str
    lang: str
    firm: bool
    score: Score


class FaqAnswer(Strict):
    """Entries, best first."""

    entries: list[FaqFound]


class PastedLine(Strict):
    """What became of one pasted line."""

    name: str
    text: str
    kind: Literal["question", "answer", "thanks", "other"]
    question: str | None
    entries: list[FaqFound]


class Pasted(Strict):
    """All of them, in their order."""

    repeated: bool
    lines: list[PastedLine]


class QuestionAnswer(Strict):
    """One Question with all its asker lines. `marks`: by answer, (start, end, why) of the parts that match, in code points."""

    question: dict[str, Any]
    marks: dict[str, list[tuple[int, int, Literal["asked", "faq", "name"]]]]


class Account(Strict):
    """An account of a person, `platform:id`."""

    author: str
    name: str


class ViewerAnswer(Account):
    """One viewer. `lines` of this show by all their accounts; `trust`: how far their word goes and why, by language."""

    roles: list[str]
    regular: bool
    quiet: bool
    lines: int
    months: int
    visits: int
    trust: dict[str, str]
    accounts: list[Account]


class HelperNow(Account):
    """One of the show's helpers; `quiet`: is not named."""

    quiet: bool


class HelpersAnswer(Strict):
    """The show's helpers, those who gained most first, and a post for every channel that would thank them."""

    helpers: list[HelperNow]
    posts: list[Planned]


class Health(Strict):
    """Alive, and ready for people: `ready` is false before the show's state can be read."""

    alive: bool
    ready: bool
