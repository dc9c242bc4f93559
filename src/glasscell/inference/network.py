"""Networks of `builder.build_network` and `article.build_model` as arrays; predicts without Keras.

They process series, or endless streams step by step, with the states carried along.

N series · M streams · T time steps · D channels · H units · C classes, or targets
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from glasscell.data.arrays import as_numbers
from glasscell.data.padding import by_length
from glasscell.data.sentences import Reading
from glasscell.errors import DataError, UsageError
from glasscell.facts import Code
from glasscell.inference import cell
from glasscell.inference.bounds import Bounds, bounds_for, require_finite_step
from glasscell.inference.cell import Layer, State, layer_of
from glasscell.inference.meaning import Meaning
from glasscell.inference.sentences import Inference
from glasscell.system.checks import require_whole
from glasscell.system.files import one_line, parse_object

Made = TypeVar("Made")
STEP = Reading.STEP()
FORM = 1  # version of the file format


@dataclass(frozen=True)
class Network:
    """A network as arrays. Made by `read_npz`.

    Parameters
    ----------
    stride : int
        Number of steps that are averaged into one.
    readers : tuple of tuples of Layer
        For each layer of the network, one LSTM per direction.
    reads_out : {"last", "mean", "both", "every"}
        With "every", predictions are (N, T, C), one per step.
    activations : tuple of str
        Activations of the output layer, one after another.
    answer : (scale, offset), or None
        Converts outputs to the units of the targets.
    """

    stride: int
    scaling: tuple[np.ndarray, np.ndarray] | None
    readers: tuple[tuple[Layer, ...], ...]
    reads_out: str
    read_out: tuple[np.ndarray, np.ndarray]
    activations: tuple[str, ...]
    answer: tuple[np.ndarray, np.ndarray] | None
    meaning: Meaning

    def __post_init__(self):
        channels, answers = (len(self.meaning.channels),), (self.meaning.answers,)
        named = {"read_out": (self.read_out[1:], answers), "scaling": (self.scaling, channels)}
        for name, (arrays, wanted) in (named | {"answer": (self.answer, answers)}).items():
            for v in arrays or ():
                if v.shape != wanted:  # a smaller one would be broadcast
                    raise ValueError(f"{name} has an array of shape {v.shape}: expected {wanted}")
        if self.read_out[0].shape[1:] != answers:
            raise ValueError(
                f"read_out has a kernel of shape {self.read_out[0].shape}: expected (…, "
                f"{answers[0]})"
            )

    @property
    def dtype(self) -> np.dtype:
        """Dtype of outputs: float64 if targets are many standard deviations from 0, or float32."""
        return np.dtype("float32") if self.answer is None else self.answer[0].dtype

    @property
    def layers(self) -> list[Layer]:
        """The LSTMs of all layers, forward before backward."""
        return [layer for reader in self.readers for layer in reader]

    @property
    def is_one_way(self) -> bool:
        """Whether no LSTM runs backwards."""
        return not any(layer.go_backwards for layer in self.layers)

    @property
    def is_silent(self) -> bool:
        """Whether an output layer at each step gets zeros at masked ones, as in Bidirectional."""
        return len(self.readers[-1]) == 2

    @cached_property
    def bounds(self) -> Bounds:
        """The values that it accepts."""
        return bounds_for(
            len(self.meaning.channels), self.scaling, self.stride, steps=self.meaning.steps
        )

    @property
    def is_finite(self) -> bool:
        """Whether all learned numbers are finite."""
        weights = [v for layer in self.layers for v in layer.weights if v is not None]
        others = [
            v
            for pair in (self.scaling, self.read_out, self.answer)
            if pair is not None
            for v in pair
        ]
        return all(np.isfinite(v).all() for v in (*weights, *others))

    @cached_property
    def obstacle(self) -> str | None:
        """Why NumPy is used, as slow as TensorFlow's loop; None where the kernel's core is."""
        return next((layer.obstacle for layer in self.layers if layer.obstacle), None)


def read_npz(path: Path) -> Network:
    """Return the network in a file that `exporters.npz` wrote."""
    return read_arrays(path, network_of, Inference.DAMAGED_NPZ)


def read_arrays(
    path: Path, made_of: Callable[[Mapping[str, np.ndarray], dict[str, Any]], Made], damaged: Code
) -> Made:
    """Read a file's arrays by name, and their description, and return the result of `made_of`."""
    try:
        with path.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
            about = parse_object(str(arrays["about"]))
            if about["form"] != FORM:
                raise DataError(Inference.OTHER_FORM, file=path, found=about["form"], form=FORM)
            return made_of(arrays, about)
    except DataError:
        raise
    except (
        Exception
    ) as error:  # NumPy, zipfile, zlib and JSON raise a dozen kinds for a damaged file
        raise DataError(damaged, file=path, words=one_line(error)) from error


