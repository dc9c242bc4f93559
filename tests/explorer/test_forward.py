"""The page's forward pass agrees with a float64 recurrence, and with Keras."""

import io

import keras
import numpy as np
import pandas as pd
import pytest
from support import random_networks
from support.node import encode, float64, run

from glasscell.article import build_model
from glasscell.explorer.encoding import ACTIVATIONS
from glasscell.explorer.series.payload import network_of, payload_of
from glasscell.inspection.traces import trace
from glasscell.networks.builder import build_network
from glasscell.settings.article import DigitsSettings
from glasscell.variants import GREFF

RUN = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
answer(given.map(({ payload, x, clamps }) => {
  const result = run(decode(payload), decodeArray(x).values, x.shape[0], clamps);
  const states = result.layers.map(({ directions }) => directions.map((one) =>
    Object.fromEntries([..."zifoch"].map((name) => [name, out(one[name])]))));
  return { states, answer: out(result.answer), read: out(result.read), mask: [...result.mask] };
}));
"""


def given_for(network, clamps=()):
    return {
        "payload": random_networks.payload_of(network),
        "x": encode(network["x"]),
        "clamps": list(clamps),
    }


def assert_same(ours, states, answer, tolerance=1e-6):
    """Compare all states, relative to the largest."""
    largest = max(np.nanmax(np.abs(v)) for layer in states for one in layer for v in one.values())
    for our_layer, layer in zip(ours["states"], states, strict=True):
        for our_one, one in zip(our_layer, layer, strict=True):
            for name, v in one.items():
                found = float64(our_one[name], *v.shape)
                np.testing.assert_array_equal(np.isnan(found), np.isnan(v))
                np.testing.assert_allclose(found, v, rtol=0, atol=tolerance * largest)
    np.testing.assert_allclose(float64(ours["answer"]), answer, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("many", [100, pytest.param(1000, marks=pytest.mark.nightly)])
def test_random_networks(many):
    rng = np.random.default_rng(many)
    networks = [random_networks.draw(rng) for _ in range(many)]
    assert {name for one in networks for layer in one["layers"] for name, _, _ in layer} >= {
        *GREFF,
        "ARTICLE",
    }
    for ours, network in zip(run(RUN, [given_for(one) for one in networks]), networks, strict=True):
        read, mask = random_networks.enter(network)
        np.testing.assert_allclose(float64(ours["read"], *read.shape), read, rtol=1e-12, atol=1e-12)
        assert ours["mask"] == mask.tolist()
        assert_same(ours, *random_networks.answer(network))


def test_random_networks_of_tokens():
    rng = np.random.default_rng(6)
    networks = [random_networks.draw_of_tokens(rng, longest=20, units=6) for _ in range(100)]
    for ours, network in zip(run(RUN, [given_for(one) for one in networks]), networks, strict=True):
        read, mask = random_networks.enter(network)
        np.testing.assert_array_equal(float64(ours["read"], *read.shape), read)
        assert ours["mask"] == mask.tolist()
        assert_same(ours, *random_networks.answer(network))


@pytest.mark.long(2)
def test_clamps():
    rng = np.random.default_rng(1)
    networks = [random_networks.draw(rng, longest=15, units=6) for _ in range(100)]
    clamps = [
        [random_networks.draw_clamp(rng, one) for _ in range(rng.integers(1, 4))]
        for one in networks
    ]
    answers = run(RUN, [given_for(*both) for both in zip(networks, clamps, strict=True)])
    for ours, network, held in zip(answers, networks, clamps, strict=True):
        assert_same(ours, *random_networks.answer(network, held))


def test_a_clamp_at_its_own_value_changes_nothing():
    rng = np.random.default_rng(2)
    networks = [random_networks.draw(rng, longest=12, units=5) for _ in range(100)]
    different = run(
        """
        import { decode, decodeArray } from "./network/payload.js";
        import { run } from "./network/forward.js";
        let different = 0;
        for (const { payload, x } of given) {
          const network = decode(payload);
          const [values, T] = [decodeArray(x).values, x.shape[0]];
          const free = run(network, values, T);
          const clamps = [];
          free.layers.forEach(({ directions }, layer) => directions.forEach((one, direction) => {
            for (const gate of "zifoch") {
              one[gate].forEach((value, at) => {
                const t = Math.floor(at / one.H);
                if (free.mask[t]) clamps.push({
                  layer, direction, gate, units: [at % one.H], from: t, to: t, value });
              });
            }
          }));
          const plain = (result) => [result.answer, ...result.layers.flatMap(({ directions }) =>
            directions.flatMap((one) => [..."zifoch"].map((gate) => one[gate])))];
          const held = plain(run(network, values, T, clamps));
          plain(free).forEach((array, n) => array.forEach((v, at) => {
            different += !Object.is(v, held[n][at]);
          }));
        }
        answer(different);
        """,
        [given_for(one) for one in networks],
    )
    assert different == 0


def test_running_without_what_steps_wrote():
    rng = np.random.default_rng(3)
    networks = [random_networks.draw(rng, longest=10) for _ in range(20)]
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { runWithout } from "./network/forward.js";
        answer(given.map(({ payload, x }) => {
          return out(runWithout(decode(payload), decodeArray(x).values, x.shape[0], 0, 1).answer);
        }));
        """
    for ours, network in zip(
        run(script, [given_for(one) for one in networks]), networks, strict=True
    ):
        nothing = {"layer": 0, "gate": "z", "units": None, "from": 0, "to": 1, "value": 0.0}
        clamps = [{**nothing, "direction": d} for d in range(len(network["layers"][0]))]
        np.testing.assert_allclose(
            float64(ours), random_networks.answer(network, clamps)[1], rtol=1e-9, atol=1e-9
        )


