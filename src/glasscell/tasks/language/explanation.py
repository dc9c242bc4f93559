"""The explorer of a language model's run: its weights in 16 bits, its named units, and a text.

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
from glasscell.inference.cell import Layer, Weights
from glasscell.runs.explained_folder import Explained, OnStage, explaining
from glasscell.runs.report import report_if_finished
from glasscell.runs.tracing import tracing
from glasscell.system.files import one_line
from glasscell.tasks.language.cells import causes
from glasscell.tasks.language.corpus import stem_of
from glasscell.tasks.language.numpy_model import LanguageModel
from glasscell.tasks.language.options import FileOptions
from glasscell.tasks.language.page_texts import read_page_texts
from glasscell.tasks.language.python_marks import PYTHON_MARKS
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.text_marks import TEXT_MARKS
from glasscell.tasks.language.trained_run import fingerprint_of, open_run

PAGE = Assembly(Path(__file__).parent / "web")
MOST_WEIGHTS = 450_000  # 1.2 MB of an explorer; the rest of it takes less than 0.3 MB
CELLS = "cells.csv"
NUMBERS = {  # fields of a cell, and their columns in cells.csv
    "bits": "bits_inside",
    "off": "usual_outside",
    "on": "usual_inside",
    "recall": "recall",
    "precision": "precision",
}
# A unit gets a name if its ranks or values correlate with the hypothesis by at least 0.6 on
# held-out text. In docs/explanation/named-units.csv, no score of a shifted hypothesis reaches that.
# For yes/no, recall and precision must also be at least `HALF`.
NAMED, HALF = {"AUC": 0.8, "R2": 0.36}, 0.5
FEWEST_SEEN = 10  # characters of the shown text at which a unit is on, and at which it is off
OUR_WORDS = {one.name: one.words for one in (*TEXT_MARKS, *PYTHON_MARKS)}
MEASURED_ON = {
    "held out": TextRuns.OF_HELD_OUT,
    "written": TextRuns.WRITTEN_ITSELF,
    "given": TextRuns.OF_THAT_TEXT,
}

AS_TRAINED = FileOptions()


def look_into(
    path: Path, file: str | None, tell: OnStage, *, options: FileOptions = AS_TRAINED
) -> Explained:
    """Return the explorer of a language model, and the cost of its 16-bit weights."""
    opened = open_run(path)
    model, settings = opened.model, opened.settings
    notes: list[Note] = []
    tell(TextRuns.READING_TEXTS())
    texts = read_page_texts(path, settings, file, options.encoding or settings.encoding, notes)
    cells = (
        read_cells(path / CELLS, model, texts.shown.text) if _has_own_cells(path, notes) else None
    )
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
        of="given" if file is not None else texts.of,
        bits=bits,
        score=score_of(report_if_finished(path)),
        cells=cells,
    )
    summary = {
        "data": settings.data,
        "text": texts.shown.name,
        "characters": len(texts.shown.text),
        "bits_per_character": bits,
        "cells": None
        if cells is None
        else len({(cell["layer"], cell["unit"]) for cell in cells if cell["named"]}),
    }
    return Explained(payload, settings.data, summary, notes, PAGE)


explain = explaining(look_into)
trace_to = tracing(open_run)


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return notes on the cost of rounding and the number of named units, from `explain`."""
    bits, cells = summary["bits_per_character"], summary["cells"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0  # no minus before a zero
    measured = {name: bits[name] for name in ("rounded", "exact", "n")}
    named = (
        TextRuns.NO_NAMES(run=shlex.quote(summary["run"]))
        if cells is None
        else TextRuns.NAMED(n=cells)
    )
    return [TextRuns.ROUNDED(**measured, cost=cost, of=MEASURED_ON[bits["of"]]()), named]


def to_half(model: LanguageModel) -> LanguageModel:
    """Return a language model with weights rounded to 16 bits, as in the explorer, as float32.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> read_out = np.full((1, 4), 0.1, "f"), np.zeros(4, "f")
    >>> float(
    ...     to_half(LanguageModel(Alphabet("ab"), np.ones((4, 1), "f"), (), read_out)).read_out[0][
    ...         0, 0
    ...     ]
    ... )
    0.0999755859375
    """

    def half(v: Any) -> Any:
        return None if v is None else np.asarray(v).astype("float16").astype("float32")

    with np.errstate(over="ignore"):  # overflows are rejected when the explorer is made
        layers = tuple(
            dataclasses.replace(layer, weights=Weights(*map(half, layer.weights)))
            for layer in model.layers
        )
        kernel, bias = map(half, model.read_out)
        return dataclasses.replace(
            model, table=half(model.table), layers=layers, read_out=(kernel, bias)
        )


def bits_per_character(model: LanguageModel, texts: list[str]) -> float:
    """Return the mean bits per character over texts, each from its beginning.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> model = LanguageModel(
    ...     Alphabet("ab"), np.ones((4, 1), "f"), (), (np.zeros((1, 4), "f"), np.zeros(4, "f"))
    ... )
    >>> bits_per_character(model, ["abba", "b"])
    2.0
    """
    bits = model.bits_of([model.alphabet.encode_whole(text) for text in texts])
    return float(np.concatenate(bits).mean(dtype="float64"))


def _has_own_cells(path: Path, notes: list[Note]) -> bool:
    """Return whether cells.csv exists, fits the network, and has all columns of the explorer."""
    if not (path / CELLS).exists():
        return False
    told = path / causes.CELLS_OF
    is_own = told.exists() and told.read_bytes() == fingerprint_of(path).encode()
    if (
        is_own
        and NUMBERS["precision"] in (path / CELLS).read_text("utf-8", "replace").partition("\n")[0]
    ):
        return True
    code = TextRuns.OLDER_CELLS if is_own else TextRuns.OTHER_NETWORK
    notes.append(code(cells=path / CELLS, run=path))
    return False


def read_cells(path: Path, model: LanguageModel, text: str = "") -> list[dict[str, Any]]:
    """Return the findings of `glasscell cells` for the explorer, which opens on the first.

    Findings are sorted by: named or not (see `NAMED`); whether the unit is both on and off in the
    shown text; whether it is causal; yes/no before numbers. Yes/no findings are then sorted by the
    mean time that the unit stays on, since long times need memory; numbers by score. Hypotheses
    that no unit encodes are skipped.
    """
    try:
        table = pd.read_csv(path)
        table = table[table["verdict"] != causes.NOT_TOLD]
        places = {place.name: place for place in causes.places_of(model)}
        rows: list[dict[Any, Any]] = table.to_dict(orient="records")  # pyright: ignore
        cells = [_cell(row, places) for row in rows]
    except (OSError, ValueError, LookupError, TypeError, pd.errors.ParserError) as error:
        raise DataError(
            TextRuns.CELLS_DAMAGED, file=path, words=one_line(error), run=path.parent
        ) from error
    memories = _memories(model, text) if cells else []

    stretches: dict[tuple[int, int], float] = {}  # by unit, over all its names
    for cell in (cell for cell in cells if cell["named"]):
        place = cell["layer"], cell["unit"]
        stretch = _stretch(memories[place[0]][:, place[1]], cell["off"], cell["on"])
        stretches[place] = max(stretch, stretches.get(place, 0))

    def rank(cell: dict[str, Any]) -> tuple[Any, ...]:
        stretch, is_number = (
            stretches.get((cell["layer"], cell["unit"]), 0),
            cell["measure"] != "AUC",
        )
        by = (0, -cell["score"]) if is_number else (-stretch, -cell["score"])
        return not cell["named"], not stretch, cell["effect"] != "used", is_number, *by

    return sorted(cells, key=rank)


def _cell(row: dict[Any, Any], places: dict[str, causes.Place]) -> dict[str, Any]:
    if row["unit"] not in places:
        raise ValueError(f"{row['unit']!r} is no unit of the network")
    name, words, measure, score = (
        str(row["hypothesis"]),
        str(row["words"]),
        str(row["measure"]),
        float(row["score"]),
    )
    numbers = {key: float(row.get(column, np.nan)) for key, column in NUMBERS.items()}
    is_named = score >= NAMED[measure] and abs(numbers["on"] - numbers["off"]) > 0  # NaN is not
    if measure == "AUC":
        is_named = is_named and numbers["recall"] >= HALF and numbers["precision"] >= HALF
    return {
        **{
            "name": name.replace("_", " "),
            "words": words,
            "mark": name if OUR_WORDS.get(name) == words else None,
        },
        **places[row["unit"]]._asdict(),
        **{"measure": measure, "score": score, "effect": _effect(row), "named": is_named},
        **{key: None if np.isnan(value) else value for key, value in numbers.items()},
    }


def _effect(row: dict[Any, Any]) -> str | None:
    """Return the effect of clamping a unit at its median outside; None if it was not measured.

    "used": the unit is causal. "none": the cost is not significant. "shared": a control unit costs
    as much inside. "everywhere": the unit costs as much outside.
    """
    inside, low, others, outside = (
        float(row.get(name, np.nan))
        for name in ("bits_inside", "low", "others_most", "bits_outside")
    )
    if row["verdict"] == causes.CAUSE:
        return "used"
    if np.isnan([inside, low]).any():
        return None
    if low <= 0 or inside < causes.MIN_EFFECT:
        return "none"
    return "shared" if others >= inside else "everywhere" if outside >= inside else None


def _memories(model: LanguageModel, text: str) -> list[np.ndarray]:
    """Return c of all units after each character of a text (L, H), for each layer."""
    states, found = model.fresh(1), [[np.zeros((0, size))] for size in model.sizes]
    for symbol in model.alphabet.encode_whole(text):
        _, states = model.step(np.array([symbol]), states)
        for rows, (_, c, *_) in zip(found, states, strict=True):
            rows.append(c)
    return [np.concatenate(rows)[1:] for rows in found]


def _stretch(memory: np.ndarray, off: float, on: float) -> float:
    """Return the mean number of characters that a unit stays on; 0 if it is rarely on or off.

    >>> (
    ...     _stretch(np.repeat([0.1, -0.9, 0.0, -1.2], [8, 4, 9, 6]), 0.0, -1.0),
    ...     _stretch(np.zeros(99), 0.0, -1.0),
    ... )
    (5.0, 0.0)
    """
    is_on = np.abs(memory - on) < np.abs(memory - off)
    if min(is_on.sum(), (~is_on).sum()) < FEWEST_SEEN:
        return 0.0
    return float(is_on.sum() / (np.diff(is_on.astype(int), prepend=0) == 1).sum())


def score_of(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a network's score on the held-out texts, and the best n-gram's; None without report.

    >>> score_of(
    ...     {
    ...         "bits_per_character": 2.0,
    ...         "n": 9,
    ...         "beside": {"LSTM": {"all": 2.0}, "5-gram": {"all": 1.5}},
    ...     }
    ... )
    {'bits': 2.0, 'n': 9, 'ngram': {'name': '5-gram', 'bits': 1.5}}
    """
    if "bits_per_character" not in report:
        return None
    ngrams = {
        name: found["all"]
        for name, found in report.get("beside", {}).items()
        if name.endswith("-gram")
    }
    best = min(ngrams, key=lambda name: ngrams[name], default=None)
    ngram = None if best is None else {"name": best, "bits": ngrams[best]}
    return {"bits": report["bits_per_character"], "n": report["n"], "ngram": ngram}


def payload_of(
    model: LanguageModel,
    *,
    run: str,
    reads: str,
    symbols: str = "characters",
    name: str,
    text: str,
    of: str = "given",
    bits: Mapping[str, Any] | None = None,
    score: Mapping[str, Any] | None = None,
    cells: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the data that the explorer needs to process and generate text.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.inference.cell import Weights
    >>> from glasscell.variants import Variant
    >>> layer = Layer(
    ...     Weights(np.ones((1, 4)), np.ones((1, 4)), np.ones(4)), Variant(), go_backwards=False
    ... )
    >>> model = LanguageModel(
    ...     Alphabet("ab"), np.ones((4, 1)), (layer,), (np.ones((1, 4)), np.ones(4))
    ... )
    >>> payload = payload_of(model, run="first", reads="letters", name="a text", text="abba")
    >>> (
    ...     payload["network"]["embedding"]["shape"],
    ...     payload["network"]["layers"][0]["directions"][0]["units"],
    ... )
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
        **begin_payload(
            f"glasscell: an LSTM reads {reads}", run=run, reads=reads, channels=["symbol"]
        ),
        "symbols": symbols,
        "characters": model.alphabet.characters,
        "network": halved(network),
        "probes": None,
        "text": {"name": name, "text": text, "of": of},
        "bits": bits,
        "score": score,
        "cells": cells,
    }


def check_size(weights: int, of_alphabet: int, symbols: int) -> None:
    """Raise UsageError if a network has too many weights for the explorer.

    >>> check_size(300_000, 20_000, 100)
    """
    is_fault = weights - of_alphabet < MOST_WEIGHTS
    of_symbols = Explorer.OF_SYMBOLS(symbols=symbols, weights=of_alphabet) if is_fault else None
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS_OF_TEXT, of_symbols=of_symbols)


def _encode(k: int, layer: Layer) -> dict[str, Any]:
    fields = dataclasses.asdict(layer.variant)
    for field in ("input_activation", "gate_activation", "output_activation"):
        found = fields[field]
        expect(
            found in ACTIVATIONS,
            Explorer.ACTIVATION_OF_LAYER,
            layer=k,
            part=field,
            found=found,
            known=ACTIVATIONS,
        )
    return encode_lstm(f"lstm_{k}", layer.weights._asdict().get, fields)