def network_of(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> Network:
    """Return the network of arrays by name and a description, as of `exporters.npz.arrays_of`."""

    def pair(*names: str) -> Any:
        return tuple(arrays[name] for name in names) if names[0] in arrays else None

    readers = tuple(
        tuple(
            layer_of(arrays, one["name"], one["variant"], go_backwards=one["go_backwards"])
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
    """Return predictions (N, C) for raw series x (N, T, D), padded with NaN, and which have one.

    An invalid series (see `inference.bounds`) has NaN, and one without any value the prior, if
    there is one. With predictions at each step, both are (N, T, …).

    >>> from glasscell.inference.cell import Weights
    >>> from glasscell.variants import Variant
    >>> layer = Layer(
    ...     Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False
    ... )
    >>> ones = np.ones((1, 1), "f"), np.zeros(1, "f")
    >>> network = Network(1, None, ((layer,),), "last", ones, ("linear",), None, Meaning(("x",)))
    >>> answers, answered = answer(network, np.ones((1, 3, 1)))
    >>> print(f"{answers[0, 0]:.3f}", answered)
    0.789 [ True]
    """
    each = network.reads_out == "every"
    return answer_by(
        partial(answer_centred, network),
        x,
        network.meaning,
        network.bounds,
        network.dtype,
        each=each,
    )


def answer_by(
    answer: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    meaning: Meaning,
    bounds: Bounds,
    dtype: np.dtype,
    *,
    each: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) for raw series x, and which have one; `answer` takes centered ones.

    With `each` they are predictions at each step, (N, T, C) and (N, T). A series then needs no
    value.
    """
    x = meaning.centred(x)
    if each:
        is_read = bounds.are_read(x) | np.isnan(x).all((1, 2))
        answers = np.full((*x.shape[:2], meaning.answers), np.nan, dtype)
        if is_read.any() and x.shape[1]:
            answers[is_read] = answer(x[is_read])
        answered = np.asarray(np.isfinite(answers).all(-1))
        answers[~answered] = np.nan
        return answers, answered
    answered = bounds.are_read(x)
    answers = np.full((len(x), meaning.answers), np.nan, dtype)
    answers[np.isnan(x).all((1, 2))] = meaning.prior_or_nan
    if answered.any():
        answers[answered] = answer(x[answered])
        answered &= np.isfinite(answers).all(1)
        answers[~answered & ~np.isnan(x).all((1, 2))] = np.nan
    return answers, answered


def answer_centred(network: Network, x: np.ndarray) -> np.ndarray:
    """Return predictions (N, C) for nonempty series x (N, T, D) without offsets, float32."""
    if network.scaling is None or network.reads_out == "every":
        return _answer(network, x)  # all steps are real, or all have a prediction
    return by_length(partial(_answer, network), x)


def _answer(network: Network, x: np.ndarray) -> np.ndarray:
    x, mask = prepare(network, x)
    last: list[np.ndarray] = []
    for k, reader in enumerate(network.readers, 1):
        only_last = k == len(network.readers) and network.reads_out == "last"
        read = [(layer, *layer.read(x, mask, only_last=only_last)) for layer in reader]
        last = [state[0] for _, _, state in read]
        if not only_last:  # in the order of time, as from Bidirectional
            x = np.concatenate(
                [h[:, ::-1] if layer.go_backwards else h for layer, h, _ in read],  # pyright: ignore
                -1,
            )
    if network.reads_out == "every":
        return read_out(
            network, x * mask[..., None] if network.is_silent and mask is not None else x
        )
    parts = last if network.reads_out != "mean" else []
    if network.reads_out != "last":
        parts = [*parts, _mean(x, mask)]
    return read_out(network, np.concatenate(parts, -1))


def prepare(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Return series (N, T, D) as input of the first LSTM, shortened and scaled, and a mask (N, T).

    The mask is None if no value is missing.
    """
    x = _shorten(x, network.stride) if network.stride > 1 else x
    if network.scaling is None:
        return x, None
    mean, deviation = network.scaling
    missing, x = np.isnan(x), (x - mean) / deviation
    if not missing.any():
        return x, None
    x[np.isnan(x)] = 0  # at masked steps, too
    return x, np.asarray(~missing.all(-1))


def read_out(network: Network, h: np.ndarray) -> np.ndarray:
    """Return predictions (N, C) of the output layer, given its input (N, …)."""
    kernel, bias = network.read_out
    answers = h @ kernel + bias
    for name in network.activations:
        answers = _softmax(answers) if name == "softmax" else cell.ACTIVATIONS[name](answers)
    if network.answer is not None:
        scale, offset = network.answer
        answers = answers * scale + offset
    return answers


def _mean(h: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """Return the mean of h (N, T, H) over the real steps."""
    if mask is None:
        return h.mean(1)
    return (h * mask[..., None]).sum(1) / mask.sum(1, keepdims=True, dtype="float32")


def _shorten(x: np.ndarray, stride: int) -> np.ndarray:
    """Return the means of each `stride` steps over the values present: (N, ⌈T/k⌉, D)."""
    x = np.pad(x, [(0, 0), (0, -x.shape[1] % stride), (0, 0)], constant_values=np.nan)
    x = x.reshape(len(x), -1, stride, x.shape[-1])
    count = (~np.isnan(x)).sum(2, dtype="float32")
    with np.errstate(invalid="ignore"):
        return np.nansum(x, 2) / count  # 0/0 is NaN, as intended


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Stream:
    """M streams processed side by side, one step at a time.

    After t steps the prediction is that of the network for these steps as a series, as in
    `networks.streams.Stream`.

    Parameters
    ----------
    network : Network
        A unidirectional network.
    streams : int
        M.

    Attributes
    ----------
    has_begun : bool array (M,)
        Which streams have had a value.

    >>> from glasscell.inference.cell import Weights
    >>> from glasscell.variants import Variant
    >>> layer = Layer(
    ...     Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), Variant(), go_backwards=False
    ... )
    >>> ones = np.ones((1, 1), "f"), np.zeros(1, "f")
    >>> stream = Stream(
    ...     Network(1, None, ((layer,),), "last", ones, ("linear",), None, Meaning(("x",)))
    ... )
    >>> print(" ".join(f"{stream.step([[1.0]])[0, 0]:.3f}" for _ in range(3)))
    0.370 0.651 0.789
    """

    def __init__(self, network: Network, streams: int = 1):
        if not network.is_one_way:
            raise UsageError(Inference.NO_END)
        require_whole(1, streams=streams)
        self._network, self.streams = network, int(streams)
        self._layers = network.layers
        self.reset()

    def reset(self) -> None:
        """Start all streams again."""
        units = self._layers[-1].units
        self.has_begun = np.zeros(self.streams, bool)
        self._states: list[State | None] = [None] * len(self._layers)
        self._sum = (
            np.zeros((self.streams, units), "float32"),
            np.zeros((self.streams, 1), "float32"),
        )
        self._block = np.zeros((self.streams, 0, len(self._network.meaning.channels)), "float32")

    def step(self, x: Any) -> np.ndarray:
        """Process each stream's next step, (M, D), raw, and return the predictions so far, (M, C).

        Missing values are NaN. A step of only NaN does not advance a stream. Before its first
        value, a stream predicts the prior, if the network has one.
        """
        x = self._network.meaning.centred(as_numbers(x, STEP))
        wanted = (self.streams, self._block.shape[2])
        if x.shape != wanted:
            raise UsageError(Inference.STEP_SHAPE, shape=x.shape, expected=wanted)
        self._network.bounds.require_step(x)
        block = np.concatenate([self._block, x[:, None]], 1)
        answers, states, total = self._read(block)
        require_finite_step(answers)
        self._block = block
        if block.shape[1] == self._network.stride:
            self._states, self._sum, self._block = states, total, block[:, :0]
        if self.has_begun.all():
            return answers
        self.has_begun = self.has_begun | ~np.isnan(x).all(1)
        if self._network.meaning.prior is None:
            return answers
        return np.where(
            self.has_begun[:, None],
            answers,
            self._network.meaning.prior_or_nan.astype(answers.dtype),
        )

    def _read(
        self, block: np.ndarray
    ) -> tuple[np.ndarray, list[State | None], tuple[np.ndarray, np.ndarray]]:
        """Return the predictions, the states and the sum of h after the steps of a block."""
        x, mask = prepare(self._network, block)
        states: list[State | None] = []
        for layer, before in zip(self._layers, self._states, strict=True):
            _, state = layer.read(x, mask, before, only_last=True)
            states.append(state)
            x = state[0][:, None]
        h, total = x[:, 0], self._sum
        if self._network.reads_out in ("last", "every"):
            return read_out(self._network, h), states, total
        real = np.ones((len(h), 1), "float32") if mask is None else mask.astype("float32")
        total = total[0] + h * real, total[1] + real
        mean = total[0] / np.maximum(total[1], 1)
        if self._network.reads_out == "both":
            mean = np.concatenate([h, mean], -1)
        return read_out(self._network, mean), states, total
