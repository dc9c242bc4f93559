"""The page's evidence is what a rerun without the piece says, in NumPy and in TensorFlow."""

import numpy as np
import pytest
from support import random_networks
from support.node import encode, float64, run

from glasscell.explorer.series.payload import payload_of
from glasscell.inspection.evidence import effect_of_steps
from glasscell.networks.builder import build_network

GATHER = """
import { decode, decodeArray } from "./network/payload.js";
import { isInLogOdds, logOdds } from "./network/reruns.js";
import { Runs } from "./network/runs.js";
answer(given.map(({ payload, x, clamps }) => {
  const network = decode(payload);
  const runs = new Runs(network);
  runs.update({ x: decodeArray(x).values, T: x.shape[0] }, clamps);
  const { evidence } = runs;
  const classes = [...Array(network.C).keys()];
  let coarse = null;
  while (runs.gatherEvidence(0.01)) coarse ??= evidence.pieces.length;
  return {
    coarse: coarse ?? evidence.pieces.length, runs: evidence.runs, steps: runs.held.steps,
    whole: classes.map((k) =>
      (isInLogOdds(network) ? logOdds(evidence.whole, k) : evidence.whole[k])),
    pieces: evidence.pieces.map((piece) => {
      const parts = out(Float64Array.from(classes, (k) => evidence.partOf(piece, k)));
      return { from: piece.from, to: piece.to, parts };
    }),
  };
}));
"""


def lead(logits):
    """Return each class's logit less the best of the others."""
    alone = np.eye(len(logits), dtype=bool)
    return logits - np.where(alone, -np.inf, logits).max(1) if len(logits) > 1 else np.zeros(1)


def outputs_of(network, clamps):
    """Compute logits before a tanh, or the answer of a regression, in NumPy."""
    if network["then"] != "softmax":
        return random_networks.answer(network, clamps)[1]
    plain = {**network, "activation": "linear", "then": "linear"}
    return random_networks.answer(plain, clamps)[1]


@pytest.mark.few(1)
@pytest.mark.parametrize("clamped", [False, True])
def test_each_piece_is_an_exact_rerun(clamped):
    """Pieces cover the series once; what each added is the difference of two runs in NumPy."""
    rng = np.random.default_rng(12)
    networks = [random_networks.draw(rng, longest=40, units=4) for _ in range(12)]
    clamps = [[random_networks.draw_clamp(rng, one) for _ in range(clamped)] for one in networks]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"]), "clamps": held}
        for one, held in zip(networks, clamps, strict=True)
    ]
    for found, network, held in zip(run(GATHER, given), networks, clamps, strict=True):
        measure = lead if network["then"] == "softmax" else np.asarray
        whole = measure(outputs_of(network, held))
        np.testing.assert_allclose(found["whole"], whole, rtol=1e-9, atol=1e-9)
        steps = [t for piece in found["pieces"] for t in range(piece["from"], piece["to"] + 1)]
        assert steps == list(range(found["steps"]))
        for piece in found["pieces"]:
            nothing = {
                "layer": 0,
                "gate": "z",
                "units": None,
                "from": piece["from"],
                "to": piece["to"],
                "value": 0.0,
            }
            without = [{**nothing, "direction": d} for d in range(len(network["layers"][0]))]
            expected = whole - measure(outputs_of(network, [*held, *without]))
            np.testing.assert_allclose(float64(piece["parts"]), expected, rtol=1e-8, atol=1e-8)


def test_the_piece_that_changed_most_is_halved():
    """A short series has a piece for each step; a long one coarse pieces, fine where it matters."""
    rng = np.random.default_rng(3)
    networks = [random_networks.draw(rng, longest=12, units=3)]
    while len(networks) < 6:
        one = random_networks.draw(rng, longest=200, units=3)
        if len(one["x"]) / one["stride"] > 60:
            networks.append(one)
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"]), "clamps": []}
        for one in networks
    ]
    short, *long = run(GATHER, given)
    assert [piece["from"] for piece in short["pieces"]] == list(range(short["steps"]))
    assert short["runs"] == short["steps"]
    for one in long:
        assert one["coarse"] == 8
        assert 8 < len(one["pieces"]) <= 24
        assert one["runs"] == 8 + 2 * (len(one["pieces"]) - 8)
        widths = [piece["to"] - piece["from"] + 1 for piece in one["pieces"]]
        assert min(widths) < one["steps"] // 8 <= max(widths)


