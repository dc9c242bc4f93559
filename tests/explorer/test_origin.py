"""Memory by origin sums to the memory, and is what the formula says."""

import numpy as np
import pytest
from support import random_networks
from support.node import encode, float64, run

SPLIT = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { riverOf } from "./network/memory.js";
answer(given.map(({ payload, x, clamps }) => {
  const result = run(decode(payload), decodeArray(x).values, x.shape[0], clamps);
  return result.layers.map(({ directions }) => directions.map((one) =>
    Array.from({ length: one.H }, (_, u) => {
      return riverOf(one, u, result.mask, result.steps).groups.map(({ share }) => out(share));
    })));
}));
"""


def given_for(network, clamps):
    return {
        "payload": random_networks.payload_of(network),
        "x": encode(network["x"]),
        "clamps": clamps,
    }


@pytest.mark.parametrize("clamped", [False, True])
def test_it_sums_to_the_memory(clamped):
    rng = np.random.default_rng(6)
    networks = [random_networks.draw(rng, longest=20, units=5) for _ in range(60)]
    clamps = [
        [random_networks.draw_clamp(rng, one) for _ in range(2 * clamped)] for one in networks
    ]
    answers = run(SPLIT, [given_for(*both) for both in zip(networks, clamps, strict=True)])
    for ours, network, held in zip(answers, networks, clamps, strict=True):
        states, _ = random_networks.answer(network, held)
        for n, layer in enumerate(network["layers"]):
            for d, (_, backwards, _) in enumerate(layer):
                c = states[n][d]["c"]
                for u, shares in enumerate(ours[n][d]):
                    origins = np.array([float64(share) for share in shares]).T
                    scale = np.abs(c[:, u]).max()
                    np.testing.assert_allclose(
                        origins.sum(1), c[:, u], rtol=1e-12, atol=1e-12 * scale
                    )
                    later = np.triu(origins, 1) if not backwards else np.tril(origins, -1)
                    assert not later.any()  # nothing comes from a step not read yet


def test_each_part_is_what_the_formula_says():
    rng = np.random.default_rng(7)
    i, f, z = rng.uniform(size=(3, 5))
    mask = np.array([1, 1, 0, 1, 1])
    f[2] = i[2] = z[2] = np.nan
    script = """
        import { riverOf } from "./network/memory.js";
        const [i, f, z, c] = ["i", "f", "z", "c"].map((name) => given[name].map((v) => v ?? NaN));
        const direction = { H: 1, backwards: given.backwards, i, f, z, c };
        answer(riverOf(direction, 0, given.mask, 5).groups.map(({ share }) => [...share]));
        """
    for backwards in (False, True):
        order = [4, 3, 1, 0] if backwards else [0, 1, 3, 4]
        c, memory = np.zeros(5), 0.0
        for t in order:
            memory = c[t] = f[t] * memory + i[t] * z[t]
        c[2] = c[3 if backwards else 1]
        arrays = {
            name: [None if v != v else v for v in array]
            for name, array in {"i": i, "f": f, "z": z, "c": c}.items()
        }
        found = run(script, {**arrays, "mask": mask.tolist(), "backwards": backwards})
        origins = np.array(found).T
        for k, t in enumerate(order):
            for j, s in enumerate(order[: k + 1]):
                np.testing.assert_allclose(
                    origins[t, s], np.prod(f[order[j + 1 : k + 1]]) * i[s] * z[s]
                )
        np.testing.assert_array_equal(origins[2], origins[3 if backwards else 1])


def test_a_memory_that_is_held_comes_from_the_step_that_holds_it():
    script = """
        import { riverOf } from "./network/memory.js";
        const [i, f, z, c] = [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 7, 8]];
        const direction = { H: 1, backwards: false, i, f, z, c };
        answer(riverOf(direction, 0, new Uint8Array([1, 1, 1]), 3).groups
          .map(({ share }) => [...share]));
        """
    assert run(script) == [[1, 0, 0], [0, 7, 7], [0, 0, 1]]


def test_half_lives():
    script = """
        import { halfLife } from "./network/memory.js";
        const of = (f) =>
          String(halfLife({ H: 2, f: Float64Array.from(f.flatMap((v) => [v, 0.9])) }, 0));
        answer([[0.5, 0.5], [0.25, 1], [0.5, NaN], [1, 1], [0, 1], [1.5, 1]].map(of));
        """
    assert run(script) == ["1", "1", "1", "Infinity", "0", "Infinity"]
