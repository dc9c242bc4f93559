"""Preprocessing between raw series and an LSTM: offsets, stride, scaling and masks.

An LSTM node takes lengths, but no gaps in the middle, so real steps are moved to the front. A mask
(N, T) is True at real steps, as in Keras.

N series · T time steps · D channels · k stride
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glasscell.exporters.onnx.graph import Graph, Value
from glasscell.inference.bounds import Bounds
from glasscell.inference.meaning import Meaning
from glasscell.layers.preprocessing import Scaling


def centre(graph: Graph, raw: str, meaning: Meaning) -> str:
    """Return raw series, maybe float64, as `Meaning.centred` does: float32, NaN where missing."""
    x, dtype = raw, "float64" if meaning.offsets else "float32"
    if meaning.offsets:
        x = graph.cast(graph.add("Sub", raw, graph.constant(meaning.offsets, "float64")), "float32")
    for mark in meaning.marks():
        x = graph.add(
            "Where", graph.add("Equal", raw, graph.constant(mark, dtype)), graph.constant(np.nan), x
        )
    return x


def has_value(graph: Graph, x: str, axes: list[int]) -> str:
    """Return where x has a value that is not NaN, along axes: bool."""
    return graph.any_of(graph.add("Not", graph.add("IsNaN", x)), axes)


def beyond(graph: Graph, x: str, bounds: Bounds) -> str:
    """Return which values of x (…, D) are invalid, as `Bounds.first_beyond` does: bool."""
    too_large = graph.add("Greater", graph.add("Abs", x), graph.constant(bounds.largest))
    return too_large if bounds.takes_missing else graph.add("Or", too_large, graph.add("IsNaN", x))


@dataclass(frozen=True)
class Verdict:
    """Which series can have a prediction, as in `inference.bounds`: bool tensors of one shape.

    Parameters
    ----------
    has_value : str
        Whether there is any value.
    is_read : str
        Whether there is one, and no invalid value.
    """

    has_value: str
    is_read: str

    def of_steps(self, graph: Graph, *, streaming: bool) -> "Verdict":
        """Return the verdict for predictions at each step: (N, 1), or (N,) for streams."""
        is_read = graph.add("Or", self.is_read, graph.add("Not", self.has_value))
        return Verdict(
            self.has_value,
            is_read if streaming else graph.add("Unsqueeze", is_read, graph.ints(-1)),
        )

    def answer(
        self, graph: Graph, value: Value, otherwise: np.ndarray | None = None
    ) -> tuple[str, str]:
        """Return predictions, and which exist: NaN where not, `otherwise` (C,) without a value."""
        size = graph.add("Abs", value.name)
        is_finite = graph.add(
            "LessOrEqual", size, graph.constant(np.finfo(value.dtype).max, value.dtype)
        )
        answered = graph.add("And", self.is_read, graph.all_of(is_finite, [-1]))
        nan = graph.constant(np.nan, value.dtype)
        if otherwise is not None:
            there = graph.add("Unsqueeze", self.has_value, graph.ints(-1))
            nan = graph.add("Where", there, nan, graph.constant(otherwise, value.dtype))
        return graph.add(
            "Where", graph.add("Unsqueeze", answered, graph.ints(-1)), value.name, nan
        ), answered

    @staticmethod
    def label(graph: Graph, answers: str, answered: str, labels: Sequence[str]) -> str:
        """Return the label of the largest of outputs (…, C); "" where there is no prediction."""
        most = graph.add("ArgMax", answers, axis=-1, keepdims=0)
        label = graph.add("Gather", graph.constant(labels, "str"), most)
        return graph.add("Where", answered, label, graph.constant([""], "str"))


def verdict_of(graph: Graph, x: str, bounds: Bounds) -> Verdict:
    """Return which of the series x (N, T, D), without their offsets, can get a prediction."""
    there = has_value(graph, x, [1, 2])
    is_read = graph.add(
        "And", there, graph.add("Not", graph.any_of(beyond(graph, x, bounds), [1, 2]))
    )
    return Verdict(there, is_read)


def scale(graph: Graph, x: str, scaling: Scaling) -> str:
    """Return x (…, D) as a layer scales it: a missing value becomes the mean, 0."""
    scaled = graph.add(
        "Div", graph.add("Sub", x, graph.constant(scaling.mean)), graph.constant(scaling.deviation)
    )
    return zero_where_missing(graph, scaled)


def zero_where_missing(graph: Graph, x: str) -> str:
    """Return x with 0 instead of NaN."""
    return graph.add("Where", graph.add("IsNaN", x), graph.constant(0.0), x)


def shorten(graph: Graph, x: str, stride: int, features: int) -> str:
    """Return x (N, T, D) shortened as by `layers.preprocessing.Stride`: means, (N, ⌈T/k⌉, D)."""
    series, steps = (
        graph.add("Unsqueeze", graph.size_of(x, axis), graph.ints(0)) for axis in (0, 1)
    )
    blocks = graph.add("Div", graph.add("Add", steps, graph.ints(stride - 1)), graph.ints(stride))
    beyond = graph.add("Sub", graph.add("Mul", blocks, graph.ints(stride)), steps)
    pads = graph.add("Concat", graph.ints(0, 0, 0, 0), beyond, graph.ints(0), axis=0)
    padded = graph.add("Pad", x, pads, graph.constant(np.nan))
    shape = graph.add("Concat", series, blocks, graph.ints(stride), graph.ints(features), axis=0)
    x = graph.add("Reshape", padded, shape, allowzero=1)
    there = graph.cast(graph.add("Not", graph.add("IsNaN", x)), "float32")
    total, count = (
        graph.add("ReduceSum", v, graph.ints(2), keepdims=0)
        for v in (zero_where_missing(graph, x), there)
    )
    return graph.add("Div", total, count)  # 0/0 is NaN, as intended


@dataclass(frozen=True)
class Order:
    """Places of real steps when moved to the front, and back. Made by `order_of`.

    Parameters
    ----------
    mask : str
        bool (N, T).
    lengths : str
        Number of real steps of each series, int64 (N, 1).
    front : str
        Step at each place once the real ones are in front, int64 (N, T, 1).
    read : str
        Number of real steps up to and including each step, int64 (N, T).
    """

    mask: str
    lengths: str
    front: str
    read: str

    def to_front(self, graph: Graph, x: str) -> str:
        """Return x (N, T, D) with its real steps in front."""
        return graph.add("GatherND", x, self.front, batch_dims=1)

    def shown(self, graph: Graph, *, backwards: bool) -> str:
        """Return which steps are at or after the first real one, in layer order: bool (N, T)."""
        if backwards:
            return graph.add("Less", self._before(graph), self.lengths)
        return graph.add("Greater", self.read, graph.constant(0, "int64"))

    def to_place(self, graph: Graph, h: str, *, backwards: bool) -> str:
        """Move h (N, T, H) from the front to its steps; masked steps get the previous step's h."""
        place = (
            self._before(graph)
            if backwards
            else graph.add("Sub", self.read, graph.constant(1, "int64"))
        )
        last = graph.add(
            "Max",
            graph.add("Sub", self.lengths, graph.constant(1, "int64")),
            graph.constant(0, "int64"),
        )
        place = graph.add("Min", graph.add("Max", place, graph.constant(0, "int64")), last)
        return graph.add("GatherND", h, graph.add("Unsqueeze", place, graph.ints(-1)), batch_dims=1)

    def _before(self, graph: Graph) -> str:
        return graph.add("Sub", self.read, graph.cast(self.mask, "int64"))


def order_of(graph: Graph, mask: str) -> Order:
    """Return the `Order` of a mask (N, T)."""
    real = graph.cast(mask, "int64")
    one = graph.ints(1)
    read = graph.add("CumSum", real, graph.constant(1, "int64"))
    lengths = graph.add("ReduceSum", real, one, keepdims=1)
    time = graph.add(
        "Range", graph.constant(0, "int64"), graph.size_of(mask, 1), graph.constant(1, "int64")
    )
    # places of masked steps, in their order
    behind = graph.add("Add", lengths, graph.add("Sub", time, read))
    place = graph.add("Where", mask, graph.add("Sub", read, graph.constant(1, "int64")), behind)
    steps = graph.add("Expand", time, graph.add("Shape", mask))
    front = graph.add("ScatterElements", graph.add("Sub", read, read), place, steps, axis=1)
    return Order(mask, lengths, graph.add("Unsqueeze", front, graph.ints(-1)), read)
