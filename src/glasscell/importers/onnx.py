"""LSTM nodes of an ONNX graph as a Keras model: gates i, o, f, c, transposed weights, two biases.

N series · T time steps · D channels · H units
"""

from collections import Counter
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.importers.sentences import Importers
from glasscell.importers.stacks import Stack, model_of, numbers_of, summed
from glasscell.inference.cell import Weights
from glasscell.networks.sentences import ModelFiles
from glasscell.system.files import one_line
from glasscell.variants import Variant

ORDER = (0, 2, 3, 1)  # ONNX's blocks, i o f c, in our order, i f z o
# operators allowed between two stacked LSTM nodes: they change only the order or the number of axes
PASS_ON = ("Transpose", "Squeeze", "Unsqueeze", "Reshape", "Identity", "Dropout", "Cast")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softsign", "softplus")
WITH_ALPHA, WITH_BETA = ("affine", "elu", "hardsigmoid", "leakyrelu"), ("affine", "hardsigmoid")
USUAL = ("sigmoid", "tanh", "tanh")
DIRECTIONS = {"forward": 1, "bidirectional": 2}
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
    """Return a Keras model of `glasscell.LSTM` layers with the weights of an ONNX graph's nodes.

    N series · T time steps · D channels · H units. The model takes series (N, T, D), series first
    as in Keras, for any layout of the graph. Nodes that feed one another become stacked layers.
    Other nodes of the graph are skipped.

    Parameters
    ----------
    source : str, Path or onnx.ModelProto
        A file, or a model.
    node : str, optional
        Name of the first LSTM node, if several do not feed one another.
    return_sequences : bool
        Whether the model returns h of every step, (N, T, H), or only of the last, (N, H).
        Directions are concatenated.
    return_state : bool
        Whether it also returns h and c (N, H) of each layer and direction: layer 1 forward, layer 1
        backward, layer 2 forward, and so on.
    initial_state : bool
        Whether it also takes initial h and c, in the same order.
    name : str, optional
        Name of the model.

    Returns
    -------
    keras.Model
        The model, not compiled.

    Raises
    ------
    UsageError
        If the package onnx is not installed, or there is no LSTM node, more than one, or one that
        glasscell cannot express.
    DataError
        If the file is damaged, a node is invalid, or weights do not fit together or are not finite
        as float32.

    Warns
    -----
    FactWarning
        If float64 weights are rounded to float32.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> from onnx import helper, numpy_helper
    >>> weights = {"W": np.ones((1, 8, 3), "float32"), "R": np.ones((1, 8, 2), "float32")}
    >>> lstm = helper.make_node("LSTM", ["x", "W", "R"], ["y"], hidden_size=2)
    >>> kept = [numpy_helper.from_array(v, k) for k, v in weights.items()]
    >>> graph = helper.make_graph([lstm], "one", [], [], initializer=kept)
    >>> glasscell.from_onnx(helper.make_model(graph))(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 2])
    """
    if find_spec("onnx") is None:
        raise UsageError(Importers.NO_ONNX)
    what, model = _model(source)
    producer = _producers(model.graph, what)
    nodes = _chosen(model.graph, producer, node, what)
    _require_whole_series(model.graph, producer, nodes, what)
    for below, above in pairwise(nodes):
        _require_side_by_side(model, producer, below, above, nodes[0].input[0], what)
    constants = _constants(model.graph)
    opset = next((one.version for one in model.opset_import if one.domain in ORDINARY_DOMAINS), 0)
    layers = [_layer(one, constants, opset, f"{what}, node {_called(one)}") for one in nodes]
    variants = {one.variant for one in layers}
    if len(variants) > 1:
        raise UsageError(Importers.NODES_DIFFER, file=what)
    stack = Stack(
        tuple(layer for one in layers for layer in one.layers), variants.pop(), source=what
    )
    options: Any = {"return_sequences": return_sequences, "return_state": return_state}
    return model_of(stack, **options, initial_state=initial_state, name=name)


def _model(source: Any) -> tuple[str, Any]:
    import onnx

    if isinstance(source, onnx.ModelProto):
        return "the ONNX model", source
    if not isinstance(source, str | Path):
        raise UsageError(Importers.NO_ONNX_SOURCE, kind=type(source).__name__)
    path = Path(source)
    if not path.is_file():
        raise DataError(ModelFiles.FOLDER if path.is_dir() else ModelFiles.NO_FILE, file=path)
    try:
        model = onnx.load(path)
    except Exception as error:  # protobuf has exceptions of its own
        raise DataError(Importers.DAMAGED_ONNX, file=path, words=one_line(error)) from error
    if not model.graph.node:
        raise DataError(Importers.DAMAGED_ONNX, file=path, words="it has no graph")
    return str(path), model


