"""The JSON API of the pages: taps, previews, FAQ, settings, product on air, pasted lines. `ROUTES` is all of it, and its documentation.

Must not know how a show is run; it puts events into `Live` and says what came out.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from livebot.core.decisions import Decision, Outcome, Reading, Send
from livebot.core.events import Author, ChatMessage, ConfigChanged, Event, ProductOnAir, StaffAction
from livebot.core.posts import AS_STAFF, waiting_channels
from livebot.core.questions import Candidate, Question
from livebot.core.snapshot import from_plain
from livebot.core.staff import UNDO
from livebot.web import messages as m
from livebot.web.access import Session, TooManyGuesses
from livebot.web.board import handed_note, staffs_wording
from livebot.web.changes import check_changes
from livebot.web.documents import view_entry, view_settings
from livebot.web.door import Door, Refusal, json_response, read_json
from livebot.web.live import Live
from livebot.web.mirror import Mirror
from livebot.web.people import view_helpers, view_viewer
from livebot.web.question_view import view_question
from livebot.web.settings import Scope
from livebot.web.taps import OtherTap, Taps

B = TypeVar("B", bound=BaseModel)

PASTE_CHANNEL = "paste:desk"
PASTE_LINES = 300
PASTE_CHARACTERS = 500
FAQ_LIMIT = 20
MARKED_TEXTS = 5  # asker lines that an answer is compared with; more say nothing new
MARKED_ENTRIES = 2
GUEST = {"ko": "손님", "en": "guest"}
NAMED_LINE = re.compile(r"([^:：]{1,40}?)\s*(?::\s|：)\s*(\S.*)")
# What an action cannot do without: q a Question, m a message, v a viewer.
NEEDS = {
    **dict.fromkeys(
        ("approve", "reject", "answered", "dismiss", "reopen", "post_faq", "to_host", "later", "note", "claim", "merge", "split"), "q"
    ),
    "to_staff": "q",
    **dict.fromkeys(("boost", "take_back"), "qm"),
    **dict.fromkeys(("relink", "followed_up"), "m"),
    **dict.fromkeys(("forget", "quiet", "link", "as_before"), "v"),
    **dict.fromkeys(("stop", "resume", "thank_all"), ""),
}
SENDING = frozenset({"approve", "boost", "post_faq", "thank_all"})
OF_QUESTIONS = frozenset(action for action, needs in NEEDS.items() if "q" in needs) | {"relink"}
ON_BOARD = frozenset({"answered", "later", "to_staff", "to_host", "reopen"})  # to_host undoes later and to_staff
ALLOWED: dict[Scope, frozenset[str]] = {"staff": frozenset(NEEDS), "board": ON_BOARD}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API: who may use it (no scopes: anybody), what it takes and what it answers."""

    method: str
    path: str
    summary: str
    handle: Callable[[Api, web.Request], Awaitable[web.StreamResponse]]
    scopes: tuple[Scope, ...]
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    query: tuple[str, ...] = ()


