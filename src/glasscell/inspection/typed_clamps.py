"""Clamps in typed form, "lstm_1 unit 17 f=1 i=0". Needs no TensorFlow."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from glasscell.errors import UsageError
from glasscell.inspection.sentences import Inspection

CLAMP = re.compile(r"(?:(\w+)\s+)?units?\s+(\d+(?:\s*,\s*\d+)*)((?:[\s,]+\w+\s*=\s*[^\s,]+)+)")
VALUE = re.compile(r"(\w+)\s*=\s*([^\s,]+)")


class TypedClamp(NamedTuple):
    """Units of a layer, and the values at which their gates are clamped.

    Parameters
    ----------
    units : tuple of int
        Counted from 0.
    """

    layer: str
    units: tuple[int, ...]
    values: dict[str, float]


def parse_clamp(text: str, sizes: Mapping[str, int], gates: Collection[str]) -> TypedClamp:
    """Return the clamp that a text describes.

    >>> parse_clamp("lstm_1 unit 17 f=1 i=0", {"lstm_1": 64}, "zifo")
    TypedClamp(layer='lstm_1', units=(17,), values={'f': 1.0, 'i': 0.0})
    >>> parse_clamp("lstm_1 unit 64 f=1", {"lstm_1": 64}, "zifo")
    Traceback (most recent call last):
    glasscell.errors.UsageError: clamp 'lstm_1 unit 64 f=1': there is no unit 64; lstm_1 has units 0
    to 63
    """
    names = list(sizes)
    found = CLAMP.fullmatch(text.strip())
    if found is None:
        raise UsageError(Inspection.CLAMP_UNREADABLE, clamp=text, layer=names[0])
    layer = found[1] if found[1] is not None or len(names) > 1 else names[0]
    if layer not in sizes:
        code = Inspection.NAME_LAYER if layer is None else Inspection.NO_SUCH_LAYER
        raise UsageError(code, clamp=text, layer=layer, layers=names)
    units = tuple(int(unit) for unit in found[2].split(","))
    for unit in units:
        if unit >= sizes[layer]:
            raise UsageError(
                Inspection.NO_UNIT, clamp=text, unit=unit, layer=layer, last=sizes[layer] - 1
            )
    return TypedClamp(layer, units, dict(_values(text, found[3], gates)))


def _values(text: str, typed: str, gates: Collection[str]) -> Iterator[tuple[str, float]]:
    for name, value in VALUE.findall(typed):
        if name not in gates:
            raise UsageError(Inspection.NO_GATE, clamp=text, gate=name, gates=list(gates))
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        with np.errstate(over="ignore"):
            is_finite = np.isfinite(np.float32(number))  # the dtype of clamps
        if not is_finite:
            raise UsageError(Inspection.NO_NUMBER, clamp=text, value=value)
        yield name, number
