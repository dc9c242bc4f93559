"""A network after earlier epochs, encoded as differences; `web/network/frames.js` decodes it.

Every array is rounded to integer steps, with 8191 as its largest value over all epochs; the largest
values are at least as exact as 16-bit floats. Frames go back from the trained network, which the
page has. Each frame is its difference from the next epoch, minus half of the difference between the
next two. These small integers are Golomb–Rice coded. A frame takes about 10 bits per weight.
"""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

MOST = 2**13 - 1  # steps from 0 to the largest number of an array: 14 bits, with the sign
MOST_LOW_BITS = 15


def encode_frames(trained: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return networks after earlier epochs, in order, encoded for the page.

    >>> from glasscell.explorer.encoding import encode_array
    >>> trained, before = ({"bias": encode_array([v, -8191.0])} for v in (3, 1))
    >>> encode_frames(trained, [before])  # no low bits: 1 - 3 = -2, as 3, is 0001; 0 is 1
    {'steps': [1.0], 'coded': 'AYA='}
    """
    steps, versions = [], []
    for of_all in zip(*map(_arrays, (*earlier, trained)), strict=True):
        v = np.stack(of_all).astype(float)
        steps.append(float(np.abs(v).max(initial=0)) / MOST or 1.0)
        versions.append(np.floor(v / steps[-1] + 0.5).astype(int))
    bits = [np.zeros(0, "uint8")]
    for n in reversed(range(len(earlier))):
        for v in versions:
            following = v[n + 1] - v[n + 2] if n + 2 < len(v) else np.zeros_like(v[n])
            bits.extend(_rice(v[n] - v[n + 1] - (following >> 1)))
    return {
        "steps": steps,
        "coded": base64.b64encode(np.packbits(np.concatenate(bits)).tobytes()).decode(),
    }


def _arrays(value: Any) -> Iterator[np.ndarray]:
    """Iterate over the arrays in a network, as encoded by `encode_array`."""
    if isinstance(value, dict) and value.keys() == {"shape", "float32"}:
        yield np.frombuffer(base64.b64decode(value["float32"]), "<f4")
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)


def _rice(v: np.ndarray) -> Iterator[np.ndarray]:
    """Encode integers: the best number of low bits, then high parts in unary, and the low bits."""
    folded = np.where(v < 0, -2 * v - 1, 2 * v)
    low = min(range(MOST_LOW_BITS + 1), key=lambda k: int((folded >> k).sum()) + k * len(v))
    yield (low >> np.arange(3, -1, -1) & 1).astype("uint8")
    high = folded >> low
    ends = np.cumsum(high + 1 + low)
    bits = np.zeros(ends[-1] if len(v) else 0, "uint8")
    bits[ends - low - 1] = 1
    for k in range(low):
        bits[ends - 1 - k] = folded >> k & 1
    yield bits
