"""Numbers as the page reads them: arrays as base64, short lists as decimals, always finite."""

import base64
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.explorer.sentences import Explorer
from glasscell.facts import Code, Note

FORMAT = 1  # of the page's data


def encode_array(v: Any, name: Note | str | None = None) -> dict[str, Any]:
    """Encode an array; with the name of it in messages, it must be finite.

    >>> encode_array([[1.0, 2.0]])
    {'shape': [1, 2], 'float32': 'AACAPwAAAEA='}
    """
    array = np.asarray(v, "<f4")
    if name is not None:
        expect(np.isfinite(array).all(), Explorer.NOT_FINITE, array=name)
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode()}


def halved(value: Any) -> Any:
    """Return what JSON can hold with every array in it, as `encode_array` encodes it, rounded to 16 bits.

    >>> halved({"bias": encode_array([[1.0, 2.0]])})
    {'bias': {'shape': [1, 2], 'float16': 'ADwAQA=='}}
    """
    if isinstance(value, list):
        return [halved(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"shape", "float32"}:
        return {name: halved(part) for name, part in value.items()}
    with np.errstate(over="ignore"):  # what does not fit is reported
        array = np.frombuffer(base64.b64decode(value["float32"]), "<f4").astype("<f2")
    expect(np.isfinite(array).all(), Explorer.FOR_16_BITS)
    return {"shape": value["shape"], "float16": base64.b64encode(array.tobytes()).decode()}


def plain_numbers(v: Any, name: Note | str) -> list[float]:
    """Return numbers of float32, or float64 where they come so, as the shortest decimals that represent them.

    >>> plain_numbers([0.1, 2.0], "scale")
    [0.1, 2.0]
    """
    array = np.asarray(v)
    array = array if array.dtype == np.float64 and isinstance(v, np.ndarray) else array.astype("float32")
    expect(np.isfinite(array).all(), Explorer.NOT_FINITE, array=name)
    return [float(str(number)) for number in array]


def expect(condition: Any, code: Code, **values: Any) -> None:
    """Raise UsageError of a code where a condition does not hold.

    >>> expect(1 < 2, Explorer.FOR_16_BITS)
    """
    if not condition:
        raise UsageError(code, **values)
