"""Paired comparison of two runs on units that both scored: whether they differ significantly.

N units that both were scored on, such as series · U that are resampled, such as groups of series
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from glasscell.facts import Note
from glasscell.runs.checked_files import read

# tasks of one's own may import all of them here
from glasscell.runs.paired_tests import Pairs, by_difference, by_mcnemar, by_ratio  # noqa: F401
from glasscell.runs.sentences import Runs
from glasscell.runs.statistics import in_words
from glasscell.system.formatting import DECIMALS, alike, digits_apart


class Finished(NamedTuple):
    """A finished run: its folder, and its report."""

    path: Path
    report: dict[str, Any]


# a Note is why two runs cannot be compared
Pairing: TypeAlias = Callable[[Finished, Finished], Pairs | Note]


class Compared(NamedTuple):
    """The comparison of two runs for JSON, and as a note; None if there is "why_not"."""

    found: dict[str, Any]
    note: Note | None = None


def compare(first: Finished, second: Finished, pairings: Mapping[str, Pairing]) -> Compared:
    """Compare two runs on the units that both were scored on."""
    tasks = [str(run.report.get("task")) for run in (first, second)]
    pairing, other = (pairings.get(task) for task in tasks)
    if pairing is None or other is None:
        pairs = Runs.ANSWERS_NOT_KEPT()
    elif pairing is not other:
        pairs = Runs.OTHER_TASK(first=tasks[0], second=tasks[1])
    else:
        pairs = pairing(first, second)
    if isinstance(pairs, Note):
        return Compared({"to": second.path.name, "why_not": pairs})
    found = measure(pairs)
    return Compared(
        {"to": second.path.name} | found,
        in_a_sentence(first.path.name, second.path.name, pairs, found),
    )


def measure(pairs: Pairs) -> dict[str, Any]:
    """Return the scores of pairs and their comparison, for JSON.

    >>> import numpy as np
    >>> right = np.ones(10), np.repeat([0.0, 1.0], [8, 2])
    >>> found = measure(
    ...     Pairs("accuracy", Runs.ACCURACY(), Runs.SERIES(n=10, groups=None), by_mcnemar, *right)
    ... )
    >>> found["only_first"], found["only_second"], round(found["p"], 4), found["differ"]
    (8, 0, 0.0078, True)
    """
    scores = (float(pairs.scaled(pairs.mean(v))) for v in (pairs.first, pairs.second))
    about = {"score": pairs.score, "n": len(pairs.first), **pairs.counts}
    return about | dict(zip(("first", "second"), scores, strict=True)) | pairs.test(pairs)


def in_a_sentence(first: str, second: str, pairs: Pairs, found: Mapping[str, Any]) -> Note:
    """Return the result of `measure` as a note, given the names of the runs.

    >>> import numpy as np
    >>> losses = np.full(2, 2.0), np.full(2, 1.5)
    >>> few = Pairs("mae", Runs.ACCURACY(), Runs.SERIES(n=2, groups=None), by_ratio, *losses)
    >>> in_a_sentence("a", "b", few, measure(few))
    'a vs b on the same 2 series: accuracy 2.000 vs 1.500, ratio 1.333 (no interval): too few to
    tell'
    """
    one, two, ends, differ = (found[name] for name in ("first", "second", "interval", "differ"))
    digits = of_apart = digits_apart(one, two, pairs.form) if differ else int(pairs.form[1:-1])
    if "ratio" in found:
        ratio = found["ratio"] or 0.0
        of_apart = digits_apart(ratio, 1.0) if differ else DECIMALS
        apart = Runs.RATIO(by=ratio, digits=of_apart)
    else:
        apart = Runs.DIFFERENCE(by=found["difference"], digits=of_apart)
    right = None
    if "only_first" in found:
        by = Runs.MCNEMAR if pairs.drawn is None else Runs.BY_GROUP
        test = None if found["p"] is None else by(p=found["p"])
        right = Runs.RIGHT_IN_ONE(
            only_first=found["only_first"], only_second=found["only_second"], test=test
        )
    both = {
        "first": first,
        "second": second,
        "on": pairs.on,
        "score": pairs.called,
        "one": one,
        "two": two,
    }
    both |= {"digits": digits, "form": pairs.form[-1], "apart": apart, "right": right}
    interval = (
        Runs.INTERVAL(ends=in_words(ends, of_apart), over=pairs.over)
        if ends
        else Runs.NO_INTERVAL()
    )
    untold = Runs.NO_DIFFERENCE if ends else Runs.TOO_FEW
    verdict = Runs.DIFFER if differ else Runs.TIE if alike(one, two, pairs.form) else untold
    return Runs.COMPARED(**both, interval=interval, verdict=verdict())


def not_paired(first: str, found: Iterable[Mapping[str, Any]]) -> Note | None:
    """Return a note on the runs that could not be paired with the first, and why; else None.

    >>> not_paired("a", [{"to": "b", "why_not": Runs.MADE_BEFORE(run="b")}])
    'not compared with a series by series: b, since b kept no predictions'
    """
    causes: dict[Note, list[str]] = {}
    for one in found:
        if "why_not" in one:
            causes.setdefault(one["why_not"], []).append(one["to"])
    others = [Runs.NOT_PAIRED_RUNS(runs=runs, why_not=why_not) for why_not, runs in causes.items()]
    return Runs.NOT_PAIRED(first=first, others=others) if others else None


def read_kept(
    run: Finished,
    name: str,
    columns: Mapping[str, Any],
    *,
    more: Mapping[str, Any] | None = None,
    **how: Any,
) -> pd.DataFrame:
    """Return columns of a table in a run's folder; empty cells are empty strings."""
    types = {**columns, **(more or {})}
    how = {"keep_default_na": False, "dtype": types, "usecols": lambda name: name in types} | how

    def table_in(file: Path) -> Any:
        table = pd.read_csv(file, **how)
        return table[[name for name in types if name in table or name in columns]]

    return read(run.path, name, table_in)


def pair(keys: Sequence[str], first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the same keys in both tables; columns of the second end in _2.

    >>> one = pd.DataFrame({"id": ["a", "a"], "answer": ["up", "down"]})
    >>> pair(["id"], one, one.assign(answer="up"))[["answer", "answer_2"]].values.tolist()
    [['up', 'up'], ['down', 'up']]
    """
    tables = [table.assign(again=table.groupby([*keys]).cumcount()) for table in (first, second)]
    return tables[0].merge(tables[1], on=[*keys, "again"], suffixes=("", "_2"))
