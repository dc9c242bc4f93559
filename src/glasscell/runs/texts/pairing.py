"""Whether two runs of text differ, by more than chance, on the texts that both held out."""

from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.errors import DataError
from glasscell.runs.folder import resume_command
from glasscell.runs.intervals import bootstrap, in_words
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
        "why_not", if there is no such text, or else: "score", which it is; n texts and their "characters"; the "first"
        and the "second" run's bits per character, their "ratio" with its "interval", None of fewer than three texts;
        "differ", whether more than chance is at work.

    Raises
    ------
    DataError
        If a run's held_out.csv is damaged.
    """
    tables = [_read(path) for path in (first, second)]
    both = tables[0].merge(tables[1], on=["text", "characters"], suffixes=("_1", "_2"))
    if not len(both):
        return {"why_not": "no text was held out by both"}
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


def texts_in_a_sentence(first: str, found: dict[str, Any]) -> str:
    """Return what `compare_texts` found in words, given the first run's name and "to", the second's.

    >>> found = {"to": "b", "n": 1, "characters": 900, "first": 2.0, "second": 1.5, "ratio": 4 / 3, "interval": None}
    >>> texts_in_a_sentence("a", found | {"differ": False})[:88]
    'a and b on the same 900 characters: 2.000 and 1.500 bits each, the first by the second 1'
    """
    ends = in_words(found["interval"])
    verdict = "they differ by more than chance" if found["differ"] else "no difference that chance would not explain"
    sure = f"95 % interval {ends}, over {found['n']} texts): {verdict}" if ends else "too few texts to say more)"
    return (
        f"{first} and {found['to']} on the same {found['characters']:,} characters: {found['first']:.3f} and "
        f"{found['second']:.3f} bits each, the first by the second {found['ratio']:.3f} ({sure}"
    )


def _read(path: Path) -> pd.DataFrame:
    file = path / "held_out.csv"
    try:
        return pd.read_csv(file, usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)  # pyright: ignore
    except (OSError, ValueError) as error:
        mend = f"delete it, and write it again: {resume_command(path)}"
        raise DataError(f"{file}: is missing or damaged ({one_line(error)}); {mend}") from error
