"""`LSTMForecaster`: forecast quantiles of the next steps of many series.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from sklearn.utils.validation import check_is_fitted

from glasscell.errors import UsageError, warn
from glasscell.estimators.base import Estimator
from glasscell.networks.builder import uncompiled
from glasscell.settings.setting import Setting, check_parameters, settings_in
from glasscell.settings.shared import NETWORK, TRAINING
from glasscell.system.checks import Accepted, number, whole
from glasscell.tasks.forecasting.backtest import backtest
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import frame_forecasts
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.continuation import require_same_covariates
from glasscell.tasks.forecasting.panels.filling import check_missing_rows
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import ID, TIME, Panel, to_frame
from glasscell.tasks.forecasting.selection.choice import ChosenForecaster, select
from glasscell.tasks.forecasting.selection.plan import QUANTILES, ForecastOptions
from glasscell.tasks.forecasting.selection.validation import Validation
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST, FORECASTS, ForecastSettings
from glasscell.variants import Variant

PARAMETERS = settings_in(ForecastSettings, FORECASTS, NETWORK, TRAINING)
PARAMETERS |= {
    "fill": FORECAST["fill"],
    "horizon": FORECAST["forecast"],
    "windows": Setting(3, whole(1)),
}
PARAMETERS |= {
    "coverage": Setting(0.8, number("a number above 0 and below 1", lambda v: 0 < v < 1))
}
COLUMNS = Accepted(
    lambda v: (
        not isinstance(v, str)
        and isinstance(v, Iterable)
        and all(isinstance(name, str) for name in v)
    ),
    "a list of names of columns",
)
PARAMETERS |= {role: Setting((), COLUMNS) for role in ("known", "past", "static")}


class LSTMForecaster(Estimator):
    """An LSTM that forecasts: one network for all series, which corrects the best baseline.

    Parameters
    ----------
    horizon : int
        Forecast the next N values of each series.
    quantiles : sequence of Q floats
        Quantiles to forecast. They increase and include 0.5. A pair such as 0.1 and 0.9 makes an
        interval.
    context : int or "auto"
        Steps of history before each forecast. "auto" is two or three seasons or horizons, 12 to 48.
    season : int or "auto"
        Season length in steps. "auto" derives it from the times, such as 12 for months, if the
        values follow it.
    base : str
        Baseline that the network corrects. "auto" is the one with the lowest error on the past.
        Others: "last value", "drift", "seasonal naive", "seasonal mean", or a full name such as
        "drift over 3 steps".
    logs : bool or "auto"
        Whether to forecast logarithms. "auto" does so if all values are positive and the error on
        the past is lower.
    known : sequence of str
        Columns of known future covariates, such as promo,holiday. In Python, pass a list.
    past : sequence of str
        Columns of past covariates, such as weather.
    static : sequence of str
        Columns of static covariates, one value per series, such as region.
    frequency : str, optional
        pandas alias of the time step, such as "ME"; detected by default.
    fill : float, optional
        Value of steps without a row, such as 0 for sales. A series is filled up to the last time of
        all. By default these steps are missing.
    units : int, sequence of int or "auto"
        Hidden size (units of the LSTM); H,H stacks two layers. In Python, pass a sequence such as
        (H, H). "auto" is 32, or 64 for 5,000 steps or more.
    members : int
        Networks in the ensemble. They train side by side; the forecast is their mean.
    dropout : float or "auto"
        Dropout rate on the LSTM's outputs. "auto" is 0.2, or 0 for 5,000 steps or more.
    variant : Variant or str, optional
        Cell variant of Greff et al. (2017). NIG, NFG and NOG lack the input, forget and output
        gate; the others are NIAF, NOAF, CIFG, FGR and V. By default the standard cell, NP.
    learning_rate : float
        Learning rate.
    epochs : int or "auto"
        Passes over the training windows; 0: the baseline forecasts. With "auto" validation decides:
        about 250 to 1,000 weight updates, and at least one epoch.
    batch_size : int
        Windows per weight update.
    clip_norm : float or None
        Clip gradients to this norm. None clips nothing.
    random_state : int, RandomState or None
        Random seed. None draws one.
    verbose : int
        1 prints the logs of each epoch to stderr.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.

    Attributes
    ----------
    network_ : keras.Model
        Maps W windows to forecasts (W, M, H, Q) by M members, in units of the windows' scales.
    framing_ : Framing
        How windows are cut and scaled, with the baseline.
    baselines_ : dict of floats
        Error of each baseline on the past, by name.
    validation_ : Validation or None
        Errors of the network and the baseline in validation on the end of the training data.
    panel_ : Panel
        Series of `fit`, without covariates that did not help; forecast by default.
    history_ : dict of lists
        `loss` per epoch.

    Notes
    -----
    Each window is scaled by its own past only, so a forecast moves with the level of the series,
    unless it uses logarithms. No value after an origin affects the forecast from it.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-31", periods=72, freq="ME")
    >>> y = 100 + 20 * np.sin(np.arange(72) * np.pi / 6) + np.random.default_rng(0).normal(size=72)
    >>> frame = pd.DataFrame({"unique_id": "sales", "ds": months, "y": y})
    >>> how = {"units": 8, "epochs": 30, "learning_rate": 0.02, "random_state": 0}
    >>> forecaster = glasscell.LSTMForecaster(6, base="last value", **how).fit(frame)
    >>> forecast = forecaster.predict()
    >>> forecast.columns.tolist()
    ['unique_id', 'ds', 'LSTM', 'LSTM-lo-80', 'LSTM-hi-80', 'LSTM-mean']
    >>> forecaster.validation_.network_error < forecaster.validation_.baseline_error
    True
    """

    task = ForecastSettings.task
    framing_: Framing
    validation_: Validation | None
    panel_: Panel
    _bounds = PARAMETERS

    def __init__(
        self,
        horizon: int = 12,
        quantiles: Sequence[float] = QUANTILES,
        context: int | str = "auto",
        season: int | str = "auto",
        base: str = "auto",
        *,
        logs: bool | str = "auto",
        known: Sequence[str] = (),
        past: Sequence[str] = (),
        static: Sequence[str] = (),
        frequency: str | None = None,
        fill: float | None = FORECAST["fill"].default,
        units: int | Sequence[int] | str = FORECAST["units"].default,
        members: int = FORECAST["members"].default,
        dropout: float | str = FORECAST["dropout"].default,
        variant: Variant | str | None = FORECAST["variant"].default,
        learning_rate: float = FORECAST["learning_rate"].default,
        epochs: int | str = "auto",
        batch_size: int = FORECAST["batch_size"].default,
        clip_norm: float | None = FORECAST["clip_norm"].default,
        random_state: Any = None,
        verbose: int = 0,
        engine: str = "auto",
    ):
        self._keep(locals())

    def fit(self, frame: Any, y: Any = None, *, callbacks: Iterable[keras.callbacks.Callback] = ()):
        """Train on the series of a long frame.

        Parameters
        ----------
        frame : data frame of pandas or Polars, or Panel
            Columns `unique_id` (not needed for a single series), `ds` (regular times, or whole
            numbers), `y` (NaN is missing), and the covariates. Times with an offset or a zone
            become UTC, except days. Whole numbers that are days (20260131), months (202601, of more
            than one year) or Unix times become dates.
        y : None
            Ignored; for scikit-learn.
        callbacks : iterable of keras.callbacks.Callback
            Called once per epoch. A warning is issued for those that wait for batches.

        Returns
        -------
        LSTMForecaster
            This estimator. A warning is issued if only the baseline forecasts.

        Raises
        ------
        UsageError
            If a parameter is out of bounds.
        DataError
            If the frame is not a panel: a duplicate time, irregular times, or a series without any
            value.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        options = self._options()
        panel = frame if isinstance(frame, Panel) else self._panel(frame, None)
        if frame is not panel and self.fill is None:
            warn(*check_missing_rows(panel, sum(map(len, panel.values)) - len(frame)))
        chosen = select(panel, options)
        self._run(chosen.training, chosen.epochs, callbacks)
        self.network_ = uncompiled(chosen.network)
        self.framing_, self.panel_ = chosen.framing, chosen.panel
        self.baselines_, self.validation_ = chosen.plan.baseline_errors, chosen.validation
        self._warn(chosen)
        return self

    def _options(self) -> ForecastOptions:
        return ForecastOptions(seed=self._begin(), **self._arguments_of(ForecastOptions))

    @property
    def forecaster(self) -> Forecaster:
        """What `fit` has made, with all that a forecast needs."""
        check_is_fitted(self)
        quantiles = tuple(map(float, self.quantiles))
        return Forecaster(self.network_, self.framing_, quantiles, self.panel_)

    def __setstate__(self, state: dict[str, Any]):
        if "rehearsal_" in state:  # its name in older pickles
            state = state | {"validation_": state["rehearsal_"]}
            del state["rehearsal_"]
        super().__setstate__(state)

    def predict(self, frame: Any = None, future: Any = None) -> Any:
        """Forecast the next H steps of each series.

        Parameters
        ----------
        frame : data frame of pandas or Polars, or Panel, optional
            New observations of the same series, or other series, in columns as for `fit`; by
            default the series of `fit`.
        future : data frame, optional
            `unique_id`, `ds` and the known future covariates of the steps ahead, instead of those
            that `fit` had. For a given frame they may also be in rows without `y` at the end of
            each series.

        Returns
        -------
        pandas.DataFrame
            N·H rows: `unique_id`, `ds`, `LSTM` (the median), the end of an interval for each other
            quantile, such as `LSTM-lo-80` for 0.1, and `LSTM-mean`, the expected value. If only the
            baseline forecasts, its name replaces LSTM.

        Raises
        ------
        DataError
            If a covariate is missing in the future, or the time step differs from that in `fit`.
        """
        panel = self._to_forecast(frame, future)
        return self.forecaster.frame(panel, self.forecaster.forecast(panel))

    def predict_interval(self, frame: Any = None, future: Any = None, coverage: float = 0.8) -> Any:
        """Forecast an interval for the next H steps of each series.

        Parameters
        ----------
        frame : data frame of pandas or Polars, or Panel, optional
            New observations of the same series, or other series; by default the series of `fit`.
        future : data frame, optional
            `unique_id`, `ds` and the known future covariates of the steps ahead.
        coverage : float
            Probability of the interval, above 0 and below 1.

        Returns
        -------
        pandas.DataFrame
            N·H rows: `unique_id`, `ds`, `low` and `high`.

        Raises
        ------
        UsageError
            If the ends of the interval are not among `quantiles`.
        DataError
            If a covariate is missing in the future, or the time step differs from that in `fit`.
        """
        check_parameters({"coverage": coverage}, PARAMETERS)
        ends = {"low": (1 - coverage) / 2, "high": (1 + coverage) / 2}
        near = [
            [k for k, q in enumerate(self.quantiles) if abs(q - end) < 1e-6]
            for end in ends.values()
        ]
        if not all(near):
            known = list(self.quantiles)
            raise UsageError(
                ForecastEstimators.NO_COVERAGE, coverage=coverage, **ends, quantiles=known
            )
        panel = self._to_forecast(frame, future)
        quantiles = self.forecaster.forecast(panel)
        low, high = (quantiles[..., places[0]].ravel() for places in near)
        keys = frame_forecasts(panel, quantiles, self.quantiles)[[ID, TIME]]
        return keys.assign(low=low, high=high)

    def backtest(self, frame: Any, windows: int = 3) -> Any:
        """Forecast each series' end from rolling origins, with a forecaster fitted to the past.

        Origins are H steps apart; the last is H steps before the end. This estimator is not
        changed.

        Parameters
        ----------
        frame : data frame of pandas or Polars, or Panel
            Long frame: `unique_id`, `ds`, `y` and the covariates.
        windows : int
            Origins per series; fewer if a series is too short.

        Returns
        -------
        pandas.DataFrame
            A row per forecaster, series and origin: `forecaster`, `unique_id`, `origin` (the last
            time of the past), `MASE`, `sMAPE`, `pinball` and `coverage`. The first forecaster is
            LSTM, or the baseline if only that forecasts. Next come the corrected baseline, last
            value, the best drift, seasonal naive, ETS and Theta. Intermittent demand adds zero and
            mean. For large panels ETS and Theta are fitted at about 600 origins, of evenly spaced
            series.

        Raises
        ------
        UsageError
            If a parameter is out of bounds.
        DataError
            If the frame is not a panel, or all series are too short.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        check_parameters({"windows": windows}, PARAMETERS)
        options = self._options()
        panel = frame if isinstance(frame, Panel) else self._panel(frame, None)
        return backtest(panel, options, windows=windows).table

    def surprise(self, frame: Any = None) -> Any:
        """Return how improbable each value was one step before it, in bits.

        The surprise is −log₂ of twice the probability of the tail beyond the value. It is 0 at the
        median, 1.44 on average, and 10 once in a thousand.

        Parameters
        ----------
        frame : data frame of pandas or Polars, or Panel, optional
            New observations of the same series, or other series; by default the series of `fit`.

        Returns
        -------
        pandas.DataFrame
            `unique_id`, `ds`, `y` and `surprise`. It is NaN for missing values and at the beginning
            of a series.

        Raises
        ------
        DataError
            If the frame is not a panel, or the time step differs from that in `fit`.
        """
        panel = self._to_forecast(frame, None)
        return self.forecaster.frame_surprise(panel)

    def _panel(self, frame: Any, future: Any, **of_fitted: Any) -> Panel:
        names = ("known", "past", "static", "frequency", "fill")
        options = {name: getattr(self, name) for name in names} | of_fitted
        return from_frame(frame, **options, future=future)

    def _to_forecast(self, frame: Any, future: Any) -> Panel:
        check_is_fitted(self)
        fitted = self.panel_
        if isinstance(frame, Panel):
            return frame
        known: dict[str, Any] = {
            **fitted.covariates,
            "frequency": fitted.frequency,
            "step": fitted.step,
        }
        if frame is None:
            if future is None:
                return fitted
            frame = to_frame(replace(fitted, future=[rows[:0] for rows in fitted.future]))
            known["fill"] = (
                None  # its steps have rows; after the end of a series, values are missing
            )
        panel = self._panel(frame, future, **known)
        require_same_covariates(fitted, panel)
        return panel

    def _warn(self, chosen: ChosenForecaster) -> None:
        base = chosen.framing.baseline.name
        if chosen.dropped:
            warn(ForecastEstimators.DROPPED.warning(columns=list(chosen.dropped)))
        if chosen.framing.alone is not None:
            warn(ForecastEstimators.LOCAL_ALONE.warning(model=chosen.framing.alone))
        elif chosen.validation is not None and chosen.validation.weight == 0:
            warn(ForecastEstimators.ALONE_AS_NOT_BETTER.warning(base=base))
        elif chosen.reason is not None and chosen.plan.schedule.rounds[-1]:
            warn(ForecastEstimators.ALONE.warning(base=base, why=chosen.reason))
        constant = [
            name
            for name, values in zip(self.panel_.ids, self.panel_.values, strict=True)
            if np.nanmax(values) == np.nanmin(values)
        ]
        if constant:
            warn(ForecastEstimators.CONSTANT.warning(series=constant))
