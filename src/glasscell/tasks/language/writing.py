"""Text generation with a language model, symbol by symbol, with optional clamps."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glasscell.data.texts.alphabet import BOUNDARY, RARE
from glasscell.errors import UsageError
from glasscell.inference import cell
from glasscell.inspection.typed_clamps import parse_clamp
from glasscell.networks.sentences import Networks
from glasscell.system.checks import require_whole
from glasscell.tasks.language.numpy_model import LanguageModel

if TYPE_CHECKING:  # imports TensorFlow
    from glasscell.tasks.language.network import LanguageReader

GATES = ("z", "i", "f", "o", "c")
PIECE = 1000  # symbols of a prompt processed at once, to limit the memory of the logits
COLDEST = 1e-6  # temperature; below, float64 would overflow, so the likeliest character is taken


def write(
    model: "LanguageModel | LanguageReader",
    *,
    start: str = "",
    length: int | None = 1000,
    temperature: float = 1.0,
    top_p: float = 1.0,
    seed: int = 0,
) -> Iterator[str]:
    r"""Yield the characters that a model writes after a prompt.

    >>> from glasscell.data.texts.alphabet import Alphabet
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
    (logits, states), written = read_start(model, read), 0
    while length is None or written < length:
        number = _draw(logits, temperature, top_p, rng)
        logits, states = _read(model, np.array([number]), states)
        written += 1
        yield model.alphabet.decode([number])


def read_start(
    model: "LanguageModel | LanguageReader", numbers: np.ndarray
) -> tuple[np.ndarray, Any]:
    """Return logits (C,), float64, of the next symbol after a text from its start, and the states.

    `numbers` (1 + L,).
    """
    logits, states = np.zeros(0), None
    for begun in range(0, len(numbers), PIECE):
        logits, states = _read(model, numbers[begun : begun + PIECE], states)
    return logits, states


def _read(model: Any, text: np.ndarray, states: Any) -> tuple[np.ndarray, Any]:
    """Return the logits (C,), float64, of the next symbol after a piece (T,), and the states."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits, states = model.read(text[None], states)
    last = logits[0, -1].astype("float64")
    if not np.isfinite(last).all():
        raise UsageError(Networks.NOT_FINITE)
    return last, states


def _draw(logits: np.ndarray, temperature: float, top_p: float, rng: np.random.Generator) -> int:
    """Return a character's number, never that of the boundary or rare symbol: no text has them."""
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
    """Units of a layer, and the values at which gates z, i, f, o or memory c are clamped.

    Parameters
    ----------
    layer : int
        From 0 up.
    units : tuple of int
        From 0 up.
    """

    layer: int
    units: tuple[int, ...]
    values: dict[str, float]


def parse_hold(text: str, sizes: Sequence[int]) -> Hold:
    """Parse a clamp as `typed_clamps.parse_clamp` does, given H of each layer.

    >>> parse_hold("lstm_1 unit 17 f=1 i=0", [64])
    Hold(layer=0, units=(17,), values={'f': 1.0, 'i': 0.0})
    """
    names = {f"lstm_{k}": size for k, size in enumerate(sizes, 1)}
    found = parse_clamp(text, names, GATES)
    return Hold(list(names).index(found.layer), found.units, found.values)


def hold(model: LanguageModel, holds: Sequence[Hold]) -> LanguageModel:
    """Return a language model with units clamped; the later one of two clamps of a gate counts.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.network import build_language_network
    >>> from glasscell.tasks.language.numpy_model import plain_language_model
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
                where, values = (
                    v.copy()
                    for v in held.get(name, (np.zeros(units, bool), np.zeros(units, "float32")))
                )
                where[list(one.units)], values[list(one.units)] = True, value
                held[name] = cell.Held(where, values)
        layers.append(replace(layer, held=held))
    return replace(model, layers=tuple(layers))
