"""The options of `glasscell train` that forecasts alone have."""

from typing import Annotated

from glasscell.cli.setting_options import setting
from glasscell.cli.train_options import option

FORECAST_ONLY = "Forecasting"

Forecast = Annotated[
    int | None,
    option(
        FORECAST_ONLY,
        "Forecast the next N values of each series. FILE is a table with times: one series, long, or wide (one column "
        "per series).",
        "N",
        "--forecast",
    ),
]
Known = Annotated[
    str | None,
    option(FORECAST_ONLY, "Columns of known future covariates, such as promo,holiday.", "A,B,…", "--known"),
]
Past = Annotated[str | None, option(FORECAST_ONLY, "Columns of past covariates, such as weather.", "A,B,…", "--past")]
Static = Annotated[
    str | None,
    option(FORECAST_ONLY, "Columns of static covariates, one value per series, such as region.", "A,B,…", "--static"),
]
Season = Annotated[
    str | None,
    setting("season", "Season length in steps.", default="from the times", metavar="N", group=FORECAST_ONLY),
]
Context = Annotated[
    str | None,
    setting(
        "context", "Steps of history before each forecast.", default="two seasons", metavar="N", group=FORECAST_ONLY
    ),
]
Base = Annotated[
    str | None,
    setting(
        "base",
        "Baseline that the network corrects.",
        default="the one with the lowest error on the past",
        metavar="NAME",
        group=FORECAST_ONLY,
    ),
]
Quantiles = Annotated[
    str | None,
    setting("quantiles", "Quantiles to forecast.", default="0.1,0.5,0.9", metavar="Q,Q,…", group=FORECAST_ONLY),
]
Windows = Annotated[
    int | None,
    setting("windows", "Backtest origins at the end of each series; 0: no backtest.", metavar="N", group=FORECAST_ONLY),
]
Members = Annotated[int | None, setting("members", "Networks in the ensemble.", metavar="N", group=FORECAST_ONLY)]
