"""Which text a page shows first, and which texts are measured for it: held out, of the reader's own, or written."""

from dataclasses import dataclass
from pathlib import Path

from glasscell.data.texts.origins import Text, read_texts
from glasscell.errors import DataError, GlasscellError, UsageError
from glasscell.runs.data_json import read_about
from glasscell.runs.texts.corpus import find_corpus
from glasscell.runs.texts.places import find_again
from glasscell.settings import TextSettings
from glasscell.system.files import is_there

SHOWN = 1500  # characters of the example
LONGEST = 10_000  # characters of a text of the reader's own, as in web/text/text-app.js
MEASURED = 20_000  # characters to measure the cost of 16 bits on:
OF_EACH = 4_000  # the beginnings of so many texts
WRITTEN = "written.txt"


@dataclass(frozen=True)
class PageTexts:
    """What a page shows, and what is measured for it. Made by `read_page_texts`.

    Parameters
    ----------
    shown : Text
    measured : list of str
        Beginnings of texts.
    of : {"held out", "written", "given"}
        Where these come from: texts that the network was not trained on, what it wrote, or the reader.
    """

    shown: Text
    measured: list[str]
    of: str


def read_page_texts(
    path: Path, settings: TextSettings, file: str | None, encoding: str | None, notes: list[str]
) -> PageTexts:
    """Read what the page of a run shows, and what is to be measured for it.

    Texts held out are measured; where they are gone or have changed, what the network wrote when it was trained; and
    where that is gone, too, the reader's own.

    Parameters
    ----------
    path : Path
        The run's folder.
    settings : TextSettings
    file : str, optional
        The reader's own text, which is shown; by default the beginning of what is measured.
    encoding : str, optional
        Of that file.
    notes : list of str
        What is to be said of it is added here.

    Raises
    ------
    UsageError
        If the file stands for several texts.
    DataError
        If it cannot be read; or if nothing is left to show.
    """
    given = None if file is None else _given(file, encoding, settings.symbols, notes)
    held_out = _held_out(path, settings)
    if not isinstance(held_out, str):
        return PageTexts(given or _beginning(held_out), _pieces(held_out), "held out")
    written = _written(path, settings.symbols)
    if not isinstance(written, str):
        does = "the page begins with" if given is None else "the cost of 16 bits is measured on"
        notes.append(f"{held_out}: {does} what the network has written itself")
        return PageTexts(given or _beginning([written]), _pieces([written]), "written")
    if given is None:
        raise DataError(f"{written}, and {held_out}; name a text to show: glasscell explain {path} TEXT_FILE")
    notes.append(f"{held_out}, and {written}: the cost of 16 bits is measured on {given.name}")
    return PageTexts(given, _pieces([given]), "given")


def _held_out(path: Path, settings: TextSettings) -> list[Text] | str:
    """Return the texts held out, or why they cannot be had."""
    if settings.data == "-":
        return "the texts came from standard input, which cannot be read again"
    try:
        corpus = find_corpus(settings)
    except GlasscellError as error:
        gone = not is_there(find_again(settings).data)
        return f"the texts of {settings.data} are gone" if gone else f"the texts cannot be read ({error})"
    if corpus.describe()["sha256"] != read_about(path, ("sha256",))["sha256"]:
        return f"the texts of {settings.data} have changed since it was trained"
    return list(corpus.held_out)


def _written(path: Path, symbols: str) -> Text | str:
    """Return what the network wrote when it was trained, or why that cannot be had."""
    file, encoding = path / WRITTEN, "latin-1" if symbols == "bytes" else "utf-8"
    try:
        text = file.read_bytes().decode(encoding, "replace").removesuffix("\n")  # which is added to it
    except OSError as error:
        return f"{file}: is missing" if isinstance(error, FileNotFoundError) else f"{file}: cannot be read"
    return Text(WRITTEN, text) if text else f"{file}: is empty"


def _beginning(texts: list[Text]) -> Text:
    """Return the beginning of the first text that is long enough, or of the longest, up to the end of a line."""
    text = next((one for one in texts if len(one.text) >= SHOWN), max(texts, key=lambda one: len(one.text)))
    cut = text.text[:SHOWN]
    end = cut.rfind("\n") + 1 if len(text.text) > SHOWN else 0
    return Text(text.name, cut[:end] if end > SHOWN / 2 else cut)


def _given(file: str, encoding: str | None, symbols: str, notes: list[str]) -> Text:
    """Return the text of the reader's own, or as much of it as the page takes."""
    texts, _ = read_texts(file, encoding=encoding, symbols=symbols)
    if len(texts) != 1:
        raise UsageError(f"{file}: stands for {len(texts)} texts; expected one file to show")
    text: Text = texts[0]  # pyright: ignore
    if len(text.text) > LONGEST:
        notes.append(f"{file} has {len(text.text):,} {symbols}: the page shows the first {LONGEST:,}")
    return Text(text.name, text.text[:LONGEST])


def _pieces(texts: list[Text]) -> list[str]:
    """Return the beginnings of texts to measure on."""
    pieces, left = [], MEASURED
    for text in texts:
        piece = text.text[: min(OF_EACH, left)]
        if piece:
            pieces.append(piece)
            left -= len(piece)
    return pieces
