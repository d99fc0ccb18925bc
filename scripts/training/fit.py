"""Fitting: a linear text model over character n-grams and vectors, and small networks. Writes the forms that `livebot.learned` reads."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from livebot.learned.text_model import grams_of, pack

warnings.filterwarnings("ignore", category=ConvergenceWarning)
VECTOR_SCALE = {"e5": 3.0, "use": 1.0}


def fit_text(
    folded: Sequence[str],
    heads: Mapping[str, tuple[np.ndarray, np.ndarray]],
    vectors: Mapping[str, np.ndarray],
    variants: Sequence[tuple[str, ...]],
    apart: Mapping[str, Mapping[str, Any]],
    c: float = 1.0,
    keep: float = 0.01,
) -> dict[str, Any]:
    """Fit one logistic regression a head. `heads`: name -> (labels 0/1, weights; weight 0 = this line says nothing about that head).

    `apart`: heads that were fitted by `fit_grams` on other lines.
    """
    counter = CountVectorizer(analyzer=lambda text: sorted(grams_of(text)), min_df=3, binary=True)
    grams = counter.fit_transform(folded)
    names = counter.get_feature_names_out()
    fitted: dict[str, dict[str, Any]] = {}
    used = np.zeros(len(names), bool)
    for variant in variants:
        parts = [grams, *(csr_matrix(VECTOR_SCALE[name] * vectors[name]) for name in variant)]
        matrix = hstack(parts).tocsr()
        columns, biases = [], []
        for labels, weights in heads.values():
            rows = np.flatnonzero(weights > 0)
            model = LogisticRegression(C=c, solver="liblinear", max_iter=300)
            model.fit(matrix[rows], labels[rows], sample_weight=weights[rows])
            columns.append(model.coef_[0])
            biases.append(float(model.intercept_[0]))
        weights_of = np.stack(columns, axis=1)
        used |= (np.abs(weights_of[: len(names)]) > keep).any(axis=1)
        fitted["".join(f"_{n}" for n in variant) or "plain"] = {"all": weights_of, "bias": biases, "names": variant}
    mine = [str(name) for name, use in zip(names, used, strict=True) if use]
    grams_out = [*mine, *sorted({gram for head in apart.values() for gram in head["grams"]} - set(mine))]
    place = {gram: i for i, gram in enumerate(grams_out)}
    out: dict[str, Any] = {"heads": [*heads, *apart], "grams": grams_out, "variants": {}}
    for key, one in fitted.items():
        table = np.zeros((len(grams_out), len(heads) + len(apart)))
        table[: len(mine), : len(heads)] = one["all"][: len(names)][used]
        for column, head in enumerate(apart.values(), len(heads)):
            for gram, weight in head["grams"].items():
                table[place[gram], column] = weight
        start, packed = len(names), {}
        for name in one["names"]:
            size = vectors[name].shape[1]
            packed[name] = pack(np.pad(one["all"][start : start + size] * VECTOR_SCALE[name], ((0, 0), (0, len(apart)))))
            start += size
        biases = [*one["bias"], *(head["bias"] for head in apart.values())]
        out["variants"][key] = {"grams": pack(table), "bias": biases, "vectors": packed}
    return out


def fit_grams(rows: Sequence[set[str]], labels: Sequence[bool], c: float = 0.3, keep: float = 0.03) -> dict[str, Any]:
    """Fit a logistic regression over the given n-grams of each line: {"grams": n-gram -> weight, "bias": …}."""
    counter = CountVectorizer(analyzer=sorted, min_df=3, binary=True)
    model = LogisticRegression(C=c, solver="liblinear", max_iter=300).fit(counter.fit_transform(rows), labels)
    weights = zip(counter.get_feature_names_out(), model.coef_[0], strict=True)
    return {"grams": {str(n): float(w) for n, w in weights if abs(w) > keep}, "bias": float(model.intercept_[0])}


def fit_net(
    rows: Sequence[Mapping[str, float]] | np.ndarray,
    labels: np.ndarray,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    hidden: int = 24,
    seeds: Sequence[int] = (1, 2, 3),
    weights: np.ndarray | None = None,
    alpha: float = 1e-2,
    epochs: int = 40,
) -> dict[str, Any]:
    """Fit a small network; one hidden layer of `hidden` units; 0 makes it a logistic regression. Inputs that never vary get the scale 1.

    One network a seed is fitted, each on its own nine tenths; side by side they are one whose output is their mean, which varies less.
    """
    matrix = rows if isinstance(rows, np.ndarray) else np.array([[row[name] for name in inputs] for row in rows], float)
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale[scale < 1e-6] = 1.0
    standard = np.clip((matrix - mean) / scale, -8.0, 8.0)
    if hidden:
        fitted = [_fit_layers(standard, labels, hidden, alpha, epochs, seed) for seed in seeds]
        layers = [_joined(parts, last=last) for parts, last in zip(zip(*fitted, strict=True), (False, True), strict=True)]
        layers[0][0][matrix.std(axis=0) < 1e-6] = 0.0  # what never varied was not learnt: it must not count on new shows either
    else:
        model = LogisticRegression(C=1.0, max_iter=1000)
        model.fit(standard, labels, sample_weight=weights)
        layers = [(model.coef_.T, model.intercept_)]
    return {
        "inputs": list(inputs),
        "outputs": list(outputs),
        "mean": [round(float(m), 6) for m in mean],
        "scale": [round(float(s), 6) for s in scale],
        "layers": [{"weights": np.round(w, 4).tolist(), "bias": np.round(np.atleast_1d(b), 4).tolist()} for w, b in layers],
    }


def _fit_layers(
    standard: np.ndarray, labels: np.ndarray, hidden: int, alpha: float, epochs: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    model = MLPClassifier((hidden,), alpha=alpha, max_iter=epochs, early_stopping=len(labels) > 400, n_iter_no_change=6, random_state=seed,
                          batch_size=min(256, len(labels)), learning_rate_init=2e-3)  # fmt: skip
    model.fit(standard, labels)
    return list(zip(model.coefs_, model.intercepts_, strict=True))


def _joined(parts: Sequence[tuple[np.ndarray, np.ndarray]], *, last: bool) -> tuple[np.ndarray, np.ndarray]:
    """Put the same layer of several networks side by side; the last one takes the mean of them."""
    weights, biases = [w for w, _ in parts], [b for _, b in parts]
    if last:
        return np.concatenate(weights) / len(parts), np.mean(biases, axis=0)
    return np.concatenate(weights, axis=1), np.concatenate(biases)


def temper(net: dict[str, Any], logits: np.ndarray, labels: np.ndarray) -> None:
    """Set the temperature and shift of a one-output network so that held-out scores are probabilities (Platt scaling)."""
    model = LogisticRegression(C=100.0).fit(logits.reshape(-1, 1), labels)
    slope = float(model.coef_[0, 0])
    net["temperature"], net["shift"] = round(1.0 / max(slope, 1e-3), 5), round(float(model.intercept_[0]), 5)
