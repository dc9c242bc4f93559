"""The river that the page draws is the memory: as broad as c, narrowed by f, fed by i·z."""

import re

import numpy as np
import pytest
from support import random_networks
from support.node import encode, run

DRAWN = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { riverOf } from "./network/memory.js";
import { shapeOf } from "./views/river-shape.js";
answer(given.networks.map(({ payload, x, clamps }) => {
  const result = run(decode(payload), decodeArray(x).values, x.shape[0], clamps);
  return result.layers.at(-1).directions.map((one) => {
    const river = riverOf(one, 0, result.mask, given.isDetailed ? 99 : 5);
    const scale = 1000 / [...river.up, ...river.down]
      .reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9);
    const axes = { X: (t) => 100 * t + 50, Y: (v) => 2000 - scale * v, slot: 100 };
    const { bands, streams, walls } = shapeOf(river, axes, given.isDetailed);
    return { scale, bands: bands.map(({ d }) => d), streams, walls };
  });
}));
"""
ZERO = 2000  # where the test draws c = 0
HALF_DIGIT = 0.11  # pixels: the two edges of what is measured, each written with one digit


def drawn(seed, is_detailed, clamped=False):
    """Draw rivers of unit 0 of random networks; return each drawing, NumPy's states and mask."""
    rng = np.random.default_rng(seed)
    networks = [random_networks.draw(rng, longest=20, units=3) for _ in range(40)]
    clamps = [
        [random_networks.draw_clamp(rng, one) for _ in range(2 * clamped)] for one in networks
    ]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"]), "clamps": held}
        for one, held in zip(networks, clamps, strict=True)
    ]
    rivers = run(DRAWN, {"networks": given, "isDetailed": is_detailed})
    for river, network, held in zip(rivers, networks, clamps, strict=True):
        _, mask = random_networks.enter(network)
        states = random_networks.answer(network, held)[0][-1]
        for one, state, (_, backwards, _) in zip(river, states, network["layers"][-1], strict=True):
            yield one, {name: v[:, 0] for name, v in state.items()}, mask, backwards


def breadth_at(paths, x):
    """Measure areas on the vertical line at x: the part above zero less the part below."""
    total = 0.0
    for area in re.findall(r"M([^MZ]*)Z", "".join(paths)):
        points = np.array([[float(v) for v in point.split(",")] for point in area.split("L")])
        cuts = []
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            if min(x0, x1) <= x < max(x0, x1):
                cuts.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        cuts = np.sort(cuts)
        assert len(cuts) % 2 == 0
        breadth = (cuts[1::2] - cuts[::2]).sum()
        total += breadth if len(cuts) and cuts.mean() < ZERO else -breadth
    return total


def place(t, share, backwards):
    return 100 * t + 100 * (1 - share if backwards else share)


@pytest.mark.parametrize("clamped", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_it_is_as_broad_as_the_memory(clamped):
    """Where all has flowed in; between valve and landing, what f keeps; the stream is the rest."""
    seen = 0
    for river, state, mask, backwards in drawn(5, True, clamped):
        c, scale = state["c"], river["scale"]
        before = np.r_[c[1:], 0] if backwards else np.r_[0, c[:-1]]
        landed = {}
        for stream in river["streams"]:
            ends = re.search(r"(\S+) (\S+)L\1 (\S+)C", stream["d"])
            landed[stream["t"]] = float(ends[3]) - float(ends[2])
        for t in range(len(c)):
            at = breadth_at(river["bands"], place(t, 0.75, backwards))
            assert at == pytest.approx(scale * c[t], abs=HALF_DIGIT)
            if not mask[t]:
                assert t not in landed
                continue
            kept = breadth_at(river["bands"], place(t, 0.4, backwards))
            follows = state["f"][t] * before[t] + state["i"][t] * state["z"][t]
            is_free = abs(c[t] - follows) < 1e-9
            # a memory that is held stays; at first all before is gone
            held = c[t] if c[t] == before[t] else 0
            assert kept == pytest.approx(
                scale * (state["f"][t] * before[t] if is_free else held), abs=HALF_DIGIT
            )
            assert kept + landed.get(t, 0) == pytest.approx(scale * c[t], abs=3 * HALF_DIGIT)
            seen += 1
    assert seen > 250


def test_walls_hold_back_what_is_forgotten():
    """All walls together are as high as the band loses breadth at the valves."""
    for river, state, mask, backwards in drawn(6, True):
        walls = [
            abs(float(a) - float(b)) for a, b in re.findall(r"M\S+ (\S+?)V([\d.]+)", river["walls"])
        ]
        lost = 0.0
        for t in np.flatnonzero(mask):
            if 0 <= state["f"][t] < 1:
                gross = [
                    breadth_of(river["bands"], place(t, share, backwards)) for share in (0.1, 0.4)
                ]
                lost += gross[0] - gross[1]
        assert sum(walls) == pytest.approx(lost, abs=HALF_DIGIT * (2 + 2 * len(mask)))


def breadth_of(paths, x):
    """Measure all areas on the vertical line at x, whatever their sign."""
    areas = [f"M{area}Z" for area in re.findall(r"M([^MZ]*)Z", "".join(paths))]
    return sum(abs(breadth_at([area], x)) for area in areas)


def test_a_long_one_is_as_broad_as_the_memory_at_each_step():
    for river, state, _, _ in drawn(7, False):
        for t in range(len(state["c"]) - 1):
            at = breadth_at(river["bands"], 100 * t + 50)
            assert at == pytest.approx(river["scale"] * state["c"][t], abs=HALF_DIGIT)
