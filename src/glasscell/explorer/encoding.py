"""The encoding common to all pages: arrays as base64, lists as decimals; networks, size limits."""

import base64
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.explorer.sentences import Explorer
from glasscell.facts import Code, Note

FORMAT = 1  # version of the page's data
WEIGHTS = ("kernel", "recurrent_kernel", "bias", "peephole_kernel", "gate_kernel")
# in activations.js
ACTIVATIONS = ("linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "elu", "softsign", "softplus")
WHOLE_WEIGHTS = 60_000  # above this, weights are rounded to 16 bits
MOST_WEIGHTS = 130_000  # the maximum in a page of series


def encode_array(v: Any, name: Note | str | None = None) -> dict[str, Any]:
    """Encode an array; with a name (for messages) it must be finite.

    >>> encode_array([[1.0, 2.0]])
    {'shape': [1, 2], 'float32': 'AACAPwAAAEA='}
    """
    array = np.asarray(v, "<f4")
    if name is not None:
        expect(np.isfinite(array).all(), Explorer.NOT_FINITE, array=name)
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode()}


def halved(value: Any) -> Any:
    """Return a JSON value in which every array of `encode_array` is rounded to 16 bits.

    >>> halved({"bias": encode_array([[1.0, 2.0]])})
    {'bias': {'shape': [1, 2], 'float16': 'ADwAQA=='}}
    """
    if isinstance(value, list):
        return [halved(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"shape", "float32"}:
        return {name: halved(part) for name, part in value.items()}
    with np.errstate(over="ignore"):  # overflow is reported below
        array = np.frombuffer(base64.b64decode(value["float32"]), "<f4").astype("<f2")
    expect(np.isfinite(array).all(), Explorer.FOR_16_BITS)
    return {"shape": value["shape"], "float16": base64.b64encode(array.tobytes()).decode()}


def plain_numbers(v: Any, name: Note | str) -> list[float]:
    """Return numbers, in float32 or float64 arrays, as the shortest decimals that represent them.

    >>> plain_numbers([0.1, 2.0], "scale")
    [0.1, 2.0]
    """
    array = np.asarray(v)
    array = (
        array
        if array.dtype == np.float64 and isinstance(v, np.ndarray)
        else array.astype("float32")
    )
    expect(np.isfinite(array).all(), Explorer.NOT_FINITE, array=name)
    return [float(str(number)) for number in array]


def expect(condition: Any, code: Code, **values: Any) -> None:
    """Raise UsageError with a code unless a condition holds.

    >>> expect(1 < 2, Explorer.FOR_16_BITS)
    """
    if not condition:
        raise UsageError(code, **values)


def check_weights(weights: int, most: int, code: Code, **values: Any) -> None:
    """Raise UsageError with a code if a network has more weights than a page allows.

    >>> check_weights(300, MOST_WEIGHTS, Explorer.MANY_WEIGHTS)
    """
    if weights > most:
        raise UsageError(
            code, weights=weights, megabytes=weights * 8 / 3 / 1e6, most=most, **values
        )


def begin_payload(
    title: str, *, run: str, reads: str | None, channels: Iterable[Any]
) -> dict[str, Any]:
    """Return the fields common to the payloads of all pages.

    >>> begin_payload("Three", run="first", reads=None, channels=["left"])["channels"]
    ['left']
    """
    about = {"format": FORMAT, "title": str(title), "reads": reads, "run": str(run)}
    return about | {"channels": [str(name) for name in channels]}


def encode_lstm(
    name: str, get: Callable[[str], Any], variant: dict[str, Any], *, backwards: bool = False
) -> dict[str, Any]:
    """Return an LSTM encoded for pages; `get` returns its weights by name, or None.

    >>> weights = {"kernel": np.ones((2, 12)), "recurrent_kernel": np.ones((3, 12))}
    >>> encode_lstm("lstm", weights.get, {})["units"]
    3
    """
    arrays: dict[str, Any] = {
        part: None
        if (v := get(part)) is None
        else encode_array(v, Explorer.ARRAY_OF_LAYER(layer=name, part=part))
        for part in WEIGHTS
    }
    features, wide = arrays["kernel"]["shape"]
    sizes = {"units": wide // 4, "features": features}
    return {"name": name, "backwards": backwards, **sizes, "variant": variant, **arrays}


def encode_dense(name: str, kernel: Any, bias: Any = None) -> dict[str, Any]:
    """Return the weights of a dense layer encoded for pages, with zeros for a missing bias.

    >>> encode_dense("dense", np.ones((3, 2)))["bias"]["shape"]
    [2]
    """
    bias = np.zeros(np.shape(kernel)[1], "float32") if bias is None else bias
    parts = {"kernel": kernel, "bias": bias}
    return {
        part: encode_array(v, Explorer.ARRAY_OF_LAYER(layer=name, part=part))
        for part, v in parts.items()
    }


def encode_network(
    layers: Iterable[Sequence[dict[str, Any]]],
    kernel: Any,
    bias: Any = None,
    *,
    reads: str = "last",
    stride: int = 1,
    embedding: dict[str, Any] | None = None,
    scaling: dict[str, Any] | None = None,
    **read_out: Any,
) -> dict[str, Any]:
    """Return a network encoded for pages.

    `kernel, bias` (H, C).

    >>> encode_network([], np.ones((3, 2)), then="softmax")["read_out"]["bias"]["shape"]
    [2]
    """
    arrays = encode_dense("read_out", kernel, bias)
    plain = {
        "from": reads,
        "hidden": [],
        "activation": "linear",
        "then": "linear",
        "scale": None,
        "offset": None,
    }
    return {
        "stride": stride,
        "embedding": embedding,
        "scaling": scaling,
        "layers": [{"directions": [*directions]} for directions in layers],
        "read_out": plain | arrays | read_out,
    }
