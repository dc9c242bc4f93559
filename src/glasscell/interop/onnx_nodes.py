"""LSTM nodes of an ONNX graph as a Keras model: gates i, o, f, c, weights transposed, two biases that are summed.

N series · T time steps · D channels · H units
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.interop.plain.cell import Weights
from glasscell.interop.sentences import Interop
from glasscell.interop.stacks import Stack, model_of
from glasscell.system.files import one_line
from glasscell.variants import Variant

ORDER = (0, 2, 3, 1)  # blocks of ONNX, i o f c, in the order of ours, i f z o
# between two LSTM nodes that are one above another: what changes the order or the number of axes only
PASS_ON = ("Transpose", "Squeeze", "Unsqueeze", "Reshape", "Identity", "Dropout", "Cast")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softsign", "softplus")
WITH_ALPHA, WITH_BETA = ("affine", "elu", "hardsigmoid", "leakyrelu"), ("affine", "hardsigmoid")
USUAL = ("sigmoid", "tanh", "tanh")
ORDINARY_DOMAINS = ("", "ai.onnx")


def from_onnx(
    source: Any,
    node: str | None = None,
    *,
    return_sequences: bool = True,
    return_state: bool = False,
    initial_state: bool = False,
    name: str | None = None,
) -> keras.Model:
    """Return a Keras model of `glasscell.LSTM` layers with the weights of the LSTM nodes of an ONNX graph.

    Nodes that read one another are layers one above another. The model reads series (N, T, D), series first as in
    Keras, whatever the graph's layout, and answers h of both directions side by side; what the graph does before and
    after its LSTMs is not in it.

    Parameters
    ----------
    source : str, Path or onnx.ModelProto
        A file, or a model.
    node : str, optional
        The name of the first LSTM node, where there are several that do not read one another.
    return_sequences, return_state, initial_state
        As in `from_torch`.
    name : str, optional
        Of the model.

    Raises
    ------
    UsageError
        If the package onnx is not installed, there is no LSTM node, or several, or one that no layer of ours can be.
    DataError
        If the file is damaged, or weights do not go together.

    Examples
    --------
    >>> from onnx import helper, numpy_helper
    >>> weights = {"W": np.ones((1, 8, 3), "float32"), "R": np.ones((1, 8, 2), "float32")}
    >>> lstm = helper.make_node("LSTM", ["x", "W", "R"], ["y"], hidden_size=2)
    >>> kept = [numpy_helper.from_array(v, k) for k, v in weights.items()]
    >>> graph = helper.make_graph([lstm], "one", [], [], initializer=kept)
    >>> from_onnx(helper.make_model(graph))(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 2])
    """
    if find_spec("onnx") is None:
        raise UsageError(Interop.NO_ONNX)
    what, graph = _graph(source)
    nodes = _chosen(graph, node, what)
    _require_whole_series(graph, nodes, what)
    constants = _constants(graph)
    readings = [_layer(one, constants, f"{what}, node {_called(one)}") for one in nodes]
    variants = {variant for _, variant in readings}
    if len(variants) > 1:
        raise UsageError(Interop.NODES_DIFFER, file=what)
    stack = Stack(tuple(layer for layer, _ in readings), variants.pop(), source=what)
    options: Any = {"return_sequences": return_sequences, "return_state": return_state}
    return model_of(stack, **options, initial_state=initial_state, name=name)


def _graph(source: Any) -> tuple[str, Any]:
    import onnx

    if isinstance(source, onnx.ModelProto):
        return "the ONNX model", source.graph
    if not isinstance(source, str | Path):
        raise UsageError(Interop.NO_ONNX_SOURCE, kind=type(source).__name__)
    path = Path(source)
    if not path.is_file():
        raise DataError(Interop.NO_FILE, file=path)
    try:
        model = onnx.load(path)
    except Exception as error:  # protobuf has kinds of its own
        raise DataError(Interop.DAMAGED_ONNX, file=path, words=one_line(error)) from error
    if not model.graph.node:
        raise DataError(Interop.DAMAGED_ONNX, file=path, words="it has no graph")
    return str(path), model.graph


def _chosen(graph: Any, name: str | None, what: str) -> list[Any]:
    """Return the LSTM nodes to read, each of which reads the one before."""
    lstms = [one for one in graph.node if one.op_type == "LSTM" and one.domain in ORDINARY_DOMAINS]
    if not lstms:
        others = sorted({one.op_type for one in graph.node if one.op_type in ("GRU", "RNN", "Loop", "Scan")})
        raise UsageError(Interop.OTHER_NODES if others else Interop.NO_LSTM_NODE, file=what, kinds=others)
    producer = {output: one for one in graph.node for output in one.output if output}
    chains: list[list[Any]] = []
    for one in lstms:
        below = _read_by(one, producer)
        chain = next((chain for chain in chains if chain[-1] is below), [])
        if not chain:
            chains.append(chain)
        chain.append(one)
    if name is not None:
        chains = [chain for chain in chains if _called(chain[0]) == name] or [
            [one] for one in lstms if _called(one) == name
        ]
    if len(chains) != 1:
        code = Interop.SEVERAL_NODES if name is None else Interop.NO_SUCH_NODE
        nodes = [_called(one) for one in ([chain[0] for chain in chains] or lstms)]
        raise UsageError(code, file=what, node=name, nodes=nodes)
    return chains[0]


def _read_by(node: Any, producer: dict[str, Any]) -> Any:
    """Return the LSTM node all of whose h a node reads, if there is one."""
    at = node.input[0]
    while (below := producer.get(at)) is not None:
        if below.op_type == "LSTM":
            return below if at == below.output[0] else None
        if below.op_type not in PASS_ON:
            return None
        at = below.input[0]
    return None


def _require_whole_series(graph: Any, nodes: list[Any], what: str) -> None:
    """Raise UsageError if a node is told lengths of series by anything but the shape of what it reads."""
    producer = {output: one for one in graph.node for output in one.output if output}
    kept = {one.name for one in graph.initializer}
    for node in nodes:
        waiting, kinds = [name for name in node.input[4:5] if name], set()
        while waiting:
            name = waiting.pop()
            made_by = producer.get(name)
            kinds.add(made_by.op_type if made_by is not None else "Constant" if name in kept else "input")
            waiting += [] if made_by is None or made_by.op_type == "Shape" else [v for v in made_by.input if v]
        if kinds and ("input" in kinds or "Shape" not in kinds):
            raise UsageError(Interop.OWN_LENGTHS, file=f"{what}, node {_called(node)}", name=node.input[4])


def _constants(graph: Any) -> dict[str, Any]:
    constants = {one.name: one for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            constants.update((node.output[0], one.t) for one in node.attribute if one.name == "value")
    return constants


def _layer(node: Any, constants: dict[str, Any], what: str) -> tuple[tuple[Weights, ...], Variant]:
    from onnx import helper, numpy_helper

    about = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    inputs = dict(zip("xWRBlhcP", [*node.input, *[""] * 8], strict=False))
    if about.get("clip"):
        raise UsageError(Interop.CLIPS, file=what, clip=about["clip"])
    direction = about.get("direction", b"forward").decode()
    if direction == "reverse":
        raise UsageError(Interop.NODE_BACKWARDS, file=what)

    def weights(letter: str) -> np.ndarray | None:
        name = inputs[letter]
        if not name:
            return None
        if name not in constants:
            raise UsageError(Interop.WEIGHTS_COMPUTED, file=what, letter=letter, name=name)
        return np.asarray(numpy_helper.to_array(constants[name]), "float32")

    for letter in "hc":
        if inputs[letter] in constants and (weights(letter) != 0).any():  # pyright: ignore
            raise UsageError(Interop.OWN_STATES, file=what)
    kernel, recurrent_kernel, bias, peepholes = (weights(letter) for letter in "WRBP")
    sides = 2 if direction == "bidirectional" else 1
    if kernel is None or recurrent_kernel is None:
        raise DataError(Interop.NO_WEIGHTS, file=what, letter="W" if kernel is None else "R")
    units = recurrent_kernel.shape[-1]
    for letter, v, axes in (("W", kernel, 3), ("R", recurrent_kernel, 3), ("B", bias, 2), ("P", peepholes, 2)):
        if v is not None and (v.ndim != axes or len(v) != sides):
            raise DataError(Interop.NODE_AXES, file=what, letter=letter, shape=v.shape, directions=sides, axes=axes)
        parts = {"W": 4, "R": 4, "B": 8, "P": 3}[letter]
        if v is not None and v.shape[1] != parts * units:
            raise DataError(Interop.NODE_ROWS, file=what, letter=letter, shape=v.shape, parts=parts, units=units)
    layer = tuple(
        Weights(
            _in_our_order(kernel[k]).T,
            _in_our_order(recurrent_kernel[k]).T,
            None if bias is None else _in_our_order(sum(np.split(bias[k], 2))),  # pyright: ignore
            None if peepholes is None else peepholes[k].reshape(3, -1)[[0, 2, 1]],  # of ONNX's i, o, f
        )
        for k in range(sides)
    )
    coupled, activations = bool(about.get("input_forget", 0)), _activations(about, sides, what)
    return layer, Variant(coupled=coupled, peepholes=peepholes is not None, **activations)


def _in_our_order(v: np.ndarray) -> np.ndarray:
    blocks = np.split(v, 4)
    return np.concatenate([blocks[k] for k in ORDER])


def _activations(about: dict[str, Any], sides: int, what: str) -> dict[str, Any]:
    """Return the activations of gates, block input and output, as a variant has them."""
    found = [v.decode().lower() for v in about.get("activations", [])] or [*USUAL] * sides
    if found[:3] * sides != found:
        raise UsageError(Interop.ACTIVATIONS_DIFFER, file=what)
    alphas, betas = (list(about.get(f"activation_{key}", [])) for key in ("alpha", "beta"))
    names = []
    for name in found[:3]:
        alpha = alphas.pop(0) if alphas and name in WITH_ALPHA else None
        beta = betas.pop(0) if betas and name in WITH_BETA else None
        if name == "affine" and alpha == 1 and beta in (0, None):
            names.append("linear")
        elif name == "hardsigmoid" and alpha is not None and abs(alpha - 1 / 6) < 1e-6 and beta in (0.5, None):
            names.append("hard_sigmoid")
        elif name == "elu" and alpha in (1, None):
            names.append("elu")
        elif name == "leakyrelu" and alpha is not None and abs(alpha - 0.2) < 1e-6:
            names.append("leaky_relu")
        elif name in ACTIVATIONS:
            names.append(name)
        else:
            raise UsageError(Interop.OTHER_ACTIVATION, file=what, activation=name, alpha=alpha, beta=beta)
    return dict(zip(("gate_activation", "input_activation", "output_activation"), names, strict=True))


def _called(node: Any) -> str:
    return node.name or (node.output[0] if node.output and node.output[0] else "without a name")
