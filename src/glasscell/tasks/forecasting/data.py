"""What a run of forecasts learns from: the panel in a file, and what data.json says of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.tables.ids import name_of
from glasscell.errors import DataError
from glasscell.facts import reported
from glasscell.runs.config import read_about, read_settings
from glasscell.tasks.forecasting.panels.files import PanelFile, read_panel
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings


@dataclass(frozen=True)
class Source:
    """A file to learn from, read. Made by `read_source`.

    Parameters
    ----------
    name : str
    found : PanelFile
    """

    name: str
    found: PanelFile

    @property
    def panel(self) -> Panel:
        """The series."""
        return self.found.panel

    def describe(self) -> dict[str, Any]:
        """Return what data.json is to hold."""
        panel = self.panel
        return {
            "source": self.name,
            "sha256": fingerprint_of(panel),
            "roles": self.found.roles.recorded,
            "first": self.found.first,
            "series": list(panel.ids),
            "steps": [len(values) for values in panel.values],
            "ends": [format_time(times[-1]) for times in panel.times],
            "frequency": panel.frequency,
            "step": panel.step,
            "season": panel.season,
            "known": list(panel.known_names),
            "past": list(panel.past_names),
            "static": list(panel.static_names),
            **reported(self.found.notes),
        }


def read_source(settings: ForecastSettings) -> Source:
    """Read the file that settings name.

    Raises
    ------
    DataError, UsageError
    """
    return Source(settings.data, _read(settings, settings.data, settings.covariates))


def read_newer(path: Path, settings: ForecastSettings, file: Any, own: Panel | None = None) -> PanelFile:
    """Read a file of the same kind as the one that the run in a folder was trained on.

    Parameters
    ----------
    path : Path
        The run's folder.
    settings : ForecastSettings
        The run's.
    file : str, or data frame
    own : Panel, optional
        The series that it was trained on: of them rows with what is known in advance are enough.

    Raises
    ------
    DataError, UsageError
    """
    about = read_about(path, ("roles", "known", "past", "static", "frequency"), {"first": None})
    columns = {role: tuple(about[role]) for role in ("known", "past", "static")}
    columns |= {"expected": about["roles"], "first": about["first"]}
    found = _read(settings, file, columns, frequency=None if settings.every else about["frequency"], own=own)
    is_lone = not found.roles.ids and not about["roles"]["ids"]  # each is called as its column is
    return _as_the_own(found, own) if own is not None and is_lone else found


def _read(settings: ForecastSettings, file: Any, columns: Mapping[str, Any], **known: Any) -> PanelFile:
    channels = None if settings.channels is None else tuple(settings.channels)
    request = PanelRequest(name_of(settings.id), settings.time, channels, **columns)
    how = {name: getattr(settings, name) for name in ("every", "header", "encoding", "decimal")}
    return read_panel(file, request, **how, **known)


def _as_the_own(found: PanelFile, own: Panel) -> PanelFile:
    """Return the one series of a file as the one that a run knows, whatever its column is called."""
    if len(own) != 1 or len(found.panel) != 1 or found.panel.ids == own.ids:
        return found
    note = ForecastRuns.TAKEN_FOR(found=found.panel.ids[0], own=own.ids[0])
    return replace(found, panel=replace(found.panel, ids=own.ids), notes=(*found.notes, note))


def fingerprint_of(panel: Panel) -> str:
    """Return a hash of all that is in a panel."""
    found = hashlib.sha256(repr((panel.ids, panel.frequency, panel.step)).encode())
    for arrays in (panel.values, panel.known, panel.future, panel.past, [panel.static]):
        for array in arrays:
            found.update(np.ascontiguousarray(array, "float64").tobytes())
    for times in panel.times:
        found.update(np.asarray(times).astype("int64").tobytes())
    return found.hexdigest()


def check_same(path: Path, source: Source) -> None:
    """Raise DataError if a file is not what the run in a folder was trained on."""
    if read_about(path, ("sha256",))["sha256"] != fingerprint_of(source.panel):
        raise DataError(ForecastRuns.OTHER_SERIES, file=source.name, source=source.name, run=path)


def epochs_at_first(path: Path) -> int:
    """Return how many epochs a run was made for: they fix its learning rates, its rehearsal, and so its base and trust.

    Of runs that do not record it, those of its settings, as it was before training went on beyond them.
    """
    settings = read_settings(path / "config.toml", ForecastSettings)
    return int(read_about(path, (), {"epochs": settings.epochs})["epochs"])
