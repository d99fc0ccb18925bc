"""The trained parts do what plain arithmetic does: networks, text model, packed matrices, vectors."""

from __future__ import annotations

import base64
import math
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livebot.learned.files import load_model
from livebot.learned.net import Net, logit
from livebot.learned.text_model import TextModel, grams_of, pack, unpack
from livebot.learned.vectors import decode, decode_all, encode

# networks


def plain_run(data: dict[str, Any], row: list[float]) -> list[float]:
    """A network worked out by hand: standardise, clip, weigh, rectify, and at the end a sigmoid or a softmax."""
    values = [max(-8.0, min(8.0, (x - m) / s)) for x, m, s in zip(row, data["mean"], data["scale"], strict=True)]
    for depth, layer in enumerate(data["layers"]):
        width = len(layer["bias"])
        flat = [w for weights in layer["weights"] for w in weights]
        values = [sum(v * flat[i * width + k] for i, v in enumerate(values)) + layer["bias"][k] for k in range(width)]
        if depth < len(data["layers"]) - 1:
            values = [max(0.0, v) for v in values]
    logits = [v / data.get("temperature", 1.0) + data.get("shift", 0.0) for v in values]
    if len(logits) == 1:
        return [1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logits[0]))))]
    exps = [math.exp(v - max(logits)) for v in logits]
    return [e / sum(exps) for e in exps]


def random_net(chance: random.Random, inputs: int, hidden: int, outputs: int) -> dict[str, Any]:
    """A network of chance; no hidden layer for `hidden` 0."""
    sizes = [inputs, *([hidden] if hidden else []), outputs]
    layers = [
        {"weights": [[chance.gauss(0, 1) for _ in range(b)] for _ in range(a)], "bias": [chance.gauss(0, 1) for _ in range(b)]}
        for a, b in pairwise(sizes)
    ]
    return {
        "inputs": [f"x{i}" for i in range(inputs)],
        "outputs": [f"y{i}" for i in range(outputs)],
        "mean": [chance.gauss(0, 1) for _ in range(inputs)],
        "scale": [chance.uniform(0.1, 3) for _ in range(inputs)],
        "layers": layers,
        "temperature": chance.uniform(0.5, 2),
        "shift": chance.gauss(0, 1),
    }


@pytest.mark.parametrize(("hidden", "outputs"), [(0, 1), (0, 4), (5, 1), (5, 4)])
def test_a_network_is_plain_arithmetic(hidden: int, outputs: int) -> None:
    """With and without a hidden layer, one output and several."""
    chance = random.Random(hidden * 10 + outputs)
    data = random_net(chance, 3, hidden, outputs)
    rows = [[chance.gauss(0, 5) for _ in range(3)] for _ in range(20)]
    assert Net(data).run(rows) == pytest.approx(np.array([plain_run(data, row) for row in rows]))


def test_a_network_gives_probabilities_for_any_numbers() -> None:
    """Also for very large ones: between 0 and 1, several adding up to one."""
    for outputs in (1, 4):
        found = Net(random_net(random.Random(1), 3, 5, outputs)).run([[1e300, -1e300, 0.0], [0.0, 0.0, 0.0]])
        assert ((found >= 0) & (found <= 1)).all()
        assert outputs == 1 or found.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_what_counted_is_the_difference_to_the_mean() -> None:
    """Strongest first; a feature at its mean counts nothing."""
    data = random_net(random.Random(2), 4, 0, 1)
    row = [data["mean"][0], *(m + 1.0 for m in data["mean"][1:])]
    counted = Net(data).counted(row)
    assert "x0" not in dict(counted)
    assert [abs(move) for _, move in counted] == sorted((abs(move) for _, move in counted), reverse=True)
    for name, move in counted:
        without = [data["mean"][int(name[1])] if i == int(name[1]) else value for i, value in enumerate(row)]
        assert move == pytest.approx(plain_run(data, row)[0] - plain_run(data, without)[0], abs=1e-4)


