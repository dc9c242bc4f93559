"""The settings of a training that forecasts."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from glasscell.errors import UsageError
from glasscell.settings.sentences import Settings
from glasscell.settings.table import COLUMNS, FILE_ONLY, TABLE, Row, check
from glasscell.system.checks import Accepted, is_number, or_auto, text, whole, whole_for_each_layer

MOST_AHEAD = 10_000
QUANTILES = [0.1, 0.5, 0.9]


def _are_quantiles(value: Any) -> bool:
    are_shares = isinstance(value, list) and all(is_number(v) and 0 < v < 1 for v in value)
    return are_shares and value == sorted(set(value)) and 0.5 in value


FORECAST = {
    "data": FILE_ONLY["data"],
    "forecast": Row(..., whole(1, MOST_AHEAD)),
    "id": FILE_ONLY["id"],
    "time": FILE_ONLY["time"],
    "channels": FILE_ONLY["channels"],
    "known": Row(None, COLUMNS),
    "past": Row(None, COLUMNS),
    "static": Row(None, COLUMNS),
    "every": Row(None, text("a frequency, such as 1D, 1h or MS, or an integer")),
    "header": FILE_ONLY["header"],
    "encoding": FILE_ONLY["encoding"],
    "decimal": FILE_ONLY["decimal"],
    "quantiles": Row(
        QUANTILES, Accepted(_are_quantiles, "increasing numbers between 0 and 1, including 0.5, such as 0.1,0.5,0.9")
    ),
    "season": Row("auto", or_auto(whole(1, 10**6))),
    "context": Row("auto", or_auto(whole(1, 10**6))),
    "base": Row("auto", text("the name of a baseline, such as 'drift' or 'drift over 3 steps'", optional=False)),
    "windows": Row(3, whole(0, 100)),
    "units": Row(32, whole_for_each_layer(1, 2**14, layers=64), whole_for_each_layer(1)),
    "members": Row(1, whole(1, 100)),
    "variant": TABLE["variant"],
    "dropout": dataclasses.replace(TABLE["dropout"], default=0.2),
    "learning_rate": dataclasses.replace(TABLE["learning_rate"], default=0.002),
    "batch_size": dataclasses.replace(TABLE["batch_size"], default=64),
    "clip_norm": TABLE["clip_norm"],
    "epochs": Row("auto", or_auto(whole(0, 10**6))),
    "seed": FILE_ONLY["seed"],
}


@dataclass(frozen=True)
class ForecastSettings:
    """The settings of a training that forecasts; defaults and bounds stand in `FORECAST`.

    Parameters
    ----------
    data : str
        A table in a file.
    forecast : int
        How many steps ahead: the horizon.
    id, time : str, optional
        Columns; guessed by default.
    channels : list of str, optional
        The columns whose values are forecast; all of numbers that are left by default.
    known, past, static : list of str, optional
        Covariates: known in advance, known only afterwards, one for each series.
    every : str, optional
        Make times regular: each step so long has the mean of the values within it.
    header, encoding, decimal
        As in `series.SeriesSettings`.
    quantiles : list of float
        Rising, .5 among them.
    season : int or "auto"
        Steps of a season; by default as the times suggest it.
    context : int or "auto"
        Steps that the network reads before it forecasts.
    base : str
        The baseline that is corrected: "last value", "drift", "seasonal naive", "seasonal mean", or the whole name
        of one; "auto" is the one that was least off in the past.
    windows : int
        Origins at the end of each series by which it is measured; 0 measures nothing.
    units, members, variant, dropout, learning_rate, batch_size, clip_norm
        As in `estimators.forecast_training.prepare`.
    epochs : int or "auto"
        By default as many as make about 1,000 updates of the weights; 0 trains nothing: the baseline forecasts.
    seed : int

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds, or a column is named in two roles.

    Examples
    --------
    >>> ForecastSettings("sales.csv", 12, known=["promo"]).covariates
    {'known': ('promo',), 'past': (), 'static': ()}
    >>> ForecastSettings("sales.csv", 0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: forecast = 0: expected an integer from 1 to 10,000
    """

    data: str
    forecast: int
    id: str | list[str] | None = FORECAST["id"].default
    time: str | None = FORECAST["time"].default
    channels: list[str] | None = FORECAST["channels"].default
    known: list[str] | None = FORECAST["known"].default
    past: list[str] | None = FORECAST["past"].default
    static: list[str] | None = FORECAST["static"].default
    every: str | None = FORECAST["every"].default
    header: bool | None = FORECAST["header"].default
    encoding: str | None = FORECAST["encoding"].default
    decimal: str | None = FORECAST["decimal"].default
    quantiles: list[float] = dataclasses.field(default_factory=lambda: list(QUANTILES))
    season: int | str = FORECAST["season"].default
    context: int | str = FORECAST["context"].default
    base: str = FORECAST["base"].default
    windows: int = FORECAST["windows"].default
    units: int | list[int] = FORECAST["units"].default
    members: int = FORECAST["members"].default
    variant: str | None = FORECAST["variant"].default
    dropout: float = FORECAST["dropout"].default
    learning_rate: float = FORECAST["learning_rate"].default
    batch_size: int = FORECAST["batch_size"].default
    clip_norm: float = FORECAST["clip_norm"].default
    epochs: Any = FORECAST["epochs"].default
    seed: int = FORECAST["seed"].default

    def __post_init__(self):
        check(self, FORECAST)
        roles = {role: getattr(self, role) or [] for role in ("channels", "known", "past", "static")}
        named = [name for names in roles.values() for name in names]
        if twice := [name for k, name in enumerate(named) if name in named[:k]]:
            options = [f"--{role}" for role, names in roles.items() if twice[0] in names]
            raise UsageError(Settings.NAMED_TWICE, column=twice[0], options=options)

    @property
    def covariates(self) -> dict[str, tuple[str, ...]]:
        """The columns of covariates by role."""
        return {role: tuple(getattr(self, role) or ()) for role in ("known", "past", "static")}

    def for_training(self) -> dict[str, Any]:
        """Return what `forecast_training.prepare` takes of them, but for the epochs."""
        names = ("quantiles", "season", "context", "base", "units", "members", "variant", "dropout", "learning_rate",
                 "batch_size", "clip_norm", "seed")  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"horizon": self.forecast}
