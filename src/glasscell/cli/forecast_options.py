"""The options of `glasscell train` that forecasts alone have."""

from typing import Annotated

from glasscell.cli.setting_options import setting
from glasscell.cli.train_options import option

FORECAST_ONLY = "Forecasts"

Forecast = Annotated[
    int | None,
    option(
        FORECAST_ONLY,
        "Forecast the next N values of the series in FILE: a table with times and values, long, with a column for each "
        "series, or with one single series.",
        "N",
        "--forecast",
    ),
]
Known = Annotated[
    str | None,
    option(FORECAST_ONLY, "Columns that are known in advance, such as promo,holiday.", "A,B,…", "--known"),
]
Past = Annotated[
    str | None, option(FORECAST_ONLY, "Columns that are known only afterwards, such as weather.", "A,B,…", "--past")
]
Static = Annotated[
    str | None, option(FORECAST_ONLY, "Columns with one value for each series, such as region.", "A,B,…", "--static")
]
Season = Annotated[
    str | None,
    setting("season", "Steps of a season.", default="as the times suggest", metavar="N", group=FORECAST_ONLY),
]
Context = Annotated[
    str | None,
    setting(
        "context", "Steps that are read before each forecast.", default="two seasons", metavar="N", group=FORECAST_ONLY
    ),
]
Base = Annotated[
    str | None,
    setting(
        "base",
        "The forecast without a network that the network corrects.",
        default="the least off in the past",
        metavar="NAME",
        group=FORECAST_ONLY,
    ),
]
Quantiles = Annotated[
    str | None,
    setting("quantiles", "Shares of a fan chart.", default="0.1,0.5,0.9", metavar="Q,Q,…", group=FORECAST_ONLY),
]
Windows = Annotated[
    int | None,
    setting(
        "windows",
        "Origins at the end of each series by which it is measured; 0: none.",
        metavar="N",
        group=FORECAST_ONLY,
    ),
]
Members = Annotated[
    int | None, setting("members", "Networks side by side, whose mean it is.", metavar="N", group=FORECAST_ONLY)
]
