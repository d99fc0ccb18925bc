"""Reads one line in the language it is written in: folding, what the text says by itself, and what the line is in its place.

Implements `core.reader.Reader`. The first step for every line is cheap (folding, character n-grams); the costly content words are only
taken when somebody asks for them. Readings are cached by text, the oldest let go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from livebot.core.decisions import LineKind
from livebot.core.reader import Around, Judgement, LineReading, Part, Signal
from livebot.lang.claims import makes_claim
from livebot.lang.en import English
from livebot.lang.facts import days_of, marks_of, parts_said, subject_of
from livebot.lang.folding import MAX_FOLDED, fold, has_bidi, script_of, strip_invisible
from livebot.lang.judge import Judge
from livebot.lang.ko import Korean
from livebot.lang.masking import MASK
from livebot.lang.pack import FLAGS, Pack
from livebot.lang.persons import wants_person
from livebot.lang.products import ProductNames
from livebot.learned.files import load_model
from livebot.learned.text_model import TextModel
from livebot.learned.vectors import Vector, decode_all

CACHED = 8192
OVERLAP = 40
_MIXED = re.compile(r"[a-z]{2}.*[가-힣ㄱ-ㅎ]|[가-힣ㄱ-ㅎ].*[a-z]{2}")
LOOKED_AT = 2_000  # signs of a line in which is looked for what may not be said: no post is longer
_MUST_NOT_BE_SAID = frozenset({"contact", "spam", "abuse", "impersonation"})
_NOISE = re.compile(r"[ㅋㅎㅠㅜㄷㅡㅗㅍㅉ~!.,^;:'\"\-_=+*()☺♡♥★☆\s]*")
_COMMAND = re.compile(r"[!/.][a-z가-힣]")
# What another bot or a platform would run: behind a mention or in another row as well as at the beginning.
_RUN = re.compile(r"(?:^|[\r\n\u2028\u2029])\s*(?:@\S{1,40}\s+)*[!！/／.．][a-z가-힣]", re.IGNORECASE)
# What a bot may be set to run wherever it stands, when a moderator's account says it. `!쿠폰` in a sentence only says how to get one.
_POWER = re.compile(
    r"(?:^|[\s(])[!！/／](?:(?:un)?(?:ban|mod|vip|mute|timeout|host|raid|pin)|kick|purge|clear|delete|disconnect|commercial|announce\w{0,6}"
    r"|settitle|title|setgame|game|marker|(?:slow|subscribers|followers|emoteonly)(?:off)?|shoutout|permit|nuke|whisper|w|op"
    r"|(?:add|edit|del)com(?:mand)?|commands?\s(?:add|edit|delete)"
    r"|밴|언밴|추방|강퇴|차단|벤|채금|타임아웃|활동정지|매니저|공지|제목|방제|명령어\s?(?:추가|삭제|수정))(?![a-z가-힣])"
    r"|(?:^|[\s(])[.．](?:(?:un)?ban|timeout|mod|vip|mute|kick|announce)(?![a-z가-힣])",
    re.IGNORECASE,
)
# An address as people say it to get it past a filter.
_SAID_LINK = re.compile(
    r"[a-z0-9가-힣]{2,}\s?(?:닷\s?컴|쩜\s?컴|점\s?컴|닷\s?넷)(?![가-힣]{2})|\b[a-z0-9-]{2,}\s?(?:\(dot\)|\[dot\]|\sdot\s)\s?(?:com|net|org|shop|xyz|io|kr|me|ly)\b"
)
# Who says of themselves that they speak for the shop: a role in brackets, or with a verb and more to say after it.
_ROLE = r"(?:관리자|운영자|운영진|공식|공지|판매자|셀러|본사|매니저|쇼\s?호스트|진행자|호스트|사장|담당자|직원|스태프|스텝|상담원|고객센터)"
_ROLE_EN = r"(?:admin(?:istrator)?|mod(?:erator)?|official|staff|host|seller|shop owner|support|notice|customer service)"
_SPEAKS_FOR = re.compile(
    rf"[\[【(<〈《「『]\W*(?:{_ROLE}|{_ROLE_EN})[\W\d]*[\]】)>〉》」』]"
    rf"|(?:^|[.!~,]\s?)(?:안녕하세요[.,!~]?\s?)?(?:여기\s?)?{_ROLE}(?:입니다|이에요|예요|에요|인데요?|임)[,.!~]*\s\S"
    rf"|(?:^|\s)(?:저는?|제가|나는|내가)\s?(?:이\s?(?:방송|쇼|라이브)\s?)?{_ROLE}(?:입니다|이에요|예요|에요|인데|이라|라서|임(?![가-힣])|이야|이거든)"
    rf"|\b(?:i'?m|i am|this is) (?:the|a|an|your) (?:official )?{_ROLE_EN}(?=\s*(?:$|[,.!:;-]|(?:and|here|of|so|yes|no|you|we)\b))"
    rf"|\b(?:official |verified )?{_ROLE_EN} (?:here|speaking)\b"
)
_LINK = re.compile(r"https?://|www\.|\b[a-z0-9-]{2,}\.(?:com|net|kr|ly|gg|me|io|shop|xyz|link|to|tv|co)\b(?:/|\b)")
# Whom a line is put to: the letters of a name are no words of it.
_ADDRESS = re.compile(r"^(?:@\s?[^\s@,!?~:]{1,30}[,:]?\s?)+")
# Who says so of their own line; `농담 아니에요` and `no joke` say the contrary.
_JOKE = re.compile(
    r"(?:농담|장난)(?!\s?(?:아니|아닙|아녜|치지))|뻥이(?:에|야|지|죠|고)|\bj/?k\b|(?<!not )(?<!no )\b(?:just )?(?:kidding|joking)\b"
)
_MODEL_FLAGS = {"chase": 0.5, "request": 0.5, "joke": 0.5, "hearsay": 0.6}


class Terms(Mapping[str, float]):
    """Content words that are computed when first looked at."""

    __slots__ = ("_known", "_make")

    def __init__(self, make: Callable[[], Mapping[str, float]]) -> None:
        self._make = make
        self._known: Mapping[str, float] | None = None

    def _all(self) -> Mapping[str, float]:
        if self._known is None:
            self._known = self._make()
        return self._known

    def __getitem__(self, key: str) -> float:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class LineReader:
    """Reads Korean and English; a line in another script is read by its marks and numbers alone."""

    def __init__(self, model: Mapping[str, Any] | None = None, judge: Mapping[str, Any] | None = None) -> None:
        self._model = TextModel(model if model is not None else load_model("text"))
        self._judge = Judge(judge if judge is not None else load_model("judge"))
        self._packs: dict[str, Pack] = {"ko": Korean(), "en": English()}
        self._products = ProductNames()
        self._cache: dict[str, LineReading] = {}
        self._folded: dict[str, str] = {}
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._vectors: dict[str, Mapping[str, Vector]] = {}
        self._lasting: set[str] = set()

    def read(self, text: str) -> LineReading:
        """Return what `text` says by itself."""
        known = self._cache.get(text)
        if known is None:
            known = self._read(text)
            self._cache[text] = known
            if len(self._cache) > CACHED:
                del self._cache[next(iter(self._cache))]
        return known

    def parts(self, text: str) -> tuple[Part, ...]:
        """Return the parts of `text`, each of which speaks of one thing."""
        known = self._parts.get(text)
        if known is None:
            folded = fold(text)
            pack = self._packs.get(script_of(folded), self._packs["en"])
            known = self._parts[text] = tuple(_part(pack, said) for said in parts_said(pack.spelled_out(folded)))
            if len(self._parts) > CACHED:
                del self._parts[next(iter(self._parts))]
        return known

    def fold(self, text: str) -> str:
        """Return `text` folded: for names, of which nothing else is asked."""
        known = self._folded.get(text)
        if known is None:
            known = self._folded[text] = fold(text)
            if len(self._folded) > CACHED:
                del self._folded[next(iter(self._folded))]
        return known

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        """Return what the line is, given what stands around it."""
        return self._judge.judge(reading, around)

    def take_vectors(self, text: str, vectors: Mapping[str, str], *, lasting: bool = False) -> None:
        """Keep the sentence vectors of `text`; it is read again with them. A `lasting` text is the shop's own: nobody has it forgotten."""
        if lasting:
            self._lasting.add(text)
        sizes, known = self._model.sizes, self._vectors.pop(text, None)
        made = {name: v for name, v in decode_all(vectors).items() if v.shape[-1] == sizes.get(name.removesuffix("_parts"), v.shape[-1])}
        if known is None or known.keys() != made.keys() or not all(np.array_equal(vector, made[name]) for name, vector in known.items()):
            self._cache.pop(text, None)  # what is said again is not read again
        if vectors:
            self._vectors[text] = made
            if len(self._vectors) > CACHED:
                del self._vectors[next(iter(self._vectors))]

    def learn_product(self, key: str, name: str) -> None:
        """From now on a line that says what is peculiar to the name of product `key` names that product."""
        changed = self._products.learn(key, name)
        for text, reading in self._cache.items() if changed else ():
            if any(word in reading.folded for word in changed) and "noise" not in reading.flags:
                self._cache[text] = replace(reading, products=self._products.named_in(reading.folded))

    def forget(self, keep: Collection[str]) -> None:
        """Let go of every text but those of `keep` and the lasting ones."""
        self._cache = {text: reading for text, reading in self._cache.items() if text in keep}
        self._folded.clear()
        self._parts.clear()
        self._vectors = {text: vectors for text, vectors in self._vectors.items() if text in keep or text in self._lasting}

    def explain(self, text: str, head: str) -> list[tuple[str, float]]:
        """Return what in the text counted for `head`, strongest first."""
        return self._model.weights(fold(text), head, self._vectors.get(text, {}))

    def explain_judgement(self, reading: LineReading, around: Around, kind: LineKind) -> tuple[Signal, ...]:
        """Return what counted for `kind` in the line's place, strongest first."""
        return self._judge.explain(reading, around, kind)

    def _read(self, text: str) -> LineReading:
        folded = fold(text)
        lang = script_of(folded)
        if not folded or _NOISE.fullmatch(folded):
            return LineReading(text=text, folded=folded, lang=lang, scores={"other": 1.0}, flags=frozenset({"noise"}))
        vectors = self._vectors.get(text, {})
        scores = self._scores(_ADDRESS.sub("", folded) or folded, vectors)
        pack = self._packs.get(lang, self._packs["en"])
        labels = pack.cues(folded)
        flags = {label for label in labels if label in FLAGS}
        flags |= {flag for flag, least in _MODEL_FLAGS.items() if scores.get(flag, 0.0) >= least}
        flags |= self._safety(text, folded) | self._in_another_language(pack, folded)
        if makes_claim(folded):
            flags.add("ad_claim")
        if wants_person(folded):
            flags.add("handoff")
        for rest in _beyond(text):
            flags |= self._unsafe(pack, rest)
        return LineReading(
            text=text,
            folded=folded,
            lang=lang if lang in self._packs else lang or "",
            scores=scores,
            terms=Terms(lambda: pack.terms(folded)),
            quantities=pack.quantities(folded),
            polarity=("yes" in labels) * 1.0 - ("no" in labels) * 1.0,
            topics=tuple(sorted(label[6:] for label in labels if label.startswith("topic:"))),
            concepts=frozenset(label[8:] for label in labels if label.startswith("concept:")),
            wants=frozenset(label[5:] for label in labels if label.startswith("want:")),
            products=self._products.named_in(folded),
            names=pack.names(folded),
            flags=frozenset(flags),
            vectors=vectors,
        )

    def _scores(self, folded: str, vectors: Mapping[str, Vector]) -> dict[str, float]:
        return self._model.scores(folded, vectors)

    def _unsafe(self, pack: Pack, rest: str) -> set[str]:
        """Return what may not be said in a part of a long line that is not read."""
        folded = fold(rest)
        claims = {"ad_claim"} if makes_claim(folded) else set[str]()
        said = (pack.cues(folded) & _MUST_NOT_BE_SAID) | self._in_another_language(pack, folded)
        return claims | said | (self._safety(rest, folded) & {"link", "impersonation"})

    def _in_another_language(self, pack: Pack, folded: str) -> set[str]:
        """Return what a line says that may not be said in the language that most of it is not written in."""
        if not _MIXED.search(folded):
            return set()
        return {flag for other in self._packs.values() if other is not pack for flag in other.cues(folded) & _MUST_NOT_BE_SAID}

    def _safety(self, text: str, folded: str) -> set[str]:
        found = set()
        if _COMMAND.match(folded):
            found.add("command")
        if ("." in folded and _LINK.search(folded)) or "://" in folded or _SAID_LINK.search(folded):
            found.add("link")
        if MASK in text:
            found.add("pii")
        if _JOKE.search(folded):
            found.add("joke")
        if _SPEAKS_FOR.search(folded):
            found.add("impersonation")
        seen = strip_invisible(text)
        if _RUN.search(seen) or _POWER.search(seen):
            found.add("carries_command")
        if has_bidi(text) or strip_invisible(text) != text:
            found.add("invisible")
        return found


def _beyond(text: str) -> Iterator[str]:
    """Yield what of a long line lies beyond what is read, in parts that overlap: who hides something puts it at the end."""
    for start in range(MAX_FOLDED - OVERLAP, min(len(text), LOOKED_AT) if len(text) > MAX_FOLDED else 0, MAX_FOLDED - OVERLAP):
        yield text[start : start + MAX_FOLDED]


def _part(pack: Pack, said: str) -> Part:
    return Part((*pack.quantities(said), *days_of(said)), marks_of(said), Terms(lambda: subject_of(said, pack.terms(said))))
