"""Forecasts of sets that ship in packages, beside the baselines, and ETS and Theta.

    python benchmarks/forecasts.py                    M1 yearly, 141 series: five seeds, under a minute
    python benchmarks/forecasts.py --long             airline, sunspots, CO2, Taylor's half-hourly demand: three origins
    python benchmarks/forecasts.py --long --only taylor --origins 14 --seeds 1        two weeks of it, day by day
    python benchmarks/forecasts.py --peers            ETS and Theta of statsforecast beside
    python benchmarks/forecasts.py --aside            what was never looked at while the defaults were chosen

Needs the extra "forecasters". The last 40 series of M1 by name, woolyrnq and wineind are the sets kept aside.
"""

import argparse
import os
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import archive
import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.backtest import measure
from glasscell.tasks.forecasting.panels.baselines import baselines_for, fill, forecast_quantiles
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import Panel, cut_off
from glasscell.tasks.forecasting.report import mean_interval

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
QUANTILES, ASIDE, SEEDS, FEWEST_PAIRS = (0.1, 0.5, 0.9), 40, 5, 10


class Set(NamedTuple):
    """Series, how far ahead they are forecast, from how many origins, and their season if the times do not say it."""

    name: str
    panel: Panel
    horizon: int
    origins: int = 3
    season: int | str = "auto"


def m1_yearly(aside: bool = False) -> Set:
    """Return M1's yearly series: all but the last 40 by name, or those."""
    path = archive.folder() / "m1_yearly_dataset/m1_yearly_dataset.tsf"
    lines = path.read_text(encoding="latin-1").split("@data\n")[1].splitlines()
    series = {line.split(":")[0]: line.split(":")[2].split(",") for line in lines if line}
    names = sorted(series)
    names = names[-ASIDE:] if aside else names[:-ASIDE]
    parts = [
        pd.DataFrame({"unique_id": k, "ds": range(len(series[k])), "y": np.array(series[k], float)}) for k in names
    ]
    return Set(f"M1 yearly, {len(names)} series", from_frame(pd.concat(parts)), 6, origins=1)


def long_series() -> list[Set]:
    """Return single series: monthly, yearly, weekly, half-hourly."""
    from pmdarima.datasets import load_taylor  # pyright: ignore[reportMissingImports]
    from statsmodels.datasets import co2, sunspots

    airline: Any = pd.read_csv(archive.folder() / "Airline/Airline.csv").iloc[:, -1]
    spots: Any = sunspots.load_pandas().data
    air: Any = co2.load_pandas().data
    air = air["co2"]
    return [
        Set("airline", _dated(airline, "1949-01-01", "MS"), 12),
        Set("sunspots", _lone(spots["YEAR"].astype(int), spots["SUNACTIVITY"]), 11),
        Set("CO2", _lone(air.index, air), 52),
        Set("taylor", _dated(load_taylor(), "2000-06-05", "30min"), 48, season=336),
    ]


def sets_aside() -> list[Set]:
    """Return the single series that were kept aside."""
    from pmdarima.datasets import load_wineind, load_woolyrnq  # pyright: ignore[reportMissingImports]

    return [
        Set("wineind", _dated(load_wineind(), "1980-01-01", "MS"), 12),
        Set("woolyrnq", _dated(load_woolyrnq(), "1965-01-01", "QS"), 8),
    ]


def ours(before: Panel, of: Set, seed: int, **how: Any) -> np.ndarray:
    """Forecast by a network on the best baseline; `base="last value"` is the network alone."""
    from glasscell.tasks.forecasting.forecasts import forecast
    from glasscell.tasks.forecasting.preparation import prepare

    training = prepare(before, horizon=of.horizon, quantiles=QUANTILES, season=of.season, seed=seed, **how)
    training.run(training.epochs)
    return forecast(training.model, training.framing, before)


def peer(name: str) -> Callable[[Panel, Set], np.ndarray]:
    """Return a model of statsforecast's as a forecaster."""

    def answer(before: Panel, of: Set) -> np.ndarray:
        from statsforecast import models  # pyright: ignore[reportMissingImports]

        season = _season(before, of)
        found = []
        for values in before.values:
            y = fill(values, season)
            model = getattr(models, name)(season_length=season if season <= 24 else 1)
            one = model.forecast(y, of.horizon, level=[80])
            found.append(np.stack([one["lo-80"], one["mean"], one["hi-80"]], -1))
        return np.array(found, "float64")

    return answer


