"""Shared by tests of the kernel: random cases of every kind, and their truth, the float64 loop."""

import numpy as np
import pytest
import tensorflow as tf
from support import oracle

from glasscell import cell
from glasscell.cell import State
from glasscell.recurrence import engines
from glasscell.recurrence.kernel import library
from glasscell.variants import ARTICLE, GREFF, STANDARD, Variant

needs_kernel = pytest.mark.skipif(
    not library.LIBRARY.exists(), reason="the kernel is not built: no C++ compiler at install"
)
NAMED = {name: v for name, v in GREFF.items() if not v.full_gate_recurrence} | {"ARTICLE": ARTICLE}

# Relative to the largest entry of each array: 42 units in the last place of float32. A sum of n
# products of size 1 has an error of about √n/2 units; here n is D + H ≤ 50 in a gate, 4H ≤ 160 in
# dh, and N·T ≤ 240 in a weight's gradient. Tanh and σ add two units each, and of the error that
# came in a step passes on a part. The largest entry of an array of few entries may be small because
# its terms cancelled; their own size, at least 0.1 here, then stands in for it.
BOUND, SIZE_OF_TERMS = 5e-6, 0.1

# where derivatives jump: both answers are right, on either side
KINKS = {"relu": (0.0,), "hard_sigmoid": (-3.0, 3.0)}
UNBOUNDED = ("linear", "relu")
OPTIONS = ("go_backwards", "return_sequences", "time_major", "zero_output_for_mask")
USUAL = {
    "batch": 3,
    "time": 5,
    "inputs": 4,
    "units": 17,  # one more than the widest vectors hold
    "leading": (),
    "kind": "none",
    "bias": True,
    "start": "each",
    "input_factors": 0,
    "recurrent_factors": 0,
    **dict.fromkeys(OPTIONS, False),
    "return_sequences": True,
}


def by_kernel(*args, **how):
    return engines.lstm(*args, engine="kernel", **how)


def by_loop(*args, **how):
    return engines.lstm(*args, engine="loop", **how)


def graph(function, **how):
    return tf.function(function, autograph=False, **how)


