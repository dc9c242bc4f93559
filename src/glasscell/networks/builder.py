"""The network for your own series: raw series in, scaled and masked inside, predictions out.

N series · T time steps · D channels · H units · C classes, or targets
"""

import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.offsets import MIN_RATIO
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import FarRescaling, Scaling, Stride
from glasscell.networks.keras_files import load_keras
from glasscell.settings.setting import check_parameters
from glasscell.settings.shared import OF_NETWORKS
from glasscell.variants import Variant


def build_network(
    features: int,
    outputs: int,
    *,
    activation: str = "softmax",
    mean: Sequence[float] | None = None,
    deviation: Sequence[float] | None = None,
    units: int | Sequence[int] = 64,
    bidirectional: bool = False,
    variant: Variant | str | None = None,
    dropout: float = 0.0,
    noise: float = 0.0,
    read_out: str = "last",
    forget_bias: float | str = 1.0,
    longest: int = 1,
    stride: int = 1,
    engine: str = "auto",
    seed: int = 0,
) -> keras.Model:
    """Return a network from series (N, T, D), padded with NaN, to outputs (N, C).

    >>> network = build_network(3, 2, units=(8, 4), bidirectional=True)
    >>> network(np.ones((5, 7, 3), "float32")).shape
    TensorShape([5, 2])
    """
    check_parameters(
        {
            "units": units,
            "bidirectional": bidirectional,
            "dropout": dropout,
            "noise": noise,
            "read_out": read_out,
            "forget_bias": forget_bias,
        },
        OF_NETWORKS,
    )
    sizes = list(units) if isinstance(units, Collection) else [units]
    rng = np.random.default_rng(seed)
    series = keras.Input((None, features), name="series")
    h: Any = Stride(stride, name="stride")(series) if stride > 1 else series
    h = Scaling(name="scaling")(h)
    if noise > 0:
        h = keras.layers.GaussianNoise(noise, seed=draw_seed(rng), name="noise")(h)
    h, last = read_in_time(
        h,
        sizes,
        bidirectional=bidirectional,
        variant=variant,
        dropout=dropout,
        forget_bias=forget_bias,
        longest=longest / stride,
        engine=engine,
        rng=rng,
    )
    if read_out != "last":
        mean_h = keras.layers.GlobalAveragePooling1D(name="mean")(h)
        last = (
            mean_h
            if read_out == "mean"
            else keras.layers.Concatenate(name="last_and_mean")([last, mean_h])
        )
    if dropout > 0:
        last = keras.layers.Dropout(dropout, seed=draw_seed(rng), name="dropout")(last)
    initializer: Any = keras.initializers.GlorotUniform(draw_seed(rng))
    answer = keras.layers.Dense(
        outputs, activation, kernel_initializer=initializer, name="read_out"
    )(last)
    if mean is not None and deviation is not None:
        scale: Any = list(deviation)
        offset: Any = list(mean)
        is_far = any(abs(m) > MIN_RATIO * abs(d) for m, d in zip(mean, deviation, strict=True))
        rescaling: Any = FarRescaling if is_far else keras.layers.Rescaling
        answer = rescaling(scale, offset, name="answer")(answer)
    return keras.Model(series, answer, name="network")


