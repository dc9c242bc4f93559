"""What a run of forecasts learns from: the panel in a file, and what data.json says of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.tables.ids import name_of
from glasscell.errors import DataError, UsageError
from glasscell.facts import reported
from glasscell.runs.config import read_about, read_settings
from glasscell.runs.files import read
from glasscell.tasks.forecasting.panels.files import PanelFile, read_panel
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings


def read_source(settings: ForecastSettings, path: Path | None = None) -> PanelFile:
    """Read the file that settings name; where they are those of a run in a folder, as it was read for that.

    Raises
    ------
    DataError, UsageError
    """
    settings = settings if path is None else replace(settings, **_combined_in(settings, path))
    return _read(settings, settings.data, settings.covariates)


def describe(source: PanelFile, name: str, aggregate: str | None = None) -> dict[str, Any]:
    """Return what data.json is to hold of a file of this name, whose values in one step were combined so."""
    panel = source.panel
    return {
        "source": name,
        "sha256": _fingerprint_of(panel),
        "roles": source.roles.recorded,
        "first": source.first,
        "aggregate": aggregate,
        "series": list(panel.ids),
        "steps": [len(values) for values in panel.values],
        "ends": [format_time(times[-1]) for times in panel.times],
        "frequency": panel.frequency,
        "step": panel.step,
        "seasons": list(find_seasons(panel)),
        **{role: list(names) for role, names in panel.covariates.items()},
        **reported(source.notes),
    }


def read_newer(path: Path, settings: ForecastSettings, file: Any, own: Panel) -> PanelFile:
    """Read a file of the same kind as the one that the run in a folder was trained on.

    Parameters
    ----------
    path : Path
        The run's folder.
    settings : ForecastSettings
        The run's.
    file : str, or data frame
    own : Panel
        The series that it was trained on: of them rows with what is known in advance are enough. The only one of the
        file is taken for the only one of these, whatever its column is called.

    Raises
    ------
    DataError, UsageError
    """
    about = read_about(path, ("roles", "known", "past", "static", "frequency"), {"first": None})
    columns = {role: tuple(about[role]) for role in ("known", "past", "static")}
    columns |= {"expected": about["roles"], "first": about["first"]}
    settings = replace(settings, **_combined_in(settings, path))
    try:
        found = _read(settings, file, columns, frequency=None if settings.every else about["frequency"], own=own)
    except UsageError as error:  # what train is told by an option, the run was not
        if error.code is not Panels.AGGREGATE_NEEDED:
            raise
        raise DataError(ForecastRuns.NOT_COMBINED, **error.values) from None
    is_lone = not found.roles.ids and not about["roles"]["ids"]  # each is called as its column is
    if not is_lone or len(own) != 1 or len(found.panel) != 1 or found.panel.ids == own.ids:
        return found
    note = ForecastRuns.TAKEN_FOR(found=found.panel.ids[0], own=own.ids[0])
    return replace(found, panel=replace(found.panel, ids=own.ids), notes=(*found.notes, note))


def _read(settings: ForecastSettings, file: Any, columns: Mapping[str, Any], **known: Any) -> PanelFile:
    channels = None if settings.channels is None else tuple(settings.channels)
    request = PanelRequest(name_of(settings.id), settings.time, channels, **columns)
    how = {
        name: getattr(settings, name) for name in ("time_format", "every", "aggregate", "header", "encoding", "decimal")
    }
    return read_panel(file, request, **how, **known)


def _combined_in(settings: ForecastSettings, path: Path) -> dict[str, str | None]:
    """Return how a run in a folder combines several values of a step; those of before this was recorded average."""
    return {"aggregate": None if settings.every is None else read_about(path, (), {"aggregate": "mean"})["aggregate"]}


def _fingerprint_of(panel: Panel) -> str:
    """Return a hash of all that is in a panel."""
    found = hashlib.sha256(repr((panel.ids, panel.frequency, panel.step)).encode())
    for arrays in (panel.values, panel.known, panel.future, panel.past, [panel.static]):
        for array in arrays:
            found.update(np.ascontiguousarray(array, "float64").tobytes())
    for times in panel.times:
        found.update(np.asarray(times).astype("int64").tobytes())
    return found.hexdigest()


def check_same(path: Path, source: PanelFile, name: str) -> None:
    """Raise DataError if a file of this name is not what the run in a folder was trained on."""
    if read_about(path, ("sha256",))["sha256"] != _fingerprint_of(source.panel):
        raise DataError(ForecastRuns.OTHER_SERIES, file=name, source=name, run=path)


def prepared_with(path: Path) -> dict[str, Any]:
    """Return the arguments of `preparation.prepare` that a run in a folder was made with where its settings changed.

    They fix its learning rates, its validation, and so its base and the weight of its network: `epochs` as requested,
    the season, and whether the network continues. Runs of before epochs were searched record the number that they were
    made for, and those before them have it in their settings; of both the network does not continue, the season is
    that of their times, and forecasts have no bounds.
    """
    settings = read(path, "config.toml", lambda file: read_settings(file, ForecastSettings))
    about = read_about(path, (), {"search": None, "epochs": settings.epochs, "season": "auto"})
    season = about["season"] if settings.season == "auto" else settings.season
    if about["search"] is None:
        return {"epochs": int(about["epochs"]), "season": season, "continues": False, "bounds": (None, None)}
    return {"epochs": about["search"], "season": season, "continues": None}
