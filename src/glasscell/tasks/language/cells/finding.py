"""Which units of a run encode which hypotheses: scored on held-out text, then clamped to test.

L symbols · U units of all layers · W windows
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from glasscell.data.texts.alphabet import RARE
from glasscell.data.texts.origins import Text, read_texts
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.system.threads import count_cores
from glasscell.tasks.language.cells import causes
from glasscell.tasks.language.cells.causes import Cause, Place
from glasscell.tasks.language.cells.search import Finding, LeftOut, find_cells, split
from glasscell.tasks.language.corpus import read_again
from glasscell.tasks.language.hypotheses import (
    Hypothesis,
    Marked,
    choose,
    mark_texts,
    read_hypotheses,
)
from glasscell.tasks.language.numpy_model import LanguageModel
from glasscell.tasks.language.python_marks import PYTHON_MARKS
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.text_marks import TEXT_MARKS
from glasscell.tasks.language.trained_run import open_run

MAX_SYMBOLS, MAX_OF_ONE = 300_000, 30_000  # of all texts, and of one
MAX_NUMBERS = (
    80_000_000  # memories of all units: a third of a gigabyte, which the last text may exceed
)
MIN_WINDOWS = 4
# By hypothesis: the symbols that end it; a prompt that begins it when writing, and the symbols that
# end that.
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
    "string": ('\n    x = "', '"'),  # an apostrophe does not end it
    "quotes": ('\n    x = "', '"'),
    "parentheses": ("\n    x = f(", ")]}"),
}


class OnOff(NamedTuple):
    """A unit as a detector: on when its memory is nearer to its median inside than outside.

    Parameters
    ----------
    usual_outside, usual_inside : float
        Medians of its memory on the half that selected it.
    recall, precision : float
        On the other half; NaN if there are no such characters.
    """

    usual_outside: float
    usual_inside: float
    recall: float
    precision: float


@dataclass(frozen=True)
class Known:
    """The best unit for a hypothesis, and the effect of clamping it.

    Parameters
    ----------
    words : str
        The hypothesis, in a sentence.
    cause : Cause, optional
        None if no unit encodes it significantly, too few windows contain it, or there are too few
        control units.
    lengths : (float, float), optional
        Median number of symbols that the network writes until the hypothesis ends: without a clamp,
        and with the memory clamped at its median inside.
    on : OnOff, optional
        None if no unit encodes it significantly.
    """

    words: str
    finding: Finding
    place: Place
    cause: Cause | None
    lengths: tuple[float, float] | None
    on: OnOff | None

    @property
    def verdict(self) -> str:
        """One of the verdicts of `causes`."""
        if self.cause is None:
            return causes.NOT_MEASURED if self.finding.is_told else causes.NOT_TOLD
        return causes.CAUSE if self.cause.is_cause else causes.SIGN


@dataclass(frozen=True)
class Cells:
    """The findings in a run, as returned by `find`.

    Parameters
    ----------
    texts : tuple of Text
        The texts searched.
    memories : list of float32 arrays (L, U)
        After each symbol of each text.
    """

    known: tuple[Known, ...]
    left_out: tuple[LeftOut, ...]
    texts: tuple[Text, ...]
    memories: list[np.ndarray]
    notes: tuple[Note, ...]


def find(
    path: Path,
    *,
    text: str | None = None,
    own: Path | None = None,
    only: Sequence[str] | None = None,
    on_note: Callable[[Note], None] = lambda note: None,
) -> Cells:
    """Search the units of a run for those that encode hypotheses about a text."""
    opened = open_run(path)
    model, settings = opened.model, opened.settings
    hypotheses = _hypotheses(own, only)
    units = len(causes.places_of(model))
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
    can_hold = units >= causes.FEWEST_UNITS
    if can_hold:
        on_note(TextRuns.HOLDING(others=min(causes.OTHERS, units - 1)))
    else:
        notes = (*notes, TextRuns.TOO_FEW_UNITS(least=causes.FEWEST_UNITS, units=units))
    is_first = split(starts, len(values))
    by_name = {one.name: (one, each.words) for one, each in zip(marked, hypotheses, strict=True)}

    def look_into(finding: Finding) -> Known:
        (mark, words), cause, lengths, on = by_name[finding.name], None, None, None
        marks = _yes_no(mark, is_first)
        seen = np.where(is_first, marks, np.nan)
        if finding.is_told and (seen == 1).any() and (seen == 0).any():
            of_all = causes.usual_memories(values, seen)
            unseen, unit = np.where(is_first, np.nan, marks), finding.unit
            on = on_off(
                values[:, unit], float(of_all.outside[unit]), float(of_all.inside[unit]), unseen
            )
            if can_hold:
                cause, lengths = _hold(
                    model, numbers, mark.name, unit, of_all, np.split(unseen, starts[1:])
                )
        return Known(words, finding, causes.places_of(model)[finding.unit], cause, lengths, on)

    with threadpool_limits(
        1
    ):  # one core per hypothesis: nested BLAS threads would wait for each other
        known = Parallel(n_jobs=count_cores(), prefer="threads")(
            delayed(look_into)(finding) for finding in findings
        )
    return Cells(tuple(known), tuple(left_out), tuple(read), held, notes)  # pyright: ignore[reportArgumentType]


def memories(model: LanguageModel, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return c of all units after each symbol of texts, processed in parallel from the start.

    `texts` (L,) → (L - 1, U).

    >>> class Counter:  # a model of one unit, which counts
    ...     sizes = [1]
    ...
    ...     def fresh(self, streams):
    ...         return [(np.zeros((streams, 1)),) * 2]
    ...
    ...     def step(self, symbols, states, held=None):
    ...         return np.zeros((len(symbols), 4)), [(states[0][0], states[0][1] + 1)]
    >>> [
    ...     v.ravel().tolist()
    ...     for v in memories(Counter(), [np.array([0, 2, 3, 2]), np.array([0, 3])])
    ... ]
    [[2.0, 3.0, 4.0], [2.0]]
    """
    order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    width = len(causes.places_of(model))
    found = [np.empty((max(len(text) - 1, 0), width), "float32") for text in texts]
    states = model.fresh(len(texts))
    for step in range(len(texts[order[0]]) if order else 0):
        going = [n for n in order if len(texts[n]) > step]
        states = [tuple(v[: len(going)] for v in state) for state in states]
        _, states = model.step(np.array([texts[n][step] for n in going]), states)
        if step:
            now = np.concatenate([c for _, c, *_ in states], -1)
            for row, n in enumerate(going):
                found[n][step - 1] = now[row]
    return found


