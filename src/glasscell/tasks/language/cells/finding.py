"""Which units of a run know what: searched in fresh text, scored on text that had no say, and held to see the cause.

L symbols · U units of all layers · W windows
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from glasscell.data.texts.hypotheses import Hypothesis, Marked, choose, mark_texts
from glasscell.data.texts.origins import Text, read_texts
from glasscell.data.texts.own_marks import read_hypotheses
from glasscell.data.texts.python_marks import PYTHON_MARKS
from glasscell.data.texts.text_marks import TEXT_MARKS
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.system.threads import count_cores
from glasscell.tasks.language.baselines import OnNote
from glasscell.tasks.language.cells.causes import (
    CAUSE,
    FEWEST_UNITS,
    NOT_MEASURED,
    NOT_TOLD,
    OTHERS,
    SIGN,
    Cause,
    find_cause,
    usual_memories,
    windows_of,
)
from glasscell.tasks.language.cells.holding import Hold, write_until
from glasscell.tasks.language.cells.memories import Place, memories, places_of
from glasscell.tasks.language.cells.search import Finding, LeftOut, find_cells, split
from glasscell.tasks.language.corpus import read_again
from glasscell.tasks.language.opened import open_run
from glasscell.tasks.language.plain import LanguageModel
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings

MAX_SYMBOLS, MAX_OF_ONE = 300_000, 30_000  # of all texts, and of one
MAX_NUMBERS = 80_000_000  # that all units hold after all symbols: a third of a gigabyte, with one more text than that
MIN_WINDOWS = 4
# What would end it; and what begins it in writing, and ends that. By the names of hypotheses.
QUOTES, BRACKETS, NEWLINE = ("a quote", "\"'"), ("a closing bracket", ")]}"), ("a newline", "\n")
ENDS = {
    "comment": NEWLINE,
    "string": QUOTES,
    "docstring": QUOTES,
    "quotes": QUOTES,
    "brackets": BRACKETS,
    "parentheses": BRACKETS,
    "def_line": NEWLINE,
    "import_line": NEWLINE,
}
BEGINS = {
    "comment": ("\n    # ", "\n"),
    "string": ('\n    x = "', '"'),  # which an apostrophe does not end
    "quotes": ('\n    x = "', '"'),
    "parentheses": ("\n    x = f(", ")]}"),
}


@dataclass(frozen=True)
class Known:
    """What a unit knows, and what holding it changes.

    Parameters
    ----------
    words : str
        The hypothesis, in a sentence.
    finding : Finding
    place : Place
    cause : Cause, optional
        None where no unit tells it better than chance, too few windows have it, or there are too few other units.
    lengths : (float, float), optional
        Symbols until what it writes is ended, the median of many times: with nothing held, and with the memory held as
        it is inside.
    """

    words: str
    finding: Finding
    place: Place
    cause: Cause | None
    lengths: tuple[float, float] | None

    @property
    def is_known(self) -> bool:
        """Whether the unit tells it, on unseen text, better than the best of all would by chance."""
        return self.finding.is_told

    @property
    def verdict(self) -> str:
        """What the numbers carry: a key of `verdicts`."""
        if not self.is_known:
            return NOT_TOLD
        if self.cause is None:
            return NOT_MEASURED
        return CAUSE if self.cause.is_cause else SIGN


@dataclass(frozen=True)
class Cells:
    """What was found in a run. Made by `find`.

    Parameters
    ----------
    known : tuple of Known
    left_out : tuple of LeftOut
    model : LanguageModel
    texts : tuple of Text
        That were read.
    memories : list of float32 arrays (L, U)
        After each symbol of each text.
    notes : tuple of Note
    """

    known: tuple[Known, ...]
    left_out: tuple[LeftOut, ...]
    model: LanguageModel
    texts: tuple[Text, ...]
    memories: list[np.ndarray]
    notes: tuple[Note, ...]


def find(
    path: Path,
    *,
    text: str | None = None,
    own: Path | None = None,
    only: Sequence[str] | None = None,
    on_note: OnNote = lambda note: None,
) -> Cells:
    """Look for the units of a run that know what stands in a text.

    Parameters
    ----------
    path : Path
        The run's folder.
    text : str, optional
        A file, folder or pattern to look in; by default the texts that were held out.
    own : Path, optional
        A file of one's own hypotheses.
    only : sequence of str, optional
        Names of hypotheses; by default all.
    on_note : callable
        Called with what is done now.

    Raises
    ------
    DataError, UsageError
    """
    opened = open_run(path)
    model, settings = opened.model, opened.settings
    hypotheses = _hypotheses(own, only)
    units = len(places_of(model))
    texts, notes = _texts(path, settings, text, units)
    read = [Text(one.name, one.text[:MAX_OF_ONE]) for one in texts]
    numbers = [model.alphabet.encode_whole(one.text) for one in read]
    on_note(TextRuns.READING(characters=sum(len(one.text) for one in read), texts=len(texts)))
    with threadpool_limits(1):
        held = memories(model, numbers)
    on_note(TextRuns.SEARCHING(units=units, n=len(hypotheses)))
    marked = _mark(hypotheses, texts)
    starts = np.cumsum([0, *(len(one.text) for one in read)])[:-1]
    values = np.concatenate(held)
    findings, left_out = find_cells(values, marked, starts)
    can_hold = units >= FEWEST_UNITS
    if can_hold:
        on_note(TextRuns.HOLDING(others=min(OTHERS, units - 1)))
    else:
        notes = (*notes, TextRuns.TOO_FEW_UNITS(least=FEWEST_UNITS, units=units))
    is_first = split(starts, len(values))
    by_name = {one.name: one for one in marked}
    words = {one.name: one.words for one in hypotheses}

    def look_into(finding: Finding) -> Known:
        place = places_of(model)[finding.unit]
        if not (can_hold and finding.is_told):
            return Known(words[finding.name], finding, place, None, None)
        cause, lengths = _hold(model, numbers, by_name[finding.name], finding, values, is_first, starts)
        return Known(words[finding.name], finding, place, cause, lengths)

    with threadpool_limits(1):  # a core for each hypothesis: threads of one product would wait for each other
        known = Parallel(n_jobs=count_cores(), prefer="threads")(delayed(look_into)(finding) for finding in findings)
    return Cells(tuple(known), tuple(left_out), model, tuple(read), held, notes)  # pyright: ignore[reportArgumentType]


def _mark(hypotheses: Sequence[Hypothesis], texts: Sequence[Text]) -> list[Marked]:
    """Return the marks of what is read of the texts; a hypothesis is shown the whole of each, or it would not parse."""
    marked = mark_texts(hypotheses, {one.name: one.text for one in texts})
    is_read = np.concatenate([np.arange(len(one.text)) < MAX_OF_ONE for one in texts])
    return [one._replace(values=one.values[is_read]) for one in marked]


def _hypotheses(own: Path | None, only: Sequence[str] | None) -> list[Hypothesis]:
    mine = [] if own is None else read_hypotheses(own)
    every = [*mine, *(one for one in (*TEXT_MARKS, *PYTHON_MARKS) if one.name not in {each.name for each in mine})]
    return every if only is None else choose(every, only)


def _texts(
    path: Path, settings: TextSettings, text: str | None, units: int
) -> tuple[tuple[Text, ...], tuple[Note, ...]]:
    """Return texts to look in, the shorter ones first, until what is read of them is enough."""
    if text is None:
        texts, notes = read_again(path, settings, TextRuns.PIPED_OR_TEXT).held_out, ()
    else:
        texts, notes = read_texts(text, encoding=settings.encoding, symbols=settings.symbols)
    enough = min(MAX_SYMBOLS, MAX_NUMBERS // units)
    chosen, total = [], 0
    for one in sorted(texts, key=lambda one: (len(one.text), one.name)):
        if total < enough:
            chosen.append(one)
            total += min(len(one.text), MAX_OF_ONE)
    return tuple(chosen), tuple(notes)


def _hold(
    model: LanguageModel,
    numbers: Sequence[np.ndarray],
    marked: Marked,
    finding: Finding,
    values: np.ndarray,
    is_first: np.ndarray,
    starts: np.ndarray,
) -> tuple[Cause | None, tuple[float, float] | None]:
    """Return what holding the unit changes in the texts by which it was not chosen, and in what it writes."""
    marks = marked.values
    if not marked.is_yes_no:
        middle = np.nanmedian(marks[is_first])
        marks = np.where(np.isnan(marks), np.nan, marks > middle)
    unseen = np.where(is_first, np.nan, marks)
    windows, inside = windows_of(numbers, np.split(unseen, starts[1:]))
    seen = np.where(is_first, marks, np.nan)
    if len(windows) < MIN_WINDOWS or not ((seen == 1).any() and (seen == 0).any()):
        return None, None
    usual, places = usual_memories(values, seen), places_of(model)
    name, letters = ENDS.get(finding.name, ("", ""))
    ends = [number for number in model.alphabet.encode(letters).tolist() if number > 1]
    cause = find_cause(model, windows, inside, usual, finding.unit, places, groups={name: ends} if ends else {})
    begins, letters = BEGINS.get(finding.name, ("", ""))
    ends = [number for number in model.alphabet.encode(letters).tolist() if number > 1]
    if not ends:
        return cause, None
    start = model.alphabet.encode_whole(begins).tolist()
    held = Hold(places[finding.unit], cause.as_inside)
    free, inside_held = np.median(write_until(model, start, ends, [None, held]), axis=1)
    return cause, (float(free), float(inside_held))


def table_of(cells: Cells) -> pd.DataFrame:
    """Return a row for each hypothesis: the unit, its scores beside chance, what holding it costs, and the verdict."""
    rows: list[Mapping[str, Any]] = []
    for one in cells.known:
        finding, cause = one.finding, one.cause
        row: dict[str, Any] = {
            "hypothesis": finding.name,
            "unit": one.place.name,
            "sign": finding.sign,
            "measure": "AUC" if finding.is_yes_no else "R2",
            "score": finding.score,
            "chosen": finding.chosen,
            "next_best": finding.next_score,
            "shifted_median": finding.shifted_median,
            "shifted_most": finding.shifted_most,
            "p": finding.p,
            "p_corrected": finding.p_corrected,
            "share": finding.base_rate,
            "two_units": finding.pair_score,
            "three_units": finding.triple_score,
        }
        if cause is not None:
            row |= {
                "bits_inside": cause.inside,
                "low": cause.interval[0],
                "high": cause.interval[1],
                "bits_outside": cause.outside,
                "others_median": float(np.median(cause.others)),
                "others_most": float(cause.others.max()),
                "p_cause": cause.p,
            }
            for name, (free, held) in cause.chances.items():
                row |= {"ended_by": name, "chance": free, "chance_held": held}
        if one.lengths is not None:
            row |= {"written_length": one.lengths[0], "written_length_held": one.lengths[1]}
        rows.append(row | {"verdict": one.verdict, "words": one.words})
    if not rows:
        left_out = [TextRuns.LEFT_OUT(hypothesis=one.name, why=one.why) for one in cells.left_out[:3]]
        raise DataError(TextRuns.NONE_JUDGED, left_out=left_out)
    return pd.DataFrame(rows)
