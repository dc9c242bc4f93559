"""Units of a language model whose gates or memory are held, as one types it: "lstm_1 unit 17 f=1".

H units
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glasscell.errors import UsageError
from glasscell.interop.plain.cell import Held
from glasscell.tasks.language.arrays_sentences import LanguageExports
from glasscell.tasks.language.plain import LanguageModel

FORM = re.compile(r"(?:(\w+)\s+)?units?\s+(\d+(?:\s*,\s*\d+)*)((?:[\s,]+\w+\s*=\s*[^\s,]+)+)")
EACH = re.compile(r"(\w+)\s*=\s*([^\s,]+)")
WHAT = ("z", "i", "f", "o", "c")


class Hold(NamedTuple):
    """Units of a layer, and at what their gates z, i, f, o or their memory c are held.

    Parameters
    ----------
    layer : int
        From 0 up.
    units : tuple of int
        From 0 up.
    values : dict from str to float
    """

    layer: int
    units: tuple[int, ...]
    values: dict[str, float]


def parse_hold(text: str, sizes: Sequence[int]) -> Hold:
    """Return what is to be held.

    Parameters
    ----------
    text : str
        The layer, which may be left out if there is one; "unit" and its number, or several with commas; what is held.
    sizes : sequence of int
        H of each layer.

    Raises
    ------
    UsageError
        If it has another form, or there is no such layer, unit or gate, or the value is no finite number.

    Examples
    --------
    >>> parse_hold("lstm_1 unit 17 f=1 i=0", [64])
    Hold(layer=0, units=(17,), values={'f': 1.0, 'i': 0.0})
    >>> parse_hold("lstm_1 unit 64 f=1", [64])
    Traceback (most recent call last):
    glasscell.errors.UsageError: clamp 'lstm_1 unit 64 f=1': there is no unit 64; lstm_1 has units 0 to 63
    """
    names = [f"lstm_{k}" for k in range(1, len(sizes) + 1)]
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(LanguageExports.CLAMP_UNREADABLE, clamp=text)
    layer = found[1] if found[1] is not None or len(names) > 1 else names[0]
    if layer not in names:
        code = LanguageExports.NAME_LAYER if layer is None else LanguageExports.NO_LAYER
        raise UsageError(code, clamp=text, layer=layer, layers=names)
    size = sizes[names.index(layer)]
    units = tuple(int(unit) for unit in found[2].split(","))
    for unit in units:
        if unit >= size:
            raise UsageError(LanguageExports.NO_UNIT, clamp=text, unit=unit, layer=layer, last=size - 1)
    values = {}
    for name, value in EACH.findall(found[3]):
        if name not in WHAT:
            raise UsageError(LanguageExports.NO_GATE, clamp=text, gate=name)
        values[name] = _number(text, value)
    return Hold(names.index(layer), units, values)


def hold(model: LanguageModel, holds: Sequence[Hold]) -> LanguageModel:
    """Return a language model in which units are held; where two say it of the same gate, the later one does.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.arrays import plain_language_model
    >>> from glasscell.tasks.language.network import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=3), Alphabet("ab"))
    >>> _, ((h, c),) = hold(model, [Hold(0, (1,), {"c": 0.5})]).read(np.array([[2, 3]]))
    >>> float(c[0, 1])
    0.5
    """
    layers = []
    for k, layer in enumerate(model.layers):
        held = dict(layer.held)
        units = layer.units
        for one in (one for one in holds if one.layer == k):
            at = one.values
            at = {"f": 1 - at["i"], **at} if layer.variant.coupled and "i" in at else at
            for name, value in at.items():
                where, values = (v.copy() for v in held.get(name, (np.zeros(units, bool), np.zeros(units, "float32"))))
                where[list(one.units)], values[list(one.units)] = True, value
                held[name] = Held(where, values)
        layers.append(replace(layer, held=held))
    return replace(model, layers=tuple(layers))


def _number(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    with np.errstate(over="ignore"):
        is_finite = np.isfinite(np.float32(number))  # as which it is held
    if not is_finite:
        raise UsageError(LanguageExports.NO_NUMBER, clamp=text, value=value)
    return number
