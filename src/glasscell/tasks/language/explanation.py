"""The page of a language model's run: its arrays in 16 bits, the cells that have a name, and a text.

C symbols of the alphabet · E of the embedding · H units
"""

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.explorer.bundle import Assembly
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
from glasscell.facts import Note
from glasscell.interop.plain.cell import Layer, Weights
from glasscell.runs.explained_folder import Explained, OnStage, explaining
from glasscell.runs.tracing import tracing
from glasscell.system.files import one_line
from glasscell.tasks.language.cells import causes
from glasscell.tasks.language.corpus import stem_of
from glasscell.tasks.language.opened import fingerprint_of, open_run
from glasscell.tasks.language.page_texts import read_page_texts
from glasscell.tasks.language.plain import LanguageModel
from glasscell.tasks.language.sentences import TextRuns

PAGE = Assembly(Path(__file__).parent / "web")
MOST_WEIGHTS = 450_000  # 1.2 MB of a page; all else in it takes less than .3
CELLS = "cells.csv"
VERDICTS = {causes.CAUSE: "cause", causes.SIGN: "no cause", causes.NOT_MEASURED: "not measured"}  # as the page has them
MEASURED_ON = {
    "held out": TextRuns.OF_HELD_OUT,
    "written": TextRuns.WRITTEN_ITSELF,
    "given": TextRuns.OF_THAT_TEXT,
}


def look_into(path: Path, file: str | None, tell: OnStage, *, encoding: str | None = None) -> Explained:
    """Return the page of a language model, and what it costs that its weights have 16 bits there.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        The text that is shown first; by default the beginning of one that was held out, as in
        `page_texts.read_page_texts`.
    tell : callable
        Called with what is being done.
    encoding : str, optional
        Of the file; by default as the run's texts had it.

    Raises
    ------
    UsageError
        If the run has no network yet, or a larger one than a page takes.
    DataError
    """
    opened = open_run(path)
    model, settings = opened.model, opened.settings
    notes: list[Note] = []
    tell(TextRuns.READING_TEXTS())
    texts = read_page_texts(path, settings, file, encoding or settings.encoding, notes)
    cells = read_cells(path / CELLS, model) if _has_own_cells(path, notes) else None
    tell(TextRuns.MEASURING_ROUNDED())
    bits = {
        "exact": bits_per_character(model, texts.measured),
        "rounded": bits_per_character(to_half(model), texts.measured),
        "n": sum(map(len, texts.measured)),
        "of": texts.of,
    }
    payload = payload_of(
        model,
        run=path.name,
        reads=stem_of(settings.data),
        symbols=settings.symbols,
        **texts.shown._asdict(),
        bits=bits,
        cells=cells,
    )
    summary = {
        "data": settings.data,
        "text": texts.shown.name,
        "characters": len(texts.shown.text),
        "bits_per_character": bits,
        "cells": None if cells is None else len(cells),
    }
    return Explained(payload, settings.data, summary, notes, PAGE)


explain = explaining(look_into)
trace_to = tracing(open_run)


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return what the rounding costs, and how many units have names, given the summary of `explain`."""
    bits, cells = summary["bits_per_character"], summary["cells"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0  # no minus before a zero
    measured = {name: bits[name] for name in ("rounded", "exact", "n")}
    named = TextRuns.NO_NAMES(run=shlex.quote(summary["run"])) if cells is None else TextRuns.NAMED(n=cells)
    return [TextRuns.ROUNDED(**measured, cost=cost, of=MEASURED_ON[bits["of"]]()), named]


def to_half(model: LanguageModel) -> LanguageModel:
    """Return a language model whose weights have 16 bits, as in the page, and are read as float32.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> read_out = np.full((1, 4), 0.1, "f"), np.zeros(4, "f")
    >>> float(to_half(LanguageModel(Alphabet("ab"), np.ones((4, 1), "f"), (), read_out)).read_out[0][0, 0])
    0.0999755859375
    """

    def half(v: Any) -> Any:
        return None if v is None else np.asarray(v).astype("float16").astype("float32")

    with np.errstate(over="ignore"):  # what does not fit is refused with the page
        layers = tuple(dataclasses.replace(layer, weights=Weights(*map(half, layer.weights))) for layer in model.layers)
        kernel, bias = map(half, model.read_out)
        return dataclasses.replace(model, table=half(model.table), layers=layers, read_out=(kernel, bias))


def bits_per_character(model: LanguageModel, texts: list[str]) -> float:
    """Return the bits that a model needs for a character, in the mean over texts, each read from its beginning.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> model = LanguageModel(Alphabet("ab"), np.ones((4, 1), "f"), (), (np.zeros((1, 4), "f"), np.zeros(4, "f")))
    >>> bits_per_character(model, ["abba", "b"])
    2.0
    """
    bits = model.bits_of([model.alphabet.encode_whole(text) for text in texts])
    return float(np.concatenate(bits).mean(dtype="float64"))


def _has_own_cells(path: Path, notes: list[Note]) -> bool:
    """Return whether there are cells with a name, and of the network that the run has now."""
    if not (path / CELLS).exists():
        return False
    told = path / causes.CELLS_OF
    is_own = told.exists() and told.read_bytes() == fingerprint_of(path).encode()
    if not is_own:
        notes.append(TextRuns.OTHER_NETWORK(cells=path / CELLS, run=path))
    return is_own


def read_cells(path: Path, model: LanguageModel) -> list[dict[str, Any]]:
    """Return the cells with a name that `glasscell cells` has found, as the page wants them.

    Those that are a cause come first, and in each part those that are told best. What is told no better than by chance
    is left out.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    try:
        table = pd.read_csv(path)
        table["verdict"] = table["verdict"].replace(causes.WRITTEN_BEFORE)
        table = table[table["verdict"] != causes.NOT_TOLD]
        places = {place.name: place for place in causes.places_of(model)}
        rows: list[dict[Any, Any]] = table.to_dict(orient="records")  # pyright: ignore
        cells = [_cell(row, places) for row in rows]
    except (OSError, ValueError, LookupError, TypeError, pd.errors.ParserError) as error:
        raise DataError(TextRuns.CELLS_DAMAGED, file=path, words=one_line(error), run=path.parent) from error
    return sorted(cells, key=lambda cell: (cell["verdict"] != VERDICTS[causes.CAUSE], -cell["score"]))


def _cell(row: dict[Any, Any], places: dict[str, causes.Place]) -> dict[str, Any]:
    if row["unit"] not in places:
        raise ValueError(f"{row['unit']!r} is no unit of the network")
    bits = row.get("bits_inside", np.nan)
    return {
        **{"name": str(row["hypothesis"]).replace("_", " "), "words": str(row["words"])},
        **places[row["unit"]]._asdict(),
        **{"sign": int(row["sign"]), "measure": str(row["measure"]), "score": float(row["score"])},
        "verdict": VERDICTS[row["verdict"]],
        "bits": None if bits != bits else float(bits),
    }


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
        The cells that have a name, as `read_cells` has them, with layers and units counted from 0. None in
        place of all where none were looked for.

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
    return {
        **begin_payload(f"glasscell: an LSTM reads {reads}", run=run, reads=reads, channels=["symbol"]),
        "symbols": symbols,
        "characters": model.alphabet.characters,
        "network": halved(network),
        "probes": None,
        "text": {"name": name, "text": text},
        "bits": bits,
        "cells": cells,
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