class Api:
    """Handlers of the API's addresses."""

    def __init__(self, live: Live, mirror: Mirror, door: Door) -> None:
        self._live = live
        self._mirror = mirror
        self._door = door
        self._acts: Taps[list[dict[str, Any]]] = Taps()
        self._pastes: Taps[list[dict[str, Any]]] = Taps(100)

    # sessions

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Exchange a token for a cookie."""
        body = await _body(request, m.SignIn)
        try:
            scope = await self._door.access.scope_of(body.token, request.remote or "")
        except TooManyGuesses:
            raise Refusal(429, "guesses", "Too many wrong tokens.", "Wait a little.", retry_after=10) from None
        if scope is None:
            raise Refusal(401, "token", "This address is wrong or no longer valid.", "Open the page by the address livebot printed last.")
        if scope != body.role:
            raise Refusal(403, "role", "This address belongs to another page.", "Open the page by the address printed for it.")
        _, cookie = self._door.access.open(scope)
        response = json_response({"role": scope})
        self._door.set_cookie(request, response, scope, cookie)
        return response

    async def session(self, request: web.Request) -> web.StreamResponse:
        """Say whether the browser is signed in for a role."""
        role = request.query.get("role", "")
        scope: Scope = "board" if role == "board" else "overlay" if role == "overlay" else "staff"
        return json_response({"role": self._door.session(request, scope).scope})

    # taps

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what staff or the host tapped, once."""
        session = self._door.session(request, "staff", "board")
        tap = await _body(request, m.Act)
        self._check_tap(session, tap)
        happened, repeated = await self._once(self._acts, session, tap.id, tap, lambda: self._act(session, tap))
        return json_response({"id": tap.id, "repeated": repeated, "happened": happened})

    def _check_tap(self, session: Session, tap: m.Act) -> None:
        if tap.action not in ALLOWED.get(session.scope, ()):
            raise Refusal(403, "action", "This page may not do that.", "Ask staff at the desk.")
        named = {"q": ("question", tap.question), "m": ("message", tap.message), "v": ("viewer", tap.values.viewer)}
        missing = [named[letter][0] for letter in NEEDS[tap.action] if not named[letter][1]]
        if tap.action == "link" and not tap.values.to:
            missing.append("to")
        if missing:
            raise Refusal(400, "body", f"{missing[0]} is missing.", f"Say which {missing[0]} is meant.")
        if tap.action in SENDING and self._mirror.base.get("stopped"):
            raise Refusal(409, "stopped", "Everything is stopped: nothing goes out.", "Resume first.")

    async def _act(self, session: Session, tap: m.Act) -> list[dict[str, Any]]:
        if tap.question is not None and tap.question not in self._mirror.questions:
            raise Refusal(404, "gone", "This question is not there any more.", "Somebody merged or split it: look for it in the queue.")
        self._check_people(tap)
        before = self._live.state(self._mirror.revision).revision
        event = StaffAction(
            id=f"{session.scope}-{tap.id}",
            time=self._live.now(),
            by=tap.by.strip() or session.scope,
            action="later" if tap.action == "to_staff" else tap.action,
            question=tap.question,
            message=tap.message,
            values=tap.values.model_dump(exclude_none=True),
        )
        outcomes = await self._live.put(event)
        decided = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
        if not decided and (tap.action == "thank_all" or (tap.action in OF_QUESTIONS and not self._live.state(before).questions)):
            raise Refusal(409, "nothing", "That changed nothing.", "Somebody was faster, or it is too late for it.")
        await self._note_handing(event, tap)
        return [_happened(decision, outcomes) for decision in decided]

    def _check_people(self, tap: m.Act) -> None:
        """Refuse what is about somebody who is not there (any more); forgetting reaches further than this show."""
        if tap.action == "followed_up" and all(handoff.line != tap.message for handoff in self._live.handoffs()):
            raise Refusal(404, "gone", "This line is not on the list any more.", "Look for it in the list.")
        one, other = tap.values.viewer, tap.values.to
        people = {"quiet": [one], "link": [one, other], "as_before": [one]}.get(tap.action, ())
        if any(self._live.viewer(person or "") is None for person in people):
            raise Refusal(404, "person", "This person is not in the show.", "Choose somebody who wrote in this show.")
        if tap.action == "link" and one == other:
            raise Refusal(400, "body", "values.to: is the same account.", "Choose the person's other account.")
        if tap.action == "as_before" and not self._undoable(one or ""):
            raise Refusal(409, "nothing", "That changed nothing.", "It is too late for it, or has been changed since.")
        if tap.action == "forget" and ":" not in (one or ""):
            raise Refusal(400, "body", "values.viewer: is no account.", "Say platform:id.")

    def _undoable(self, author: str) -> bool:
        viewer = self._live.viewer(author)
        return viewer is not None and viewer.former is not None and self._live.now() - viewer.former.time <= UNDO

    async def _once(
        self,
        taps: Taps[list[dict[str, Any]]],
        session: Session,
        tap_id: str,
        said: object,
        act: Callable[[], Awaitable[list[dict[str, Any]]]],
    ) -> tuple[list[dict[str, Any]], bool]:
        try:
            return await taps.once(f"{session.scope}-{tap_id}", said, act)
        except OtherTap:
            raise Refusal(409, "id", "This id was used for something else.", "Make a new id for each tap.") from None

    async def _note_handing(self, event: StaffAction, tap: m.Act) -> None:
        """Say in a question's note that the host gave it to staff, and no longer once it is back with the host."""
        note = str(self._mirror.questions.get(tap.question or "", {}).get("note", ""))
        notes = {"to_staff": handed_note(note, self._live.settings.lang), "to_host": staffs_wording(note)}
        if notes.get(tap.action, note) != note:
            await self._live.put(replace(event, id=f"{event.id}-note", action="note", values={"text": notes[tap.action]}))

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """Say what a boost or an FAQ post would send, where, and under whose name."""
        self._door.session(request, "staff")
        body = await _body(request, m.Preview)
        plain = self._mirror.questions.get(body.question)
        if plain is None:
            raise Refusal(404, "gone", "This question is not there any more.", "Look for it in the queue.")
        return json_response({"posts": self._planned(from_plain(Question, plain), body)})

    def _planned(self, question: Question, body: m.Preview) -> list[dict[str, Any]]:
        candidate = next((c for c in question.candidates if c.message == body.message), None)
        wording, values, lines = self._worded(question, candidate, body)
        settings, accounts = self._live.settings, {channel.name: channel for channel in self._live.channels()}
        lang = question.lang if question.lang in GUEST else settings.lang
        out = []
        for name in waiting_channels(question, lines):
            channel, now = settings.channel(name), accounts.get(name)
            text = self._live.words.post(wording, channel.lang or lang, values, channel.max_length)
            can_send = channel.can_send and (now is None or now.takes_posts)
            out.append({"channel": name, "account": now.account if now else "", "can_send": can_send, "text": text})
        return out

    def _worded(
        self, question: Question, candidate: Candidate | None, body: m.Preview
    ) -> tuple[str, dict[str, str | int | float], Sequence[str] | None]:
        """Return the wording, its values and the lines it goes to; what staff wrote themselves goes out as staff's."""
        given = (body.text or "").strip()
        if body.action == "boost":
            if candidate is None:
                raise Refusal(404, "gone", "This answer is not there any more.", "Choose another answer.")
            viewer = self._live.viewer(candidate.author)
            own = given not in ("", candidate.text) or (viewer is not None and viewer.quiet)
            values: dict[str, str | int | float] = {"answer": given or candidate.text, "question": self._live.quoted(question.id)}
            return (AS_STAFF, values, candidate.lines) if own else ("boost", values | {"name": candidate.name}, candidate.lines)
        entry = self._live.entry(body.faq or "")
        if entry is None and not given:
            raise Refusal(404, "gone", "There is no such FAQ entry.", "Choose another entry, or write the answer.")
        answer = entry.answer if entry else ""
        return (
            AS_STAFF if given not in ("", answer) else "post_faq",
            {"answer": given or answer, "question": self._live.quoted(question.id)},
            None,
        )

    async def put_on_air(self, request: web.Request) -> web.StreamResponse:
        """Set the product on air."""
        session = self._door.session(request, "staff")
        body = await _body(request, m.PutOnAir)
        names = {product.key: product.name for product in self._live.settings.products} | dict(self._mirror.base.get("products", {}))
        if body.product not in names:
            raise Refusal(404, "product", "There is no such product.", "Choose one of the rundown.")
        event = ProductOnAir(f"{session.scope}-{body.id}", self._live.now(), body.product, names[body.product])
        return await self._put_once(session, body.id, body, event)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Change settings during the show."""
        session = self._door.session(request, "staff")
        body = await _body(request, m.Change)
        check_changes(body.changes)
        event = ConfigChanged(f"{session.scope}-{body.id}", self._live.now(), body.changes)
        return await self._put_once(session, body.id, body, event)

    async def _put_once(self, session: Session, tap_id: str, said: object, event: Event) -> web.StreamResponse:
        async def put() -> list[dict[str, Any]]:
            outcomes = await self._live.put(event)
            return [_happened(outcome, outcomes) for outcome in outcomes if isinstance(outcome, Decision)]

        happened, repeated = await self._once(self._acts, session, tap_id, said, put)
        return json_response({"id": tap_id, "repeated": repeated, "happened": happened})

    # questions to the show

    async def settings(self, request: web.Request) -> web.StreamResponse:
        """Return the settings that may change."""
        self._door.session(request, "staff")
        return json_response(view_settings(self._live))

    async def faq(self, request: web.Request) -> web.StreamResponse:
        """Search the FAQ."""
        self._door.session(request, "staff")
        text = request.query.get("q", "").strip()[:500]
        hits = self._live.search_faq(text, FAQ_LIMIT) if text else ()
        return json_response({"entries": self._found([(hit.faq_id, hit.score) for hit in hits])})

    async def question(self, request: web.Request) -> web.StreamResponse:
        """Return one Question with all its asker lines, and the words of its answers that match."""
        self._door.session(request, "staff")
        plain = self._mirror.questions.get(request.match_info["id"])
        if plain is None:
            raise Refusal(404, "gone", "This question is not there any more.", "Look for it in the queue.")
        view = view_question(plain, self._live.viewer, None)
        return json_response({"question": view, "marks": {answer["message"]: self._marks(view, answer) for answer in view["answers"]}})

    def _marks(self, question: dict[str, Any], answer: dict[str, Any]) -> list[Any]:
        reached = [asker for asker in question["askers"] if asker["line"] in answer["lines"]] or question["askers"][:1]
        entries = [entry for faq_id, _ in question["faq"][:MARKED_ENTRIES] if (entry := self._live.entry(faq_id)) is not None]
        return list(
            self._live.marks(
                answer["text"],
                asked=list(dict.fromkeys(asker["text"] for asker in reached))[:MARKED_TEXTS],
                faq=[entry.answer for entry in entries],
                names=list(dict.fromkeys(asker["name"] for asker in reached))[:MARKED_TEXTS],
            )
        )

    async def viewer(self, request: web.Request) -> web.StreamResponse:
        """Return what is known of one viewer."""
        self._door.session(request, "staff")
        view = view_viewer(self._live, request.query.get("author", ""))
        if view is None:
            raise Refusal(404, "person", "This person is not in the show.", "They may have been forgotten.")
        return json_response(view)

    async def helpers(self, request: web.Request) -> web.StreamResponse:
        """Return this show's helpers, and the lines that would thank them."""
        self._door.session(request, "staff")
        return json_response(view_helpers(self._live))

    async def paste(self, request: web.Request) -> web.StreamResponse:
        """Take pasted chat lines into the show and say what was found in them."""
        session = self._door.session(request, "staff")
        body = await _body(request, m.Paste)
        lines = read_lines(body.text, GUEST.get(self._live.settings.lang, GUEST["en"]))
        if not lines:
            raise Refusal(400, "empty", "There is no line in it.", "Paste chat lines, one a line.")
        if len(lines) > PASTE_LINES:
            raise Refusal(413, "too_large", f"These are more than {PASTE_LINES} lines.", "Paste fewer at once.")
        pasted, repeated = await self._once(self._pastes, session, body.id, body, lambda: self._paste(body.id, lines))
        return json_response({"repeated": repeated, "lines": pasted})

    async def _paste(self, paste_id: str, lines: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
        out = []
        for i, (author, name, text) in enumerate(lines):
            line = f"paste-{paste_id}-{i}"
            outcomes = await self._live.put(ChatMessage(line, self._live.now(), PASTE_CHANNEL, Author(author, name), text))
            reading = next((o for o in outcomes if isinstance(o, Reading) and o.id == line), None)
            out.append(
                {
                    "name": name,
                    "text": text,
                    "kind": reading.kind if reading else "other",
                    "question": reading.question if reading else None,
                    "entries": self._found(reading.faq if reading else ()),
                }
            )
        return out

    def _found(self, hits: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
        entries = ((faq_id, score, view_entry(self._live, faq_id)) for faq_id, score in hits)
        return [{"faq_id": i, "score": round(min(1.0, max(0.0, score)), 4), **entry} for i, score, entry in entries if entry is not None]


def read_lines(text: str, guest: str) -> list[tuple[str, str, str]]:
    """Return (author id, name, text) of each pasted line; a line without a name is a guest of its own."""
    out: list[tuple[str, str, str]] = []
    for line in text.splitlines():
        short = line.strip()[: PASTE_CHARACTERS + 50]
        named = NAMED_LINE.fullmatch(short)
        name, said = (named[1], named[2]) if named else ("", short)
        said = said[:PASTE_CHARACTERS]
        if said:
            out.append((f"name:{name}" if name else f"guest:{len(out)}", name or guest, said))
    return out


async def _body(request: web.Request, model: type[B]) -> B:
    """Return a request's body as `model`; refuse what does not fit, naming the key."""
    try:
        return model.model_validate(_clean(await read_json(request)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:120] or "body"
        raise Refusal(400, "body", f"{where}: {first['msg']}", "See /api/openapi.json for what is allowed.") from None


def _clean(value: Any) -> Any:
    """Return JSON data without lone surrogates, which no log, store or page can write again."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    return value


def _happened(decision: Decision, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    posts = [{"channel": o.channel, "text": o.text} for o in outcomes if isinstance(o, Send) and o.decision == decision.id]
    shown = ("id", "kind", "question", "message", "text", "held")
    return {**{key: getattr(decision, key) for key in shown}, "askers": list(decision.askers), "posts": posts}


STAFF: tuple[Scope, ...] = ("staff",)
ROUTES: tuple[Route, ...] = (
    Route("POST", "/api/session", "Exchange a token for a session cookie.", Api.sign_in, (), m.SignedIn, m.SignIn),
    Route("GET", "/api/session", "Whether this browser is signed in for a role.", Api.session, (), m.SignedIn, query=("role",)),
    Route("POST", "/api/act", "One tap of staff or host; the same id acts once.", Api.act, ("staff", "board"), m.Acted, m.Act),
    Route("POST", "/api/preview", "What would be sent, where, under whose name.", Api.preview, STAFF, m.Previewed, m.Preview),
    Route("POST", "/api/product", "Set the product on air.", Api.put_on_air, STAFF, m.Acted, m.PutOnAir),
    Route("GET", "/api/settings", "The settings that may change during the show.", Api.settings, STAFF, m.Settings),
    Route("POST", "/api/settings", "Change settings during the show.", Api.change, STAFF, m.Acted, m.Change),
    Route("GET", "/api/faq", "Search the FAQ.", Api.faq, STAFF, m.FaqAnswer, query=("q",)),
    Route("GET", "/api/questions/{id}", "One question: who asked, what in its answers matches.", Api.question, STAFF, m.QuestionAnswer),
    Route("GET", "/api/viewers", "What is known of one viewer.", Api.viewer, STAFF, m.ViewerAnswer, query=("author",)),
    Route("GET", "/api/helpers", "This show's helpers, and how they would be thanked.", Api.helpers, STAFF, m.HelpersAnswer),
    Route("POST", "/api/paste", "Take pasted chat lines into the show.", Api.paste, STAFF, m.Pasted, m.Paste),
)
