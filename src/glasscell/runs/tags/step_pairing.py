"""Whether two runs that label every step differ by more than chance, on the steps that both held out."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.intervals import LEVEL, in_words
from glasscell.runs.sentences import Runs
from glasscell.runs.tags.sentences import TagRuns
from glasscell.runs.ties import digits_apart, verdict_of
from glasscell.system.decimals import DECIMALS
from glasscell.system.files import one_line

FEWEST, BLOCKS, DRAWS = 5, 20, 10_000  # series; of fewer, blocks of steps; of which so many samples are drawn
COLUMNS = {"id": str, "step": "int64", "truth": str, "answer": str}


def compare_steps(first: Path, second: Path) -> dict[str, Any]:
    """Return how much better the first of two runs is, on the labelled steps that both were measured on.

    Steps of a series are not independent: the interval is of samples of whole series, drawn again and again, or where
    there are fewer than five, of twenty blocks of steps.

    Parameters
    ----------
    first, second : Path
        The runs' folders.

    Returns
    -------
    dict
        "why_not", a note, or "score", "n", "first", "second", "difference", "interval", "units" and "differ".

    Raises
    ------
    DataError
        If a run's held_out.csv or data.json is damaged.
    """
    if not _of_same_data(first, second):
        return {"why_not": TagRuns.OTHER_FILES()}
    one, two = (_read(path) for path in (first, second))
    pairs = one.merge(two, on=["id", "step"], suffixes=("", "_2"))
    if not len(pairs):
        return {"why_not": TagRuns.NO_STEP_IN_BOTH()}
    if (pairs["truth"] != pairs["truth_2"]).any():
        return {"why_not": TagRuns.OTHER_LABELS()}
    pairs = pairs[pairs["truth"] != ""]
    if len(pairs) < BLOCKS:
        return {"why_not": TagRuns.TOO_FEW_IN_BOTH(n=len(pairs), least=BLOCKS)}
    rights = [(pairs[name] == pairs["truth"]).to_numpy("float64") for name in ("answer", "answer_2")]
    unit, _ = pd.factorize(pairs["id"])
    if unit.max() + 1 < FEWEST:
        unit = np.arange(len(pairs)) * BLOCKS // len(pairs)
    apart, size = np.bincount(unit, rights[0] - rights[1]), np.bincount(unit)
    drawn = np.random.default_rng(0).integers(0, len(size), (DRAWS, len(size)))
    ends = np.quantile(apart[drawn].sum(1) / size[drawn].sum(1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return {
        "score": "accuracy of steps",
        "n": len(pairs),
        "first": float(rights[0].mean()),
        "second": float(rights[1].mean()),
        "difference": float((rights[0] - rights[1]).mean()),
        "interval": ends,
        "units": len(size),
        "differ": not ends[0] <= 0 <= ends[1],
    }


def steps_in_a_sentence(first: str, found: dict[str, Any]) -> Note:
    """Return what `compare_steps` found as a note, given the first run's name.

    >>> found = {"to": "b", "n": 90, "first": 0.9, "second": 0.8, "difference": 0.1, "units": 9, "differ": True}
    >>> str(steps_in_a_sentence("a", found | {"interval": [0.05, 0.15]})).split(": ")[1]
    'accuracy 0.900 vs 0.800, difference +0.100 (95% CI 0.050–0.150 over 9 series or blocks)'
    """
    digits = digits_apart(found["first"], found["second"]) if found["differ"] else DECIMALS
    return TagRuns.APART(
        **{"first": first, "second": found["to"], "n": found["n"], "one": found["first"], "two": found["second"]},
        apart=found["difference"],
        digits=digits,
        ends=in_words(found["interval"], digits),
        units=found["units"],
        verdict=verdict_of(found),
    )


def _of_same_data(first: Path, second: Path) -> bool:
    """Return whether two runs read the same numbers and labels, or the same file, though other channels of it."""
    one, two = (read_about(path, ("sha256", "name")) for path in (first, second))
    return one["sha256"] == two["sha256"] or one["name"] == two["name"] != "-"


def _read(path: Path) -> pd.DataFrame:
    file = path / "held_out.csv"
    try:
        return pd.read_csv(file, usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)  # pyright: ignore
    except (OSError, ValueError) as error:
        raise DataError(Runs.DAMAGED, file=file, words=one_line(error), command=resume_command(path)) from error