@pytest.mark.parametrize(("chance", "odds"), [(0.5, 0.0), (0.0, math.log(1e-4)), (1.0, math.log(1e4)), (0.9, math.log(9))])
def test_log_odds_are_bounded(chance: float, odds: float) -> None:
    """Certainty is not infinite."""
    assert logit(chance) == pytest.approx(odds)


# the text model


@given(arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 5)), elements=st.floats(-50, 50, allow_subnormal=False)))
def test_a_packed_matrix_is_the_matrix_within_half_a_step(matrix: Any) -> None:
    """An eighth of the size, exact to half of a column's largest weight in 127."""
    packed = pack(matrix)
    found = unpack(packed, matrix.shape)
    step = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / 127.0
    assert (np.abs(found - matrix) <= 0.51 * step + 1e-6).all()


def tiny_model() -> dict[str, Any]:
    """Five heads over three n-grams, with and without a vector of two dimensions."""
    chance = np.random.default_rng(0)
    variant = {"grams": pack(chance.normal(size=(3, 5))), "bias": [0.1, 0.2, 0.3, 0.4, 0.5]}
    vectors = variant | {"vectors": {"v": pack(chance.normal(size=(2, 5)))}}
    heads = ["question", "answer", "thanks", "other", "joke"]
    return {"heads": heads, "grams": ["^a", "ab", "zz"], "variants": {"": variant, "v": vectors}}


def test_the_text_model_is_plain_arithmetic() -> None:
    """Weights of the n-grams found, added up; the kinds are one choice, the other heads each their own."""
    data = tiny_model()
    weights = unpack(data["variants"][""]["grams"], (3, 5))
    sums = [float(weights[0][k] + weights[1][k] + data["variants"][""]["bias"][k]) for k in range(5)]
    exps = [math.exp(value) for value in sums[:4]]
    scores = TextModel(data).scores("ab", {})
    assert [scores[kind] for kind in data["heads"][:4]] == pytest.approx([value / sum(exps) for value in exps], rel=1e-5)
    assert scores["joke"] == pytest.approx(1 / (1 + math.exp(-sums[4])), rel=1e-5)


def test_the_richest_variant_that_can_be_used_is() -> None:
    """With the vector its weights count too; a vector that no variant knows changes nothing."""
    model = TextModel(tiny_model())
    vector = np.array([1.0, 0.0], np.float32)
    assert model.scores("ab", {"v": vector}) != model.scores("ab", {})
    assert model.scores("ab", {"other": vector}) == model.scores("ab", {})


def test_grams_mark_the_ends() -> None:
    """So that a beginning is not a middle."""
    assert grams_of("ab") == {"^a", "ab", "b$", "^ab", "ab$", "^ab$", "^\t", "ab\t", "$\t", "^ ab\t", "ab $\t", "^ ab $\t"}


@pytest.mark.parametrize("text", ["", "a", "이거 얼마예요?", "☺" * 200])
def test_the_trained_text_model_gives_probabilities(text: str) -> None:
    """For any text; the four kinds add up to one."""
    scores = TextModel(load_model("text")).scores(text, {})
    assert sum(scores[kind] for kind in ("question", "answer", "thanks", "other")) == pytest.approx(1.0)
    assert all(0.0 <= score <= 1.0 for score in scores.values())


# vectors


@given(arrays(np.float32, st.integers(1, 64), elements=st.just(0.0) | st.floats(0.125, 8, width=32) | st.floats(-8, -0.125, width=32)))
def test_a_vector_travels_as_its_direction(vector: Any) -> None:
    """Encoded and decoded it points the same way and has length one; nothing stays nothing."""
    found = decode(encode(vector))
    assert found is not None and found.shape == vector.shape
    length = float(np.linalg.norm(vector))
    if length > 1e-3:
        assert float(found @ vector) / length >= 0.99
        assert float(np.linalg.norm(found)) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["no base64!", "", "가", "====", "AAA"])
def test_what_is_no_vector_is_none(text: str) -> None:
    """A log may hold anything."""
    assert decode(text) is None
    assert decode_all({"e5": text, "use": base64.b64encode(b"\x01").decode()}).keys() == {"use"}
