"""Text that a language model writes, symbol by symbol, with units held or not."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glasscell.data.texts.alphabet import BOUNDARY, RARE
from glasscell.errors import UsageError
from glasscell.interop.plain import cell
from glasscell.networks.sentences import Networks
from glasscell.system.checks import require_whole
from glasscell.tasks.language.plain import LanguageModel
from glasscell.tasks.language.sentences import LanguageExports

if TYPE_CHECKING:  # it brings TensorFlow
    from glasscell.tasks.language.network import LanguageReader

# What is held, as one types it: "lstm_1 unit 17 f=1".
HOLD = re.compile(r"(?:(\w+)\s+)?units?\s+(\d+(?:\s*,\s*\d+)*)((?:[\s,]+\w+\s*=\s*[^\s,]+)+)")
VALUE = re.compile(r"(\w+)\s*=\s*([^\s,]+)")
GATES = ("z", "i", "f", "o", "c")
PIECE = 1000  # symbols of a start that are read at once: each has a logit for every symbol of the alphabet
COLDEST = 1e-6  # of temperatures: below, the likeliest character is taken, as float64 would overflow


def write(
    model: "LanguageModel | LanguageReader",
    *,
    start: str = "",
    length: int | None = 1000,
    temperature: float = 1.0,
    top_p: float = 1.0,
    seed: int = 0,
) -> Iterator[str]:
    r"""Give the characters that a model writes after a start, one by one.

    Parameters
    ----------
    model : LanguageModel or LanguageReader
    start : str
        What stands before; it is read, and not given.
    length : int, optional
        How many characters to write; None for ever.
    temperature : float
        Below 1, likely characters become likelier; 0 takes the likeliest.
    top_p : float
        Of the likeliest characters, those that have this much probability together are left to draw from.
    seed : int

    Raises
    ------
    UsageError
        If the start has a character that the model never saw, or a number is out of bounds; from the iterator, if the
        answers are not finite, as where units are held far beyond what they can reach.

    Examples
    --------
    >>> from glasscell.tasks.language.network import LanguageReader, build_language_network
    >>> model = LanguageReader(build_language_network(5, units=3), Alphabet("abc"))
    >>> written = "".join(write(model, start="ab", length=9))
    >>> len(written), set(written) <= set("abc")
    (9, True)
    """
    if not 0 <= temperature < math.inf:
        raise UsageError(Networks.TEMPERATURE, temperature=temperature)
    if length is not None:
        require_whole(0, length=length)
    if not 0 < top_p <= 1:
        raise UsageError(Networks.TOP_P, top_p=top_p)
    require_whole(0, seed=seed)
    read = model.alphabet.encode_whole(start)
    if (read == RARE).any():
        unknown = start[int((read == RARE).argmax()) - 1]
        raise UsageError(Networks.UNKNOWN_START, found=unknown)
    return _write(model, read, length, temperature, top_p, np.random.default_rng(seed))


def _write(
    model: Any,
    read: np.ndarray,
    length: int | None,
    temperature: float,
    top_p: float,
    rng: np.random.Generator,
) -> Iterator[str]:
    logits, states, written = np.zeros(0), None, 0
    for begun in range(0, len(read), PIECE):
        logits, states = _read(model, read[begun : begun + PIECE], states)
    while length is None or written < length:
        number = _draw(logits, temperature, top_p, rng)
        logits, states = _read(model, np.array([number]), states)
        written += 1
        yield model.alphabet.decode([number])


def _read(model: Any, text: np.ndarray, states: Any) -> tuple[np.ndarray, Any]:
    """Return the logits of what comes after a piece (T,), in float64, (C,), and the states."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits, states = model.read(text[None], states)
    last = logits[0, -1].astype("float64")
    if not np.isfinite(last).all():
        raise UsageError(Networks.NOT_FINITE)
    return last, states


def _draw(logits: np.ndarray, temperature: float, top_p: float, rng: np.random.Generator) -> int:
    """Return the number of a character, never of the boundary or of what is rare: neither can be written."""
    logits[[BOUNDARY, RARE]] = -np.inf
    if temperature < COLDEST:
        return int(logits.argmax())
    p = np.exp((logits - logits.max()) / temperature)
    p /= p.sum()
    if top_p < 1:
        order = np.argsort(-p, kind="stable")
        beyond = order[np.cumsum(p[order]) - p[order] >= top_p]
        p[beyond] = 0
        p /= p.sum()
    return int(rng.choice(len(p), p=p))


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
    found = HOLD.fullmatch(text.strip())
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
    for name, value in VALUE.findall(found[3]):
        if name not in GATES:
            raise UsageError(LanguageExports.NO_GATE, clamp=text, gate=name)
        values[name] = _number(text, value)
    return Hold(names.index(layer), units, values)


def hold(model: LanguageModel, holds: Sequence[Hold]) -> LanguageModel:
    """Return a language model in which units are held; where two say it of the same gate, the later one does.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.network import build_language_network
    >>> from glasscell.tasks.language.plain import plain_language_model
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
                held[name] = cell.Held(where, values)
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
