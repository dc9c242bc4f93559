"""What a page opens on follows a rule: each sentence is printed exactly where numbers imply it."""

import re

import numpy as np
import pytest
from support import random_networks
from support.node import encode, run

SAY = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { eventOfUnit } from "./network/event.js";
import { hasGate } from "./network/quantities.js";
import { speak } from "./words/language.js";
import { eventInWords } from "series/views/story.js";
answer(given.map(({ payload, x }) => {
  speak("en", "series");
  const network = decode(payload);
  const result = run(network, decodeArray(x).values, x.shape[0]);
  const [[one], [{ variant }]] = [result.layers[0], network.layers[0]].map(({ directions }) =>
    directions);
  return Array.from({ length: one.H }, (_, u) => {
    const event = eventOfUnit(one, u, result.mask, hasGate(variant, "f") && !variant.coupled);
    return { kind: event.kind, said: eventInWords({ network }, event, u) };
  });
}));
"""
KINDS = {  # of a sentence
    r"Unit (\d+) has nothing in its memory here\.": "nothing",
    r"Unit (\d+) writes most at step (\d+): (\S+)\.": "write",
    r"At step (\d+), unit (\d+) throws away (\S+)\s% of its memory\.": "throw",
    r"Unit (\d+) keeps at least (\S+)\s% of its memory at every step\.": "keep",
    r"From step (\d+) to step (\d+), unit (\d+) lets go of (\S+)\s% of its memory\.": "fade",
    r"Unit (\d+) loses most at step (\d+): (\S+)\s% of its memory\.": "lose",
}


def small(*, D=1, x, name="V", **biases):
    """Return a one-unit network with only the given weights; its gates follow from its biases."""
    weights = {
        "kernel": np.zeros((D, 4)),
        "recurrent_kernel": np.zeros((1, 4)),
        "bias": np.array([biases.get(gate, 0.0) for gate in "ifzo"], float),
        "peephole_kernel": np.zeros((3, 1)),
    }
    for gate, weight in biases.get("weights", {}).items():
        weights["kernel"][:, "ifzo".index(gate)] = weight
    x = np.array(x, float).reshape(-1, D)
    return {
        **{
            "channels": ["a"] * D,
            "x": x,
            "stride": 1,
            "scaling": None,
            "from": "last",
            "activation": "linear",
        },
        **{
            "then": "softmax",
            "layers": [[(name, False, weights)]],
            "kernel": np.ones((1, 2)),
            "bias": np.zeros(2),
        },
        **{"scale": None, "offset": None},
    }


def passages(network):
    """Compute with NumPy the first direction's units: before, f, i·z (T, H), in reading order."""
    states, _ = random_networks.answer(network)
    one, (name, backwards, _) = states[0][0], network["layers"][0][0]
    _, mask = random_networks.enter(network)
    steps = np.flatnonzero(mask)[:: -1 if backwards else 1]
    c = one["c"][steps]
    before = np.concatenate([np.zeros_like(c[:1]), c[:-1]])
    forgets = name not in ("NFG", "CIFG")
    return {
        "steps": steps + 1,
        "before": before,
        "f": one["f"][steps],
        "written": (one["i"] * one["z"])[steps],
        "c": c,
    }, forgets


def truths_of(p, u, forgets):
    """Return for each kind whether its sentence is true of unit u: plainly, without the others."""
    before, f, c = (p[name][:, u] for name in ("before", "f", "c"))
    lost, reach = np.abs(before - f * before), np.abs(c).max()
    at = lost.argmax()
    holds = f[before != 0]
    is_most = lost.max() > 0 and forgets
    is_large = abs(before[at]) >= reach / 4 and f[at] <= 0.5
    is_kept = is_most and holds.min() >= 0.9
    first, last = stretch(before, f, at)
    is_gone = (
        last > first and np.prod(f[first : last + 1]) <= 0.5 and abs(before[first]) >= reach / 4
    )
    return {
        "nothing": reach == 0,
        "write": reach > 0 and not is_most,
        "keep": is_kept,
        "throw": is_most and not is_kept and is_large,
        "fade": is_most and not is_kept and not is_large and is_gone,
        "lose": is_most and not is_kept and not is_large and not is_gone,
    }


