"""What is in a text before any training: how much, how many characters, and what would be held out."""

from collections.abc import Iterator
from typing import Any

from glasscell.runs.parts import Part
from glasscell.tasks.language.corpus import Corpus, read_corpus
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings


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
    return corpus.describe(), _parts(corpus)


def _parts(corpus: Corpus) -> Iterator[Part]:
    yield from corpus.notes
    yield TextRuns.CHARACTERS(characters=repr(corpus.alphabet.characters)[1:-1])
