"""The data of a forecasting run: the panel in a file, and its description in data.json."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.tables.ids import name_of
from glasscell.errors import DataError
from glasscell.facts import reported
from glasscell.runs.checked_files import read
from glasscell.runs.config import read_about, read_settings
from glasscell.tasks.forecasting.panels.aggregation import SeveralValues
from glasscell.tasks.forecasting.panels.files import (
    GridOptions,
    PanelFile,
    read_panel,
)
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings


def read_source(settings: ForecastSettings, path: Path | None = None) -> PanelFile:
    """Read the file of the settings; with a run's folder as `path`, as it was read for that run."""
    settings = settings if path is None else replace(settings, **_combined_in(settings, path))
    return _read(settings, settings.data, settings.covariates)


def describe(source: PanelFile, name: str, aggregate: str | None = None) -> dict[str, Any]:
    """Return the contents of data.json for a file; `aggregate` combined values in a step."""
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


def read_newer(path: Path, settings: ForecastSettings, file: Any, history: Panel) -> PanelFile:
    """Read a file of the same kind as the training data of the run in a folder."""
    recorded = read_about(path, ("roles", "known", "past", "static", "frequency"), {"first": None})
    columns = {role: tuple(recorded[role]) for role in ("known", "past", "static")}
    columns |= {"recorded": recorded["roles"], "first": recorded["first"]}
    settings = replace(settings, **_combined_in(settings, path))
    try:
        frequency = None if settings.every else recorded["frequency"]
        newer = _read(settings, file, columns, frequency, history)
    except SeveralValues as error:
        # its advice is an option of train, which an existing run does not have
        raise DataError(ForecastRuns.NOT_COMBINED, **error.values) from None
    # both are named after their columns
    has_no_ids = not newer.roles.ids and not recorded["roles"]["ids"]
    is_one_series = len(history) == len(newer.panel) == 1
    if not has_no_ids or not is_one_series or newer.panel.ids == history.ids:
        return newer
    note = ForecastRuns.TAKEN_FOR(found=newer.panel.ids[0], own=history.ids[0])
    panel = replace(newer.panel, ids=history.ids)
    return replace(newer, panel=panel, notes=(*newer.notes, note))


def _read(
    settings: ForecastSettings,
    file: Any,
    columns: Mapping[str, Any],
    frequency: str | None = None,
    history: Panel | None = None,
) -> PanelFile:
    channels = None if settings.channels is None else tuple(settings.channels)
    request = PanelRequest(
        name_of(settings.id),
        settings.time,
        channels=channels,
        header=settings.header,
        encoding=settings.encoding,
        decimal=settings.decimal,
        time_format=settings.time_format,
        **columns,
    )
    grid = GridOptions(settings.every, settings.aggregate, settings.fill, frequency)
    return read_panel(file, request, grid=grid, history=history)


def _combined_in(settings: ForecastSettings, path: Path) -> dict[str, str | None]:
    """Return how a folder's run combines several values of a step; by default averages."""
    return {
        "aggregate": None
        if settings.every is None
        else read_about(path, (), {"aggregate": "mean"})["aggregate"]
    }


def _fingerprint_of(panel: Panel) -> str:
    """Return a hash of a panel's contents."""
    fingerprint = hashlib.sha256(repr((panel.ids, panel.frequency, panel.step)).encode())
    for arrays in (panel.values, panel.known, panel.future, panel.past, [panel.static]):
        for array in arrays:
            fingerprint.update(np.ascontiguousarray(array, "float64").tobytes())
    for times in panel.times:
        fingerprint.update(np.asarray(times).astype("int64").tobytes())
    return fingerprint.hexdigest()


def check_same(path: Path, source: PanelFile, name: str) -> None:
    """Raise DataError if a file's panel differs from the training data of a folder's run."""
    if read_about(path, ("sha256",))["sha256"] != _fingerprint_of(source.panel):
        raise DataError(ForecastRuns.OTHER_SERIES, file=name, source=name, run=path)


def prepared_with(path: Path) -> dict[str, Any]:
    """Return fields of the `ForecastOptions` of a folder's run that settings may not hold.

    These are `epochs` as requested, the season, and whether the network continues. They fix the
    learning rates and the validation, and so the base and the weight of the network. Old runs did
    not search epochs: they record the number, or have it only in their settings. Their networks do
    not continue, their forecasts have no bounds, and an automatic season is the recorded one.
    """
    settings = read(path, "config.toml", lambda file: read_settings(file, ForecastSettings))
    recorded = read_about(path, (), {"search": None, "epochs": settings.epochs, "season": "auto"})
    season = recorded["season"] if settings.season == "auto" else settings.season
    if recorded["search"] is None:
        return {
            "epochs": int(recorded["epochs"]),
            "season": season,
            "continues": False,
            "bounds": (None, None),
        }
    return {"epochs": recorded["search"], "season": season, "continues": None}
