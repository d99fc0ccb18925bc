"""The viewers' page as HTML, whole without a script. Pure: what is shown comes in as values, and every value is escaped here.

The sections with an id in `help.mjs` are replaced one by one when the page refreshes itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from livebot.core.names import shown as chat_name
from livebot.lang.folding import strip_invisible
from livebot.web.help_view import HelpView, OpenQuestion, Way
from livebot.web.help_words import ago, minutes_left, ordinal, say, span
from livebot.web.signs import cut_signs

TEXT_SHOWN = 160
NAME_SHOWN = 20
LAG_TOLD = 5.0
LANG = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the visitor asked for: a name, a question's number, a language chosen by hand ('' for the browser's); and what was found."""

    lang: str
    chosen: str = ""
    name: str = ""
    number: str = ""
    ways: Sequence[Way] = ()


class Markup(str):
    """HTML that was put together here."""


def put(template: str, **values: str | int) -> Markup:
    """Return a template with its values; what is no markup yet is escaped."""
    return Markup(template.format(**{k: v if isinstance(v, Markup) else html.escape(str(v)) for k, v in values.items()}))


def join(parts: Sequence[Markup]) -> Markup:
    """Return markup in a row."""
    return Markup("".join(parts))


def render(view: HelpView, asked: Asked, short_names: bool) -> bytes:
    """Return the page; `short_names`: of a viewer's name only the first sign is shown."""
    lang = asked.lang
    page = put(
        PAGE,
        lang=lang,
        title=f"{say(lang, 'title')} · {view.name}" if view.name else say(lang, "title"),
        words=_script_words(lang),
        top=_top(view, asked),
        state=_state(view, lang),
        mine=_mine(view, asked, short_names),
        open_title=say(lang, "open"),
        open=_open(view, lang),
        helpers=_helpers(view, lang, short_names),
        public=say(lang, "public"),
        shown=say(lang, "shown"),
        here=_address(asked),
        reload=say(lang, "reload"),
    )
    return page.encode("utf-8", "replace")


def render_slow(lang: str) -> bytes:
    """Return the page for who opens it too often."""
    return put(SLOW, lang=lang, title=say(lang, "slow"), next=say(lang, "slow_next"), reload=say(lang, "reload")).encode()


def _script_words(lang: str) -> Markup:
    """Return the words that the script needs, as attributes."""
    keys = ("lost", "offline", "back", "got_answer", "copied", "dark", "light")
    return Markup(" ".join(put('data-{key}="{words}"', key=key.replace("_", "-"), words=_bare(lang, key)) for key in keys))


def _bare(lang: str, key: str) -> str:
    return say(lang, key, text="{text}") if key == "got_answer" else say(lang, key)


def _top(view: HelpView, asked: Asked) -> Markup:
    other = "en" if asked.lang == "ko" else "ko"
    product = put('<p class="soft">{on_air}</p>', on_air=_said_within(asked.lang, "on_air", view.product)) if view.product else Markup()
    return put(
        '<header class="top"><div><h1><bdi>{name}</bdi></h1>{product}</div><nav>'
        '<a href="{address}" hreflang="{other}" lang="{other}">{words}</a>'
        '<button id="theme" type="button" class="plain square" hidden>{icon}</button></nav></header>',
        name=_shown(view.name, 60) or say(asked.lang, "title"),
        product=product,
        address=_address(Asked(other, other, asked.name, asked.number)),
        other=other,
        words=say(asked.lang, "other_lang"),
        icon=_icon("theme"),
    )


def _state(view: HelpView, lang: str) -> Markup:
    """Return what is not as usual, if anything."""
    told = ""
    if view.ended:
        told = say(lang, "ended")
    elif view.cut_off:
        told = say(lang, "cut_off")
    elif view.lag > LAG_TOLD:
        told = say(lang, "lagging", time=span(lang, view.lag))
    return put('<p class="told {kind}">{told}</p>', kind="off" if view.ended else "waiting", told=told) if told else Markup()


# mine


def _mine(view: HelpView, asked: Asked, short_names: bool) -> Markup:
    lang = asked.lang
    return put(
        '<section aria-labelledby="mine-title"><h2 id="mine-title">{title}</h2>'
        '<form method="get" action="/help" role="search"><label for="name">{label}</label>'
        '<input id="name" name="name" type="text" maxlength="80" autocomplete="nickname" autocapitalize="none" spellcheck="false" '
        'value="{name}">{chosen}<button type="submit">{find}</button></form><div id="ways">{ways}</div></section>',
        title=say(lang, "mine"),
        label=say(lang, "name"),
        name=asked.name,
        chosen=put('<input type="hidden" name="lang" value="{lang}">', lang=asked.chosen) if asked.chosen else Markup(),
        find=say(lang, "find"),
        ways=_ways(view, asked, short_names),
    )


