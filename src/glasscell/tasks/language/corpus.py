"""Training texts and held-out texts of a language model, as numbers of symbols."""

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
from glasscell.tasks.language.options import FileOptions
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings


@dataclass(frozen=True)
class Corpus:
    """Training texts and held-out texts. Made by `read_corpus`.

    Parameters
    ----------
    alphabet : Alphabet
        Of the training texts.
    notes : tuple of Note
        How the texts were interpreted.
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
        """The held-out texts as numbers of symbols, a boundary before each."""
        return [self.alphabet.encode_whole(text.text) for text in self.held_out]

    def describe(self) -> dict[str, Any]:
        """Return the content of data.json."""
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
            "sha256": hashlib.sha256(
                "\0".join([*names, contents]).encode("utf-8", "surrogatepass")
            ).hexdigest(),
            **reported(self.notes),
        }


def read_corpus(settings: LanguageSettings) -> Corpus:
    """Read the texts of the settings and hold some out: whole files, or a single file's end."""
    return _corpus_of(
        read_texts(settings.data, encoding=settings.encoding, symbols=settings.symbols), settings
    )


def read_again(path: Path, settings: LanguageSettings, mend: Code = TextRuns.PIPE_AGAIN) -> Corpus:
    """Read the texts of the run in a folder again, as found by `find_corpus`."""
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


def find_corpus(settings: LanguageSettings) -> Corpus:
    """Read the texts of a run that did not use standard input, changed or not.

    They are read from the recorded path or, if missing, from the same name in the current folder.
    The word python means the library even if a path of that name now exists.
    """
    if settings.data == PYTHON:
        return _corpus_of(
            read_library(encoding=settings.encoding, symbols=settings.symbols), settings
        )
    return read_corpus(find_again(settings))


def _corpus_of(read: TextsRead, settings: LanguageSettings) -> Corpus:
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
    said = TextRuns.READ(
        n=total, symbols=settings.symbols, different=different, few=few, held_out=what
    )
    return Corpus(training, held_out, alphabet, (said, *notes))


def is_same(path: Path, corpus: Corpus) -> bool:
    """Return whether these are the training and held-out texts of the run in a folder."""
    return read_about(path, ("sha256",))["sha256"] == corpus.describe()["sha256"]


def with_whole_path(settings: LanguageSettings) -> LanguageSettings:
    """Return settings with an absolute path to the text.

    >>> (
    ...     with_whole_path(LanguageSettings("python")).data,
    ...     Path(with_whole_path(LanguageSettings("book.txt")).data).is_absolute(),
    ... )
    ('python', True)
    """
    if settings.data == PYTHON and not Path(PYTHON).exists():
        return settings
    whole = with_whole_paths(settings)
    if (shown := in_utf8(whole.data)) != whole.data:
        raise UsageError(TextRuns.FILE_NAME_NOT_UTF8, file=shown)
    return whole


def stem_of(data: str) -> str:
    """Return the name of a run by its text, without the time.

    >>> [
    ...     stem_of(data)
    ...     for data in ("-", "python", "books/alice.in.txt", "books/", "src/**/*.py", "src/c*.py")
    ... ]
    ['stdin', 'python', 'alice.in', 'books', 'src', 'c']
    """
    if data == "-":
        return "stdin"
    before = re.split(r"[*?\[]", os.path.abspath(data))[0]  # noqa: PTH100  without ..
    name = Path(before).name if before.endswith(("/", "\\")) else Path(before).stem
    return name.strip(". ") or "text"


AS_DETECTED = FileOptions()


def look(file: str, *, options: FileOptions = AS_DETECTED) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return a description of a text, for JSON and for printing."""
    corpus = read_corpus(LanguageSettings(file, encoding=options.encoding))
    parts = [*corpus.notes, TextRuns.CHARACTERS(characters=repr(corpus.alphabet.characters)[1:-1])]
    return corpus.describe(), iter(parts)
