"""A language model's opened run, with weights as arrays: it predicts, writes, and is traced.

L symbols of a text · C symbols of the alphabet
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from glasscell.data.texts.alphabet import BOUNDARY, RARE, SHOWN_RARE
from glasscell.data.texts.origins import read_texts
from glasscell.data.texts.sentences import Texts
from glasscell.errors import UsageError, warn
from glasscell.runs.backend import FILE
from glasscell.runs.checked_files import read, resume_command, sum_of
from glasscell.runs.config import settings_of_run, values_of_run
from glasscell.runs.loaded_run import LoadedRun
from glasscell.runs.tracing import Reading, Traceable
from glasscell.tasks.language.numpy_model import LanguageModel, read_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.writing import hold, parse_hold, read_start, write

if TYPE_CHECKING:
    from glasscell.inspection.clamps import Clamp
    from glasscell.inspection.traces import Trace

PIECE = 1000  # symbols of a text whose trace is in memory at once


@dataclass(frozen=True)
class LanguageRun(Traceable):
    """A run's model and settings. Made by `open_run`."""

    path: Path
    model: LanguageModel
    settings: LanguageSettings

    @cached_property
    def network(self) -> Any:  # pyright: ignore
        """The Keras model: see `network.build_language_network`."""
        from glasscell.runs.run_folder import load_model

        return load_model(self.path, compiled=False)

    @property
    def reads_bytes(self) -> bool:
        """Whether its symbols are bytes; in a text, a byte is the character with its number."""
        return self.settings.symbols == "bytes"

    def readings(self, file: str | None, options: Any) -> Iterator[Reading]:
        """Yield the input for each text of a file, or for a held-out text: see `read_text`."""
        from glasscell.tasks.language.page_texts import read_page_texts

        if file is None:
            texts, notes = [read_page_texts(self.path, self.settings, None, None, []).shown], ()
        else:
            encoding = getattr(options, "encoding", None) or self.settings.encoding
            texts, notes = read_texts(file, encoding=encoding, symbols=self.settings.symbols)
        for n, (name, text) in enumerate(texts):
            yield self.read_text(text, name, () if n else notes)

    def read_text(self, text: str, name: Any = 0, notes: Sequence[Any] = ()) -> Reading:
        """Return the network's input for a text: step 0 is the boundary, step k character k."""
        steps = {
            "step": np.arange(1 + len(text))[None],
            "character": np.array([["", *text]], object),
        }
        return Reading([name], self.model.alphabet.encode_whole(text)[None], steps, notes=notes)

    def traces(
        self, reading: Reading, clamps: "Sequence[Clamp | str]" = (), at_once: int | None = None
    ) -> "Iterator[Trace]":
        """Yield traces of the gates over a text, in pieces of `PIECE`, or one if not `at_once`."""
        from glasscell.inspection.traces import trace_call
        from glasscell.tasks.language.network import parts_of

        parts, states = parts_of(self.network), None
        size = reading.x.shape[1] if at_once is None else PIECE
        for begin in range(0, reading.x.shape[1], size):
            piece = slice(begin, begin + size)
            read = partial(
                parts.read, reading.x[:, piece], parts.fresh(1) if states is None else states
            )
            found = trace_call(self.network, read, clamps)
            logits, states = found.answers
            steps = {name: v[:, piece] for name, v in reading.steps.items()}
            yield replace(found, answers=logits, ids=reading.ids, steps=steps)