def our_networks():
    yield {"units": 5}
    yield {"units": (4, 3), "bidirectional": True, "read_out": "both", "dropout": 0.5, "stride": 3}
    yield {
        "units": (4, 3, 2),
        "read_out": "mean",
        "activation": "linear",
        "mean": [3.0, -1.0],
        "deviation": [2.0, 9.0],
    }
    for name in GREFF:
        yield {"units": (3, 4), "variant": name, "bidirectional": name < "NO", "read_out": "both"}


@pytest.fixture(scope="module")
def with_keras_answers():
    """Random weights in our networks and the tutorial's model; unequal series with gaps."""
    rng, payloads = np.random.default_rng(4), []
    names = {"ids": "abcd", "truth": [None] * 4, "title": "", "run": ""}
    for options in [*our_networks(), "article"]:
        x = rng.normal(size=(4, 8, 8 if options == "article" else 3)).astype("float32")
        if options == "article":
            model, outputs = build_model(DigitsSettings(hidden_size=6)), 10
        else:
            model, outputs = build_network(3, 2, longest=8, **options), 2
            x[0, 5:], x[1, :3], x[2, 2:4], x[3, 1::2, 0] = np.nan, np.nan, np.nan, np.nan
        for weight in model.weights:
            noise = rng.normal(size=weight.shape)
            weight.assign(np.exp(noise) if weight.name == "deviation" else noise)
        answers = np.asarray(model(x))
        task = "classification" if model.layers[-1].name != "answer" else "regression"
        classes = [str(k) for k in range(outputs)] if task == "classification" else None
        channels = [f"channel {d}" for d in range(x.shape[2])]
        payloads.append(
            payload_of(
                model, x, answers=answers, classes=classes, channels=channels, task=task, **names
            )
        )
    return payloads


@pytest.mark.nightly  # test_translation.py holds the page to Keras, too
@pytest.mark.long(5)
def test_the_page_answers_what_keras_answers(with_keras_answers):
    for payload in with_keras_answers:
        examples = payload.pop("examples")
        answers = run(RUN, [{"payload": payload, "x": one["x"], "clamps": []} for one in examples])
        ours = np.array([float64(one["answer"]) for one in answers])
        np.testing.assert_allclose(ours, [one["answer"] for one in examples], rtol=1e-5, atol=1e-5)


