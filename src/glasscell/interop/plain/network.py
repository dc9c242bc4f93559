"""A network as arrays, and its answers: what `builder.build_network` and `article.build_model` make, without Keras.

N series · T time steps · D channels · H units · C classes, or targets
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.errors import DataError
from glasscell.interop.plain import cell
from glasscell.networks.meaning import Meaning
from glasscell.system.files import one_line
from glasscell.variants import Variant

FORM = 1  # of the file; another number is another form


@dataclass(frozen=True)
class Layer:
    """An LSTM that reads in one direction: its weights, and what its cell is made of."""

    weights: cell.Weights
    variant: Variant
    go_backwards: bool


@dataclass(frozen=True)
class Network:
    """A network as arrays. Made by `read_npz`.

    Parameters
    ----------
    stride : int
        How many steps are joined into one.
    scaling : (mean, deviation), each (D,); or None, where raw numbers are read and there is no mask
    readers : tuple of tuples of Layer
        One, or one for each direction, for each layer of the network.
    reads_out : {"last", "mean", "both"}
    read_out : (kernel, bias)
    activations : tuple of str
        What the read-out's sums go through, one after another.
    answer : (scale, offset), or None
        What turns the answer into the units of the targets.
    meaning : Meaning
    """

    stride: int
    scaling: tuple[np.ndarray, np.ndarray] | None
    readers: tuple[tuple[Layer, ...], ...]
    reads_out: str
    read_out: tuple[np.ndarray, np.ndarray]
    activations: tuple[str, ...]
    answer: tuple[np.ndarray, np.ndarray] | None
    meaning: Meaning


def read_npz(path: Path) -> Network:
    """Return the network in a file that `interop.npz` wrote.

    Raises
    ------
    DataError
        If it is missing, damaged, or of a later form.
    """
    try:
        with path.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            if about["form"] != FORM:
                raise DataError(f"{path}: has the form {about['form']!r}, expected {FORM}: install a newer glasscell")
            return network_of(arrays, about)
    except DataError:
        raise
    except Exception as error:  # NumPy, zipfile, zlib and JSON raise a dozen kinds for a damaged file
        raise DataError(f"{path}: is missing or damaged ({one_line(error)}); export it again") from error


def network_of(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> Network:
    """Return the network that arrays by name and their description make, which `interop.npz.arrays_of` has."""

    def pair(*names: str) -> Any:
        return tuple(arrays[name] for name in names) if names[0] in arrays else None

    readers = tuple(
        tuple(
            Layer(
                cell.Weights(*(arrays.get(f"{one['name']}/{part}") for part in cell.Weights._fields)),  # pyright: ignore
                Variant(**one["variant"]),
                one["go_backwards"],
            )
            for one in reader
        )
        for reader in about["readers"]
    )
    return Network(
        about["stride"],
        pair("scaling/mean", "scaling/deviation"),
        readers,
        about["reads_out"],
        pair("read_out/kernel", "read_out/bias"),
        tuple(about["activations"]),
        pair("answer/scale", "answer/offset"),
        Meaning.from_dict(about["meaning"]),
    )


def answer(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers (N, C) to raw series x (N, T, D), padded with NaN, and which have one, (N,).

    A series without a single value has none: its row is the prior, or NaN where there is no prior.

    >>> from glasscell.interop.plain.cell import Weights
    >>> layer = Layer(Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False)
    >>> ones = np.ones((1, 1), "f"), np.zeros(1, "f")
    >>> network = Network(1, None, ((layer,),), "last", ones, ("linear",), None, Meaning(("x",)))
    >>> answers, answered = answer(network, np.ones((1, 3, 1)))
    >>> print(f"{answers[0, 0]:.3f}", answered)
    0.789 [ True]
    """
    x = network.meaning.centred(x)
    answered = np.asarray((~np.isnan(x)).any((1, 2)))
    answers = np.tile(network.meaning.prior_or_nan, (len(x), 1))
    if answered.any():
        answers[answered] = _answer(network, x[answered])
    return answers, answered


def _answer(network: Network, x: np.ndarray) -> np.ndarray:
    x = _shorten(x, network.stride) if network.stride > 1 else x
    mask: Any = None
    if network.scaling is not None:
        mask = (~np.isnan(x)).any(-1)
        mean, deviation = network.scaling
        x = (x - mean) / deviation
        x = np.where(np.isnan(x), np.float32(0), x)
    last: list[np.ndarray] = []
    for reader in network.readers:
        outputs, last = [], []
        for layer in reader:
            h, state = _read(layer, x, mask)
            outputs.append(h[:, ::-1] if layer.go_backwards else h)  # in the order of time, as Bidirectional gives them
            last.append(state)
        x = np.concatenate(outputs, -1)
    parts = last if network.reads_out != "mean" else []
    if network.reads_out != "last":
        real = np.ones(x.shape[:2], bool) if mask is None else mask
        parts = [*parts, (x * real[..., None]).sum(1) / real.sum(1, keepdims=True, dtype="float32")]
    kernel, bias = network.read_out
    answers = np.concatenate(parts, -1) @ kernel + bias
    for name in network.activations:
        answers = _softmax(answers) if name == "softmax" else cell.ACTIVATIONS[name](answers)
    if network.answer is not None:
        scale, offset = network.answer
        answers = answers * scale + offset
    return answers


def _shorten(x: np.ndarray, stride: int) -> np.ndarray:
    """Return the means of `stride` steps each, of what was measured in them: (N, ⌈T/k⌉, D)."""
    x = np.pad(x, [(0, 0), (0, -x.shape[1] % stride), (0, 0)], constant_values=np.nan)
    x = x.reshape(len(x), -1, stride, x.shape[-1])
    count = (~np.isnan(x)).sum(2, dtype="float32")
    with np.errstate(invalid="ignore"):
        return np.nansum(x, 2) / count  # 0/0 is NaN, which is meant


def _read(layer: Layer, x: np.ndarray, mask: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return h of every step, in the order of reading, and the last h; where masked, a state stays as it was."""
    weights, units = layer.weights, layer.weights.recurrent_kernel.shape[0]
    a = x @ weights.kernel
    a = a if weights.bias is None else a + weights.bias
    zero = np.zeros((len(x), units), "float32")
    state: tuple[np.ndarray, ...] = (zero,) * (5 if layer.variant.full_gate_recurrence else 2)
    steps = range(x.shape[1])
    outputs = np.empty((len(x), len(steps), units), "float32")
    for k, t in enumerate(reversed(steps) if layer.go_backwards else steps):
        after = cell.advance(a[:, t], state, weights, layer.variant)
        if mask is not None:
            after = tuple(np.where(mask[:, t, None], new, old) for new, old in zip(after, state, strict=True))
        state = after
        outputs[:, k] = state[0]
    return outputs, state[0]


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