class Loaded(LoadedRun):
    """A trained language model. Made by `glasscell.load`.

    Texts are str, or also bytes if its symbols are bytes. Only `network` and `trace` need
    TensorFlow.

    Attributes
    ----------
    alphabet : Alphabet
        The characters with a symbol of their own.
    """

    def __init__(self, opened: LanguageRun, task: Any):
        super().__init__(opened, task)
        self.alphabet = opened.model.alphabet

    def predict(self, text: str | bytes | Path = "", *, clamps: Sequence[str] = ()) -> pd.Series:
        """Return the probability of every character as the next one of a text, highest first.

        Parameters
        ----------
        text : str, or Path of a file
            Text from its beginning. A str is the text itself; bytes are taken as well if the
            symbols are bytes.
        clamps : sequence of str
            Units to clamp, as with `glasscell write --clamp`: "lstm_1 unit 17 f=1 i=0".

        Returns
        -------
        pandas.Series
            By character; "" is the end of the text, and "\N{REPLACEMENT CHARACTER}" any character
            without a symbol of its own. The sum is 1.

        Raises
        ------
        UsageError
            If the text is no text, or a clamp has another form or names an unknown unit.
        """
        logits, _ = read_start(self._held(clamps), self.alphabet.encode_whole(self._text(text)))
        p = np.exp(logits - logits.max())
        names = {BOUNDARY: "", RARE: SHOWN_RARE} | dict(
            enumerate(self.alphabet.characters, RARE + 1)
        )
        found = pd.Series(
            p / p.sum(), pd.Index(names.values(), name="character"), name="probability"
        )
        return found.sort_values(ascending=False, kind="stable")

    def write(
        self,
        start: str | bytes = "",
        length: int = 1000,
        temperature: float = 1.0,
        top_p: float = 1.0,
        seed: int = 0,
        *,
        clamps: Sequence[str] = (),
    ) -> Any:
        """Return the model's continuation of a text, without the text; bytes for byte models.

        Parameters
        ----------
        start : str
        length : int
            Characters to write.
        temperature : float
            Below 1, likely characters become likelier; 0 takes the likeliest.
        top_p : float
            Draw from the likeliest characters only, those that together have this probability.
        seed : int
        clamps : sequence of str
            As for `predict`.

        Raises
        ------
        UsageError
            If `start` has an unknown character, a number is out of bounds, or a clamp has another
            form or names an unknown unit.
        """
        how = {"length": length, "temperature": temperature, "top_p": top_p, "seed": seed}
        written = "".join(write(self._held(clamps), start=self._text(start), **how))
        return written.encode("latin-1") if self._opened.reads_bytes else written

    def _reading(self, X: Any) -> Reading:
        return self._opened.read_text(self._text(X))

    def _held(self, clamps: Sequence[str]) -> LanguageModel:
        model = self._opened.model
        return hold(model, [parse_hold(one, model.sizes) for one in clamps])

    def _text(self, text: Any) -> str:
        if isinstance(text, Path):
            encoding, symbols = self._opened.settings.encoding, self._opened.settings.symbols
            texts, notes = read_texts(str(text), encoding=encoding, symbols=symbols)
            warn(*(note for note in notes if note.level == "warning"))
            return "".join(part for _, part in texts)
        if isinstance(text, bytes) and self._opened.reads_bytes:
            return text.decode("latin-1")
        if not isinstance(text, str):
            raise UsageError(Texts.NO_STRING, kind=type(text).__name__)
        return as_bytes(text) if self._opened.reads_bytes else text


def as_bytes(text: str) -> str:
    """Return a text for a model of bytes: each UTF-8 byte as the character with its number.

    >>> [ord(letter) for letter in as_bytes("é")]
    [195, 169]
    """
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def open_run(path: Path) -> LanguageRun:
    """Open the run in a folder, without importing TensorFlow."""
    settings = settings_of(path)
    if not (path / FILE).exists():
        raise UsageError(TextRuns.NO_NETWORK, file=path, command=resume_command(path))
    return LanguageRun(path, read(path, FILE, read_language_model), settings)


def settings_of(path: Path) -> LanguageSettings:
    """Return the settings of the run in a folder."""
    values = values_of_run(path)
    if not LanguageSettings.owns(values):
        raise UsageError(TextRuns.NO_TEXT, file=path, data=values.get("data", "digits"))
    return settings_of_run(path, LanguageSettings)


def fingerprint_of(path: Path) -> str:
    """Return a hash that identifies the network of the run in a folder."""
    return sum_of(path / FILE)