def test_the_table_that_is_saved_joins_with_a_trace():
    """The same layers, steps and units, with the same numbers; skipped steps are in neither."""
    model, rng = (
        build_network(2, 3, units=(4, 3), bidirectional=True, stride=2),
        np.random.default_rng(0),
    )
    x = rng.normal(size=(1, 15, 2)).astype("float32")
    x[0, 4:6] = np.nan
    names = {
        "channels": ["u", "v"],
        "classes": list("abc"),
        "title": "t",
        "run": "r",
        "task": "classification",
    }
    payload = payload_of(model, x, ids=["0"], truth=[1], answers=np.asarray(model(x)), **names)
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { run } from "./network/forward.js";
        import { csvOf, rowsOfGates } from "series/exchange/export.js";
        const network = decode(given);
        const { values, shape } = decodeArray(given.examples[0].x);
        answer(csvOf(rowsOfGates(network, run(network, values, shape[0]))).join(""));
        """
    ours, theirs = pd.read_csv(io.StringIO(run(script, payload))), trace(model, x).to_frame()
    ours = ours.rename(columns={"step (from 0)": "step"})
    both = ours.merge(theirs, on=["layer", "step", "unit"], suffixes=("", "_theirs"))
    assert len(both) == len(ours) == len(theirs) == 7 * 2 * (4 + 3)
    for name in "zifoch":
        np.testing.assert_allclose(both[name], both[f"{name}_theirs"], rtol=0, atol=1e-5)


def test_activations():
    a = np.concatenate([np.linspace(-9, 9, 181), [-800, 800]])
    script = """
        import { ACTIVATIONS } from "./network/activations.js";
        answer(Object.entries(ACTIVATIONS).map(([name, φ]) => [name, given.map((a) => φ(a))]));
        """
    ours = dict(run(script, a.tolist()))
    assert set(ours) == set(ACTIVATIONS)
    for name, values in ours.items():
        truth = np.asarray(keras.activations.get(name)(a.astype("float32")))
        np.testing.assert_allclose(values, truth, rtol=1e-5, atol=1e-6, err_msg=name)


def test_probes():
    model, rng = build_network(2, 3, units=(4, 3), bidirectional=True), np.random.default_rng(5)
    probes = {
        "steps": [1, 4],
        "coefficients": rng.normal(size=(2, 6, 3)),
        "intercepts": rng.normal(size=(2, 3)),
    }
    encoded = {
        **probes,
        "coefficients": encode(probes["coefficients"]),
        "intercepts": encode(probes["intercepts"]),
    }
    payload = {"format": 1, "channels": ["a", "b"], "network": network_of(model), "probes": encoded}
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { probeAnswer, run } from "./network/forward.js";
        const network = decode(given.payload);
        const result = run(network, decodeArray(given.x).values, 6);
        const answers = [0, 1, 2, 3, 4, 5].map((t) => probeAnswer(network, result, t));
        const h = result.layers[1].directions.map((one) => out(one.h));
        const without = probeAnswer(decode({ ...given.payload, probes: null }), result, 5);
        answer({ h, answers: answers.map((v) => v && [...v]), without });
        """
    back = run(script, {"payload": payload, "x": encode(rng.normal(size=(6, 2)))})
    h = np.concatenate([float64(v, 6, 3) for v in back["h"]], axis=1)
    assert back["answers"][0] is None
    assert back["without"] is None
    for t, p in enumerate([0, 0, 0, 1, 1], 1):
        logits = np.exp(
            h[t] @ np.float32(probes["coefficients"][p]) + np.float32(probes["intercepts"][p])
        )
        np.testing.assert_allclose(back["answers"][t], logits / logits.sum(), rtol=1e-6)


