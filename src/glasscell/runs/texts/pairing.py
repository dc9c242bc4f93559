"""Whether two runs of text differ, by more than chance, on the texts that both held out."""

from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.folder import resume_command
from glasscell.runs.intervals import bootstrap, in_words
from glasscell.runs.texts.sentences import TextRuns
from glasscell.runs.ties import digits_apart, verdict_of
from glasscell.system.decimals import DECIMALS
from glasscell.system.files import one_line

COLUMNS = {"text": str, "characters": "int64", "bits_per_character": "float64"}


def compare_texts(first: Path, second: Path) -> dict[str, Any]:
    """Return how many bits per character two runs need for the texts that both held out.

    Parameters
    ----------
    first, second : Path
        The runs' folders.

    Returns
    -------
    dict
        "why_not", a note, if there is no such text, or else: "score", which it is; n texts and their "characters"; the
        "first" and the "second" run's bits per character, their "ratio" with its "interval", None of fewer than three
        texts; "differ", whether more than chance is at work.

    Raises
    ------
    DataError
        If a run's held_out.csv is damaged.
    """
    tables = [_read(path) for path in (first, second)]
    both = tables[0].merge(tables[1], on=["text", "characters"], suffixes=("_1", "_2"))
    if not len(both):
        return {"why_not": TextRuns.NOTHING_IN_BOTH()}
    bits = [(both["characters"] * both[f"bits_per_character_{k}"]).to_numpy() for k in (1, 2)]
    characters = int(both["characters"].sum())
    ends = bootstrap(*bits) if len(both) > 2 else None
    return {
        "score": "bits_per_character",
        "n": len(both),
        "characters": characters,
        "first": float(bits[0].sum() / characters),
        "second": float(bits[1].sum() / characters),
        "ratio": float(bits[0].sum() / bits[1].sum()),
        "interval": ends,
        "differ": ends is not None and not ends[0] <= 1 <= ends[1],
    }


def texts_in_a_sentence(first: str, found: dict[str, Any]) -> Note:
    """Return what `compare_texts` found as a note, given the first run's name and "to", the second's.

    >>> found = {"to": "b", "n": 1, "characters": 900, "first": 2.0, "second": 1.5, "ratio": 4 / 3, "interval": None}
    >>> str(texts_in_a_sentence("a", found | {"differ": False})).split(": ")[1]
    '2.000 vs 1.500 bits per character, ratio 1.333 (too few texts for an interval)'
    """
    ends, code = found["interval"], TextRuns.APART if found["interval"] else TextRuns.APART_IN_FEW
    first_and_second = digits_apart(found["first"], found["second"])
    digits = max(first_and_second, digits_apart(found["ratio"], 1.0)) if found["differ"] else DECIMALS
    return code(
        **{"first": first, "second": found["to"], "one": found["first"], "two": found["second"]},
        **{name: found[name] for name in ("characters", "n", "ratio")},
        digits=digits,
        ends=in_words(ends, digits),
        verdict=verdict_of(found),
    )


def _read(path: Path) -> pd.DataFrame:
    file = path / "held_out.csv"
    try:
        return pd.read_csv(file, usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)  # pyright: ignore
    except (OSError, ValueError) as error:
        raise DataError(TextRuns.DAMAGED, file=file, words=one_line(error), command=resume_command(path)) from error
