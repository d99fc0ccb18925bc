"""The stages of training, each fitted on the shows outside a fold and applied inside it; see `scripts/train`.

1 text       what a line says by itself (logistic regression over characters and vectors)
2 faq        which entry a question asks for; then how sure the first one is
3 same, answer_first, answer_last    pairs of lines, seen by a replay that is told the truth
4 judge      what a line is in its place, seen by a replay that is told the kinds
5 all of 3 and 4 again on what a free replay sees, twice; its outcome is what is scored
"""

from __future__ import annotations

import multiprocessing
import pickle
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from livebot.core.decisions import Decision, Reading, to_record
from livebot.evals.show import score
from livebot.lang.folding import fold
from livebot.lang.judge import KINDS, features
from livebot.lang.parts import parts_of
from livebot.lang.products import ProductNames
from livebot.lang.reader import LineReader
from livebot.learned.net import Net
from livebot.learned.text_model import TextModel
from livebot.learned.vectors import decode
from livebot.matching.faq import FEATURES, FaqIndex, both_of
from livebot.matching.pairs import RELATIVE
from livebot.matching.texts import make_text
from livebot.matching.weights import Weights, pieces
from livebot.runtime.embed import Embedder
from scripts.training.data import LabelledShow, asking_lines, folds, is_viewer, load_shows, read_rows
from scripts.training.fit import fit_grams, fit_net, fit_text, temper
from scripts.training.record import Recorded, replay

HEADS = (*KINDS, "chase", "request", "joke", "hearsay", "wrong", "says", "entry")
SHOWN = tuple(
    (measure, key)
    for measure, keys in {
        **dict.fromkeys(("question", "thanks", "link", "link_voice", "link_host", "link_peer", "missed", "open_set", "duplicate"), ("f1",)),
        "faq": ("top1", "top3", "rejection_auc", "ece"),
        "boost": ("precision", "recall"),
    }.items()
    for key in keys
)
ON_PUBLIC = (("duplicate", "f1"), ("faq", "top1"), ("faq", "top3"), ("faq", "rejection_auc"), ("faq", "ece"))
PAIRS = ("same_first", "same_last", "answer_first", "answer_last")
SHARES = (1.0, 0.3, 0.1)  # of an FAQ's entries: small shops have few, and what is not there must be refused