def compare(of: Set, seeds: int, peers: bool) -> None:
    """Print how far each was off, and the paired difference to the best baseline."""
    began, spent = time.perf_counter(), 0.0
    table: dict[str, list[np.ndarray]] = {}
    for back in range(of.origins, 0, -1):
        steps = back * of.horizon
        before = cut_off(of.panel, steps)
        season = _season(before, of)
        came = [values[-steps:][: of.horizon] for values in of.panel.values]

        def add(name: str, answers: list[np.ndarray], before: Panel = before, came: Any = came, season=season) -> None:
            of_seeds = [
                [
                    list(measure(c, a, QUANTILES, v, season).values())
                    for c, a, v in zip(came, one, before.values, strict=True)
                ]
                for one in answers
            ]
            table.setdefault(name, []).append(np.array(of_seeds))

        start = time.perf_counter()
        add("network on the best baseline", [ours(before, of, seed) for seed in range(seeds)])
        spent += time.perf_counter() - start
        add("network alone", [ours(before, of, seed, base="last value", logs=False) for seed in range(seeds)])
        for one in baselines_for(season):
            add(one.name, [forecast_quantiles(one, before.values, of.horizon, QUANTILES, season)])
        for name in ("AutoETS", "AutoTheta") if peers else ():
            add(name, [peer(name)(before, of)])
    print(f"\n{of.name}: {of.horizon} ahead, {of.origins} origin(s), {seeds} seed(s); {spent:.0f} s for ours alone\n")
    print("| | mean MASE | over seeds | median | sMAPE | pinball | coverage of 80 % |\n|---|---|---|---|---|---|---|")
    of_each = {name: np.concatenate(parts, 1) for name, parts in table.items()}  # (seeds, series · origins, measures)
    baselines = [one.name for one in baselines_for(_season(of.panel, of))]
    best = min(baselines, key=lambda name: of_each[name][..., 0].mean())
    shown_ones = best_of_each_kind({name: of_each[name][..., 0].mean() for name in baselines})
    for name, v in of_each.items():
        if name in baselines and name not in shown_ones:
            continue
        means = v[..., 0].mean(1)
        spread = f"{means.min():.3f}–{means.max():.3f}" if len(means) > 1 else ""
        rest = " | ".join(f"{v[..., k].mean():.3f}" for k in (1, 2, 3))
        shown = f"{means.mean():.3f} | {spread} | {np.median(v.mean(0)[:, 0]):.3f} | {rest}"
        print(f"| {name}{' (the best baseline)' if name == best else ''} | {shown} |")
    ours_mean = of_each["network on the best baseline"][..., 0].mean(0)
    mean, low, high = mean_interval(ours_mean - of_each[best][..., 0].mean(0))
    if len(ours_mean) < FEWEST_PAIRS:  # too few for an interval
        print(
            f"\npaired difference to {best}, the best in hindsight: {mean:+.3f}, of {len(ours_mean)} origins\n",
            flush=True,
        )
        return
    verdict = "less" if high < 0 else "more" if low > 0 else "not distinguishable"
    print(f"\npaired difference to {best}, the best in hindsight: {mean:+.3f} [{low:+.3f}, {high:+.3f}]: {verdict}")
    print(f"all: {time.perf_counter() - began:.0f} s", flush=True)


def best_of_each_kind(errors: dict[str, float]) -> set[str]:
    """Return, of baselines that differ in how far they look back alone, the best in hindsight."""
    kinds: dict[str, list[str]] = {}
    for name in errors:
        words = name.replace("seasonal mean of", "seasonal-mean of").split()
        kinds.setdefault(f"{words[0]} {'growth' in words}", []).append(name)
    return {min(names, key=lambda name: errors[name]) for names in kinds.values()}


def _season(panel: Panel, of: Set) -> int:
    return panel.season if of.season == "auto" else int(of.season)


def _lone(times: Any, values: Any) -> Panel:
    return from_frame(pd.DataFrame({"ds": np.asarray(times), "y": np.asarray(values, float)}))


def _dated(values: Any, start: str, frequency: str) -> Panel:
    return _lone(pd.date_range(start, periods=len(values), freq=frequency), values)


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="single series, three origins each")
    parser.add_argument("--aside", action="store_true", help="the sets kept aside, to be looked at once")
    parser.add_argument("--peers", action="store_true", help="ETS and Theta of statsforecast beside")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--only", help="of these sets, the one whose name begins so")
    parser.add_argument("--origins", type=int, help="instead of three, or of M1's one")
    options = parser.parse_args()
    sets = [m1_yearly()]
    if options.long:
        sets = long_series()
    if options.aside:
        sets = [m1_yearly(aside=True), *sets_aside()]
    warnings.filterwarnings("ignore", module="statsforecast")
    for one in sets:
        if one.name.startswith(options.only or ""):
            compare(one._replace(origins=options.origins or one.origins), options.seeds, options.peers)


if __name__ == "__main__":
    main()
