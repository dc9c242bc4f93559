"""`LSTMForecaster`: the next steps of each of many series, with quantiles.

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
from glasscell.tasks.forecasting.forecasts import (
    forecast,
    forecaster_name,
    frame_forecasts,
    frame_surprise,
    surprise,
    trust_of,
)
from glasscell.tasks.forecasting.means import expect
from glasscell.tasks.forecasting.network import build_forecaster
from glasscell.tasks.forecasting.panels.continuation import require_same_covariates
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import ID, TIME, Panel, to_frame
from glasscell.tasks.forecasting.panels.windows import Framing
from glasscell.tasks.forecasting.preparation import QUANTILES, ForecastTraining, Rehearsal, lay_out, prepare
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST, FORECASTS, ForecastSettings
from glasscell.variants import Variant

PARAMETERS = settings_in(ForecastSettings, FORECASTS, NETWORK, TRAINING)
PARAMETERS |= {"horizon": FORECAST["forecast"], "windows": Setting(3, whole(1))}
PARAMETERS |= {"coverage": Setting(0.8, number("a number above 0 and below 1", lambda v: 0 < v < 1))}
COLUMNS = Accepted(
    lambda v: not isinstance(v, str) and isinstance(v, Iterable) and all(isinstance(name, str) for name in v),
    "a list of names of columns",
)
PARAMETERS |= {role: Setting((), COLUMNS) for role in ("known", "past", "static")}


class LSTMForecaster(Estimator):
    """An LSTM that forecasts: one network for all series, which corrects the baseline that was best in their past.

    Parameters
    ----------
    horizon : int
        H, how many steps ahead.
    quantiles : sequence of Q floats
        Rising, .5 among them; the intervals are those of quantiles as far from both ends.
    context : int or "auto"
        Steps that the network processes before it forecasts; by default two or three seasons or horizons, 12 to 48.
    season : int or "auto"
        Steps of a season; by default what the times suggest, 12 of months, 24 of hours, if the values show it.
    base : str
        Which baseline is corrected: "auto", "last value", "drift", "seasonal naive", "seasonal mean", or the name of
        one, such as "drift over 3 steps"; by default the one that was least off in the past.
    logs : bool or "auto"
        Whether to do so with logarithms; by default where all values are above 0 and the past was forecast better so.
    known, past, static : sequence of str
        Columns of covariates: known in advance, known only afterwards, one for each series.
    frequency : str, optional
        pandas' alias; found from the times by default.
    units : int, sequence of int or "auto"
        H of each LSTM; by default 32, or 64 of a panel of 5,000 steps or more.
    members : int
        Networks that are trained side by side; the forecast is their mean.
    dropout : float or "auto"
        By default 0.2, or 0 of a panel of 5,000 steps or more.
    learning_rate : float
    variant : Variant or str, optional
        As in `glasscell.LSTM`.
    epochs : int or "auto"
        By default as validation decides, about 250 to 1,000 updates, or at least one epoch.
    batch_size : int
        Windows.
    clip_norm : float or None
    random_state : int, RandomState or None
    verbose : int
        1 writes a line for each epoch to stderr.
    engine : str
        As in `glasscell.LSTM`.

    Attributes
    ----------
    network_ : keras.Model
        Takes windows as `panels.windows.cut` makes them, and answers (W, M, H, Q), in units of their scales.
    framing_ : Framing
        How windows are made, with the baseline.
    baselines_ : dict
        How far each baseline was off in the past, by name.
    rehearsal_ : Rehearsal or None
        How the network did on the end of the past, trained without it.
    panel_ : Panel
        What it was fitted to, without the covariates that did not help; it is forecast by default.
    history_ : dict
        `loss` of each epoch.

    Notes
    -----
    Each window is scaled by its own past alone, so that a forecast moves with the series where no logarithms are used,
    and no value that comes after an origin touches what is forecast from it.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-31", periods=72, freq="ME")
    >>> y = 100 + 20 * np.sin(np.arange(72) * np.pi / 6) + np.random.default_rng(0).normal(size=72)
    >>> frame = pd.DataFrame({"unique_id": "sales", "ds": months, "y": y})
    >>> forecaster = LSTMForecaster(6, base="last value", units=8, epochs=30, learning_rate=0.02, random_state=0)
    >>> forecast = forecaster.fit(frame).predict()
    >>> forecast.columns.tolist()
    ['unique_id', 'ds', 'LSTM', 'LSTM-lo-80', 'LSTM-hi-80', 'LSTM-mean']
    >>> forecaster.rehearsal_.network_error < forecaster.rehearsal_.baseline_error
    True
    """

    task = ForecastSettings.task
    framing_: Framing
    rehearsal_: Rehearsal | None
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
        frame : data frame, or Panel
            Columns `unique_id` (a single series needs none), `ds` (regular times, or whole numbers), `y` (NaN in gaps),
            and the covariates. Times with an offset or a zone become UTC, days excepted; whole numbers that are days
            (20260131), months (202601, of more than one year) or Unix times become dates.
        y
            Not used: there for scikit-learn.
        callbacks : iterable of keras.callbacks.Callback, optional
            Called at the end of each epoch.

        Returns
        -------
        The estimator itself. A warning says where the baseline forecasts alone.

        Raises
        ------
        UsageError
            If a parameter is out of bounds.
        DataError
            If the frame is no panel: a time twice, irregular times, a series without a value.
        TrainingFailed
            If the loss stops being finite.
        """
        how = self._how()
        training = prepare(frame if isinstance(frame, Panel) else self._panel(frame, None), **how)
        self._run(training, training.epochs, callbacks)
        self.network_, self.framing_, self.panel_ = uncompiled(training.model), training.framing, training.panel
        self.baselines_, self.rehearsal_ = training.baselines, training.rehearsal
        self._warn(training)
        return self

    def _how(self) -> dict[str, Any]:
        return {"seed": self._begin()} | self._arguments_of(lay_out, build_forecaster)

    def predict(self, frame: Any = None, future: Any = None) -> Any:
        """Return the next H steps of each series.

        Parameters
        ----------
        frame : data frame or Panel, optional
            As in `fit`: newer values of the same series, or other series; by default those of `fit`.
        future : data frame, optional
            `unique_id`, `ds` and the covariates that are known in advance, of the steps ahead, in place of what `fit`
            knew of them; of a frame that is given, they may stand in rows without `y` after each series instead.

        Returns
        -------
        pandas.DataFrame
            N·H rows: `unique_id`, `ds`, `LSTM` (the median), for each other quantile the end of its interval, as
            `LSTM-lo-80` for .1, and `LSTM-mean`, the expected value. Where the baseline forecasts alone, its name
            stands in place of LSTM.

        Raises
        ------
        DataError
            If a covariate is missing in the future, or times come in other steps than in `fit`.
        """
        panel = self._to_forecast(frame, future)
        found = forecast(self.network_, self.framing_, panel)
        means = expect(self.framing_, panel, found[..., list(self.quantiles).index(0.5)])
        forecaster = forecaster_name(self.framing_, trust_of(self.network_))
        return frame_forecasts(panel, found, self.quantiles, forecaster, means)

    def predict_interval(self, frame: Any = None, future: Any = None, coverage: float = 0.8) -> Any:
        """Return the ends of the interval about each step ahead: a frame with `unique_id`, `ds`, `low` and `high`.

        Raises
        ------
        UsageError
            If its ends are none of the quantiles.
        """
        check_parameters({"coverage": coverage}, PARAMETERS)
        ends = {"low": (1 - coverage) / 2, "high": (1 + coverage) / 2}
        near = [[k for k, q in enumerate(self.quantiles) if abs(q - end) < 1e-6] for end in ends.values()]
        if not all(near):
            known = list(self.quantiles)
            raise UsageError(ForecastEstimators.NO_COVERAGE, coverage=coverage, **ends, quantiles=known)
        panel = self._to_forecast(frame, future)
        found = forecast(self.network_, self.framing_, panel)
        keys = frame_forecasts(panel, found, self.quantiles)[[ID, TIME]]
        return keys.assign(low=found[..., near[0][0]].ravel(), high=found[..., near[1][0]].ravel())

    def backtest(self, frame: Any, windows: int = 3) -> Any:
        """Forecast the end of each series from rolling origins, by a forecaster that was fitted to what came before.

        The origins are H steps apart, the last is H before the end. This estimator stays as it is.

        Parameters
        ----------
        frame : data frame or Panel
            As in `fit`.
        windows : int
            Origins of each series; of one that is too short there are fewer.

        Returns
        -------
        pandas.DataFrame
            A row for each forecaster, series and origin: `forecaster` (first `LSTM`, or the baseline where that
            forecasts alone; then by name the one that is corrected, last value, the best drift, seasonal naive, ETS,
            Theta, and of intermittent demand zero and mean), `unique_id`, `origin` (the last time that was seen),
            `MASE`, `sMAPE`, `pinball` and `coverage`. In large panels, ETS and Theta are fitted at about 600 origins,
            of series that are evenly spaced.

        Raises
        ------
        UsageError, DataError
            As `fit` does; and if all series are too short.
        """
        check_parameters({"windows": windows}, PARAMETERS)
        how = self._how()
        panel = frame if isinstance(frame, Panel) else self._panel(frame, None)
        return backtest(panel, windows=windows, **how).table

    def surprise(self, frame: Any = None) -> Any:
        """Return how improbable each value was one step before it came, in bits.

        A frame with `unique_id`, `ds`, `y` and `surprise`: −log₂ of twice the probability of the tail in which it lies,
        0 at the median, 1.44 on average, 10 once in a thousand; not of a density, which would depend on the unit. NaN
        in gaps, and at the beginning of a series.
        """
        panel = self._to_forecast(frame, None)
        return frame_surprise(panel, surprise(self.network_, self.framing_, panel, self.quantiles))

    def _panel(self, frame: Any, future: Any, **how: Any) -> Panel:
        own = {name: getattr(self, name) for name in ("known", "past", "static", "frequency")}
        return from_frame(frame, **(own | how), future=future)

    def _to_forecast(self, frame: Any, future: Any) -> Panel:
        check_is_fitted(self)
        fitted = self.panel_
        if isinstance(frame, Panel):
            return frame
        if frame is None:
            if future is None:
                return fitted
            frame = to_frame(replace(fitted, future=[rows[:0] for rows in fitted.future]))
        panel = self._panel(frame, future, **fitted.covariates, frequency=fitted.frequency, step=fitted.step)
        require_same_covariates(fitted, panel)
        return panel

    def _warn(self, training: ForecastTraining) -> None:
        name, rehearsal = training.framing.baseline.name, training.rehearsal
        if training.dropped:
            warn(ForecastEstimators.DROPPED.warning(columns=training.dropped))
        if training.framing.alone is not None:
            warn(ForecastEstimators.LOCAL_ALONE.warning(model=training.framing.alone))
        elif rehearsal is not None and rehearsal.trust == 0:
            warn(ForecastEstimators.ALONE_AS_NOT_BETTER.warning(base=name))
        elif training.reason is not None and training.reason.code is not ForecastEstimators.NO_EPOCHS:
            warn(ForecastEstimators.ALONE.warning(base=name, why=training.reason))
        both = zip(self.panel_.ids, self.panel_.values, strict=True)
        if still := [who for who, v in both if np.nanmax(v) == np.nanmin(v)]:
            warn(ForecastEstimators.CONSTANT.warning(series=still))
