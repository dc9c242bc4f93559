"""Further runs like one of text, of other seeds: whether what its units know is known by other networks, too."""

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.comparison import read_report
from glasscell.runs.config import read_settings
from glasscell.system.checks import require_whole
from glasscell.tasks.language.opened import check_text
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings

Train = Callable[[TextSettings, Path], object]


def trained_with_seeds(path: Path, seeds: int, train: Train, on_note: Callable[[Note], None]) -> list[Path]:
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
        If the run is not one of text, or not finished, fewer than one network is asked for, a folder of such a name
        has a run of other settings, or the text came from standard input, which cannot be read again.
    """
    require_whole(1, seeds=seeds)
    check_text(path)
    settings, seconds = read_settings(path / "config.toml", TextSettings), read_report(path)["seconds"]
    others = {path.parent / f"{path.name}-seed-{seed}": seed for seed in _next(settings.seed, seeds - 1)}
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


def _next(seed: int, count: int) -> range:
    return range(seed + 1, seed + 1 + count)


def _check_like(path: Path, expected: TextSettings) -> None:
    """Raise UsageError if the run in a folder has other settings than these."""
    check_text(path)
    found, wanted = (dataclasses.asdict(one) for one in (read_settings(path / "config.toml", TextSettings), expected))
    differ = [name for name in wanted if found[name] != wanted[name]]
    if differ:
        name = differ[0]
        raise UsageError(TextRuns.OTHER_SETTING, file=path, name=name, found=found[name], expected=wanted[name])