def _producers(graph: Any, what: str) -> dict[str, Any]:
    """Return the node that makes each value; raise DataError if two do, or nodes form a cycle."""
    made = [(output, k) for k, one in enumerate(graph.node) for output in one.output if output]
    names = [name for name, _ in made] + list(
        {one.name for one in (*graph.initializer, *graph.input)}
    )
    if several := [name for name, n in Counter(names).items() if n > 1]:
        raise DataError(Importers.MADE_TWICE, file=what, values=several)
    maker = dict(made)
    try:
        TopologicalSorter(
            {k: [maker[v] for v in one.input if v in maker] for k, one in enumerate(graph.node)}
        ).prepare()
    except CycleError as error:
        nodes = [_called(graph.node[k]) for k in error.args[1][1:]]
        raise DataError(Importers.NODES_IN_CYCLE, file=what, nodes=nodes) from None
    return {name: graph.node[k] for name, k in made}


def _chosen(graph: Any, producer: dict[str, Any], name: str | None, what: str) -> list[Any]:
    """Return the LSTM nodes to convert, each of which takes h of the one before."""
    lstms = [one for one in graph.node if one.op_type == "LSTM" and one.domain in ORDINARY_DOMAINS]
    if not lstms:
        others = sorted(
            {one.op_type for one in graph.node if one.op_type in ("GRU", "RNN", "Loop", "Scan")}
        )
        raise UsageError(
            Importers.OTHER_NODES if others else Importers.NO_LSTM_NODE, file=what, kinds=others
        )
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
        code = Importers.SEVERAL_NODES if name is None else Importers.NO_SUCH_NODE
        nodes = [_called(one) for one in ([chain[0] for chain in chains] or lstms)]
        raise UsageError(code, file=what, node=name, nodes=nodes)
    return chains[0]


def _read_by(node: Any, producer: dict[str, Any]) -> Any:
    """Return the LSTM node whose h, at all steps, is the input of a node, if there is one."""
    at = next(iter(node.input), "")
    while (below := producer.get(at)) is not None:
        if below.op_type == "LSTM":
            return below if at == below.output[0] else None
        if below.op_type not in PASS_ON:
            return None
        at = next(iter(below.input), "")
    return None


def _require_whole_series(
    graph: Any, producer: dict[str, Any], nodes: list[Any], what: str
) -> None:
    """Raise UsageError if a node gets lengths of series from anything but its input's shape."""
    kept = {one.name for one in graph.initializer}
    for node in nodes:
        waiting, kinds = [name for name in node.input[4:5] if name], set()
        while waiting:
            name = waiting.pop()
            made_by = producer.get(name)
            kinds.add(
                made_by.op_type if made_by is not None else "Constant" if name in kept else "input"
            )
            waiting += (
                []
                if made_by is None or made_by.op_type == "Shape"
                else [v for v in made_by.input if v]
            )
        if kinds and ("input" in kinds or "Shape" not in kinds):
            raise UsageError(
                Importers.OWN_LENGTHS, file=f"{what}, node {_called(node)}", name=node.input[4]
            )


