"""What a language model's run reports: bits per character of the texts held out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.texts.alphabet import RARE
from glasscell.facts import Note
from glasscell.runs.texts.corpus import Corpus
from glasscell.runs.texts.sentences import TextRuns
from glasscell.settings import TextSettings
from glasscell.system.markdown import to_table
from glasscell.training.training import Training

UNHEARD = 2e-5  # of what is held out: at 20 bits each, they do not change the third digit of the mean


def per_text(corpus: Corpus, bits: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return a row for each text held out: its name, its characters, and the bits of each of them in the mean."""
    rows = [
        (text.name, len(found), float(found.mean(dtype="float64")))
        for text, found in zip(corpus.held_out, bits, strict=True)
    ]
    return pd.DataFrame(rows, columns=["text", "characters", "bits_per_character"])


def summary_of(
    settings: TextSettings, corpus: Corpus, training: Training, table: pd.DataFrame, seconds: float
) -> dict[str, Any]:
    """Return what report.json is to hold."""
    weights = table["characters"].to_numpy()
    return {
        "data": settings.data,
        "task": "text",
        "epochs": training.epoch,
        "updates": int(training.model.optimizer.iterations.numpy()),
        **training.history[-1],
        "bits_per_character": float(np.average(table["bits_per_character"], weights=weights)),
        "n": int(weights.sum()),
        "n_unknown": sum(int((numbers == RARE).sum()) for numbers in corpus.held_out_numbers),
        "n_train": sum(len(text.text) for text in corpus.training),
        "symbols": len(corpus.alphabet),
        "reads": settings.symbols,
        "characters_a_second": int(settings.streams) * settings.piece * settings.updates / max(seconds, 1e-9),
        "seconds": seconds,
    }


def to_markdown(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown.

    Parameters
    ----------
    report : dict
        As `summary_of` returns it.
    notes : sequence of Note
        What was understood of the data.
    """
    repeats = report["repeats"]
    columns = ["", f"bits per {one_of(report)} of {report['n']:,} held out", "without near repeats"]
    rows = [(name, found["all"], found["without_repeats"]) for name, found in report["beside"].items()]
    scores = pd.DataFrame(rows, columns=columns).iloc[:, : 3 if repeats else 2]
    said = say_unknown(report)
    lines = [
        f"# {report['data']}",
        "",
        *(f"- {note}" for note in notes),
        "",
        f"Trained by {report['updates']:,} updates in {report['seconds']:.1f} s, "
        f"{report['characters_a_second']:,.0f} {report['reads']} a second.",
        "",
        to_table(scores),
        "",
        "The n-grams are interpolated Kneser–Ney, counted in the same training text; `xz` is at its best, and after "
        "the training text it may point back to whole passages that stand in both.",
        "",
        *([f"{said}.", ""] if said else []),
        *(f"- {one['text']} nearly repeats {one['of']}: {100 * one['share']:.0f} % of it" for one in repeats),
        *[""] * bool(repeats),
        f"![Bits per {one_of(report)} while it was trained](bits.png)",
        "",
        "## What it writes",
        "",
        "```",
        report["sample"],
        "```",
        "",
    ]
    return "\n".join(lines)


def one_of(report: Mapping[str, Any]) -> str:
    """Return what the network of a report reads one by one, in a word.

    >>> one_of({"reads": "bytes"}), one_of({})
    ('byte', 'character')
    """
    return "byte" if report.get("reads") == "bytes" else "character"


def say_unknown(report: Mapping[str, Any]) -> Note | None:
    """Return a note of how many symbols held out the network need not tell apart; None if that changes no figure.

    >>> say_unknown({"n": 1000, "n_unknown": 3})
    '3 of them are rare or new, and one symbol together: the network and n-grams need not tell which, as xz must'
    >>> say_unknown({"n": 1_000_000, "n_unknown": 3})
    """
    is_heard = report.get("n_unknown", 0) > UNHEARD * report.get("n", 0)
    return TextRuns.UNKNOWN(n=report["n_unknown"]) if is_heard else None


def in_characters(text: str, symbols: str) -> str:
    """Return what a network wrote as a person reads it: bytes, which are the characters of their numbers, as UTF-8.

    >>> in_characters("Ã©", "bytes"), in_characters("é", "characters")
    ('é', 'é')
    """
    return text.encode("latin-1", "replace").decode("utf-8", "replace") if symbols == "bytes" else text


def in_one_line(text: str) -> str:
    r"""Return a text with what cannot be printed, a newline say, as in a string of Python.

    >>> print(in_one_line("дом\n\t!"))
    дом\n\t!
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
