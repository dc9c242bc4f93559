"""The truth for the tests: the LSTM of Greff et al. 2017 in NumPy, by single series and step.

Written from the paper's formulas (section II and appendix A.1), with the paper's letters,
independently of `glasscell.cell`: it shares no code with it, only the layout of the weights.
Everything is analytic, so complex numbers may flow through, and `gradient` gets derivatives to full
precision by a complex step in place of a small real one.
"""

from typing import NamedTuple

import numpy as np
from keras import tree

# How each variant of the paper, and the article's cell, departs from the paper's "vanilla" LSTM.
NAMES = ("V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR", "ARTICLE")
WITHOUT_PEEPHOLES = ("NP", "ARTICLE")


class Answer(NamedTuple):
    y: np.ndarray  # (T, H), what is shown after each step read, in the order of reading
    last: np.ndarray  # (H,), what is shown after the last
    state: list  # y, c; and with full gate recurrence i, f, o
    gates: list  # z, i, f, o of each step that was read


def σ(x):
    return 0.5 + 0.5 * np.tanh(0.5 * x)  # overflows nowhere, and is as good for complex numbers


def linear(x):
    return x


def step(x, state, weights, name):
    """Read x (D,) and return the new state, a list of (H,), and (z, i, f, o)."""
    g = linear if name == "NIAF" else np.tanh
    h = linear if name in ("NOAF", "ARTICLE") else np.tanh
    W_i, W_f, W_z, W_o = np.split(weights["kernel"].T, 4)
    R_i, R_f, R_z, R_o = np.split(weights["recurrent_kernel"].T, 4)
    bias = weights.get("bias")
    b_i, b_f, b_z, b_o = np.zeros((4, len(R_z))) if bias is None else np.split(bias, 4)
    p_i, p_f, p_o = (
        np.zeros((3, len(R_z))) if name in WITHOUT_PEEPHOLES else weights["peephole_kernel"]
    )
    y, c = state[:2]

    z = g(W_z @ x + R_z @ y + b_z)
    ī = W_i @ x + R_i @ y + p_i * c + b_i
    f̄ = W_f @ x + R_f @ y + p_f * c + b_f
    ō = W_o @ x + R_o @ y + b_o
    if name == "FGR":
        R_ii, R_fi, R_oi, R_if, R_ff, R_of, R_io, R_fo, R_oo = (
            block.T
            for column in np.split(weights["gate_kernel"], 3, axis=1)
            for block in np.split(column, 3)
        )
        i, f, o = state[2:]
        ī = ī + R_ii @ i + R_fi @ f + R_oi @ o
        f̄ = f̄ + R_if @ i + R_ff @ f + R_of @ o
        ō = ō + R_io @ i + R_fo @ f + R_oo @ o
    i = np.ones_like(ī) if name == "NIG" else σ(ī)
    f = np.ones_like(f̄) if name == "NFG" else 1 - i if name == "CIFG" else σ(f̄)
    c = z * i + c * f
    o = np.ones_like(ō) if name == "NOG" else σ(ō + p_o * c)
    y = h(c) * o
    return [y, c] + [i, f, o] * (name == "FGR"), (z, i, f, o)


def read(
    x, weights, name="NP", start=None, mask=None, go_backwards=False, zero_output_for_mask=False
) -> Answer:
    """Process one series x (T, D): masked steps do not exist; their output is Keras's choice."""
    order = range(len(x))[::-1] if go_backwards else range(len(x))
    zero = np.zeros(len(weights["recurrent_kernel"]))
    state = [zero] * (5 if name == "FGR" else 2) if start is None else list(start)
    shown, ys, gates = zero, [], []
    for t in order:
        if mask is None or mask[t]:
            state, now = step(x[t], state, weights, name)
            gates.append(now)
            shown = state[0]
        elif zero_output_for_mask:
            shown = zero
        ys.append(shown)
    return Answer(np.stack(ys), shown, state, gates)


def lstm(x, weights, name="NP", start=None, mask=None, **how):
    """Process series x (…, N, T, D), weights with axes …: return y (…, N, T, H), last, states."""
    if x.ndim > 3:
        answers = [
            lstm(x[m], _at(weights, m), name, _at(start, m), _at(mask, m), **how)
            for m in range(len(x))
        ]
    else:
        each = [
            read(x[n], weights, name, _at(start, n), _at(mask, n), **how) for n in range(len(x))
        ]
        answers = [(one.y, one.last, one.state) for one in each]
    y, last, states = zip(*answers, strict=True)
    return np.stack(y), np.stack(last), [np.stack(s) for s in zip(*states, strict=True)]


def _at(value, index):
    """Take one of many: of an array, or of each array in a list or a dict."""
    if isinstance(value, dict):
        return {key: v[index] for key, v in value.items()}
    if isinstance(value, list):
        return [v[index] for v in value]
    return None if value is None else value[index]


def gradient(function, arrays):
    """Differentiate the real number function(arrays) by every entry of a dict of arrays.

    f(v + iε) = f(v) + iε f'(v) + O(ε²): nothing is subtracted, so ε may be tiny and f' is exact to
    rounding.
    """
    gradients = {}
    for name, array in arrays.items():
        gradients[name] = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1e-30j
            gradients[name][index] = function({**arrays, name: moved}).imag / 1e-30
    return gradients


def random_weights(rng, inputs, units, name="NP", leading=()):
    """Draw weights as `glasscell.lstm` takes them by name, with those of only some variants."""
    shapes = {
        "kernel": (inputs, 4 * units),
        "recurrent_kernel": (units, 4 * units),
        "bias": (4 * units,),
    }
    if name not in WITHOUT_PEEPHOLES:
        shapes["peephole_kernel"] = (3, units)
    if name == "FGR":
        shapes["gate_kernel"] = (3 * units, 3 * units)
    return {key: rng.normal(size=(*leading, *shape)) for key, shape in shapes.items()}


def random_start(rng, batch, units, name="NP", leading=()):
    """Draw a state to start from."""
    return [rng.normal(size=(*leading, batch, units)) for _ in range(5 if name == "FGR" else 2)]


MASKS = ("none", "all real", "right-padded", "left-padded", "holes", "no real step")


def random_mask(rng, kind, batch, time, leading=()):
    """Draw a boolean mask (…, N, T) of a kind of `MASKS`; None for "none". Rows mostly differ."""
    shape = (*leading, batch, time)
    lengths = rng.integers(0, time + 1, size=shape[:-1])[..., None]
    return {
        "none": None,
        "all real": np.ones(shape, bool),
        "right-padded": np.arange(time) < lengths,
        "left-padded": np.arange(time)[::-1] < lengths,
        "holes": rng.random(shape) < 0.5,
        "no real step": np.zeros(shape, bool),
    }[kind]


def assert_close(ours, truth, tolerance):
    """Compare nested results one by one: same shapes, and numbers close, absolute or relative."""
    ours, truth = tree.flatten(ours), tree.flatten(truth)
    assert [np.shape(v) for v in ours] == [np.shape(v) for v in truth]
    for a, b in zip(ours, truth, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