def _mark(hypotheses: Sequence[Hypothesis], texts: Sequence[Text]) -> list[Marked]:
    """Return the marks of the first `MAX_OF_ONE` characters, made for whole texts to parse."""
    marked = mark_texts(hypotheses, {one.name: one.text for one in texts})
    is_read = np.concatenate([np.arange(len(one.text)) < MAX_OF_ONE for one in texts])
    return [one._replace(values=one.values[is_read]) for one in marked]


def _hypotheses(own: Path | None, only: Sequence[str] | None) -> list[Hypothesis]:
    mine = [] if own is None else read_hypotheses(own)
    every = [
        *mine,
        *(
            one
            for one in (*TEXT_MARKS, *PYTHON_MARKS)
            if one.name not in {each.name for each in mine}
        ),
    ]
    return every if only is None else choose(every, only)


def _texts(
    path: Path, settings: LanguageSettings, text: str | None, units: int
) -> tuple[tuple[Text, ...], tuple[Note, ...]]:
    """Return texts to search, the shortest first, until their symbols suffice."""
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


def on_off(memory: np.ndarray, outside: float, inside: float, marks: np.ndarray) -> OnOff:
    """Score a unit as a detector, given its memory (L,), medians and `marks` (L,): 1, 0, or NaN.

    >>> on_off(
    ...     np.array([0.0, 1.0, 1.0, 1.0, 0.2, 9.0]), 0.0, 1.0, np.array([0, 1, 1, 0, 1, np.nan])
    ... )[2:]
    (0.6666666666666666, 0.6666666666666666)
    """
    is_on = np.abs(memory - inside) < np.abs(memory - outside)
    is_in = marks == 1
    both, on, meant = (int(v.sum()) for v in (is_on & is_in, is_on & ~np.isnan(marks), is_in))
    return OnOff(outside, inside, both / meant if meant else np.nan, both / on if on else np.nan)


def _yes_no(marked: Marked, is_first: np.ndarray) -> np.ndarray:
    """Return marks as 1 and 0; numbers are split at their median on the selecting half."""
    marks = marked.values
    if marked.is_yes_no:
        return marks
    return np.where(np.isnan(marks), np.nan, marks > np.nanmedian(marks[is_first]))


def _hold(
    model: LanguageModel,
    numbers: Sequence[np.ndarray],
    name: str,
    unit: int,
    usual: causes.Usual,
    unseen: Sequence[np.ndarray],
) -> tuple[Cause | None, tuple[float, float] | None]:
    """Return the effect of clamping the unit on predictions for unseen texts and on text length."""
    windows, inside = causes.windows_of(numbers, unseen)
    if len(windows) < MIN_WINDOWS:
        return None, None

    def known(letters: str) -> list[int]:
        return [number for number in model.alphabet.encode(letters).tolist() if number != RARE]

    what, letters = ENDS.get(name, ("", ""))
    ends = known(letters)
    cause = causes.find_cause(model, windows, inside, usual, unit, {what: ends} if ends else {})
    begins, letters = BEGINS.get(name, ("", ""))
    if not (ends := known(letters)):
        return cause, None
    held = causes.Hold(causes.places_of(model)[unit], float(usual.inside[unit]))
    free, inside_held = np.median(
        causes.write_until(model, model.alphabet.encode_whole(begins).tolist(), ends, [None, held]),
        axis=1,
    )
    return cause, (float(free), float(inside_held))


def table_of(cells: Cells) -> pd.DataFrame:
    """Return a row per hypothesis: unit, its scores and those at random, clamping cost, verdict."""
    rows: list[Mapping[str, Any]] = []
    for one in cells.known:
        finding, cause = one.finding, one.cause
        row: dict[str, Any] = {
            "hypothesis": finding.name,
            "unit": one.place.name,
            "sign": finding.sign,
            "measure": "AUC" if finding.is_yes_no else "R2",
            **dict(zip(Finding._fields[4:], finding[4:], strict=True)),
            **(one.on or OnOff(*[np.nan] * 4))._asdict(),
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
        left_out = [
            TextRuns.LEFT_OUT(hypothesis=one.name, why=one.why) for one in cells.left_out[:3]
        ]
        raise DataError(TextRuns.NONE_JUDGED, left_out=left_out)
    return pd.DataFrame(rows)