def _require_side_by_side(
    model: Any, producer: dict[str, Any], below: Any, above: Any, x: str, what: str
) -> None:
    """Raise UsageError if a node takes h of the node below in another order of directions.

    onnx's reference evaluator runs the nodes in between on an h whose values are all different.
    """
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    graph, begin, end = model.graph, below.output[0], above.input[0]
    sides = 2 if _attribute(below, "direction") == b"bidirectional" else 1
    shape = _fixed_shape(model, begin) or (0, 0, 0, 0)
    in_order = shape if not _attribute(below, "layout") else tuple(shape[k] for k in (1, 2, 0, 3))
    steps, series, units = in_order[0] or 2, in_order[2] or 3, in_order[3] or 5
    h = np.arange(float(steps * sides * series * units), dtype="float32").reshape(
        steps, sides, series, units
    )
    wanted = h.swapaxes(1, 2).reshape(steps, series, -1)
    if _attribute(below, "layout"):
        h = h.transpose(2, 0, 1, 3)
    if _attribute(above, "layout"):
        wanted = wanted.swapaxes(0, 1)
    waiting, names = [end], {begin, x}
    while waiting:
        name = waiting.pop()
        if name not in names and name in producer:
            waiting += [v for v in producer[name].input if v]
        names.add(name)
    between = [
        one
        for one in graph.node
        if one is not below and names.intersection(one.output) - {begin, x}
    ]
    given = {
        begin: h,
        x: np.zeros(
            (series, steps, 1) if _attribute(below, "layout") else (steps, series, 1), "float32"
        ),
    }
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in given]
    output = helper.make_tensor_value_info(end, TensorProto.FLOAT, None)
    kept = [one for one in graph.initializer if one.name in names]
    try:
        part = helper.make_model(
            helper.make_graph(between, "between", inputs, [output], kept),
            opset_imports=model.opset_import,
        )
        evaluated: Any = ReferenceEvaluator(part).run(None, given)
    except (
        Exception
    ) as error:  # of NumPy, for shapes that do not fit, or of onnx, for unknown operators
        nodes = [_called(below), _called(above)]
        raise UsageError(
            Importers.NODES_BETWEEN, file=what, nodes=nodes, words=one_line(error)
        ) from error
    if not np.array_equal(evaluated[0], wanted):
        raise UsageError(Importers.NODES_REORDER, file=what, nodes=[_called(below), _called(above)])


def _fixed_shape(model: Any, name: str) -> tuple[int, ...] | None:
    """Return the sizes of a value with four axes, 0 for those not fixed; None if unknown."""
    from onnx import shape_inference

    graph = shape_inference.infer_shapes(model).graph
    known = {one.name: one.type.tensor_type.shape.dim for one in (*graph.value_info, *graph.output)}
    sizes = tuple(one.dim_value for one in known.get(name, ()))
    return sizes if len(sizes) == 4 else None


def _attribute(node: Any, name: str) -> Any:
    """Return the value of a node's attribute; None where it has none."""
    from onnx import helper

    return next(
        (helper.get_attribute_value(one) for one in node.attribute if one.name == name), None
    )