def _ways(view: HelpView, asked: Asked, short_names: bool) -> Markup:
    if asked.ways:
        return join([_way(view, way, asked.lang, short_names) for way in asked.ways])
    key = "none" if asked.name else "no_number" if asked.number else ""
    if not key:
        return Markup()
    return put(
        '<div class="empty"><p><b>{what}</b></p><p class="soft">{next}</p></div>',
        what=say(asked.lang, key),
        next=say(asked.lang, f"{key}_next"),
    )


def _way(view: HelpView, way: Way, lang: str, short_names: bool) -> Markup:
    number = put('<span class="number">{words}</span>', words=say(lang, "number", n=way.number)) if way.number else Markup()
    together = put('<span class="soft">{words}</span>', words=say(lang, "together", n=way.people)) if way.people > 1 else Markup()
    return put(
        '<article class="way" data-key="{key}" data-state="{state}"><h3{lang}><bdi>{text}</bdi></h3>'
        '<p class="facts">{number}{together}</p><ol class="steps">{steps}</ol></article>',
        key=way.key,
        state=way.state,
        lang=_lang_of(way.lang),
        text=_shown(way.text, TEXT_SHOWN),
        number=number,
        together=together,
        steps=join(_steps(view, way, lang, short_names)),
    )


def _steps(view: HelpView, way: Way, lang: str, short_names: bool) -> list[Markup]:
    received = _step("done", "check", say(lang, "received"), ago(lang, view.now - way.asked))
    if way.state == "waiting":
        return [received, _step("now", "ring", say(lang, "waits"), _expected(way, lang)), _step("next", "dot", say(lang, "answer"))]
    if way.state == "closed":
        return [received, _step("closed", "dash", say(lang, "closed"), say(lang, "closed_next"))]
    waited = _step("done", "check", say(lang, "waited"), span(lang, way.settled - way.asked))
    return [received, waited, _step("done", "check", _by(way, lang, short_names), ago(lang, view.now - way.settled), _answer(way, lang))]


def _step(kind: str, icon: str, word: str, more: str = "", below: str = "") -> Markup:
    current = Markup(' aria-current="step"') if kind == "now" else Markup()
    return put(
        '<li class="{kind}"{current}>{icon}<p><b>{word}</b> <span>{more}</span></p>{below}</li>',
        kind=kind,
        current=current,
        icon=_icon(icon),
        word=word,
        more=more,
        below=below,
    )


def _expected(way: Way, lang: str) -> str:
    """Return the place in line and about how long it will still take, where that is known."""
    place = say(lang, "place", place=ordinal(lang, way.place)) if way.place else ""
    if way.left is None:
        return place
    left = say(lang, "about", n=minutes_left(way.left)) if way.left > 0 else say(lang, "longer")
    return " · ".join(part for part in (place, left) if part)


def _by(way: Way, lang: str, short_names: bool) -> Markup:
    if way.resolution == "peer":
        return _said_within(lang, "by_peer", _name(way.by, short_names)) if way.by else put("{words}", words=say(lang, "by_somebody"))
    return put("{words}", words=say(lang, f"by_{way.resolution}"))


def _answer(way: Way, lang: str) -> Markup:
    said = _shown(way.answer, 2 * TEXT_SHOWN)
    quote = put("<blockquote{lang}><bdi>{said}</bdi></blockquote>", lang=_lang_of(way.lang), said=said) if said else Markup()
    return put('{quote}<p class="soft again">{again}</p>', quote=quote, again=say(lang, "again"))


# open questions, helpers


def _open(view: HelpView, lang: str) -> Markup:
    if not view.open:
        empty = '<div class="empty">{icon}<p><b>{what}</b></p><p class="soft">{next}</p></div>'
        return put(empty, icon=_icon("check"), what=say(lang, "open_none"), next=say(lang, "open_none_next"))
    how = put('<p class="soft how">{how}</p>', how=say(lang, "open_how")) if any(each.number for each in view.open) else Markup()
    more = put('<p class="soft">{more}</p>', more=say(lang, "more", n=view.more)) if view.more else Markup()
    return put("{how}<ul>{cards}</ul>{more}", how=how, cards=join([_card(view, each, lang) for each in view.open]), more=more)


def _card(view: HelpView, question: OpenQuestion, lang: str) -> Markup:
    waited = view.now - question.since
    wait = say(lang, "for", time=span(lang, waited)) if waited >= 60 else say(lang, "just_asked")
    needs = put('<span class="needs">{icon}{words}</span>', icon=_icon("hand"), words=say(lang, "needs")) if question.needs else Markup()
    return put(
        '<li class="card"><p{lang}><bdi>{text}</bdi></p><p class="facts">{needs}<span class="is-open">{icon}{people} · {wait}</span>'
        "</p>{answer}</li>",
        lang=_lang_of(question.lang),
        text=_shown(question.text, TEXT_SHOWN),
        needs=needs,
        icon=_icon("ring"),
        people=say(lang, "people", n=question.people),
        wait=wait,
        answer=_how_to_answer(question, lang) if question.number else Markup(),
    )


