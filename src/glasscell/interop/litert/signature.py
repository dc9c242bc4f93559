"""The names by which a LiteRT file is asked: the signature `serve`, whatever the converter has called it all."""

from typing import Any

from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

NAME = "serve"


def with_signature(content: bytes) -> bytes:
    """Return a file that reads `series` (N, T, D) with the one signature `serve`: `answers` (N, C), `answered` (N,)."""
    file: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    graph = file.subgraphs[0]
    by_rank = {len(graph.tensors[place].shape): place for place in graph.outputs}
    serve: Any = schema.SignatureDefT()
    serve.signatureKey, serve.subgraphIndex = NAME, 0
    serve.inputs = [_named("series", graph.inputs[0])]
    serve.outputs = [_named("answers", by_rank[2]), _named("answered", by_rank[1])]
    file.signatureDefs = [serve]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(file))


def _named(name: str, place: int) -> Any:
    tensor: Any = schema.TensorMapT()
    tensor.name, tensor.tensorIndex = name, place
    return tensor
