"""A language model as ONNX: a graph with states in and out.

N texts in parallel · T symbols of a piece · C symbols of the alphabet · H units
"""

from pathlib import Path

import keras
import numpy as np

from glasscell.data.texts.alphabet import Alphabet
from glasscell.exporters.onnx import lstm
from glasscell.exporters.onnx.file import ask_on, metadata_of
from glasscell.exporters.onnx.graph import Graph
from glasscell.exporters.onnx.model import named
from glasscell.tasks.language.network import parts_of


def write(
    network: keras.Model, alphabet: Alphabet, path: Path, *, symbols: str = "characters"
) -> None:
    """Write a language model as an ONNX file that takes `text`, int64 (N, T), and given states.

    The other inputs are the states h_1, c_1 of the first LSTM and so on, float32 (N, H). They are
    zeros before a text's first symbol, the boundary 0. Outputs are `probabilities` and `logits`,
    (N, T, C), of the next symbol, and the states after the last symbol, h_1_next, c_1_next and so
    on. N and T are dynamic. With N = 0, onnxruntime 1.32 ends the process.
    """
    parts, graph = parts_of(network), Graph()
    text = graph.input("text", "int64", ["series", "steps"])
    h = graph.add("Gather", graph.constant(parts.embedding.embeddings), text, axis=0)
    for k, layer in enumerate(parts.lstms, 1):
        with named(layer, network):
            reader = lstm.reader_of(layer)
        names = [f"{letter}_{k}" for letter in reader.states]
        read = lstm.read(
            graph, reader, h, None, [graph.state(name, reader.units) for name in names]
        )
        for name, after in zip(names, read.states, strict=True):
            graph.next_state(name, after, reader.units)
        h = read.sequence
    logits = graph.add("MatMul", h, graph.constant(parts.read_out.kernel))
    logits = graph.add("Add", logits, graph.constant(parts.read_out.bias))
    shape = ["series", "steps", len(alphabet)]
    graph.output("probabilities", graph.add("Softmax", logits, axis=-1), "float32", shape)
    graph.output("logits", logits, "float32", shape)
    told = {"characters": alphabet.characters, "boundary": 0, "any_other": 1}
    path.write_bytes(graph.model(metadata_of("text", told, symbols=symbols)).SerializeToString())


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by the file at `path`.

    The text is processed in two pieces, which also tests the states.
    """
    pieces = np.array_split(np.asarray(text, "int64"), 2, axis=1)
    return np.concatenate(
        [found["probabilities"] for found in ask_on(path, "text", pieces)], axis=1
    )
