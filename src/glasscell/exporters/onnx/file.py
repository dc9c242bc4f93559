"""The format onnx: one file that takes raw series and predicts labels, or numbers in their units.

N series · T time steps · D channels · C classes, or targets
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.exporters.onnx import preprocessing
from glasscell.exporters.onnx.graph import Graph, Value
from glasscell.exporters.onnx.model import emit_model, emit_stream, functional_of
from glasscell.exporters.onnx.operations import dtype_of
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import bounds_of


def write(network: keras.Model, meaning: Meaning, path: Path, *, streaming: bool = False) -> None:
    """Write a network that maps series (N, T, D) to outputs (N, C) as an ONNX file."""
    shapes = [[tuple(one.shape) for one in some] for some in (network.inputs, network.outputs)]
    if [len(one) for one in shapes[0]] != [3] or shapes[1] != [(None, meaning.answers)]:
        reads, says = shapes
        expected = {"channels": len(meaning.channels), "answers": meaning.answers}
        raise UsageError(
            Exporters.OTHER_SHAPES, model=network.name, reads=reads, says=says, **expected
        )
    (shape,) = shapes[0]
    graph = Graph()
    dtype = "float64" if meaning.offsets else "float32"
    sizes = ["series", *([] if streaming else [shape[1] or "steps"]), len(meaning.channels)]
    raw = graph.input("step" if streaming else "series", dtype, sizes)
    x = preprocessing.centre(graph, raw, meaning)
    if streaming:
        value, verdict = emit_stream(graph, network, x)
    else:
        verdict = preprocessing.verdict_of(graph, x, bounds_of(network))
        (value,) = emit_model(graph, network, [Value(x, tuple(shape))])
        if len(graph.inputs) > 1:
            raise UsageError(Exporters.STATEFUL, model=network.name)
    answers, answered = verdict.answer(graph, value, meaning.prior_or_nan)
    graph.output(_answers(meaning), answers, value.dtype, ["series", meaning.answers])
    if meaning.labels is not None:
        graph.output(
            "label", verdict.label(graph, answers, answered, meaning.labels), "str", ["series"]
        )
    graph.output("answered", answered, "bool", ["series"])
    path.write_bytes(
        graph.model(
            metadata_of("step" if streaming else "series", names_of(meaning))
        ).SerializeToString()
    )


def write_model(model: keras.Model, path: Path) -> None:
    """Write any Keras model with LSTMs as an ONNX file; its inputs and outputs keep their names.

    States of stateful layers are inputs and outputs of their own: LAYER_h, LAYER_c, and
    LAYER_h_next, LAYER_c_next.

    >>> import tempfile
    >>> model = keras.Sequential([keras.Input((None, 2), name="x"), keras.layers.LSTM(3, name="h")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_model(model, Path(folder) / "model.onnx")
    ...     ask(Path(folder) / "model.onnx", {"x": np.ones((4, 5, 2), "float32")})["h"].shape
    (4, 3)
    """
    graph, inputs, functional = Graph(), [], functional_of(model)
    for tensor in functional.inputs:
        name, dtype = tensor.name, dtype_of(tensor.dtype)
        axes = ["series", *(f"{name}_axis_{axis}" for axis in range(1, len(tensor.shape)))]
        sizes = [
            axis if size is None else size for axis, size in zip(axes, tensor.shape, strict=True)
        ]
        inputs.append(Value(graph.input(name, dtype, sizes), tuple(tensor.shape), dtype))
    outputs = emit_model(graph, model, inputs)
    names = _distinct(
        list(functional.output_names), {value.name for value in (*graph.inputs, *graph.states)}
    )
    for name, value in zip(names, outputs, strict=True):
        graph.output(name, value.name, value.dtype, [None] * value.rank)
    path.write_bytes(graph.model({"glasscell": metadata.version("glasscell")}).SerializeToString())


def ask(path: Path, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return onnxruntime's outputs by name, given inputs by name. States not given are zeros."""
    return _run(_session(path), inputs)


def ask_on(path: Path, name: str, pieces: Iterable[np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
    """Yield onnxruntime's outputs for successive pieces (N, …) of an input, with states carried."""
    session, states = _session(path), {}
    for piece in pieces:
        outputs = _run(session, {name: piece, **states})
        states = {
            key.removesuffix("_next"): v for key, v in outputs.items() if key.endswith("_next")
        }
        yield outputs


def names_read(path: Path) -> list[str]:
    """Return the names of the inputs of the file at `path`."""
    return [one.name for one in _session(path).get_inputs()]


def _run(session: Any, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    names, n = [output.name for output in session.get_outputs()], len(next(iter(inputs.values())))
    states = [
        one
        for one in session.get_inputs()
        if one.name not in inputs and f"{one.name}_next" in names
    ]
    zeros = {state.name: np.zeros((n, state.shape[1]), "float32") for state in states}
    return dict(zip(names, session.run(names, zeros | inputs), strict=True))


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) of the file at `path` for raw series x, and which have one."""
    x = np.asarray(x, "float64" if meaning.offsets else "float32")
    if not len(x):  # an empty batch ends the process in onnxruntime 1.32
        return np.zeros((0, meaning.answers), "float32"), np.zeros(0, bool)
    if names_read(path) == ["series"]:
        found = ask(path, {"series": x})
        return found[_answers(meaning)], found["answered"]
    answers, answered = np.tile(meaning.prior_or_nan, (len(x), 1)), np.zeros(len(x), bool)
    for found in ask_on(path, "step", x.swapaxes(0, 1)):
        answers, answered = found[_answers(meaning)], found["answered"]
    return answers, answered


def _answers(meaning: Meaning) -> str:
    return "numbers" if meaning.labels is None else "probabilities"


def metadata_of(reads: str, told: Mapping[str, Any], **texts: str) -> dict[str, str]:
    """Return a file's metadata: versions, kind of input, `texts`, and the values of `told` as JSON.

    >>> metadata_of("text", {"boundary": 0})["boundary"]
    '0'
    """
    words = {name: json.dumps(v, ensure_ascii=False) for name, v in told.items()}
    return {
        "glasscell": metadata.version("glasscell"),
        "keras": keras.__version__,
        "reads": reads,
        **texts,
        **words,
    }


def names_of(meaning: Meaning) -> dict[str, Any]:
    """Return the metadata on channels and outputs.

    >>> names_of(Meaning(("x",), ("no", "yes")))["labels"]
    ('no', 'yes')
    """
    told = {"channels": meaning.channels, "units": meaning.units}
    return told | (
        {"targets": meaning.targets} if meaning.labels is None else {"labels": meaning.labels}
    )


def _distinct(names: list[str], taken: set[str]) -> list[str]:
    """Return names with numbers appended to those that occur several times or are taken."""
    found: list[str] = []
    for name in names:
        others = {*found, *taken}
        fresh = (f"{name}_{k}" for k in range(2, 1000) if f"{name}_{k}" not in others)
        found.append(next(fresh) if name in others else name)
    return found


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
