"""An opened forecasting run: its network, what it needs besides, and its training series.

N series · C steps of context · H steps ahead · Q quantiles
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import called, naming
from glasscell.errors import DataError, UsageError, warn
from glasscell.facts import Note
from glasscell.runs.checked_files import read, resume_command
from glasscell.runs.config import fits, read_about, settings_of_run, values_of_run
from glasscell.runs.loaded_run import LoadedRun
from glasscell.runs.run_folder import load_model
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import Reading, Traceable
from glasscell.system.files import parse_object
from glasscell.tasks.forecasting.data import read_newer
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import last_windows
from glasscell.tasks.forecasting.model.windows import Framing, framing_of
from glasscell.tasks.forecasting.panels.continuation import (
    extend_history,
    note_earlier,
    note_missing,
)
from glasscell.tasks.forecasting.panels.files import PanelFile
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, to_frame
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings


@dataclass(frozen=True)
class ForecasterRun(Traceable):
    """An opened forecasting run. Made by `open_run`.

    Parameters
    ----------
    reason : str or None
        Why only the baseline forecasts, if no network was trained.
    """

    path: Path
    settings: ForecastSettings
    framing: Framing
    quantiles: tuple[float, ...]
    reason: str | None = None

    @cached_property
    def network(self) -> Any:  # pyright: ignore
        """The Keras model."""
        return load_model(self.path, compiled=False)

    @cached_property
    def forecaster(self) -> Forecaster:
        """Its network, training series and all that a forecast needs."""
        return Forecaster(self.network, self.framing, self.quantiles, self.panel, self.reason)

    @cached_property
    def traced(self) -> Any:  # pyright: ignore
        """The part of the network that processes the past; the part ahead has other steps."""
        from glasscell.tasks.forecasting.gates import reading_half

        return reading_half(self.network)

    @cached_property
    def panel(self) -> Panel:
        """The training series."""
        known = read_about(self.path, ("known", "past", "static", "frequency", "step"))

        def panel_in(file: Path) -> Panel:
            # as text, so that ids such as 007 are kept
            frame = pd.read_csv(
                file, dtype={"unique_id": str}, keep_default_na=False, na_values=[""]
            )
            return from_frame(frame, **known)

        return read(self.path, "history.csv", panel_in)

    @property
    def why_alone(self) -> str | Note | None:
        """Why ETS, Theta or the baseline forecasts; None if the network is used."""
        if self.reason is not None:
            return self.reason
        if self.framing.alone is not None:
            return ForecastRuns.LOCAL_ALONE(model=self.framing.alone)
        return None if self.forecaster.weight else ForecastEstimators.NOT_BETTER()

    @property
    def unaided(self) -> tuple[Note, ...]:
        """A note if the forecasts are not the network's."""
        if self.why_alone is None:
            return ()
        if self.framing.alone is not None:
            return (ForecastRuns.LOCAL_ALONE(model=self.framing.alone),)
        if self.reason is None:
            return (ForecastEstimators.ALONE_AS_NOT_BETTER(base=self.forecaster.name),)
        return (ForecastRuns.ALONE(base=self.forecaster.name, why=self.reason),)

    def read(self, file: Any) -> PanelFile:
        """Read a file or data frame of the same kind as the training data."""
        return read_newer(self.path, self.settings, file, self.panel)

    def since(self, file: Any) -> tuple[Panel, tuple[Note, ...]]:
        """Return the series in a file, after the run's own, and notes; None: the run's own."""
        if file is None:
            return self.panel, ()
        if not isinstance(file, str | Path | pd.DataFrame):
            raise UsageError(ForecastRuns.NO_FRAME, found=type(file).__name__)
        newer, fill = self.read(file), self.settings.fill
        with naming(called(file)):
            panel = extend_history(self.panel, newer.panel, fill=fill)
        changed = check_changed(self.panel, newer.panel)
        notes = (
            *newer.notes,
            *note_missing(self.panel, newer.panel, panel, fill),
            *note_earlier(self.panel, newer.panel),
        )
        return panel, notes if changed is None else (*notes, changed)

    def forecast_since(self, file: Any) -> tuple[Panel, np.ndarray, list[Note]]:
        """Return the series in a file, their forecasts, and notes; None: the run's own series."""
        panel, notes = self.since(file)
        quantiles = self.forecaster.forecast(panel)
        unsure = int(np.isnan(quantiles).any((1, 2)).sum())
        new = len({*panel.ids} - {*read_about(self.path, ("series",))["series"]})
        notes = [*notes, *([ForecastRuns.UNSURE(n=unsure)] if unsure else []), *self.unaided]
        notes += [ForecastRuns.NEW_SERIES.warning(n=new, series=len(panel))] if new else []
        return panel, quantiles, notes

    def readings(self, file: str | None, options: Any) -> Iterator[Reading]:
        """Yield the last window of each series of a file, after the run's own: see `read_panel`."""
        panel, notes = self.since(file)
        yield self.read_panel(panel, notes)

    def read_panel(self, panel: Panel, notes: tuple[Note, ...] = ()) -> Reading:
        """Return the network's input to forecast series: each one's last C steps, scaled; times."""
        if self.why_alone is not None:
            raise DataError(ForecastRuns.NO_GATES, file=self.path, why=self.why_alone)
        windows, C = last_windows(self.framing, panel), self.framing.context
        times = np.full(
            (len(panel), C), None, object if panel.frequency is None else "datetime64[ns]"
        )
        for row, ds in zip(times, panel.times, strict=True):
            row[-len(ds) :] = ds[-C:]  # no time for steps before the series begins
        steps = {TIME: times}
        return Reading(
            list(panel.ids), [windows.steps, windows.horizon_features], steps, notes=notes
        )