def _how_to_answer(question: OpenQuestion, lang: str) -> Markup:
    command = say(lang, "command", n=question.number)
    return put(
        '<p class="command"><code>{command} …</code><button type="button" class="copy" data-copy="{command} " hidden '
        'aria-label="{label}">{copy}</button></p>',
        command=command,
        label=say(lang, "copy_of", n=question.number),
        copy=say(lang, "copy"),
    )


def _helpers(view: HelpView, lang: str, short_names: bool) -> Markup:
    rows = [
        put(
            '<li><span class="helper"><bdi>{name}</bdi>{regular}</span><span class="soft">{helped}</span></li>',
            name=_name(helper.name, short_names),
            regular=put('<span class="regular">{icon}{word}</span>', icon=_icon("star"), word=say(lang, "regular"))
            if helper.regular
            else Markup(),
            helped=say(lang, "helped", n=helper.people),
        )
        for helper in view.helpers
    ]
    body = put("<ol>{rows}</ol>", rows=join(rows)) if rows else put('<p class="soft">{none}</p>', none=say(lang, "helpers_none"))
    return put("<h2>{title}</h2>{body}{masters}", title=say(lang, "helpers"), body=body, masters=_masters(view.masters, lang, short_names))


def _masters(names: Sequence[str], lang: str, short_names: bool) -> Markup:
    if not names:
        return Markup()
    shown = [put("<bdi>{name}</bdi>", name=_name(name, short_names)) for name in names]
    return put('<p class="soft">{title}: {names}</p>', title=say(lang, "masters"), names=Markup(", ".join(shown)))


# texts


def _said_within(lang: str, key: str, value: str) -> Markup:
    """Return words around somebody's text, which is kept apart from them."""
    name = "product" if key == "on_air" else "name"
    before, _, after = say(lang, key, **{name: "\0"}).partition("\0")
    return put("{before}<bdi>{value}</bdi>{after}", before=before, value=_shown(value, 60), after=after)


def _name(name: str, short: bool) -> str:
    return chat_name(_shown(name, NAME_SHOWN), "short" if short else "full")


def _shown(text: str, limit: int) -> str:
    """Return a text as one line of at most `limit` visible characters, cut at the border of one, without hidden ones."""
    return cut_signs(" ".join(strip_invisible(text).split()), limit)


def _lang_of(lang: str) -> Markup:
    return put(' lang="{lang}"', lang=lang) if LANG.fullmatch(lang) else Markup()


def _address(asked: Asked) -> str:
    query = {"name": asked.name, "q": asked.number, "lang": asked.chosen}
    kept = urlencode({key: value for key, value in query.items() if value}, errors="replace")
    return f"/help?{kept}" if kept else "/help"


def _icon(name: str) -> Markup:
    return put('<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>', name=name)


HEAD = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="/static/livebot.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/base.css">
<link rel="stylesheet" href="/static/help/help.css">
"""
# Icons: Lucide (ISC), as in static/vendor.
ICONS = """<svg class="unseen" aria-hidden="true" focusable="false">
<symbol id="i-check" viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5"/></symbol>
<symbol id="i-ring" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8.5"/></symbol>
<symbol id="i-dot" viewBox="0 0 24 24"><circle cx="12" cy="12" r="3"/></symbol>
<symbol id="i-dash" viewBox="0 0 24 24"><path d="M5 12h14"/></symbol>
<symbol id="i-hand" viewBox="0 0 24 24"><path d="M18 11V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2"/><path d="M14 10V4a2 2 0 0 0-2-2a2 2 0 0 0-2 2v2"/>\
<path d="M10 10.5V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2v8"/>\
<path d="M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.34l-3.6-3.6a2 2 0 0 1 2.83-2.82L7 15"/></symbol>
<symbol id="i-star" viewBox="0 0 24 24"><path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z"/></symbol>
<symbol id="i-theme" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/></symbol>
</svg>
"""
PAGE = (
    HEAD
    + """<noscript><meta http-equiv="refresh" content="20"></noscript>
<script type="module" src="/static/help/help.mjs"></script>
</head>
<body {words}>
"""
    + ICONS
    + """{top}
<main>
<p id="link" class="told late" role="status" hidden></p>
<p id="news" class="unseen" role="status"></p>
<div id="state">{state}</div>
{mine}
<section aria-labelledby="open-title"><h2 id="open-title">{open_title}</h2><div id="open">{open}</div></section>
<section id="helpers">{helpers}</section>
</main>
<footer><p>{public}</p><p><span id="fresh" hidden>{shown} · </span><a href="{here}">{reload}</a></p></footer>
</body>
</html>
"""
)
SLOW = (
    HEAD
    + """<noscript><meta http-equiv="refresh" content="6"></noscript>
<script type="module" src="/static/help/slow.mjs"></script>
</head>
<body><main class="shut"><h1>{title}</h1><p class="soft">{next}</p><p><a href="">{reload}</a></p></main></body>
</html>
"""
)
