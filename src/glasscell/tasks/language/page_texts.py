"""An explorer's first text, and the texts to measure rounding on: held out, given or generated."""

from pathlib import Path
from typing import NamedTuple

from glasscell.data.texts.origins import Text, read_texts
from glasscell.errors import DataError, GlasscellError, UsageError
from glasscell.facts import Note
from glasscell.runs.config import find_again
from glasscell.system.files import is_there
from glasscell.tasks.language.corpus import find_corpus, is_same
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings

SHOWN = 1500  # characters of the example
LONGEST = 10_000  # characters of a user's text, as in web/app.js
MEASURED = 20_000  # characters to measure the cost of 16 bits on, in all
OF_EACH = 4_000  # and at most from the beginning of each text
WRITTEN = "written.txt"


class PageTexts(NamedTuple):
    """The text to show in an explorer, and the texts to measure on. Made by `read_page_texts`.

    Parameters
    ----------
    measured : list of str
        Beginnings of texts.
    of : {"held out", "written", "given"}
        Source of `measured`: held-out texts, text that the network wrote, or the user.
    """

    shown: Text
    measured: list[str]
    of: str


def read_page_texts(
    path: Path,
    settings: LanguageSettings,
    file: str | None,
    encoding: str | None,
    notes: list[Note],
) -> PageTexts:
    """Read the text to show in a run's explorer, and the texts to measure the cost of 16 bits on.

    These are the held-out texts. If they are missing or have changed, the text written after
    training replaces them; if that is also missing, the user's text.
    """
    given = None if file is None else _given(file, encoding, settings.symbols, notes)
    held_out = _held_out(path, settings)
    if not isinstance(held_out, Note):
        return PageTexts(given or _beginning(held_out), _pieces(held_out), "held out")
    written = _written(path, settings.symbols)
    if not isinstance(written, Note):
        code = TextRuns.BEGINS_WITH_WRITTEN if given is None else TextRuns.MEASURED_ON_WRITTEN
        notes.append(code(why=held_out))
        return PageTexts(given or _beginning([written]), _pieces([written]), "written")
    if given is None:
        raise DataError(TextRuns.NOTHING_TO_SHOW, why=written, nor=held_out, run=path)
    notes.append(TextRuns.MEASURED_ON_GIVEN(why=held_out, nor=written, text=given.name))
    return PageTexts(given, _pieces([given]), "given")


def _held_out(path: Path, settings: LanguageSettings) -> list[Text] | Note:
    """Return the held-out texts, or why they are not available."""
    if settings.data == "-":
        return TextRuns.FROM_STANDARD_INPUT()
    try:
        corpus = find_corpus(settings)
    except GlasscellError as error:
        gone = not is_there(find_again(settings).data)
        return TextRuns.GONE(data=settings.data) if gone else TextRuns.UNREADABLE(cause=error)
    if not is_same(path, corpus):
        return TextRuns.CHANGED(data=settings.data)
    return list(corpus.held_out)


def _written(path: Path, symbols: str) -> Text | Note:
    """Return the text that the network wrote after training, or why it is not available."""
    file, encoding = path / WRITTEN, "latin-1" if symbols == "bytes" else "utf-8"
    try:
        # added when written
        text = file.read_bytes().decode(encoding, "replace").removesuffix("\n")
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        return (TextRuns.WRITTEN_MISSING if is_missing else TextRuns.WRITTEN_UNREADABLE)(
            written=file
        )
    return Text(WRITTEN, text) if text else TextRuns.WRITTEN_EMPTY(written=file)


def _beginning(texts: list[Text]) -> Text:
    """Return the beginning of the first long enough text, or the longest, up to a line's end."""
    text = next(
        (one for one in texts if len(one.text) >= SHOWN), max(texts, key=lambda one: len(one.text))
    )
    cut = text.text[:SHOWN]
    end = cut.rfind("\n") + 1 if len(text.text) > SHOWN else 0
    return Text(text.name, cut[:end] if end > SHOWN / 2 else cut)


def _given(file: str, encoding: str | None, symbols: str, notes: list[Note]) -> Text:
    """Return the user's text, cut to `LONGEST` characters."""
    texts, _ = read_texts(file, encoding=encoding, symbols=symbols)
    if len(texts) != 1:
        raise UsageError(TextRuns.ONE_FILE, file=file, n=len(texts))
    text: Text = texts[0]  # pyright: ignore
    if len(text.text) > LONGEST:
        notes.append(
            TextRuns.BEGINNING_SHOWN(text=file, n=len(text.text), symbols=symbols, shown=LONGEST)
        )
    return Text(text.name, text.text[:LONGEST])


def _pieces(texts: list[Text]) -> list[str]:
    """Return the beginnings of texts to measure on."""
    pieces, left = [], MEASURED
    for text in texts:
        pieces.append(text.text[: min(OF_EACH, left)])
        left -= len(pieces[-1])
    return [*filter(None, pieces)]
