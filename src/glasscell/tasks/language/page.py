"""What the page for text reads: a language model as arrays of 16 bits, a text and the cells that have a name.

C symbols of the alphabet · E of the embedding · H units
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.explorer.encoding import (
    ACTIVATIONS,
    begin_payload,
    check_weights,
    encode_array,
    encode_lstm,
    encode_network,
    expect,
    halved,
)
from glasscell.explorer.sentences import Explorer
from glasscell.interop.plain.cell import Layer
from glasscell.tasks.language.plain import LanguageModel

MOST_WEIGHTS = 450_000  # 1.2 MB of a page; all else in it takes less than .3
CELL = ("name", "words", "layer", "unit", "sign", "measure", "score", "verdict", "bits")


def payload_of(
    model: LanguageModel,
    *,
    run: str,
    reads: str,
    symbols: str = "characters",
    name: str,
    text: str,
    bits: Mapping[str, Any] | None = None,
    cells: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return what the page needs to read texts and to write them.

    Parameters
    ----------
    model : LanguageModel
    run, reads : str
        What the run is called, and what it was trained on.
    symbols : {"characters", "bytes"}
        What the network reads; bytes stand as the characters of their numbers.
    name, text : str
        The text that is shown first, and what it is called.
    bits : mapping, optional
        "exact" and "rounded": bits per character of `n` characters, with the weights as they were trained and as they
        stand in the page; `of` what: "held out", "written" by the network, or "given" by the reader.
    cells : sequence of mappings, optional
        The cells that have a name: `CELL`, with layers and units counted from 0; "verdict" is "cause", "no cause" or
        "not measured", "bits" what holding it costs, or None. None in place of all where none were looked for.

    Returns
    -------
    dict
        Strings, numbers, lists, dicts and None only.

    Raises
    ------
    UsageError
        If the network is too large for the page, has weights that are not finite, or what the page cannot compute.

    Examples
    --------
    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.interop.plain.cell import Weights
    >>> from glasscell.variants import Variant
    >>> layer = Layer(Weights(np.ones((1, 4)), np.ones((1, 4)), np.ones(4)), Variant(), go_backwards=False)
    >>> model = LanguageModel(Alphabet("ab"), np.ones((4, 1)), (layer,), (np.ones((1, 4)), np.ones(4)))
    >>> payload = payload_of(model, run="first", reads="letters", name="a text", text="abba")
    >>> payload["network"]["embedding"]["shape"], payload["network"]["layers"][0]["directions"][0]["units"]
    ([4, 1], 1)
    """
    of_alphabet = sum(np.size(v) for v in (model.table, *model.read_out))
    of_layers = sum(np.size(v) for layer in model.layers for v in layer.weights if v is not None)
    check_size(of_alphabet + of_layers, of_alphabet, len(model.table))
    network = encode_network(
        [[_encode(k, layer)] for k, layer in enumerate(model.layers, 1)],
        *model.read_out,
        embedding=encode_array(model.table, Explorer.EMBEDDING()),
        reads="every",
        then="softmax",
    )
    for cell in cells or ():
        expect(cell.keys() >= {*CELL}, Explorer.CELL, found=sorted(cell), expected=CELL)
    return {
        **begin_payload(f"glasscell: an LSTM reads {reads}", run=run, reads=reads, channels=["symbol"]),
        "symbols": symbols,
        "characters": model.alphabet.characters,
        "network": halved(network),
        "probes": None,
        "text": {"name": name, "text": text},
        "bits": None if bits is None else dict(bits),
        "cells": None if cells is None else [{key: cell[key] for key in CELL} for cell in cells],
    }


def check_size(weights: int, of_alphabet: int, symbols: int) -> None:
    """Raise UsageError if a network has more weights than a page takes.

    Parameters
    ----------
    weights, of_alphabet : int
        All, and those by which symbols are read and answered.
    symbols : int
        C.

    Examples
    --------
    >>> check_size(300_000, 20_000, 100)
    """
    is_fault = weights - of_alphabet < MOST_WEIGHTS
    of_symbols = Explorer.OF_SYMBOLS(symbols=symbols, weights=of_alphabet) if is_fault else None
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS_OF_TEXT, of_symbols=of_symbols)


def _encode(k: int, layer: Layer) -> dict[str, Any]:
    fields = dataclasses.asdict(layer.variant)
    for field in ("input_activation", "gate_activation", "output_activation"):
        found = fields[field]
        expect(found in ACTIVATIONS, Explorer.ACTIVATION_OF_LAYER, layer=k, part=field, found=found, known=ACTIVATIONS)
    return encode_lstm(f"lstm_{k}", layer.weights._asdict().get, fields)
