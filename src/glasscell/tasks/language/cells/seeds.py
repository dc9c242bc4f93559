"""Networks like one, of other seeds: trained where there are none, and in how many of them a unit knows something."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.comparison_table import read_report
from glasscell.runs.intervals import in_words
from glasscell.system.checks import require_whole
from glasscell.tasks.language.cells.causes import CAUSE, NOT_MEASURED, NOT_TOLD
from glasscell.tasks.language.opened import settings_of
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings

Train = Callable[[TextSettings, Path], object]


def train_seeds(path: Path, seeds: int, train: Train, on_note: Callable[[Note], None]) -> list[Path]:
    """Return the folders of a run and of those like it with the next seeds, which are trained where there are none.

    They stand beside it, called as it is and by their seed; with another seed other files are held out, too.

    Parameters
    ----------
    path : Path
        A finished run's folder.
    seeds : int
        How many networks there are to be in all.
    train : callable
        Takes settings and the folder to train in.
    on_note : callable
        Called with what it will cost, before it begins.

    Raises
    ------
    UsageError
        If the run is of another task, or not finished, fewer than one network is asked for, a folder of such a name
        has a run of other settings, or the text came from standard input, which cannot be read again.
    """
    require_whole(1, seeds=seeds)
    settings, seconds = settings_of(path), read_report(path)["seconds"]
    others = {
        path.parent / f"{path.name}-seed-{seed}": seed for seed in range(settings.seed + 1, settings.seed + seeds)
    }
    for other, seed in others.items():
        if (other / "config.toml").exists():
            _check_like(other, replace(settings, seed=seed))
    missing = [other for other in others if not (other / "report.json").exists()]
    if missing and settings.data == "-":
        raise UsageError(TextRuns.NOT_AGAIN, file=path)
    if missing:
        on_note(TextRuns.MORE_NETWORKS(n=len(missing), minutes=seconds * len(missing) / 60))
    for other in missing:
        train(replace(settings, seed=others[other]), other)
    return [path, *others]


def _check_like(path: Path, expected: TextSettings) -> None:
    """Raise UsageError if the run in a folder has other settings than these."""
    found = asdict(settings_of(path))
    for name, wanted in asdict(expected).items():
        if found[name] != wanted:
            raise UsageError(TextRuns.OTHER_SETTING, file=path, name=name, found=found[name], expected=wanted)


def tabulate(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row for each hypothesis: in how many networks a unit encodes it, in how many it is causal, its scores.

    Where a unit tells it, and in none it was measured whether it is the cause, that is what is said.

    Parameters
    ----------
    tables : mapping
        Of each run's name what `finding.table_of` returns.

    Examples
    --------
    >>> one = pd.DataFrame([{"hypothesis": "comment", "score": 0.9, "verdict": "cause"}])
    >>> tabulate({"a": one, "b": one.assign(score=0.8)}).to_dict("records")
    [{'hypothesis': 'comment', 'networks': 2, 'encoded': 2, 'causal': 2, 'score': '0.800–0.900'}]
    """
    every = pd.concat(tables.values())
    rows = []
    for name, some in every.groupby("hypothesis", sort=False):
        verdicts = some["verdict"]
        told = verdicts[verdicts != NOT_TOLD]
        is_measured = not len(told) or bool((told != NOT_MEASURED).any())
        low, high = some["score"].min(), some["score"].max()
        rows.append(
            {
                "hypothesis": name,
                "networks": len(some),
                "encoded": len(told),
                "causal": int((verdicts == CAUSE).sum()) if is_measured else "not measured",
                "score": in_words([low, high]),
            }
        )
    return pd.DataFrame(rows)