def test_it_is_what_tensorflow_says():
    """The log-odds of TensorFlow's probabilities with and without each step."""
    model, rng = (
        build_network(2, 4, units=(5, 3), bidirectional=True, read_out="both"),
        np.random.default_rng(2),
    )
    for weight in model.weights:
        weight.assign(0.7 * rng.normal(size=weight.shape))
    x = rng.normal(size=(3, 9, 2)).astype("float32")
    answers = np.asarray(model(x))
    how = {"ids": "abc", "truth": [None] * 3, "title": "", "run": "", "task": "classification"}
    payload = payload_of(
        model, x, answers=answers, classes=list("pqrs"), channels=["a", "b"], **how
    )
    given = [{"payload": payload, "x": encode(one), "clamps": []} for one in x]
    effects = effect_of_steps(model, x)
    for found, answer, effect in zip(run(GATHER, given), answers, effects, strict=True):
        whole = lead(np.log(answer))
        # float32's probabilities, and their logarithms
        np.testing.assert_allclose(found["whole"], whole, atol=2e-4)
        for piece, change in zip(found["pieces"], effect, strict=True):
            without = lead(np.log(answer - change))
            np.testing.assert_allclose(float64(piece["parts"]), whole - without, atol=2e-3)


WORDS = """
    import { evidenceInWords } from "series/views/evidence.js";
    import { Evidence } from "./network/reruns.js";
    answer(given.map(({ classes, whole, without, to, k }) => {
      const network = { readOut: { then: classes ? "softmax" : "linear" } };
      const pieces = without.map((outputs, t) => ({ from: t, to: to ?? t, outputs }));
      const evidence = Object.assign(Object.create(Evidence.prototype), { network, whole, pieces });
      return evidenceInWords({ classes, network: { read_out: {} } }, evidence, k ?? 0);
    }));
"""


def test_the_largest_part_is_said_and_what_turns_the_answer():
    sure, numbers = {"classes": ["a", "b"], "whole": [2, 0]}, {"classes": None, "whole": [0.721]}
    given = [
        {**sure, "without": [[1, 0], [0, 1], [2, 0]]},
        {**sure, "without": [[1, 0], [0, 1], [2, 0]], "k": 1},
        {**sure, "without": [[1.5, 0], [1.5, 0]]},
        {**sure, "without": [[1.9, 0], [2, 0]], "to": 8},
        {**sure, "without": [[2, 0], [1.999, 0]]},
        {**numbers, "without": [[0.5], [0.9], [0.7]]},
        {**numbers, "without": [[0.726], [0.721]]},
        {**numbers, "without": [[0.721], [0.721]]},
    ]
    assert run(WORDS, given) == [
        "The longest single bar: step 2, +3.00 of log-odds. Without one of these, the network "
        "would not predict a: step 2 (then b).",
        "The longest single bar: step 2, −3.00 of log-odds. Without one of these, the network "
        "would not predict a: step 2 (then b).",
        "No part is larger than that of step 1, +0.50 of log-odds; others are as large. Without "
        "any one of them the network still predicts a.",
        "The largest part of these pieces: steps 1 to 9, +0.10 of log-odds. Without any one of "
        "them the network still predicts a.",
        "No part is as large as 0.01. Without any one of them the network still predicts a.",
        "The longest single bar: step 1, +0.22. Without it the network predicts 0.50, with it "
        "0.72.",
        "The longest single bar: step 1, −0.01. Without it the network predicts 0.73, with it "
        "0.72.",
        "No part is as large as 0.01.",
    ]
