"""Steps that are not real: an LSTM node knows lengths, but no gap in the middle, so real steps are moved to the front.

N series · T time steps · D features

A mask (N, T) is True where a step is real, as in Keras.
"""

from dataclasses import dataclass

from glasscell.interop.onnx.graph import Graph


def any_of(graph: Graph, flags: str, axes: list[int], *, keepdims: bool = False) -> str:
    """Return whether any of the flags is True, along axes; False where there is none at all."""
    count = graph.add("ReduceSum", graph.cast(flags, "float32"), graph.constant(axes, "int64"), keepdims=int(keepdims))
    return graph.add("Greater", count, graph.constant(0.0))


def all_of(graph: Graph, flags: str, axes: list[int], *, keepdims: bool = False) -> str:
    """Return whether all of the flags are True, along axes."""
    return graph.add("Not", any_of(graph, graph.add("Not", flags), axes, keepdims=keepdims))


@dataclass(frozen=True)
class Order:
    """Where real steps go, and come back from. Made by `order_of`.

    Parameters
    ----------
    mask : str
        bool (N, T).
    lengths : str
        How many steps of a series are real, int64 (N, 1).
    front : str
        Which step stands at each place once the real ones are in front, int64 (N, T, 1).
    read : str
        How many real steps there are up to each step, itself included, int64 (N, T).
    """

    mask: str
    lengths: str
    front: str
    read: str

    def to_front(self, graph: Graph, x: str) -> str:
        """Return x (N, T, D), its real steps in front."""
        return graph.add("GatherND", x, self.front, batch_dims=1)

    def shown(self, graph: Graph, *, backwards: bool) -> str:
        """Return at which steps a real one has been read, bool (N, T), a reader going forwards or backwards."""
        if backwards:
            return graph.add("Less", self._before(graph), self.lengths)
        return graph.add("Greater", self.read, graph.constant(0, "int64"))

    def to_place(self, graph: Graph, h: str, *, backwards: bool) -> str:
        """Return h (N, T, H), of real steps in front, at its steps; where masked, that of the step read before."""
        place = self._before(graph) if backwards else graph.add("Sub", self.read, graph.constant(1, "int64"))
        last = graph.add("Max", graph.add("Sub", self.lengths, graph.constant(1, "int64")), graph.constant(0, "int64"))
        place = graph.add("Min", graph.add("Max", place, graph.constant(0, "int64")), last)
        return graph.add("GatherND", h, graph.add("Unsqueeze", place, graph.ints(-1)), batch_dims=1)

    def _before(self, graph: Graph) -> str:
        return graph.add("Sub", self.read, graph.cast(self.mask, "int64"))


def order_of(graph: Graph, mask: str) -> Order:
    """Return how steps with this mask are moved."""
    real = graph.cast(mask, "int64")
    one = graph.ints(1)
    read = graph.add("CumSum", real, graph.constant(1, "int64"))
    lengths = graph.add("ReduceSum", real, one, keepdims=1)
    time = graph.add("Range", graph.constant(0, "int64"), size_of(graph, mask, 1), graph.constant(1, "int64"))
    behind = graph.add("Add", lengths, graph.add("Sub", time, read))  # where masked steps go, in their order
    place = graph.add("Where", mask, graph.add("Sub", read, graph.constant(1, "int64")), behind)
    steps = graph.add("Expand", time, graph.add("Shape", mask))
    front = graph.add("ScatterElements", graph.add("Sub", read, read), place, steps, axis=1)
    return Order(mask, lengths, graph.add("Unsqueeze", front, graph.ints(-1)), read)


def size_of(graph: Graph, tensor: str, axis: int) -> str:
    """Return the size of an axis as an int64 scalar."""
    return graph.add("Gather", graph.add("Shape", tensor), graph.constant(axis, "int64"))