class Pipeline:
    """Everything that training keeps between its stages."""

    def __init__(self, shared: Path | None, count: int, cache: Path, variants: Sequence[str], say: Callable[[str], None]) -> None:
        self.say = say
        self.shared = shared
        self.dump: Path | None = None
        self.shows = load_shows(shared)
        self.by_name = {show.name: show for show in self.shows}
        self.folds = folds(self.shows, count)
        self.variants = [tuple(v for v in name.split("_") if v and v != "plain") for name in variants]
        self.richest = max(self.variants, key=len)
        self.aux = self._load_aux()
        say(f"{len(self.shows)} shows, {sum(len(s.lines) for s in self.shows)} lines; folds " + " | ".join(",".join(f) for f in self.folds))
        self._embed(cache)
        self.rows = self._text_rows()
        asking = asking_lines(shared) if shared else []
        self.apart = {"asks": fit_grams([grams for grams, _ in asking], [yes for _, yes in asking])} if asking else {}

    # data

    def _load_aux(self) -> list[dict[str, Any]]:
        """Public lines with `is_question`, for the question head alone: 3i4k (CC BY-SA 4.0), Molweni (Apache-2.0)."""
        if self.shared is None:
            return []
        rows = [
            {"text": r["text"], "question": r["is_question"], "weight": 0.4} for r in read_rows(self.shared / "questions_3i4k_ko.jsonl")
        ]
        molweni = read_rows(self.shared / "links_molweni_en.jsonl")
        asked = {
            str(p) for r in molweni for p, rel in (r.get("rel") or {}).items() if rel in ("Question-answer_pair", "Clarification_question")
        }
        seen: set[str] = set()
        for r in molweni:
            if r["text"] not in seen:
                seen.add(r["text"])
                question = "?" in r["text"]
                if question or str(r["id"]) not in asked:
                    rows.append({"text": r["text"], "question": question, "weight": 0.15})
        return rows

    def _embed(self, cache: Path) -> None:
        lines = {fold(row["text"]) for show in self.shows for row in show.lines} | {fold(row["text"]) for row in self.aux}
        lines |= {fold(t) for show in self.shows for e in show.faq for t in (e.canonical, e.answer)}
        said = {fold(row["text"]) for show in self.shows for row in show.lines if row["role"] in ("host", "voice")}
        lines |= {part for text in said for part in parts_of(text)}
        both = {fold(both_of(e)) for show in self.shows for e in show.faq}
        self.vectors = self._vectors_of(sorted(lines), cache / "lines.pickle", False)
        self.passages = self._vectors_of(sorted(both), cache / "passages.pickle", True)

    def _vectors_of(self, texts: list[str], path: Path, passage: bool) -> dict[str, Mapping[str, str]]:
        known: dict[str, Mapping[str, str]] = pickle.loads(path.read_bytes()) if path.exists() else {}
        missing = [text for text in texts if text not in known]
        if missing and self.richest:
            self.say(f"embedding {len(missing)} texts")
            embedder = Embedder()
            for start in range(0, len(missing), 512):
                part = missing[start : start + 512]
                known.update(zip(part, embedder.embed(part, passage), strict=True))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pickle.dumps(known))
        return known

    def _text_rows(self) -> list[dict[str, Any]]:
        rows = []
        for show in self.shows:
            for line in [] if show.public else show.lines:
                if line["role"] == "viewer":
                    tags = line.get("tags", [])
                    labels: dict[str, tuple[float, float]] = {}
                    request = "request" in tags
                    kind = line["kind"] if line["kind"] in KINDS else "other"
                    labels |= {k: (float(kind == k), 0.5 if request else 1.0) for k in KINDS}
                    labels |= {"chase": (float("chase" in tags), 1.0), "request": (float(request), 1.0)}
                    labels["joke"] = (float(line.get("answer_quality") == "joke"), 1.0)
                    labels["hearsay"] = (float("hearsay" in tags), 1.0)
                    if kind == "answer":
                        labels["wrong"] = (float(line.get("answer_quality") == "wrong"), 1.0)
                    if kind == "question":
                        labels["entry"] = (float(bool(line.get("faq_id"))), 1.0)
                    rows.append({"text": fold(line["text"]), "labels": labels, "family": show.family})
                elif line["role"] in ("host", "voice"):
                    says = {"says": (float(bool(line.get("reply_to"))), 1.0)}
                    rows.append({"text": fold(line["text"]), "labels": says, "family": show.family})
        for line in self.aux:
            rows.append({"text": fold(line["text"]), "labels": {"question": (float(line["question"]), line["weight"])}, "family": ""})
        return rows

    # stage 1

    def fit_text_model(self, families_out: set[str]) -> dict[str, Any]:
        rows = [row for row in self.rows if row["family"] not in families_out]
        heads = {}
        for head in HEADS:
            pairs = [row["labels"].get(head, (0.0, 0.0)) for row in rows]
            heads[head] = (np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]))
        texts = [row["text"] for row in rows]
        arrays = {name: np.stack([_vector(self.vectors, text, name) for text in texts]) for name in self.richest}
        return fit_text(texts, heads, arrays, sorted({(), *self.variants}), self.apart)

    def text_scores(self, model: Mapping[str, Any], shows: Sequence[LabelledShow], variant: tuple[str, ...]) -> dict[str, dict[str, float]]:
        fitted = TextModel(model)
        texts = {fold(row["text"]) for show in shows for row in show.lines}
        return {text: fitted.scores(text, {name: _vector(self.vectors, text, name) for name in variant}) for text in texts}

    def background(self, families_out: set[str]) -> dict[str, Any]:
        """Count in how many lines a word or piece occurs."""
        reader = self._plain_reader()
        words: Counter[str] = Counter()
        parts: Counter[str] = Counter()
        total = 0
        for show in self.shows:
            if show.family not in families_out and not show.public:
                for row in show.lines:
                    reading = reader.read(row["text"])
                    words.update(set(reading.terms) if "noise" not in reading.flags else ())
                    parts.update(set(pieces(reading.folded)))
                    total += 1
        return {
            "words": {"total": total, "counts": {w: c for w, c in sorted(words.items()) if c >= 3}},
            "pieces": {"total": total, "counts": {w: c for w, c in sorted(parts.items()) if c >= 6}},
        }

    def _plain_reader(self) -> LineReader:
        if not hasattr(self, "_reader"):
            self._reader = LineReader({"heads": list(HEADS), "grams": [], "variants": {"plain": _flat(len(HEADS))}}, _judge_stub())
            self._reader._cache = _Unbounded()
        return self._reader

    # stage 2

    def faq_rows(
        self, show: LabelledShow, background: Mapping[str, Any], scores: Mapping[str, Any], variant: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        """Return, for every question of a show, the features of every entry and which is right."""
        if not show.faq:
            return []
        reader = self._plain_reader()

        def read(text: str) -> Any:
            reading = reader.read(text)
            found = {n: _vector(self.vectors, reading.folded, n) for n in variant} if reading.folded in self.vectors else {}
            if reading.folded in self.passages:
                found |= {f"{n}_passage": _vector(self.passages, reading.folded, f"{n}_passage") for n in variant}
            return _with(reading, found, scores.get(reading.folded))

        out = []
        for share in SHARES[: 1 if show.public else None]:
            picker = random.Random(f"{show.name} {share}")
            entries = [entry for entry in show.faq if share == 1.0 or picker.random() < share] or show.faq[:1]
            words, bits = Weights(background["words"]), Weights(background["pieces"])
            index = FaqIndex(entries, read, words, bits, {})
            index._usable = {variant}
            names = ProductNames()
            for row in show.lines:
                if row["kind"] == "product":
                    names.learn(row["product"], row["text"])
                if row["kind"] == "question" and is_viewer(row):
                    line = make_text(replace(read(row["text"]), products=names.named_in(fold(row["text"]))), words, bits)
                    right = index.by_id.get(row["faq_id"], -1)
                    found = {
                        "X": index.features(line, row["product"]),
                        "right": right,
                        "line": line,
                        "index": index,
                        "whole": share == 1.0 and not show.public,
                    }
                    out.append(found)
        return out

    def fit_faq(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        picker = random.Random(7)
        parts, labels = [], []
        for row in rows:
            X, right = row["X"], row["right"]
            hard = np.argsort(-(X[:, FEATURES.index("ask_alike")] + X[:, FEATURES.index("ask_covered")] + 2 * X[:, FEATURES.index("e5")]))[
                :12
            ]
            keep = sorted({*hard.tolist(), *([right] if right >= 0 else []), *picker.sample(range(len(X)), min(10, len(X)))})
            parts.append(X[keep])
            labels.extend(float(k == right) for k in keep)
        return fit_net(np.concatenate(parts), np.array(labels), FEATURES, ["right"], hidden=24, epochs=30)

    def fit_top(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        parts, labels = [], []
        for row in rows:
            order = np.argsort(-row["scores"], kind="stable")[:8]
            parts.append(row["index"].top_features(row["line"], row["X"], row["scores"], order))
            labels.append(float(int(order[0]) == row["right"]))
        return fit_net(parts, np.array(labels), list(parts[0]), ["right"], hidden=16, alpha=1.0, epochs=30)

    # all stages

    def cross_validate(self) -> dict[str, Any]:
        """Return the held-out figures of every variant."""
        self.text_models, self.backgrounds = [], []
        for group in self.folds:
            out = {self.by_name[name].family for name in group}
            self.text_models.append(self.fit_text_model(out))
            self.backgrounds.append(self.background(out))
            self.say("text model without " + ",".join(group))
        figures = {}
        self.known_nets: list[dict[str, Any]] = [{} for _ in self.folds]
        self.collected: dict[tuple[str, ...], dict[str, Any]] = {}
        for variant in self.variants:
            figures["_".join(variant) or "plain"] = self._cross_validate(variant)
        return figures

    def _cross_validate(self, variant: tuple[str, ...]) -> dict[str, Any]:
        suffix = "".join(f"_{n}" for n in variant)
        groups = [[self.by_name[name] for name in group] for group in self.folds]
        scores = [self.text_scores(model, group, variant) for model, group in zip(self.text_models, groups, strict=True)]
        faq = [
            [row for show in group for row in self.faq_rows(show, background, s, variant)]
            for group, background, s in zip(groups, self.backgrounds, scores, strict=True)
        ]
        nets = [dict(known) for known in self.known_nets]
        for k in range(len(groups)):
            nets[k][f"faq{suffix}"] = self.fit_faq([row for j, rows in enumerate(faq) if j != k for row in rows])
            net = Net(nets[k][f"faq{suffix}"])
            for row in faq[k]:
                row["scores"] = net.run(row["X"])[:, 0]
        for k in range(len(groups)):
            nets[k][f"faq_top{suffix}"] = self.fit_top([row for j, rows in enumerate(faq) if j != k for row in rows])
        found = [np.argmax(row["scores"]) == row["right"] for rows in faq for row in rows if row["right"] >= 0 and row["whole"]]
        self.say(f"faq{suffix}: top1 {np.mean(found):.3f}")
        state = _State(self, suffix, variant, groups, scores, nets)
        state.run()
        if self.dump:
            whole = [[row for row in rows if row["whole"]] for rows in faq]
            kept = {
                "said": state.said,
                "nets": nets,
                "judges": state.judges,
                "same": state.same,
                "answer": state.answer,
                "judge": state.judge,
                "right": state.right,
                "missed": state.missed,
                "text": self.text_models,
                "background": self.backgrounds,
                "scores": scores,
                "vectors": self.vectors,
                "passages": self.passages,
                "faq": [[(row["line"].reading.text, row["right"], row["scores"], row["X"]) for row in rows] for rows in whole],
            }
            self.dump.with_suffix(f".{suffix or 'plain'}.pickle").write_bytes(pickle.dumps(kept | {"folds": self.folds}))
        self.known_nets = nets  # a text that comes without vectors is compared by the networks without them
        self.collected[variant] = {"faq": [row for rows in faq for row in rows], "state": state}
        return state.figures

    def final(self) -> dict[str, Any]:
        """Fit every stage on everything (the later stages on what held-out replays saw) and return the models by file name."""
        text = self.fit_text_model(set())
        background = self.background(set())
        nets: dict[str, Any] = {}
        for variant, kept in self.collected.items():
            suffix = "".join(f"_{n}" for n in variant)
            nets[f"faq{suffix}"] = self.fit_faq(kept["faq"])
            nets[f"faq_top{suffix}"] = self.fit_top(kept["faq"])
            nets |= kept["state"].fit_all(range(len(self.folds)))
            if variant == self.richest:
                judge = kept["state"].fit_judge(range(len(self.folds)))
                nets["right"] = kept["state"].fit_right(range(len(self.folds)))
                nets["missed"] = kept["state"].fit_missed(range(len(self.folds)))
        return {"text": text, "judge": judge, "matching": {"nets": nets, **background}}


class _State:
    """Stages 3 to 5 for one variant: replays with held-out models, and the networks fitted on what they saw."""

    def __init__(self, pipeline: Pipeline, suffix: str, variant: tuple[str, ...], groups: Any, scores: Any, nets: Any) -> None:
        self.p, self.suffix, self.variant, self.groups, self.scores, self.nets = pipeline, suffix, variant, groups, scores, nets
        self.judges: list[dict[str, Any]] = [_judge_stub() for _ in groups]
        for k in range(len(groups)):
            for name in PAIRS:
                self.nets[k][f"{name}{suffix}"] = _stub()
            self.nets[k] |= {"right": _stub(2.0), "missed": _stub(9.0)}
        self.same: list[list[Any]] = [[] for _ in groups]
        self.answer: list[list[Any]] = [[] for _ in groups]
        self.judge: list[list[Any]] = [[] for _ in groups]
        self.right: list[list[Any]] = [[] for _ in groups]
        self.missed: list[list[Any]] = [[] for _ in groups]
        self.figures: dict[str, Any] = {}

    def run(self) -> None:
        """Go through the stages."""
        self._replay(links=True, kinds=True)
        self._fit("same_first", "answer_first")
        self._replay(links=True, kinds=True)
        self._fit("same_last", "answer_last")
        self._replay(links=False, kinds=True)
        self._fit_judges()
        self._fit_small()
        for _ in range(2):  # the second time they see what replays with the networks of the first time saw
            self._replay(links=False, kinds=False)
            self._fit(*PAIRS)
            self._fit_judges()
            self._fit_small()
        self._replay(links=False, kinds=False)

    def _models(self, k: int) -> dict[str, Any]:
        return {"text": self.p.text_models[k], "judge": self.judges[k], "matching": {"nets": self.nets[k], **self.p.backgrounds[k]}}

    def _replay(self, *, links: bool, kinds: bool) -> None:
        said: dict[str, Any] = {}
        jobs = [(k, show, links, kinds) for k, group in enumerate(self.groups) for show in group]
        global _REPLAYING  # forked processes find the models there instead of being sent them
        _REPLAYING = self
        with multiprocessing.get_context("fork").Pool() as pool:
            done = iter(pool.map(_replay_one, jobs, chunksize=1))
        for k, group in enumerate(self.groups):
            recorded = [next(done) for _ in group]
            real = [r for r, show in zip(recorded, group, strict=True) if not show.public]
            self.same[k] = [pair for r in recorded for pair in r.same]
            self.answer[k] = [pair for r in real for pair in r.answer]
            self.judge[k] = [pair for r in real for pair in r.judge]
            self.right[k] = [pair for r in real for pair in r.right]
            self.missed[k] = [pair for r in real for pair in r.missed]
            said |= {show.name: r for show, r in zip(group, recorded, strict=True)}
        self.p.say(f"replayed{self.suffix or '_plain'} links={'told' if links else 'own'} kinds={'told' if kinds else 'own'}")
        self.figures = self._score(said)
        real = [name for name in said if not self.p.by_name[name].public]
        means = {
            "all shows": self._mean(real, SHOWN),
            "shared shows": self._mean([name for name in real if name.startswith("dev-")], SHOWN),
            "public sets, FAQ": self._mean([name for name in said if name.endswith("-faq")], ON_PUBLIC),
            "public sets, no FAQ": self._mean([name for name in said if name.endswith("-alone")], ON_PUBLIC[:1]),
        }
        for name, mean in means.items():
            self.p.say(f"  {name}: {mean}")
        self.figures = means | {s: {f"{m} {k}": self.figures[s][m][k] for m, k in SHOWN} for s in said}
        self.said = said

    def _mean(self, shows: Sequence[str], measures: Sequence[tuple[str, str]]) -> dict[str, float]:
        """Return the mean of each figure over the shows that have it."""
        values = {f"{m} {k}": [v for s in shows if (v := self.figures[s][m][k]) is not None] for m, k in measures}
        return {name: round(float(np.mean(found)), 3) for name, found in values.items() if found}

    def _one(self, k: int, show: LabelledShow, links: bool, kinds: bool) -> Recorded:
        vectors = (
            {text: {n: v for n, v in known.items() if n in self.variant} for text, known in self.p.vectors.items()} if self.variant else {}
        )
        passages = self.p.passages if self.variant else {}
        if self.variant:
            passages = {t: {n: v for n, v in known.items() if n.removesuffix("_passage") in self.variant} for t, known in passages.items()}
        return replay(show, self._models(k), self.scores[k], vectors, passages, links=links, kinds=kinds)

    def _score(self, said: Mapping[str, Recorded]) -> dict[str, Any]:
        out = {}
        for name, recorded in said.items():
            records = [to_record(o, lambda r: r.code) for o in recorded.outcomes if isinstance(o, Reading | Decision)]
            out[name] = score(self.p.by_name[name].lines, records + [to_record(r, lambda r: r.code) for r in recorded.records])
        return out

    def _fit(self, *names: str) -> None:
        for k in range(len(self.groups)):
            rest = [j for j in range(len(self.groups)) if j != k]
            self.nets[k] |= {f"{name}{self.suffix}": self._fit_one(name, rest) for name in names}

    def _fit_one(self, name: str, parts: Sequence[int]) -> dict[str, Any]:
        pair, _, place = name.partition("_")
        rows = [(row, label) for j in parts for row, label, *_ in (self.same if pair == "same" else self.answer)[j]]
        inputs = [feature for feature in rows[0][0] if place == "last" or feature not in RELATIVE]
        labels = np.array([float(label) for _, label in rows])
        matrix = np.array([[row[feature] for feature in inputs] for row, _ in rows], float)
        return fit_net(matrix, labels, inputs, ["yes"], hidden=32, epochs=25)

    def _fit_judges(self) -> None:
        for k in range(len(self.groups)):
            self.judges[k] = self.fit_judge([j for j in range(len(self.groups)) if j != k])

    def _fit_small(self) -> None:
        for k in range(len(self.groups)):
            rest = [j for j in range(len(self.groups)) if j != k]
            self.nets[k] |= {"right": self.fit_right(rest), "missed": self.fit_missed(rest)}

    def fit_right(self, parts: Sequence[int]) -> dict[str, Any]:
        """Fit what says whether a viewer's answer is right: few cases, so a logistic regression."""
        rows = [pair for j in parts for pair in self.right[j]]
        inputs = list(rows[0][0])
        return fit_net([row for row, _ in rows], np.array([float(label) for _, label in rows]), inputs, ["right"], hidden=0)

    def fit_missed(self, parts: Sequence[int]) -> dict[str, Any]:
        """Fit what says at the end whether an asker line was missed."""
        rows = [pair for j in parts for pair in self.missed[j]]
        return fit_net([row for row, _ in rows], np.array([float(label) for _, label in rows]), list(rows[0][0]), ["yes"], hidden=0)

    def fit_judge(self, parts: Sequence[int]) -> dict[str, Any]:
        """Fit the judge on what the replays of these folds saw."""
        rows = [pair for j in parts for pair in self.judge[j]]
        inputs = list(rows[0][0])
        labels = np.array([KINDS.index(label) for _, label in rows])  # type: ignore[arg-type]
        return fit_net([row for row, _ in rows], labels, inputs, KINDS, hidden=64, alpha=1.0, epochs=40, seeds=range(5))

    def fit_all(self, parts: Sequence[int]) -> dict[str, Any]:
        """Fit every pair network on what the replays of these folds saw."""
        return {f"{name}{self.suffix}": self._fit_one(name, parts) for name in PAIRS}


_REPLAYING: _State


def _replay_one(job: tuple[int, LabelledShow, bool, bool]) -> Recorded:
    return _REPLAYING._one(*job)


class _Unbounded(dict[str, Any]):
    """A cache that keeps everything: training reads each line many times."""

    def __len__(self) -> int:
        return 0


def _vector(known: Mapping[str, Mapping[str, str]], text: str, name: str) -> Any:
    return _decoded(known[text][name])


_DECODED: dict[str, Any] = {}


def _decoded(text: str) -> Any:
    if text not in _DECODED:
        _DECODED[text] = decode(text)
    return _DECODED[text]


def _with(reading: Any, vectors: Mapping[str, Any], scores: Mapping[str, float] | None) -> Any:
    return replace(reading, vectors=vectors, scores=scores if scores is not None else reading.scores)


def _flat(heads: int) -> dict[str, Any]:
    return {"grams": {"scale": [1.0] * heads, "int8": ""}, "bias": [0.0] * heads, "vectors": {}}


def _stub(bias: float = 0.0) -> dict[str, Any]:
    return {"inputs": [], "outputs": ["yes"], "mean": [], "scale": [], "layers": [{"weights": [], "bias": [bias]}], "empty": True}


def _judge_stub() -> dict[str, Any]:
    return {
        "inputs": [],
        "outputs": list(KINDS),
        "mean": [],
        "scale": [],
        "layers": [{"weights": [], "bias": [0.0] * len(KINDS)}],
        "empty": True,
    }


__all__ = ["Pipeline", "features", "temper"]