class Loaded(LoadedRun):
    """A trained forecasting run. Made by `glasscell.load`."""

    def predict(self, frame: Any = None) -> pd.DataFrame:
        """Return the next H steps of each series.

        Parameters
        ----------
        frame : data frame, or path of a file, optional
            New observations or other series, with the columns of the run's file. Each series is
            preceded by the run's own values before its first time. Known future covariates are in
            rows without a value after each series. By default, the run's own series are forecast.

        Returns
        -------
        pandas.DataFrame
            N·H rows: `unique_id`, `ds`, `LSTM` (the median), the end of an interval for each other
            quantile, such as `LSTM-lo-80` for 0.1, and `LSTM-mean`, the expected value. If only the
            baseline forecasts, its name replaces LSTM. Runs saved by earlier versions have no mean.

        Raises
        ------
        UsageError, DataError
            If the frame cannot be read as the run's file, a covariate is missing in the future, or
            the distance of times differs from that in training.
        """
        panel, quantiles, notes = self._opened.forecast_since(frame)
        warn(*(note for note in notes if note.level == "warning"))
        return self._opened.forecaster.frame(panel, quantiles)

    def _reading(self, X: Any) -> Reading:
        return self._opened.read_panel(self._opened.since(X)[0])


def open_run(path: Path) -> ForecasterRun:
    """Open a forecasting run."""
    if not ForecastSettings.owns(values_of_run(path)):
        raise UsageError(ForecastRuns.IS_NO_FORECASTER, file=path)
    if not (path / "report.json").is_file():
        raise UsageError(Runs.NOT_FINISHED, file=path, command=resume_command(path))
    settings = settings_of_run(path, ForecastSettings)

    def forecaster_in(file: Path) -> ForecasterRun:
        recorded = parse_object(file.read_text(encoding="utf-8"))
        fields, kinds = recorded["framing"], get_type_hints(Framing)
        if wrong := [
            name
            for name in fields.keys() - {"baseline", "bounds"}
            if not fits(fields[name], kinds[name])
        ]:
            raise TypeError(f"its {wrong[0]!r} is of another type")
        framing, quantiles = framing_of(fields), tuple(recorded["quantiles"])
        if not fits(recorded["quantiles"], list[float]) or 0.5 not in quantiles:
            raise ValueError("its 'quantiles' are no numbers with 0.5 among them")
        return ForecasterRun(path, settings, framing, quantiles, recorded.get("reason"))

    return read(path, "forecaster.json", forecaster_in)


def check_changed(history: Panel, newer: Panel) -> Note | None:
    """Return a note of how many values differ in newer series; None if none does.

    >>> history = from_frame(pd.DataFrame({"ds": [1, 2, 3, 4], "y": [1.0, 2.0, 3.0, 4.0]}))
    >>> check_changed(history, from_frame(pd.DataFrame({"ds": [2, 4, 5], "y": [2.0, 9.0, 5.0]})))
    '2 values differ from the training data of the run (1 is missing now); the newer ones are used'
    >>> check_changed(history, from_frame(pd.DataFrame({"ds": [3, 4], "y": [3.0, 9.0]})))
    '1 value differs from the training data of the run; the newer one is used'
    """
    rows, newer_rows = (to_frame(panel)[[ID, TIME, VALUE]] for panel in (history, newer))
    # a panel has a row for each step
    joined: Any = rows.merge(newer_rows, on=[ID, TIME], suffixes=("", "_now"))
    values, now = joined[VALUE].to_numpy(float), joined[f"{VALUE}_now"].to_numpy(float)
    # 15 digits in the file
    differ = ~np.isnan(values) & ~np.isclose(values, now, rtol=1e-9, atol=0)
    if not (count := int(differ.sum())):
        return None
    missing = int((differ & np.isnan(now)).sum())
    return ForecastRuns.PAST_VALUES_CHANGED(
        n=count, missing=ForecastRuns.MISSING_NOW(n=missing) if missing else None
    )