def stretch(before, f, at):
    """Return the first and the last of the steps around `at` that each lose more than a tenth."""
    loses = (before != 0) & (f < 0.9)
    first = last = at
    while first > 0 and loses[first - 1]:
        first -= 1
    while last + 1 < len(f) and loses[last + 1]:
        last += 1
    return first, last


def check(said, kind, p, u):
    """Hold a sentence's numbers against NumPy's."""
    (pattern,) = [one for one, known in KINDS.items() if known == kind]
    found = re.fullmatch(pattern, said)
    assert found, said
    numbers = list(found.groups())
    unit = numbers.pop({"throw": 1, "fade": 2}.get(kind, 0))
    assert int(unit) == u
    before, f, written = (p[name][:, u] for name in ("before", "f", "written"))
    lost = np.abs(before - f * before)
    if kind == "write":
        at = int(np.flatnonzero(p["steps"] == int(numbers[0]))[0])
        assert abs(written[at]) == pytest.approx(np.abs(written).max())
        assert float(numbers[1].replace("−", "-")) == pytest.approx(written[at], abs=0.00501)
    elif kind in ("throw", "lose"):
        at = int(np.flatnonzero(p["steps"] == int(numbers[0]))[0])
        assert lost[at] == pytest.approx(lost.max())
        assert share(numbers[1]) == pytest.approx(100 * (1 - f[at]), abs=1)
    elif kind == "fade":
        first, last = stretch(before, f, lost.argmax())
        assert [int(n) for n in numbers[:2]] == [p["steps"][first], p["steps"][last]]
        assert share(numbers[2]) == pytest.approx(100 * (1 - np.prod(f[first : last + 1])), abs=1)
    elif kind == "keep":
        assert 0 <= 100 * f[before != 0].min() - float(numbers[0]) < 1


def share(text):
    return {"<1": 0.5, ">99": 99.5}[text] if text[0] in "<>" else float(text)


def test_each_sentence_holds_where_it_is_printed_and_only_there():
    spike = [3, 0, 0, 0, -6, 0]  # f closes at the last but one
    made = {
        "nothing": small(x=[1, 2, 3]),  # z is 0
        "write": small(x=[1, 5, 2], name="NFG", weights={"z": 1}),
        "keep": small(x=spike[:4], f=3, weights={"z": 1}),
        "throw": small(x=spike, f=5, weights={"z": 0.3, "f": 2}),
        "fade": small(x=spike[:4], f=1.2, weights={"z": 1}),
        "lose": small(x=spike, f=5, weights={"z": 0.3, "f": 0.7}),
    }
    rng = np.random.default_rng(21)
    drawn = [random_networks.draw(rng, longest=14, units=5) for _ in range(120)]
    networks = [*made.values(), *drawn]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"])} for one in networks
    ]
    counts = dict.fromkeys(made, 0)
    for n, (network, units) in enumerate(zip(networks, run(SAY, given), strict=True)):
        p, forgets = passages(network)
        for u, event in enumerate(units):
            truths = truths_of(p, u, forgets)
            assert [kind for kind, holds in truths.items() if holds] == [event["kind"]], event
            if p["before"].shape[1] > 1:  # of a single unit there is no “unit 0”
                check(event["said"], event["kind"], p, u)
            if n < len(made):
                assert event["kind"] == list(made)[n]
                assert "unit" not in event["said"].lower()
            counts[event["kind"]] += 1
    assert min(counts.values()) > 0, counts
    assert min(counts[kind] for kind in ("write", "throw", "keep", "lose")) > 3, counts


