"""What the page for text reads: a language model as arrays of 16 bits, a text and the cells that have a name.

C symbols of the alphabet · E of the embedding · H units
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.explorer.encoding import begin_payload, encode_array, encode_lstm, encode_network, expect, halved
from glasscell.explorer.limits import ACTIVATIONS, check_weights
from glasscell.explorer.sentences import Explorer
from glasscell.variants import Variant

MOST_WEIGHTS = 450_000  # 1.2 MB of a page; all else in it takes less than .3
CELL = ("name", "words", "layer", "unit", "sign", "measure", "score", "verdict", "bits")


def text_payload_of(
    table: np.ndarray,
    layers: Sequence[tuple[Mapping[str, Any], Variant]],
    read_out: tuple[np.ndarray, np.ndarray],
    *,
    characters: str,
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
    table : array (C, E)
        What each symbol is read as.
    layers : sequence of (weights, variant)
        Of each LSTM, the first reads the embedding; weights by their names, None for what it does not have.
    read_out : (kernel, bias), (H, C) and (C,)
    characters : str
        Of the alphabet, in the order of their numbers, which begin at 2.
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
    >>> layer = {"kernel": np.ones((1, 4)), "recurrent_kernel": np.ones((1, 4)), "bias": np.ones(4)}
    >>> payload = text_payload_of(np.ones((4, 1)), [(layer, Variant())], (np.ones((1, 4)), np.ones(4)),
    ...                           characters="ab", run="first", reads="letters", name="a text", text="abba")
    >>> payload["network"]["embedding"]["shape"], payload["network"]["layers"][0]["directions"][0]["units"]
    ([4, 1], 1)
    """
    of_alphabet = sum(np.size(v) for v in (table, *read_out))
    check_size(of_alphabet + sum(np.size(v) for weights, _ in layers for v in _given(weights)), of_alphabet, len(table))
    directions = [[_direction(k, weights, variant)] for k, (weights, variant) in enumerate(layers, 1)]
    embedding = encode_array(table, Explorer.EMBEDDING())
    network = encode_network(directions, *read_out, embedding=embedding, reads="every", then="softmax")
    for cell in cells or ():
        expect(cell.keys() >= {*CELL}, Explorer.CELL, found=sorted(cell), expected=CELL)
    return {
        **begin_payload(f"glasscell: an LSTM reads {reads}", run=run, reads=reads, channels=["symbol"]),
        "symbols": symbols,
        "characters": characters,
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


def _given(weights: Mapping[str, Any]) -> list[Any]:
    return [v for v in weights.values() if v is not None]


def _direction(k: int, weights: Mapping[str, Any], variant: Variant) -> dict[str, Any]:
    fields = dataclasses.asdict(variant)
    for field in ("input_activation", "gate_activation", "output_activation"):
        found = fields[field]
        expect(found in ACTIVATIONS, Explorer.ACTIVATION_OF_LAYER, layer=k, part=field, found=found, known=ACTIVATIONS)
    return encode_lstm(f"lstm_{k}", weights.get, fields)
