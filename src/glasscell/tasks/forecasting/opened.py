"""A run of forecasts opened to be asked: its network, what it needs besides, and the series it was trained on."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import naming
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.runs.config import read_about, read_settings, read_values
from glasscell.runs.folder import load_model, resume_command
from glasscell.runs.sentences import Runs
from glasscell.system.files import one_line
from glasscell.tasks.forecasting.data import read_newer
from glasscell.tasks.forecasting.panels.continuation import go_on, note_earlier, note_missing
from glasscell.tasks.forecasting.panels.files import PanelFile
from glasscell.tasks.forecasting.panels.frames import to_frame
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, from_frame
from glasscell.tasks.forecasting.panels.windows import Framing, framing_of
from glasscell.tasks.forecasting.preparation import forecast
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings


@dataclass(frozen=True)
class ForecasterRun:
    """A run of forecasts, opened. Made by `open_run`.

    Parameters
    ----------
    path : Path
    settings : ForecastSettings
    framing : Framing
    quantiles : tuple of Q floats
    reason : str or None
        Why the baseline forecasts alone, where no network was trained.
    """

    path: Path
    settings: ForecastSettings
    framing: Framing
    quantiles: tuple[float, ...]
    reason: str | None = None

    @cached_property
    def network(self) -> Any:
        """The Keras model."""
        return load_model(self.path, compiled=False)

    @cached_property
    def panel(self) -> Panel:
        """The series that it was trained on."""
        about = read_about(self.path, ("known", "past", "static", "frequency", "step"))
        file = self.path / "history.csv"
        try:
            # as texts: ids such as 007 stay what they are
            frame = pd.read_csv(file, dtype={"unique_id": str}, keep_default_na=False, na_values=[""])
            covariates = {role: about[role] for role in ("known", "past", "static")}
            return from_frame(frame, frequency=about["frequency"], step=about["step"], **covariates)
        except (OSError, ValueError, LookupError) as error:
            raise DataError(ForecastRuns.NO_HISTORY, file=file, words=one_line(error)) from None

    @property
    def unaided(self) -> tuple[Note, ...]:
        """A note, where the baseline forecasts without a network: its forecasts are called LSTM all the same."""
        return () if self.reason is None else (ForecastRuns.ALONE(base=self.framing.baseline.name, why=self.reason),)

    def forecast(self, panel: Panel) -> np.ndarray:
        """Return the quantiles of the next steps of each series, (N, H, Q)."""
        return forecast(self.network, self.framing, panel)

    def read(self, file: str) -> PanelFile:
        """Read a file of the same kind as the one that it was trained on."""
        return read_newer(self.path, self.settings, file, self.panel)

    def since(self, file: str | None) -> tuple[Panel, tuple[Note, ...]]:
        """Return the series in a file, with what is known of before, and what was understood; None: the run's own."""
        if file is None:
            return self.panel, ()
        found = self.read(file)
        with naming(file):
            panel = go_on(self.panel, found.panel)
        changed = check_changed(self.panel, found.panel)
        notes = (*found.notes, *note_missing(self.panel, found.panel, panel), *note_earlier(self.panel, found.panel))
        return panel, notes if changed is None else (*notes, changed)


def open_run(path: Path) -> ForecasterRun:
    """Open a run of forecasts.

    Raises
    ------
    UsageError
        If the run in the folder does not forecast, or is not done.
    DataError
        If its files are damaged.
    """
    if not ForecastSettings.owns(read_values(path / "config.toml")):
        raise UsageError(ForecastRuns.IS_NO_FORECASTER, file=path)
    if not (path / "report.json").is_file():
        raise UsageError(Runs.NOT_FINISHED, file=path, command=resume_command(path))
    settings = read_settings(path / "config.toml", ForecastSettings)
    file = path / "forecaster.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        framing, quantiles = framing_of(found["framing"]), tuple(found["quantiles"])
        return ForecasterRun(path, settings, framing, quantiles, found.get("reason"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        again = resume_command(path)
        raise DataError(ForecastRuns.MISSING_OR_DAMAGED, file=file, words=one_line(error), command=again) from None


def check_changed(own: Panel, newer: Panel) -> Note | None:
    """Return a note of how many values are others in newer series, from their first time on; None of none.

    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3, 4], "y": [1.0, 2.0, 3.0, 4.0]}))
    >>> check_changed(own, from_frame(pd.DataFrame({"ds": [2, 4, 5], "y": [2.0, 9.0, 5.0]})))
    '2 values differ from the training data of the run (1 is missing now); the newer ones are used'
    >>> check_changed(own, from_frame(pd.DataFrame({"ds": [3, 4], "y": [3.0, 9.0]})))
    '1 value differs from the training data of the run; the newer one is used'
    """
    own_rows, newer_rows = (to_frame(panel)[[ID, TIME, VALUE]] for panel in (own, newer))
    both: Any = own_rows.merge(newer_rows, on=[ID, TIME], suffixes=("", "_now"))  # a panel has a row for each step
    before, now = both[VALUE].to_numpy(float), both[f"{VALUE}_now"].to_numpy(float)
    differ = ~np.isnan(before) & ~np.isclose(before, now, rtol=1e-9, atol=0)  # 15 digits in the file
    if not (count := int(differ.sum())):
        return None
    missing = int((differ & np.isnan(now)).sum())
    return ForecastRuns.PAST_VALUES_CHANGED(n=count, missing=ForecastRuns.MISSING_NOW(n=missing) if missing else None)
