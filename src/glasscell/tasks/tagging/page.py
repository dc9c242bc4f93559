"""The page of a run that labels every step: its network, and the series that were held out or those of a file.

T time steps · D channels
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.explorer.bundle import STEPS
from glasscell.facts import Note
from glasscell.runs.config import read_settings
from glasscell.runs.data_json import offsets_of, read_about
from glasscell.runs.explained_folder import Explained, OnStage, choose, explaining
from glasscell.runs.folder import resume_command
from glasscell.runs.model_file import load_model
from glasscell.runs.sentences import Runs
from glasscell.runs.trained import read_report
from glasscell.tasks.tagging.answers import read_as_trained
from glasscell.tasks.tagging.data import check_same, find_again, read_step_data
from glasscell.tasks.tagging.payload import MOST_NUMBERS, steps_payload_of
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TagSettings


class _Shown(NamedTuple):
    names: list[str]
    begins: list[int]
    x: list[np.ndarray]
    tags: list[Any]  # of sequences of str or None

    def of(self, places: Sequence[int]) -> "_Shown":
        names, begins = [self.names[n] for n in places], [self.begins[n] for n in places]
        return _Shown(names, begins, [self.x[n] for n in places], [self.tags[n] for n in places])


def look_into(
    path: Path,
    file: str | None,
    tell: OnStage,
    *,
    series: list[str] | None = None,
    limit: int = 20,
    **options: Any,
) -> Explained:
    """Return the page of a run that labels every step, which is all that is shown.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        Series to show; by default those that were held out.
    tell : callable
        Called with what is being done.
    series : list of str, optional
        Ids of the series to show; by default the first `limit` that have a value.
    limit : int
    **options
        As in `step_table.read_steps`, for the file.

    Raises
    ------
    UsageError
        If the run has no network yet, or one that the page cannot show; or if there is no series of a name.
    DataError
    """
    if not (path / "model.keras").exists():
        raise UsageError(Runs.NO_MODEL, file=path, command=resume_command(path))
    settings = read_settings(path / "config.toml", TagSettings)
    about = read_about(path, ("classes", "channels", "columns"), {"offsets": {}})
    tell(TagRuns.READING())
    shown, where = _held_out(path, settings) if file is None else _given(path, file, options), file
    shown, notes = _fitting(_chosen(shown, series, limit, where or TagRuns.WHAT_WAS_HELD_OUT()))
    report = read_report(path)
    payload = steps_payload_of(
        load_model(path, compiled=False),
        shown.x,
        shown.tags,
        names=shown.names,
        begins=shown.begins,
        classes=about["classes"],
        channels=about["channels"],
        run=path.name,
        reads=Path(settings.data).name.split(".")[0] if settings.data != "-" else "stdin",
        offset=np.array(list(offsets_of(about, path).values()) or [0.0]),
        score=report if report.keys() >= {"accuracy", "n"} else None,
    )
    if payload["rounded"]:
        notes.append(TagRuns.ROUNDED())
    summary = {"series": shown.names, "steps": sum(map(len, shown.x))}
    return Explained(payload, settings.data, summary, notes, STEPS)


explain = explaining(look_into)


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return what the explorer shows, given the summary of `explain`."""
    names = summary["series"]
    code = TagRuns.SHOWN if len(names) == 1 else TagRuns.SHOWN_TOGETHER
    return [code(series=names[0], n=len(names), steps=summary["steps"], data=summary["data"])]


def _held_out(path: Path, settings: TagSettings) -> _Shown:
    found = find_again(settings)
    if settings.data == "-":
        raise DataError(TagRuns.FROM_STANDARD_INPUT, file=path)
    about = read_about(path, ("channels",), {"offsets": {}})
    data = read_step_data(found, offsets_of(about, path))
    check_same(path, data)
    parts = data.held_out
    return _Shown(data.names(parts), [part.begin for part in parts], data.x(parts), list(data.tags(parts)))


def _given(path: Path, file: str, options: dict[str, Any]) -> _Shown:
    table, _ = read_as_trained(path, file, options)
    tags = table.y or [np.full(len(v), None, object) for v in table.x]
    return _Shown(table.series.ids.tolist(), [0] * len(tags), table.x, list(tags))


def _chosen(shown: _Shown, names: list[str] | None, limit: int, where: str | Note) -> _Shown:
    """Return the series that were asked for, or the first that have a value."""
    if names is None:
        shown = shown.of([n for n, x in enumerate(shown.x) if not np.isnan(x).all()])
    places = choose(shown.names, names, limit, where)
    if not places:
        raise DataError(TagRuns.NO_VALUE, where=where)
    return shown.of(places)


def _fitting(shown: _Shown) -> tuple[_Shown, list[Note]]:
    """Return as many series as a page takes, of a first one that is longer its beginning; and notes of what is not."""
    notes: list[Note] = []
    left, kept = MOST_NUMBERS, []
    for n, x in enumerate(shown.x):
        if kept and x.size > left:
            break
        kept.append(n)
        left -= x.size
    if len(kept) < len(shown.x):
        notes.append(TagRuns.FIRST_SHOWN(shown=len(kept), n=len(shown.x)))
    shown = shown.of(kept)
    longest = shown.x[0]
    most = MOST_NUMBERS // longest.shape[1]
    if len(longest) > most:
        notes.append(TagRuns.BEGINNING_SHOWN(series=shown.names[0], n=len(longest), shown=most))
        shown = shown._replace(x=[longest[:most]], tags=[shown.tags[0][:most]])
    return shown, notes
