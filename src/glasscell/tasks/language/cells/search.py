"""The best unit for each hypothesis, selected on one half of the files and scored on the other.

T characters · F files · U units · M hypotheses

Selection makes the best of 256 units look good. So three numbers are reported with its score on the
first half: its score on the other half; the maximum over units when the hypothesis is shifted in
time; and p, the fraction of shifts that reach its score, corrected for the number of hypotheses
(Holm 1979).

On the first half only every k-th character is used, at most `SAMPLE` of them, since neighbors are
much the same.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from statsmodels.stats.multitest import multipletests
from threadpoolctl import threadpool_limits

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.language.cells import scores
from glasscell.tasks.language.hypotheses import Marked
from glasscell.tasks.language.sentences import Cells

SAMPLE = 32_768
FEWEST, FEWEST_OF_EACH = 200, 10  # judged characters of a half; and those with yes, and with no
UNITS = 3  # of the largest combination
LEVEL = 0.05  # of significance
# minimum fraction of the text in a half of whole files; otherwise the text is cut in the middle
SMALLEST = 0.25


class Finding(NamedTuple):
    """How well units encode one hypothesis.

    Scores are areas under the ROC curve for yes/no, and squared correlations for numbers. Those on
    the other half use the sign found on the first half, so they are below 0.5 or below 0 if the
    sign changes.

    Parameters
    ----------
    name : str
        Of the hypothesis.
    unit, sign : int
        The best unit, and 1 if it is high where the hypothesis is true or its number high, −1 if it
        is low.
    score : float
        Score of the unit on the other half.
    chosen : float
        Its score on the first half.
    next_best : float
        Score on the other half of the second-best unit of the first half; NaN if there is only one
        unit.
    shifted_median, shifted_most : float
        Median and maximum over shifts in time of the best unit's score on the first half.
    p, p_corrected : float
        Fraction of shifts that reach `chosen`, without and with Holm's correction over all
        hypotheses.
    share : float
        Fraction of the judged characters that are yes; NaN for numbers.
    two_units, three_units : float
        Score on the other half of the best unit with one or two more; NaN if no further unit helps.

    >>> Finding._fields[:4]
    ('name', 'is_yes_no', 'unit', 'sign')
    """

    name: str
    is_yes_no: bool
    unit: int
    sign: int
    score: float
    chosen: float
    next_best: float
    shifted_median: float
    shifted_most: float
    p: float
    p_corrected: float
    share: float
    two_units: float
    three_units: float

    @property
    def is_told(self) -> bool:
        """Whether the unit encodes it significantly, and better than the best unit at random."""
        return self.p_corrected <= LEVEL and self.score > self.shifted_most


class _Group(NamedTuple):
    """Hypotheses judged on the same characters: their positions in each half, and the shifts."""

    hypotheses: list[Marked]
    first: np.ndarray
    second: np.ndarray
    by: np.ndarray


class LeftOut(NamedTuple):
    """A hypothesis that cannot be judged on these texts, and why."""

    name: str
    why: Note


def split(starts: np.ndarray, length: int) -> np.ndarray:
    """Return which characters are in the half that selects units.

    Files are assigned from the longest to the shortest, each to the half that is shorter so far.

    `starts` (F,) → (T,).

    >>> split(np.array([0, 3, 5]), 6).astype(int).tolist(), split(np.array([0]), 4).tolist()
    ([1, 1, 1, 0, 0, 0], [True, True, False, False])
    """
    lengths = np.diff(np.r_[starts, length])
    is_first, sizes = np.zeros(len(lengths), bool), [0, 0]
    for k in np.argsort(-lengths, kind="stable"):
        half = int(sizes[1] < sizes[0])
        is_first[k] = half == 0
        sizes[half] += int(lengths[k])
    if min(sizes) < SMALLEST * length:
        return np.arange(length) < length // 2
    return np.repeat(is_first, lengths)


def find_cells(
    values: np.ndarray, hypotheses: Sequence[Marked], starts: np.ndarray
) -> tuple[list[Finding], list[LeftOut]]:
    """Return the best unit for each hypothesis.

    `values` (T, U), `starts` (F,).

    >>> rng = np.random.default_rng(0)
    >>> values, is_open = rng.normal(size=(2000, 5)), np.repeat(rng.random(80) < 0.3, 25)
    >>> values[:, 3] += 2 * is_open
    >>> (found,), left_out = find_cells(
    ...     values, [Marked("open", is_open.astype(float), True)], np.array([0, 1100])
    ... )
    >>> found.unit, found.sign, found.score > 0.85 > found.shifted_median, found.p < 0.01, left_out
    (3, 1, True, True, [])
    """
    with np.errstate(invalid="ignore"):
        broken = np.flatnonzero(~np.isfinite(np.sum(values, axis=0, dtype="float64")))
    if len(broken):
        raise DataError(Cells.NOT_FINITE, unit=broken[0])
    for one in hypotheses:
        if one.values.shape != (len(values),):
            raise UsageError(
                Cells.OTHER_LENGTH, name=one.name, shape=one.values.shape, n=len(values)
            )
    is_first = split(starts, len(values))
    groups: dict[
        bytes, list[Marked]
    ] = {}  # hypotheses judged on the same characters use the same ranks of units
    for one in hypotheses:
        groups.setdefault(np.packbits(~np.isnan(one.values)).tobytes(), []).append(one)
    judged: list[_Group] = []
    left_out: list[LeftOut] = []
    for group in groups.values():
        is_judged = ~np.isnan(group[0].values)
        first, second = np.flatnonzero(is_judged & is_first), np.flatnonzero(is_judged & ~is_first)
        step = -(-len(first) // SAMPLE) or 1
        first = first[::step]
        reasons = {one.name: _why_not(one, first, second) for one in group}
        left_out += [LeftOut(name, why) for name, why in reasons.items() if why]
        if there := [one for one in group if not reasons[one.name]]:
            judged.append(_Group(there, first, second, scores.offsets(len(first), step)))
    judged, too_many = _that_may_be_told(judged)
    left_out += too_many
    with threadpool_limits(1):  # as in probes: BLAS threads would wait for each other
        found = {one.name: one for group in judged for one in _search(values, *group)}
    names = [one.name for one in hypotheses if one.name in found]
    corrected: Any = (
        multipletests([found[name].p for name in names], method="holm")[1] if names else []
    )
    order = {one.name: k for k, one in enumerate(hypotheses)}
    return (
        [
            found[name]._replace(p_corrected=float(p))
            for name, p in zip(names, corrected, strict=True)
        ],
        sorted(left_out, key=lambda one: order[one.name]),
    )


def _that_may_be_told(groups: list[_Group]) -> tuple[list[_Group], list[LeftOut]]:
    """Skip hypotheses that cannot be significant: p is at least their number / (1 + shifts)."""
    left_out = []
    while groups:
        number, shifted = (
            sum(len(group.hypotheses) for group in groups),
            min(len(group.by) for group in groups),
        )
        if number <= (most := int(LEVEL * (1 + shifted))):
            break
        short = [group for group in groups if len(group.by) == shifted]
        why = Cells.TOO_MANY(n=number, most=most)
        left_out += [LeftOut(one.name, why) for group in short for one in group.hypotheses]
        groups = [group for group in groups if len(group.by) > shifted]
    return groups, left_out


def _why_not(one: Marked, first: np.ndarray, second: np.ndarray) -> Note | None:
    """Return why a hypothesis cannot be judged; None if it can."""
    for rows in (first, second):
        marks = one.values[rows]
        if len(marks) < FEWEST:
            return Cells.FEW_JUDGED(n=len(marks), least=FEWEST)
        if one.is_yes_no:
            n = int(marks.sum())
            for count, code in ((n, Cells.FEW_TRUE), (len(marks) - n, Cells.FEW_FALSE)):
                if count < FEWEST_OF_EACH:
                    return code(n=count, of=len(marks), least=FEWEST_OF_EACH)
        elif np.ptp(marks) == 0:
            return Cells.ALWAYS(value=marks[0])
    return None


def _search(
    values: np.ndarray,
    hypotheses: Sequence[Marked],
    first: np.ndarray,
    second: np.ndarray,
    by: np.ndarray,
) -> list[Finding]:
    """Return the findings, with uncorrected p, of hypotheses judged on the same characters."""
    sample, found = values[first], []
    strengths, shifted = _strengths(sample, hypotheses, first, by)
    z = scores.standard(sample)
    for one, strength, at_shifts in zip(hypotheses, strengths, shifted, strict=True):
        kind, marks, unseen = one.is_yes_no, one.values[first], one.values[second]
        order = np.argsort(-np.abs(strength), kind="stable")[:2]
        signs = np.where(strength[order] < 0, -1, 1)
        on_unseen = scores.score(
            signs * scores.strengths(values[second[:, np.newaxis], order], unseen, kind), kind
        )
        together: dict[int, float] = {}
        for units in scores.select_units(z, marks, int(order[0]), UNITS, kind):
            model = scores.fit_units(sample[:, units], marks, kind)
            answers = scores.answers(model, values[second[:, np.newaxis], list(units)], kind)
            told = scores.strengths(answers[:, np.newaxis], unseen, kind)[0]
            together[len(units)] = float(scores.score(told, kind))
        best = float(np.abs(strength[order[0]]))
        found.append(
            Finding(
                name=one.name,
                is_yes_no=kind,
                unit=int(order[0]),
                sign=int(signs[0]),
                score=float(on_unseen[0]),
                chosen=float(scores.score(best, kind)),
                next_best=float(on_unseen[1]) if len(order) > 1 else np.nan,
                shifted_median=float(scores.score(float(np.median(at_shifts)), kind)),
                shifted_most=float(scores.score(at_shifts.max(), kind)),
                p=scores.chance(best, at_shifts),
                p_corrected=np.nan,
                share=float(np.nanmean(one.values)) if kind else np.nan,
                two_units=together.get(2, np.nan),
                three_units=together.get(3, np.nan),
            )
        )
    return found


def _strengths(
    sample: np.ndarray, hypotheses: Sequence[Marked], first: np.ndarray, by: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how strongly units encode hypotheses (M, U), and maxima over units by shift (M, K)."""
    strengths, shifted = (
        np.zeros((len(hypotheses), sample.shape[1])),
        np.zeros((len(hypotheses), len(by))),
    )
    for is_yes_no in (True, False):
        rows = [k for k, one in enumerate(hypotheses) if one.is_yes_no == is_yes_no]
        weights = np.array([scores.weights(hypotheses[k].values[first], is_yes_no) for k in rows])
        for start in range(0, sample.shape[1] if rows else 0, scores.AT_ONCE):
            some = slice(start, start + scores.AT_ONCE)
            signals = scores.signals(sample[:, some], is_yes_no)
            strengths[rows, some] = weights @ signals.T
            shifted[rows] = np.maximum(
                shifted[rows], scores.best_when_shifted(signals, weights, by)
            )
    return strengths, shifted
