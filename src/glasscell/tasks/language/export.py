"""Export of a language model from a run or an estimator.

N texts · T symbols of a text · C symbols of the alphabet
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
from scipy.special import softmax

from glasscell.data.texts.alphabet import SHOWN_RARE, Alphabet
from glasscell.data.texts.origins import read_texts
from glasscell.exporters.agreement import TIMES_SENSITIVE, TOLERANCE, Agreement, Rows, row_by_row
from glasscell.exporters.checking import OnFile
from glasscell.exporters.export import EXAMPLES, Exportable
from glasscell.exporters.formats import FORMATS, Format
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Note
from glasscell.tasks.language.estimator import LSTMLanguageModel
from glasscell.tasks.language.network import LanguageReader
from glasscell.tasks.language.numpy_model import LanguageModel, plain_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.trained_run import open_run
from glasscell.tasks.language.writing import write as write_text

MOST, LEAST = 20_000, 200  # symbols of a file's texts to compare in all, and at least of each
# texts to compare: written by the model, and random; symbols of each
WRITTEN, RANDOM, LENGTH = (4, 4, 60)
SHOWN = 12  # symbols of an example
TOLD = ("c", "onnx")  # formats that record whether symbols are bytes


@dataclass(frozen=True)
class ExportableLanguageModel(Exportable):
    """A language model.

    Parameters
    ----------
    network : keras.Model
        Of `network.build_language_network`.
    symbols : {"characters", "bytes"}
        Bytes are the characters with their numbers, 0 to 255.
    texts : list of arrays of int, optional
        Texts to compare, as symbols, the boundary first; by default synthetic ones.

    >>> import tempfile
    >>> from glasscell.exporters.export import write_export
    >>> from glasscell.tasks.language.network import build_language_network
    >>> source = ExportableLanguageModel(build_language_network(4, units=3), Alphabet("ab"))
    >>> source.text.shape
    (8, 60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = write_export(source, Path(folder) / "model.npz")
    >>> exported.agreement.difference < 1e-5
    True
    """

    network: keras.Model
    alphabet: Alphabet
    symbols: str = "characters"
    texts: Sequence[np.ndarray] | None = None

    what = TextRuns.LANGUAGE_MODEL
    # modules with `write(network, alphabet, path, **options)` and `answer_with_runtime(path, text)`
    formats: ClassVar = {
        "c": FORMATS["c"].of("glasscell.tasks.language.exports.c"),
        "keras": FORMATS["keras"].of("glasscell.tasks.language.exports.keras"),
        "litert": FORMATS["litert"].of(
            "glasscell.tasks.language.exports.litert", without=("fused", "int8")
        ),
        "npz": FORMATS["npz"].of("glasscell.tasks.language.numpy_model"),
        "onnx": FORMATS["onnx"].of("glasscell.tasks.language.exports.onnx", without=("streaming",)),
        "savedmodel": FORMATS["savedmodel"].of("glasscell.tasks.language.exports.savedmodel"),
    }
    asked = "texts"
    checked: ClassVar = {"texts": "n", "largest_difference": "difference"}
    needless: ClassVar = {
        "streaming": TextRuns.STATES_ANYWAY,
        "fused": Exporters.FUSED_HAS_NO_STATES,
        "int8": Exporters.FUSED_HAS_NO_STATES,
    }

    @cached_property
    def text(self) -> np.ndarray:
        """Texts to compare, (N, T), the boundary first: some written by the model, some random.

        If `texts` are given, their beginnings, about `MOST` symbols in all; shorter ones are padded
        with boundaries.
        """
        if self.texts is not None:
            steps = min(max(map(len, self.texts)), max(MOST // len(self.texts), LEAST))
            texts = np.zeros((min(len(self.texts), max(MOST // steps, 1)), steps), "int64")
            for row, text in zip(texts, self.texts, strict=False):
                row[: len(text)] = text[:steps]
            return texts
        texts = np.random.default_rng(0).integers(0, len(self.alphabet), (WRITTEN + RANDOM, LENGTH))
        texts[:, 0] = 0
        for k in range(WRITTEN):
            texts[k, 1:] = self.alphabet.encode(
                "".join(write_text(self._plain, length=LENGTH - 1, seed=k))
            )
        return texts

    @cached_property
    def _plain(self) -> LanguageModel:
        return plain_language_model(self.network, self.alphabet)

    def predict(self, text: np.ndarray) -> np.ndarray:
        """Return the probabilities (N, T, C) of the next symbol after each of a text (N, T)."""
        return softmax(LanguageReader(self.network, self.alphabet).read(text)[0], -1)

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it."""
        told = {"symbols": self.symbols} if form.name in TOLD else {}
        form.load().write(self.network, self.alphabet, path, **told, **options)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the difference of the exported model's probabilities from its own."""
        return replace(self.rows(form, path, options).agreement, n=len(self.text), labels=None)

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return exported and own probabilities after each symbol; labels are most probable."""
        found = form.load().answer_with_runtime(path, self.text)
        rows = row_by_row(
            found, self.predict(self.text), 1.0, ["", SHOWN_RARE, *self.alphabet.characters]
        )
        if self.texts is None:
            return rows
        lengths = [len(text) for text, _ in zip(self.texts, self.text, strict=False)]
        return rows.of(np.arange(self.text.shape[1]) < np.array(lengths)[:, None])

    def allowed(self) -> float:
        """Return the tolerance: at least ten times the difference between kernel and NumPy."""
        by_numpy = softmax(self._plain.read(self.text)[0], -1)
        return max(TOLERANCE, TIMES_SENSITIVE * _difference(by_numpy, self.predict(self.text)))

    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Return the alphabet, the initial state, and examples."""
        examples = self.text[:EXAMPLES, :SHOWN]
        in_bytes = "; a byte is the character of its number" if self.symbols == "bytes" else ""
        return {
            "input": {"reads": "text", "symbols": self.symbols},
            "alphabet": {
                "characters": self.alphabet.characters,
                "first": 2,
                "boundary": 0,
                "any_other": 1,
                "in_words": "character k of characters, counted from 0, is symbol k + 2; symbol "
                "0 is before each text "
                f"and between texts, symbol 1 is any other character{in_bytes}",
            },
            "begin": "with all states zero and symbol 0 before the text; then states carry over "
            "from symbol to symbol",
            "output": "after each symbol, the probability of each possible next symbol",
            "examples": [
                {
                    "text": self.alphabet.decode(one),
                    "symbols": one.tolist(),
                    "probabilities_after": last.tolist(),
                }
                for one, last in zip(examples, self.predict(examples)[:, -1], strict=True)
            ],
        }


def of_run(path: Path) -> ExportableLanguageModel:
    """Return the language model of the run in a folder for export."""
    run = open_run(path)
    return ExportableLanguageModel(run.network, run.model.alphabet, run.settings.symbols)


def on_file(path: Path, file: str) -> OnFile:
    """Return the language model of a folder's run with a file's texts, to check an export."""
    run = open_run(path)
    model, settings = run.model, run.settings
    texts, notes = read_texts(file, encoding=settings.encoding, symbols=settings.symbols)
    symbols = [model.alphabet.encode_whole(text) for _, text in texts]
    source = ExportableLanguageModel(run.network, model.alphabet, settings.symbols, symbols)
    return OnFile(source, [text.name for text in texts], list(notes))


def of_estimator(estimator: LSTMLanguageModel) -> ExportableLanguageModel:
    """Return the language model of a fitted estimator for export."""
    return ExportableLanguageModel(estimator.network_, estimator.alphabet_)


def _difference(found: np.ndarray, wanted: np.ndarray) -> float:
    difference = np.abs(found.astype("float64") - wanted)
    return float(difference.max()) if np.isfinite(difference).all() else float("inf")