def read_in_time(
    h: Any,
    sizes: Sequence[int],
    *,
    bidirectional: bool,
    variant: Variant | str | None,
    dropout: float,
    forget_bias: float | str,
    longest: float,
    engine: str,
    rng: np.random.Generator,
) -> tuple[Any, Any]:
    """Return h of the last of stacked LSTM layers, at each step (N, T, H) and at the end (N, H).

    `h` (N, T, D).

    >>> how = {"variant": None, "dropout": 0.0, "forget_bias": 1.0, "longest": 1, "engine": "auto"}
    >>> rng = np.random.default_rng(0)
    >>> h, last = read_in_time(keras.Input((None, 3)), [4], bidirectional=True, **how, rng=rng)
    >>> h.shape, last.shape
    ((None, None, 8), (None, 8))
    """
    last: Any = None
    for k, size in enumerate(sizes):
        layers = []
        for backwards in (False, True)[: 1 + bidirectional]:
            layer = draw_lstm(
                size,
                rng,
                variant=variant,
                dropout=dropout
                if k > 0
                else 0.0,  # a series of one channel would lose all its input
                return_sequences=True,  # also with last-step pooling: inspection needs all h
                return_state=True,
                go_backwards=backwards,
                engine=engine,
                name="backward_" * backwards
                + f"lstm_{k + 1}",  # Keras names the forward layer forward_lstm_1
            )
            layers.append(layer)
        if bidirectional:
            both = keras.layers.Bidirectional(
                layers[0], backward_layer=layers[1], name=f"both_{k + 1}"
            )
            h, *states = both(h)
            last = keras.layers.Concatenate(name=f"last_{k + 1}")(
                [states[0], states[len(states) // 2]]
            )
            layers = [both.forward_layer, both.backward_layer]  # Keras makes copies
        else:
            h, last, *_ = layers[0](h)
        for layer in layers:
            _start_forget_gates(layer, forget_bias, longest, rng)
    return h, last


def draw_lstm(size: int, rng: np.random.Generator, **options: Any) -> LSTM:
    """Return an LSTM of H units, with every seed drawn.

    >>> draw_lstm(4, np.random.default_rng(0), name="reader").units
    4
    """
    kernel: Any = keras.initializers.GlorotUniform(draw_seed(rng))
    recurrent_kernel: Any = keras.initializers.Orthogonal(seed=draw_seed(rng))
    drawn: dict[str, Any] = {
        "kernel_initializer": kernel,
        "recurrent_initializer": recurrent_kernel,
    }
    return LSTM(int(size), **drawn, seed=draw_seed(rng), **options)


def draw_seed(rng: np.random.Generator) -> int:
    """Return a seed for a Keras initializer or layer.

    >>> draw_seed(np.random.default_rng(0))
    1826701615
    """
    return int(rng.integers(2**31))


def uncompiled(network: keras.Model) -> keras.Model:
    """Return the network with the same layers but no training loss, so that Keras loads its file.

    >>> network = build_network(2, 1)
    >>> network.compile(loss=lambda y, answers: 0.0)
    >>> uncompiled(network).compiled, uncompiled(network).layers[2] is network.layers[2]
    (False, True)
    """
    return keras.Model(
        network.inputs if len(network.inputs) > 1 else network.inputs[0],
        network.outputs[0],
        name=network.name,
    )


def to_bytes(network: keras.Model) -> bytes:
    """Return a network as the bytes of a .keras file."""
    with tempfile.TemporaryDirectory() as folder:
        network.save(Path(folder) / "network.keras")
        return (Path(folder) / "network.keras").read_bytes()


def from_bytes(content: bytes) -> keras.Model:
    """Return the network in the bytes of a .keras file.

    >>> network = build_network(2, 1)
    >>> from_bytes(to_bytes(network)).name
    'network'
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network.keras").write_bytes(content)
        return load_keras(Path(folder) / "network.keras")


def _start_forget_gates(
    layer: LSTM, forget_bias: float | str, longest: float, rng: np.random.Generator
) -> None:
    if layer.cell.bias is None:
        return
    i, f, *_ = blocks = np.zeros((4, layer.units), "float32")
    if isinstance(forget_bias, int | float):
        f[:] = forget_bias
    else:
        spread = layer.units if forget_bias == "chrono" else layer.units // 2
        f[:] = 1.0
        f[:spread] = np.log(rng.uniform(1, max(longest - 1, 1.0001), spread))
        i[:spread] = -f[:spread]
    layer.cell.bias.assign(blocks.reshape(-1))
