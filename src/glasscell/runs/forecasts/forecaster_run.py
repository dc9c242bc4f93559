"""A run of forecasts opened to be asked: its network, what it needs besides, and the series it was trained on."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import naming
from glasscell.data.panels.continuation import go_on, note_missing
from glasscell.data.panels.forecast_frames import frame_forecasts
from glasscell.data.panels.frequency import say_time
from glasscell.data.panels.panel import ID, TIME, VALUE, Panel, from_frame
from glasscell.data.panels.panel_files import PanelFile
from glasscell.data.panels.windows import Framing, framing_of
from glasscell.errors import DataError, UsageError
from glasscell.estimators.forecast_training import forecast, surprise
from glasscell.runs.config import read_config
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.forecasts.forecast_kind import check_forecasts
from glasscell.runs.forecasts.forecast_source import read_newer
from glasscell.runs.model_file import load_model
from glasscell.settings import ForecastSettings
from glasscell.system.files import one_line, save_picture
from glasscell.system.tables import write_tables


@dataclass(frozen=True)
class ForecasterRun:
    """A run of forecasts, opened. Made by `open_forecaster`.

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
            raise DataError(
                f"{file}: is missing or damaged ({one_line(error)}); put it back, or give a FILE of the series"
            ) from None

    def forecast(self, panel: Panel) -> np.ndarray:
        """Return the quantiles of the next steps of each series, (N, H, Q)."""
        return forecast(self.network, self.framing, panel)

    def read(self, file: str) -> PanelFile:
        """Read a file of the same kind as the one that it was trained on."""
        return read_newer(self.path, self.settings, file, self.panel)

    def since(self, file: str | None) -> tuple[Panel, tuple[str, ...]]:
        """Return the series in a file, with what is known of before, and what was understood; None: the run's own."""
        if file is None:
            return self.panel, ()
        found = self.read(file)
        with naming(file):
            panel = go_on(self.panel, found.panel)
        return panel, (*found.notes, *note_missing(self.panel, found.panel, panel))


def open_forecaster(path: Path) -> ForecasterRun:
    """Open a run of forecasts.

    Raises
    ------
    UsageError
        If the run in the folder does not forecast, or is not done.
    DataError
        If its files are damaged.
    """
    check_forecasts(path)
    if not (path / "report.json").is_file():
        raise UsageError(f"{path}: is not finished; finish it: {resume_command(path)}")
    settings = ForecastSettings(**read_config(path / "config.toml"))
    file = path / "forecaster.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        framing, quantiles = framing_of(found["framing"]), tuple(found["quantiles"])
        return ForecasterRun(path, settings, framing, quantiles, found.get("reason"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(
            f"{file}: is missing or damaged ({one_line(error)}); delete it, and write it again: {resume_command(path)}"
        ) from None


def predict_to(
    path: Path, file: str | None, output: str, picture: Path | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write the next steps of each series as a table, and draw them.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        What came since, or newer series; by default those that the run was trained on. What came before the first
        time of a series there is the run's own.
    output : str
        A name of a file, or "-" for standard output.
    picture : Path, optional

    Returns
    -------
    dict
        "series", "rows" and "new", the series that were not trained on.
    tuple of str
        What was understood of the file.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    run = open_forecaster(path)
    panel, notes = run.since(file)
    answers = run.forecast(panel)
    rows = write_tables([frame_forecasts(panel, answers, run.quantiles)], output)
    if picture is not None:
        from glasscell.runs.forecasts.fan_charts import fans_of

        save_picture(fans_of(panel, answers, run.quantiles), picture)
    known = set(read_about(path, ("series",))["series"])
    new = [name for name in panel.ids if name not in known]
    return {"series": len(panel), "rows": rows, "new": len(new)}, notes


def surprise_to(path: Path, file: str | None, output: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write how improbable each value was one step before it came, in bits: see `forecast_training.surprise`.

    Parameters
    ----------
    path, file, output
        As for `predict_to`.

    Returns
    -------
    dict
        "series" and "rows"; "most", the largest, and "where" it is.
    tuple of str
        What was understood of the file.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    run = open_forecaster(path)
    panel, notes = run.since(file)
    bits = surprise(run.network, run.framing, panel, run.quantiles)
    parts = zip(panel.ids, panel.times, panel.values, bits, strict=True)
    table = pd.concat([pd.DataFrame({ID: who, TIME: ds, VALUE: y, "surprise": b}) for who, ds, y, b in parts])
    rows = write_tables([table], output)
    most: Any = table.nlargest(1, "surprise")
    where = "" if not len(most) else f"{most[ID].iloc[0]} at {say_time(most[TIME].iloc[0])}"
    worst = float(most["surprise"].iloc[0]) if len(most) else None
    return {"series": len(panel), "rows": rows, "most": worst, "where": where}, notes
