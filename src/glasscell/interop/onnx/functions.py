"""Activations: as operators of ONNX, and inside an LSTM node."""

from collections.abc import Callable
from typing import Any

import keras

from glasscell.interop.onnx.graph import Graph, InexpressibleError

# Of an LSTM node: ONNX's name, and the numbers that it takes there (alpha, beta), None where it takes none.
IN_NODES: dict[str, tuple[str, float | None, float | None]] = {
    "linear": ("Affine", 1.0, 0.0),
    "tanh": ("Tanh", None, None),
    "sigmoid": ("Sigmoid", None, None),
    "hard_sigmoid": ("HardSigmoid", 1 / 6, 0.5),
    "relu": ("Relu", None, None),
    "softsign": ("Softsign", None, None),
    "elu": ("Elu", 1.0, None),
    "leaky_relu": ("LeakyRelu", 0.2, None),
}
# The bias at which a gate is 1 whatever happens, given weights of zero; exactly so in float32.
HELD_AT_ONE = {"sigmoid": 40.0, "tanh": 40.0, "hard_sigmoid": 40.0, "linear": 1.0, "relu": 1.0}


def _times(factor: Callable[[Graph, str], str]) -> Callable[[Graph, str], str]:
    return lambda graph, x: graph.add("Mul", x, factor(graph, x))


def _gelu(graph: Graph, x: str) -> str:
    half = graph.add("Mul", x, graph.constant(0.5))
    erf = graph.add("Erf", graph.add("Mul", x, graph.constant(2**-0.5)))
    return graph.add("Mul", half, graph.add("Add", erf, graph.constant(1.0)))


def _hard_sigmoid(graph: Graph, x: str) -> str:
    return graph.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)


FUNCTIONS: dict[str, Callable[[Graph, str], str]] = {
    "linear": lambda graph, x: x,
    "tanh": lambda graph, x: graph.add("Tanh", x),
    "sigmoid": lambda graph, x: graph.add("Sigmoid", x),
    "hard_sigmoid": _hard_sigmoid,
    "relu": lambda graph, x: graph.add("Relu", x),
    "relu6": lambda graph, x: graph.add("Clip", x, graph.constant(0.0), graph.constant(6.0)),
    "softsign": lambda graph, x: graph.add("Softsign", x),
    "softplus": lambda graph, x: graph.add("Softplus", x),
    "elu": lambda graph, x: graph.add("Elu", x),
    "selu": lambda graph, x: graph.add("Selu", x),
    "leaky_relu": lambda graph, x: graph.add("LeakyRelu", x, alpha=0.2),
    "exponential": lambda graph, x: graph.add("Exp", x),
    "softmax": lambda graph, x: graph.add("Softmax", x, axis=-1),
    "log_softmax": lambda graph, x: graph.add("LogSoftmax", x, axis=-1),
    "silu": _times(lambda graph, x: graph.add("Sigmoid", x)),
    "hard_silu": _times(_hard_sigmoid),
    "mish": _times(lambda graph, x: graph.add("Tanh", graph.add("Softplus", x))),
    "gelu": _gelu,
}


def name_of(activation: Any) -> str:
    """Return Keras's name of an activation.

    Raises
    ------
    InexpressibleError
        If it is a function of your own, or one that ONNX cannot say.

    Examples
    --------
    >>> name_of(None), name_of("swish"), name_of(keras.activations.tanh)
    ('linear', 'silu', 'tanh')
    """
    name: Any = keras.activations.serialize(keras.activations.get(activation))
    if not isinstance(name, str) or name not in FUNCTIONS:
        said = repr(name) if isinstance(name, str) else "a function of your own"
        raise InexpressibleError(f"its activation is {said}: expected one of {', '.join(sorted(FUNCTIONS))}")
    return name


def apply(graph: Graph, activation: Any, x: str) -> str:
    """Add an activation of x, given by name or as Keras's function; return its output.

    Raises
    ------
    InexpressibleError
        As in `name_of`.
    """
    return FUNCTIONS[name_of(activation)](graph, x)
