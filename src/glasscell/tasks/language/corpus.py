"""What a language model learns from, and what is held out: texts as numbers of symbols."""

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.console.screen import Part
from glasscell.data.texts.alphabet import RARE, Alphabet, alphabet_of
from glasscell.data.texts.holding_out import hold_out, split_text
from glasscell.data.texts.origins import PYTHON, Text, TextsRead, in_utf8, read_library, read_texts
from glasscell.errors import DataError, UsageError
from glasscell.facts import Code, Note, reported
from glasscell.runs.config import find_again, read_about, with_whole_paths
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings


@dataclass(frozen=True)
class Corpus:
    """Texts to train on and texts held out. Made by `read_corpus`.

    Parameters
    ----------
    training, held_out : tuple of Text
    alphabet : Alphabet
        Of the training texts.
    notes : tuple of Note
        What was understood.
    """

    training: tuple[Text, ...]
    held_out: tuple[Text, ...]
    alphabet: Alphabet
    notes: tuple[Note, ...]

    @cached_property
    def numbers(self) -> np.ndarray:
        """All training texts as numbers of symbols, (L,), int32: a boundary before each."""
        return np.concatenate([self.alphabet.encode_whole(text.text) for text in self.training])

    @cached_property
    def held_out_numbers(self) -> list[np.ndarray]:
        """The texts held out as numbers of symbols, a boundary before each."""
        return [self.alphabet.encode_whole(text.text) for text in self.held_out]

    def describe(self) -> dict[str, Any]:
        """Return what data.json is to hold."""
        names = [text.name for text in (*self.training, *self.held_out)]
        contents = "\0".join(text.text for text in (*self.training, *self.held_out))
        seen = self.numbers
        return {
            "characters": self.alphabet.characters,
            "symbols": len(self.alphabet),
            "n_training": sum(len(text.text) for text in self.training),
            "n_held_out": sum(len(text.text) for text in self.held_out),
            "rare": int((seen == RARE).sum()),
            "training": [text.name for text in self.training],
            "held_out": [text.name for text in self.held_out],
            "sha256": hashlib.sha256("\0".join([*names, contents]).encode("utf-8", "surrogatepass")).hexdigest(),
            **reported(self.notes),
        }


def read_corpus(settings: TextSettings) -> Corpus:
    """Read the texts that settings name, and hold some of them out: whole files of several, the end of a single one.

    Raises
    ------
    DataError
    """
    return _corpus_of(read_texts(settings.data, encoding=settings.encoding, symbols=settings.symbols), settings)


def read_again(path: Path, settings: TextSettings, mend: Code = TextRuns.PIPE_AGAIN) -> Corpus:
    """Read the texts that the run in a folder was made of.

    They are found by `find_corpus`.

    Parameters
    ----------
    path : Path
    settings : TextSettings
        The run's.
    mend : Code
        What one can do where the texts came from standard input.

    Raises
    ------
    UsageError
        If they came from standard input, and that is the terminal.
    DataError
        If they are gone, or others than those that it was made of, trained on and held out.
    """
    is_piped = settings.data == "-"
    if is_piped and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError(mend, file=path)
    try:
        corpus = read_corpus(settings) if is_piped else find_corpus(settings)
    except DataError as error:
        if not is_piped:
            raise
        raise DataError(mend, file=path).also(TextRuns.IN_PARENTHESES(cause=error)) from error
    if not is_same(path, corpus):
        raise DataError(TextRuns.OTHER_TEXTS, file=path, config=path / "config.toml")
    return corpus


def find_corpus(settings: TextSettings) -> Corpus:
    """Read the texts of a run that are not from standard input from where they are now, changed or not.

    They are where they were when it began or, if not there, here by the same name; the word python is the library, also
    where there is a path of that name now.

    Raises
    ------
    DataError
        If they are gone, or cannot be read.
    """
    if settings.data == PYTHON:
        return _corpus_of(read_library(encoding=settings.encoding, symbols=settings.symbols), settings)
    return read_corpus(find_again(settings))


def _corpus_of(read: TextsRead, settings: TextSettings) -> Corpus:
    texts, notes = read
    if len(texts) == 1:
        (text,) = texts
        first, rest, what = split_text(text.text, settings.held_out)
        training, held_out = (Text(text.name, first),), (Text(f"the end of {text.name}", rest),)
    else:
        sizes = [len(text.text) for text in texts]
        parts = hold_out([text.name for text in texts], sizes, settings.held_out, settings.seed)
        training = tuple(texts[k] for k in parts.training)
        held_out = tuple(texts[k] for k in parts.held_out)
        n = sum(len(text.text) for text in held_out)
        what = TextRuns.HELD_OUT(held_out=len(held_out), n=len(texts), characters=n)
    alphabet = alphabet_of([text.text for text in training], settings.rare)
    total = sum(len(text.text) for text in texts)
    different, known = len(set().union(*(text.text for text in texts))), len(alphabet.characters)
    few = None if known == different else TextRuns.FEW_KNOWN(known=known)
    said = TextRuns.READ(n=total, symbols=settings.symbols, different=different, few=few, held_out=what)
    return Corpus(training, held_out, alphabet, (said, *notes))


def is_same(path: Path, corpus: Corpus) -> bool:
    """Return whether the texts are those that the run in a folder was made of, trained on and held out."""
    return read_about(path, ("sha256",))["sha256"] == corpus.describe()["sha256"]


def with_whole_path(settings: TextSettings) -> TextSettings:
    """Return settings whose text is found from any folder.

    Raises
    ------
    UsageError
        If its path is not UTF-8, which no settings can be written with.

    Examples
    --------
    >>> with_whole_path(TextSettings("python")).data, Path(with_whole_path(TextSettings("book.txt")).data).is_absolute()
    ('python', True)
    """
    if settings.data == PYTHON and not Path(PYTHON).exists():
        return settings
    whole = with_whole_paths(settings)
    if (shown := in_utf8(whole.data)) != whole.data:
        raise UsageError(TextRuns.FILE_NAME_NOT_UTF8, file=shown)
    return whole


def stem_of(data: str) -> str:
    """Return what a run of a text is called, before the time.

    >>> [stem_of(data) for data in ("-", "python", "books/alice.in.txt", "books/", "src/**/*.py", "src/c*.py")]
    ['stdin', 'python', 'alice.in', 'books', 'src', 'c']
    """
    if data == "-":
        return "stdin"
    before = re.split(r"[*?\[]", os.path.abspath(data))[0]  # noqa: PTH100  without ..
    name = Path(before).name if before.endswith(("/", "\\")) else Path(before).stem
    return name.strip(". ") or "text"


def look(file: str, *, encoding: str | None = None) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return what is in a text, for JSON and for a person.

    Parameters
    ----------
    file, encoding
        As in `origins.read_texts`.

    Raises
    ------
    DataError
    """
    corpus = read_corpus(TextSettings(file, encoding=encoding))
    parts = [*corpus.notes, TextRuns.CHARACTERS(characters=repr(corpus.alphabet.characters)[1:-1])]
    return corpus.describe(), iter(parts)