def _constants(graph: Any) -> dict[str, Any]:
    constants = {one.name: one for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.domain in ORDINARY_DOMAINS and node.output:
            kept = [
                one.t for one in node.attribute if (one.name, one.type) == ("value", one.TENSOR)
            ]
            constants.update((node.output[0], one) for one in kept)
    return constants


def _layer(node: Any, constants: dict[str, Any], opset: int, what: str) -> Stack:
    inputs = dict(zip("xWRBlhcP", [*node.input, *[""] * 8], strict=False))
    for letter in "xWRBP":
        if letter in "xWR" and not inputs[letter]:
            raise DataError(Importers.NO_INPUT, file=what, letter=letter)
        if letter != "x" and inputs[letter] and inputs[letter] not in constants:
            raise UsageError(
                Importers.WEIGHTS_COMPUTED, file=what, letter=letter, name=inputs[letter]
            )
    about, arrays = _checked(node, inputs, constants, opset, what)
    if about.get("clip"):
        raise UsageError(Importers.CLIPS, file=what, clip=about["clip"])
    direction = about.get("direction", b"forward").decode("utf-8", "replace")
    if direction not in DIRECTIONS:
        code = Importers.NODE_BACKWARDS if direction == "reverse" else Importers.NO_DIRECTION
        raise UsageError(code, file=what, direction=direction)
    if about.get("layout", 0) not in (0, 1):
        raise DataError(Importers.NO_LAYOUT, file=what, layout=about["layout"])
    if any((arrays[letter] != 0).any() for letter in "hc" if letter in arrays):
        raise UsageError(Importers.OWN_STATES, file=what)
    sides = DIRECTIONS[direction]
    for letter, axes in (("W", 3), ("R", 3), ("B", 2), ("P", 2)):
        v = arrays.get(letter)
        if v is not None and (v.ndim != axes or len(v) != sides):
            raise DataError(
                Importers.NODE_AXES,
                file=what,
                letter=letter,
                shape=v.shape,
                directions=sides,
                axes=axes,
            )
    kernel, recurrent_kernel, bias, peepholes = (arrays.get(letter) for letter in "WRBP")
    units = arrays["R"].shape[2]
    if (found := about.get("hidden_size", units)) != units:
        raise DataError(Importers.HIDDEN_SIZE, file=what, found=found, units=units)
    for letter, parts in (("W", 4), ("R", 4), ("B", 8), ("P", 3)):
        v = arrays.get(letter)
        if v is not None and v.shape[1] != parts * units:
            raise DataError(
                Importers.NODE_ROWS,
                file=what,
                letter=letter,
                shape=v.shape,
                parts=parts,
                units=units,
            )
    layer = tuple(
        Weights(
            _in_our_order(kernel[k]).T,  # pyright: ignore
            _in_our_order(recurrent_kernel[k]).T,  # pyright: ignore
            None if bias is None else _in_our_order(summed(np.split(bias[k], 2))),
            None
            if peepholes is None
            else peepholes[k].reshape(3, -1)[[0, 2, 1]],  # ONNX has i, o, f
        )
        for k in range(sides)
    )
    coupled, activations = bool(about.get("input_forget", 0)), _activations(about, sides, what)
    variant = Variant(coupled=coupled, peepholes=peepholes is not None, **activations)
    return Stack((layer,), variant, source=what)


def _checked(
    node: Any, inputs: dict[str, str], constants: dict[str, Any], opset: int, what: str
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return a node's attributes, and its arrays by letter, if the package onnx finds no fault.

    The node is checked as a model of its own, since faults elsewhere in the file do not matter
    here.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    graph = helper.make_graph([node], "lstm", [], [])
    graph.node[0].domain = ""
    try:
        for name, letter in {name: letter for letter, name in inputs.items() if name}.items():
            if name in constants:
                graph.initializer.add().CopyFrom(constants[name])
                graph.initializer[-1].name = name
            else:
                kind = TensorProto.INT32 if letter == "l" else constants[inputs["W"]].data_type
                graph.input.append(
                    helper.make_tensor_value_info(name, kind, [None] * (1 if letter == "l" else 3))
                )
        checker.check_model(
            helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]),
            full_check=True,
        )
        arrays = {one.name: numbers_of(numpy_helper.to_array(one)) for one in graph.initializer}
    except (
        Exception
    ) as error:  # onnx has exceptions of its own, and raises those of NumPy and protobuf
        raise DataError(Importers.INVALID_NODE, file=what, words=one_line(error)) from error
    about = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    return about, {letter: arrays[name] for letter, name in inputs.items() if name in arrays}


def _in_our_order(v: np.ndarray) -> np.ndarray:
    blocks = np.split(v, 4)
    return np.concatenate([blocks[k] for k in ORDER])


def _activations(about: dict[str, Any], sides: int, what: str) -> dict[str, Any]:
    """Return the activations of gates, block input and output as fields of a variant."""
    found = [v.decode("utf-8", "replace").lower() for v in about.get("activations", [])] or [
        *USUAL
    ] * sides
    if len(found) != 3 * sides:
        raise DataError(Importers.ACTIVATION_COUNT, file=what, found=len(found), expected=3 * sides)
    alphas, betas = (list(about.get(f"activation_{key}", [])) for key in ("alpha", "beta"))
    names = []
    for name in found:
        alpha = alphas.pop(0) if alphas and name in WITH_ALPHA else None
        beta = betas.pop(0) if betas and name in WITH_BETA else None
        if name == "affine" and alpha == 1 and beta in (0, None):
            names.append("linear")
        elif (
            name == "hardsigmoid"
            and alpha is not None
            and abs(alpha - 1 / 6) < 1e-6
            and beta in (0.5, None)
        ):
            names.append("hard_sigmoid")
        elif name == "elu" and alpha in (1, None):
            names.append("elu")
        elif name == "leakyrelu" and alpha is not None and abs(alpha - 0.2) < 1e-6:
            names.append("leaky_relu")
        elif name in ACTIVATIONS:
            names.append(name)
        else:
            raise UsageError(
                Importers.OTHER_ACTIVATION, file=what, activation=name, alpha=alpha, beta=beta
            )
    if names[:3] * sides != names:
        raise UsageError(Importers.ACTIVATIONS_DIFFER, file=what)
    return dict(
        zip(("gate_activation", "input_activation", "output_activation"), names[:3], strict=True)
    )


def _called(node: Any) -> str:
    return node.name or (node.output[0] if node.output and node.output[0] else "without a name")
