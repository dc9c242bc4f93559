"""A tagger as ONNX: whole series, or a step at a time with states in and out.

N series · T time steps · D channels · C classes
"""

from pathlib import Path

import keras
import numpy as np

from glasscell.exporters.onnx import preprocessing
from glasscell.exporters.onnx.file import ask, ask_on, metadata_of, names_of, names_read
from glasscell.exporters.onnx.graph import Graph, Value
from glasscell.exporters.onnx.model import emit_model, emit_stream
from glasscell.exporters.onnx.preprocessing import verdict_of
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import bounds_of


def write(network: keras.Model, meaning: Meaning, path: Path, *, streaming: bool = False) -> None:
    """Write a network of `network.build_tagging_network` as an ONNX file that takes raw series.

    It takes "series" (N, T, D) and returns "probabilities" (N, T, C), "label" and "answered" (N,
    T). With streaming it takes "step" (N, D) and states, and returns (N, C), (N,), (N,) and the
    next states. A series with a value that `inference.bounds` rejects has no prediction at any
    step; in a stream, from that step on.
    """
    graph = Graph()
    steps = [] if streaming else ["steps"]
    dtype = "float64" if meaning.offsets else "float32"
    raw = graph.input(
        "step" if streaming else "series", dtype, ["series", *steps, len(meaning.channels)]
    )
    x = preprocessing.centre(graph, raw, meaning)
    if streaming:
        value, verdict = emit_stream(graph, network, x)
    else:
        verdict = verdict_of(graph, x, bounds_of(network))
        (value,) = emit_model(graph, network, [Value(x, (None, None, len(meaning.channels)))])
    verdict = verdict.of_steps(graph, streaming=streaming)
    answers, answered = verdict.answer(graph, value)
    graph.output("probabilities", answers, value.dtype, ["series", *steps, meaning.answers])
    graph.output(
        "label",
        verdict.label(graph, answers, answered, meaning.labels or ()),
        "str",
        ["series", *steps],
    )
    graph.output("answered", answered, "bool", ["series", *steps])
    path.write_bytes(
        graph.model(
            metadata_of("step" if streaming else "series", names_of(meaning))
        ).SerializeToString()
    )


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return a file's probabilities (N, T, C) for raw series x (N, T, D), and for which steps."""
    x = np.asarray(x, "float64" if meaning.offsets else "float32")
    if not x.shape[0] * x.shape[1]:  # with no series, onnxruntime 1.32 ends the process
        return np.zeros((*x.shape[:2], meaning.answers), "float32"), np.zeros(x.shape[:2], bool)
    if names_read(path) == ["series"]:
        probabilities = ask(path, {"series": x})["probabilities"]
    else:
        steps = ask_on(path, "step", x.swapaxes(0, 1))
        probabilities = np.stack([found["probabilities"] for found in steps], 1)
    # files of earlier versions have no output `answered`
    return probabilities, np.asarray(~np.isnan(probabilities).any(-1))
