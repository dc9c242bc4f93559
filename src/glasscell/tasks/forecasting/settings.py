"""Settings of forecasting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from glasscell.errors import UsageError
from glasscell.settings import shared
from glasscell.settings.setting import TaskSettings, setting, settings_in
from glasscell.system.checks import (
    Accepted,
    is_number,
    number,
    one_of,
    or_auto,
    or_none,
    text,
    whole,
)
from glasscell.system.sentences import Settings
from glasscell.tasks.forecasting.panels.sentences import Panels

MOST_AHEAD = 10_000
QUANTILES = [0.1, 0.5, 0.9]
FORECASTS = "Forecasting"  # heading of the help
of_forecasts = partial(setting, group=FORECASTS)
of_covariates = partial(shared.of_data, None, shared.COLUMNS, metavar="A,B,…")


def _are_quantiles(value: Any) -> bool:
    values = list(value) if isinstance(value, Iterable) else []
    return (
        0.5 in values
        and all(is_number(v) and 0 < v < 1 for v in values)
        and values == sorted(set(values))
    )


@dataclass(frozen=True)
class ForecastSettings(TaskSettings):
    """Settings of forecasting.

    Parameters
    ----------
    data : str
        A table in a file.
    forecast : int
        Horizon: steps to forecast.
    id, time : str, optional
        Columns; guessed by default.
    channels : list of str, optional
        Columns to forecast; by default all other numeric columns.
    known, past, static : list of str, optional
        Columns of known future covariates, past covariates, and static covariates (one value per
        series).
    every : str, optional
        Resample to regular times with this step.
    aggregate : {"mean", "sum", "last", "min", "max"}, optional
        How to combine several values in such a step.
    fill : float, optional
        Value of steps without a row; missing by default.
    time_format, header, encoding, decimal
        As in `series.settings.SeriesSettings`.
    quantiles : list of float
        Ascending, including 0.5.
    season : int or "auto"
        Season length in steps; by default that of the times, if the values show it.
    context : int or "auto"
        Steps of history before each forecast.
    base : str
        Baseline that the network corrects: "last value", "drift", "seasonal naive", "seasonal
        mean", or a full name. "auto" is the one with the lowest past error.
    windows : int
        Backtest origins at the end of each series; 0: no backtest.
    units, members, variant, dropout, learning_rate, batch_size, clip_norm
        As in `selection.plan.ForecastOptions`.
    epochs : int or "auto"
        By default validation decides; with 0 the baseline forecasts.
    minutes : float, optional
        Training time instead of `epochs`, which is set once from the measured speed.

    >>> ForecastSettings("sales.csv", 12, known=["promo"]).covariates
    {'known': ('promo',), 'past': (), 'static': ()}
    >>> ForecastSettings("sales.csv", 0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: forecast = 0: expected an integer from 1 to 10,000
    """

    task: ClassVar[str] = "forecasting"
    data: str = shared.FILE.field(
        help="A table with times: one series, long, or wide (one column per series)."
    )
    forecast: int = shared.of_task(
        ...,
        whole(1, MOST_AHEAD),
        "Forecast the next N values of each series. FILE is a table with times: one series, "
        "long, or wide (one column per series).",
        metavar="N",
    )
    id: str | list[str] | None = shared.ID.field()
    time: str | None = shared.TIME.field()
    time_format: str | None = shared.TIME_FORMAT.field()
    channels: list[str] | None = shared.CHANNELS.field(
        help="Columns to forecast.", shown="y, or all similar numeric columns"
    )
    known: list[str] | None = of_covariates(
        "Columns of known future covariates, such as promo,holiday."
    )
    past: list[str] | None = of_covariates("Columns of past covariates, such as weather.")
    static: list[str] | None = of_covariates(
        "Columns of static covariates, one value per series, such as region."
    )
    every: str | None = shared.EVERY.field(
        accepted=text("a frequency, such as 1D, 1h or MS, or an integer"),
        help="Resample to regular times: 1D, 1h, MS, or an integer in the unit of the times.",
    )
    aggregate: str | None = shared.of_data(
        None,
        one_of(None, "mean", "sum", "last", "min", "max"),
        "How to combine several values in a step of --every.",
    )
    fill: float | None = shared.of_data(
        None,
        or_none(number("a finite number, such as 0", lambda v: True)),
        "Value of steps without a row, such as 0 for sales.",
        metavar="X",
        shown="missing",
    )
    header: bool | None = shared.HEADER.field()
    encoding: str | None = shared.ENCODING.field()
    decimal: str | None = shared.DECIMAL.field()
    quantiles: list[float] = of_forecasts(
        QUANTILES,
        Accepted(
            _are_quantiles, "increasing numbers between 0 and 1, including 0.5, such as 0.1,0.5,0.9"
        ),
        "Quantiles to forecast.",
        metavar="Q,Q,…",
        shown=",".join(map(str, QUANTILES)),
    )
    season: int | str = of_forecasts(
        "auto",
        or_auto(whole(1, 10**6)),
        "Season length in steps.",
        metavar="N",
        shown="detected in the values",
    )
    context: int | str = of_forecasts(
        "auto",
        or_auto(whole(1, 10**6)),
        "Steps of history before each forecast.",
        metavar="N",
        shown="two or three seasons or horizons, 12 to 48",
    )
    base: str = of_forecasts(
        "auto",
        text("the name of a baseline, such as 'drift' or 'drift over 3 steps'", optional=False),
        "Baseline that the network corrects.",
        metavar="NAME",
        shown="the one with the lowest past error",
    )
    windows: int = of_forecasts(
        3, whole(0, 100), "Backtest origins at the end of each series; 0: no backtest.", metavar="N"
    )
    units: Any = shared.UNITS.field(
        accepted=or_auto(shared.UNITS.accepted),
        python=or_auto(shared.UNITS.in_python),
        default="auto",
        shown="32 (64 from 5,000 steps on)",
    )
    members: int = shared.of_network(1, whole(1, 100), "Networks in the ensemble.", metavar="N")
    variant: str | None = shared.VARIANT.field()
    dropout: Any = shared.DROPOUT.field(
        accepted=or_auto(shared.DROPOUT.accepted),
        python=None,
        default="auto",
        shown="0.2 (0 from 5,000 steps on)",
    )
    learning_rate: float = shared.LEARNING_RATE.field(default=0.01)
    batch_size: int = shared.BATCH_SIZE.field(default=64, help="Windows per weight update.")
    clip_norm: float = shared.CLIP_NORM.field()
    epochs: Any = shared.EPOCHS_OR_AUTO.field(
        accepted=or_auto(whole(0, 10**6)),
        python=None,
        help="Passes over the training windows; 0: the baseline forecasts.",
    )
    minutes: float | None = shared.MINUTES.field(
        help="Training time, backtest included; sets --epochs from the measured speed."
    )
    seed: int = shared.SEED.field()

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether settings belong to this task; in older runs, those with `forecast`."""
        return super().owns(values) or ("task" not in values and "forecast" in values)

    def __post_init__(self):
        super().__post_init__()
        shared.check_one_length(self.minutes, self.epochs)
        if self.aggregate is not None and self.every is None:
            raise UsageError(Panels.AGGREGATE_ALONE, aggregate=self.aggregate)
        roles = {
            role: getattr(self, role) or [] for role in ("channels", "known", "past", "static")
        }
        named = [name for names in roles.values() for name in names]
        if twice := [name for k, name in enumerate(named) if name in named[:k]]:
            options = [f"--{role}" for role, names in roles.items() if twice[0] in names]
            raise UsageError(Settings.NAMED_TWICE, column=twice[0], options=options)

    @property
    def covariates(self) -> dict[str, tuple[str, ...]]:
        """The columns of covariates by role."""
        return {role: tuple(getattr(self, role) or ()) for role in ("known", "past", "static")}

    def for_training(self) -> dict[str, Any]:
        """Return the fields of `ForecastOptions` but the epochs."""
        options = self.under(
            FORECASTS, shared.NETWORK, shared.TRAINING, but=("windows", "epochs", "minutes")
        )
        return options | {"horizon": self.forecast}


FORECAST = settings_in(ForecastSettings)