class Case:
    """The arrays of one case, in float32, and what is asked of them."""

    def __init__(self, seed=0, variant=STANDARD, **how):
        how = USUAL | how
        batch, time, inputs, units, leading = (
            how[name] for name in ("batch", "time", "inputs", "units", "leading")
        )
        rng = np.random.default_rng(seed)
        self.variant, self.options = variant, {name: how[name] for name in OPTIONS}
        # Gates without a bound square the state at every step, and its error: small weights hold
        # it.
        gain = 0.5 if variant.gate_activation in UNBOUNDED else 1.0

        def normal(*shape, size=1.0):
            return (rng.normal(size=(*leading, *shape)) * size).astype("float32")

        self.arrays = {
            "x": normal(*((time, batch) if how["time_major"] else (batch, time)), inputs),
            "kernel": normal(inputs, 4 * units, size=gain / np.sqrt(inputs)),
            "recurrent_kernel": normal(units, 4 * units, size=gain / np.sqrt(units)),
        }
        if how["bias"]:
            self.arrays["bias"] = normal(4 * units, size=gain / 2)
        if variant.peepholes:
            self.arrays["peephole_kernel"] = normal(3, units, size=gain / 2)
        if how["start"] != "none":
            rows = {"each": batch, "one for all": 1}[how["start"]]
            self.arrays |= {"h0": normal(rows, units), "c0": normal(rows, units)}
        self.mask = oracle.random_mask(rng, how["kind"], batch, time, leading)
        if how["time_major"] and self.mask is not None:
            self.mask = np.swapaxes(self.mask, -1, -2)
        self.keep = {}
        for name, size in (("input", inputs), ("recurrent", units)):
            factors = [
                rng.choice([0, 1.25], p=[0.2, 0.8], size=(*leading, batch, size)) for _ in range(4)
            ]
            if how[f"{name}_factors"]:
                self.keep[f"{name}_keep"] = factors[: how[f"{name}_factors"]]
        shown = self.arrays["x"].shape[:-1] if how["return_sequences"] else (*leading, batch)
        shapes = {
            "output": (*shown, units),
            "h": (*leading, batch, units),
            "c": (*leading, batch, units),
        }
        self.upstream = {name: rng.normal(size=shape) for name, shape in shapes.items()}

    def tensors(self, dtype="float32"):
        return {name: tf.constant(v, dtype) for name, v in self.arrays.items()}

    def outputs(self, lstm, tensors, variant=None):
        """Return what `lstm` makes of the tensors: output, h and c."""
        dtype = tensors["x"].dtype
        output, state = lstm(
            tensors["x"],
            **{name: v for name, v in tensors.items() if name not in ("x", "h0", "c0")},
            variant=variant or self.variant,
            initial_state=State(tensors["h0"], tensors["c0"]) if "h0" in tensors else None,
            mask=self.mask,
            **{name: [tf.constant(k, dtype) for k in keep] for name, keep in self.keep.items()},
            **self.options,
        )
        return {"output": output, "h": state.h, "c": state.c}

    def loss(self, outputs):
        """Return a random sum of all that came out, so that gradients flow from all of it."""
        return tf.add_n(
            [
                tf.reduce_sum(v * tf.constant(self.upstream[name], v.dtype))
                for name, v in outputs.items()
            ]
        )

    def run(self, lstm, tensors, variant=None):
        """Return the outputs, and the gradients of `loss` with respect to all tensors."""
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            outputs = self.outputs(lstm, tensors, variant)
            loss = self.loss(outputs)
        return outputs, tape.gradient(loss, tensors, unconnected_gradients="zero")

    def by_kernel(self):
        return self.run(by_kernel, self.tensors())

    def by_loop(self):
        return self.run(by_loop, self.tensors())

    def truth(self):
        """Return the same as `by_kernel`, from the loop in float64."""
        return self.run(by_loop, self.tensors("float64"))

    def truth_and_distance_from_kinks(self):
        """Return `truth`, and how near an activation came to where its derivative jumps."""
        distances = [np.inf]

        def watched(name):
            def activation(v):
                distances.extend(
                    np.abs(v.numpy() - kink).min(initial=np.inf) for kink in KINKS[name]
                )
                return cell.activation(name)(v)

            return activation if name in KINKS else name

        v = self.variant
        gates = (
            v.input_gate,
            v.forget_gate,
            v.output_gate,
            v.coupled,
            v.peepholes,
            v.full_gate_recurrence,
        )
        activations = map(watched, (v.input_activation, v.gate_activation, v.output_activation))
        return self.run(by_loop, self.tensors("float64"), Variant(*gates, *activations)), min(
            distances
        )

    def how_unsure(self, truth):
        """Return the largest change of entries of `truth` when all inputs are rounded again."""
        moved, rng = [], np.random.default_rng(0)
        for _ in range(3):
            around = {
                name: v * (1 + rng.choice([-1, 1], size=v.shape) / 2**24)
                for name, v in self.arrays.items()
            }
            moved.append(
                self.run(by_loop, {name: tf.constant(v, "float64") for name, v in around.items()})
            )
        return tf.nest.map_structure(
            lambda true, *vs: max(np.abs(v - true).max(initial=0) for v in vs), truth, *moved
        )


def assert_close(ours, truth, bound=BOUND):
    """Compare nested arrays by name: the error of each relative to its largest entry."""
    if not isinstance(truth, dict):
        for one, other in zip(ours, truth, strict=True):
            assert_close(one, other, bound)
        return
    assert ours.keys() == truth.keys()
    for name, true in truth.items():
        mine, true = np.asarray(ours[name]), np.asarray(true)
        assert mine.dtype == np.float32
        assert mine.shape == true.shape, name
        scale = max(np.abs(true).max(initial=0), SIZE_OF_TERMS)
        error = np.abs(mine - true).max(initial=0) / scale
        assert error <= bound, f"{name}: the error is {error:.1e} of {scale:.1e}"


def assert_same(ours, others):
    """Compare nested arrays bit for bit (NaN is NaN)."""
    for one, other in zip(tf.nest.flatten(ours), tf.nest.flatten(others), strict=True):
        np.testing.assert_array_equal(one, other)
