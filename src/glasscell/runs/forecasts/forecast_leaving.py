"""What forecasts leaves for other formats: a run, or an estimator, with what its numbers mean."""

from pathlib import Path
from typing import Any

from sklearn.utils.validation import check_is_fitted

from glasscell.estimators.forecast_training import forecast
from glasscell.estimators.forecaster import LSTMForecaster
from glasscell.interop.export import Exported
from glasscell.interop.forecast_export import export_forecaster
from glasscell.interop.forecast_meaning import meaning_of
from glasscell.runs.data_json import read_about
from glasscell.runs.forecasts.forecaster_run import open_forecaster


def export_run(run: Path, path: Path, **how: Any) -> Exported:
    """Write the forecaster of the run in a folder in another format: see `forecast_export.export_forecaster`.

    Raises
    ------
    UsageError
        If the run is not done, too.
    DataError
        If its files are damaged, too.
    StorageError
    """
    opened = open_forecaster(run)
    about = read_about(run, ("known", "past", "static", "frequency", "step"))
    meaning = meaning_of(about, opened.framing, opened.quantiles)
    return export_forecaster(opened.network, meaning, path, panel=opened.panel, forecast=opened.forecast, **how)


def export_estimator(estimator: LSTMForecaster, path: Path, **how: Any) -> Exported:
    """Write a fitted estimator likewise.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    UsageError, DataError, StorageError
    """
    check_is_fitted(estimator)
    network, framing, panel = estimator.network_, estimator.framing_, estimator.panel_
    meaning = meaning_of(panel, framing, tuple(map(float, estimator.quantiles)))
    return export_forecaster(
        network, meaning, path, panel=panel, forecast=lambda one: forecast(network, framing, one), **how
    )