def test_what_is_lost_where_is_that_of_the_river():
    """The words below the river name the same step and share, or say what all others keep."""
    script = SAY.replace(
        'import { eventInWords } from "series/views/story.js";',
        'import { eventInWords } from "series/views/story.js";\nimport { lossInWords } from '
        '"./views/origin-words.js";',
    ).replace("kind: event.kind,", "kind: event.kind, lost: lossInWords(one, u, result.mask),")
    rng = np.random.default_rng(22)
    networks = [random_networks.draw(rng, longest=14, units=5) for _ in range(60)]
    networks = [one for one in networks if len(one["layers"][0][0][2]["recurrent_kernel"]) > 1]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"])} for one in networks
    ]
    rests = 0
    for network, units in zip(networks, run(script, given), strict=True):
        p, forgets = passages(network)
        for u, event in enumerate(units):
            lost, kind = event["lost"], event["kind"]
            if not forgets or kind in ("nothing", "write"):
                continue
            before, f = p["before"][:, u], p["f"][:, u]
            if kind == "keep":
                kept = re.fullmatch(r"It keeps at least (\d+)\s% at every step\.", lost)[1]
                assert f"at least {kept}\xa0% of its memory at every step." in event["said"]
                continue
            if kind == "fade":
                numbers = re.fullmatch(
                    r"From step (\d+) to step (\d+) it lets go of (\S+\s%) of what it held\.", lost
                )
                assert numbers
                assert all(text in event["said"] for text in numbers.groups())
                continue
            t, part, whole, rest = re.fullmatch(
                r"It loses most at step (\d+): (\S+)\s% of (\S+)\."
                r"(?: At every other step it keeps at least (\S+)\s%\.)?",
                lost,
            ).groups()
            assert t in event["said"]
            assert part in event["said"]
            at = int(np.flatnonzero(p["steps"] == int(t))[0])
            assert float(whole.replace("−", "-")) == pytest.approx(before[at], abs=0.00501)
            others = [f[k] for k in range(len(f)) if k != at and before[k] != 0]
            if rest:
                rests += 1
                assert 0 <= 100 * min(others) - float(rest) < 1
                assert min(others) > f[at]
    assert rests > 5


def test_the_units_that_forget_most_are_ranked():
    """By the largest loss of memory at one step, |c before|·(1 − f): all units that lose 0.01."""
    script = """
    import { decode, decodeArray } from "./network/payload.js";
    import { run } from "./network/forward.js";
    import { forgettersOf } from "series/views/forgetters.js";
    answer(given.map(({ payload, x }) => {
      const result = run(decode(payload), decodeArray(x).values, x.shape[0]);
      return forgettersOf(result.layers[0].directions[0], result.mask);
    }));
    """
    rng = np.random.default_rng(22)
    networks = [small(x=[1, 2, 3])] + [
        random_networks.draw(rng, longest=14, units=5) for _ in range(60)
    ]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"])} for one in networks
    ]
    ranked = run(script, given)
    assert ranked[0] == []  # z is 0
    for network, units in zip(networks, ranked, strict=True):
        p, forgets = passages(network)
        if not forgets:
            continue
        lost = np.abs(p["before"] - p["f"] * p["before"])
        most = lost.max(0)
        clear = np.abs(most - 0.005) > 1e-6
        assert {one["unit"] for one in units if clear[one["unit"]]} == set(
            np.flatnonzero((most > 0.005) & clear)
        )
        assert [one["lost"] for one in units] == sorted(
            (one["lost"] for one in units), reverse=True
        )
        for one in units:
            u, at = one["unit"], int(np.flatnonzero(p["steps"] == one["t"] + 1)[0])
            assert one["lost"] == pytest.approx(most[u], rel=1e-6)
            assert lost[at, u] == pytest.approx(most[u], rel=1e-6)
            assert [one["share"], one["before"]] == pytest.approx(
                [1 - p["f"][at, u], p["before"][at, u]], rel=1e-6
            )