def test_probes_of_numbers_are_in_the_unit_of_the_answer():
    model = build_network(2, 1, units=3, activation="linear", mean=[500.0], deviation=[20.0])
    x = np.random.default_rng(5).normal(size=(6, 2)).astype("float32")
    read_out = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    kernel, bias = (np.asarray(v) for v in read_out.weights)
    probes = {
        "steps": [5],
        "coefficients": encode(kernel[np.newaxis]),
        "intercepts": encode(bias[np.newaxis]),
    }
    payload = {"format": 1, "channels": ["a", "b"], "network": network_of(model), "probes": probes}
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { probeAnswer, run } from "./network/forward.js";
        const network = decode(given.payload);
        const result = run(network, decodeArray(given.x).values, 6);
        answer({ probe: [...probeAnswer(network, result, 5)], network: [...result.answer] });
        """
    back = run(script, {"payload": payload, "x": encode(x)})
    assert back["probe"] == back["network"]  # a probe that is the read-out itself
    np.testing.assert_allclose(back["probe"], model(x[np.newaxis])[0], rtol=1e-6)


BROKEN = [  # statements on p, a payload
    "p.format = 2",
    "p.network = null",
    "p.network.layers = []",
    "p.network.stride = 0",
    "p.network.scaling.mean.push(1)",
    "p.network.scaling.deviation[0] = 0",
    "p.network.scaling.mean[0] = NaN",
    "p.channels.push('one more')",
    "p.network.layers[0].directions[0].units = 3",
    "p.network.layers[0].directions[0].variant.peepholes = true",
    "p.network.layers[0].directions[0].variant.gate_activation = 'toString'",
    "p.network.layers[0].directions[0].kernel = null",
    "p.network.layers[0].directions[0].kernel.float32 = '!'",
    "p.network.layers[0].directions[0].kernel.float32 += 'AAAA'",
    "p.network.layers[0].directions[0].bias.shape = [2, 8]",
    "p.network.layers[0].directions[0].bias = big(16, NaN)",
    "p.network.read_out.kernel = big(8, Infinity)",
    "p.network.read_out.from = 'first'",
    "p.network.read_out.then = 'argmax'",
    "p.network.layers.push(p.network.layers[0])",
    "p.network.embedding = big(8, 0)",
    "p.network.embedding = {...big(3, 0), shape: [3, 1]}",  # rows, and a scaling
    # rows wider than what is read
    "p.network.scaling = null; p.network.embedding = {...big(6, 0), shape: [3, 2]}",
    "p.network.scaling = null; p.network.embedding = {...big(3, NaN), shape: [3, 1]}",
    "p.network.scaling = null; p.network.embedding = {...big(2, 0), shape: [3, 1]}",
    "p.probes = {steps: [1, 1], coefficients: big(16, 0), intercepts: big(4, 0)}",
    "p.probes = {steps: [1], coefficients: big(8, 0), intercepts: big(2, 0)}",
]


def test_broken_payloads_are_reported():
    payload = {
        "format": 1,
        "channels": ["a"],
        "network": network_of(build_network(1, 2, units=4)),
        "probes": None,
    }
    script = """
        import { decode } from "./network/payload.js";
        const big = (n, value) => ({ shape: [n], float32: out(new Float32Array(n).fill(value)) });
        answer([";", ...given.statements].map((statement) => {
          const p = JSON.parse(JSON.stringify(given.payload));
          new Function("p", "big", statement)(p, big);
          return code(() => decode(p));
        }));
        """
    whole, *codes = run(script, {"payload": payload, "statements": BROKEN})
    assert whole is None
    assert dict(zip(BROKEN, codes, strict=True)) == dict.fromkeys(BROKEN, "bad-data")


def test_bad_series_are_reported():
    payload = {
        "format": 1,
        "channels": ["a"],
        "network": network_of(build_network(1, 2, units=4)),
        "probes": None,
    }
    script = """
        import { decode } from "./network/payload.js";
        import { run } from "./network/forward.js";
        const network = decode(given);
        const clamp = { layer: 0, direction: 0, gate: "f", units: null, from: 0, to: 9, value: 0 };
        answer([
          () => run(network, [], 0),
          () => run(network, [NaN, NaN], 2),
          () => run(network, [1, 2, 3], 2),
          () => run(network, [1, -Infinity], 2),
          () => run({ ...network, scaling: null }, [1, NaN], 2),
          () => run(network, [1], 1, [{ ...clamp, value: NaN }]),
          () => run(network, [1], 1, [{ ...clamp, gate: "g" }]),
          () => run(network, [1], 1, [clamp]),
        ].map(code));
        """
    expected = [
        "empty",
        "empty",
        "wrong-size",
        "not-finite",
        "missing-value",
        "bad-clamp",
        "bad-clamp",
        None,
    ]
    assert run(script, payload) == expected


def test_what_is_no_token_is_reported():
    network = random_networks.draw_of_tokens(np.random.default_rng(0), longest=3)
    network |= {"x": network["x"][:1], "masking": 0.0}
    last = len(network["table"]) - 1
    script = """
        import { decode } from "./network/payload.js";
        import { run } from "./network/forward.js";
        const network = decode(given.payload);
        const error = (x) => {
          try { run(network, x, x.length); return null; } catch (e) { return { ...e }; }
        };
        answer(given.series.map((x) => error(x.map((v) => v ?? NaN))));
        """
    series = [[1, last, 0, None], [1, last + 1], [-1, 1], [1, 0.5], [0, None, 0]]
    wrong = [
        {"code": "not-a-token", "found": found, "expected": last} for found in (last + 1, -1, 0.5)
    ]
    found = run(script, {"payload": random_networks.payload_of(network), "series": series})
    assert found == [None, *wrong, {"code": "empty"}]
