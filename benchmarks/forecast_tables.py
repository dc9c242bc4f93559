"""The tables of forecasts.py: a row for each contender, or for each set."""

from collections.abc import Iterator
from typing import Any

from forecast_contenders import OURS

from glasscell.tasks.forecasting.report import FEWEST_TO_TELL, mean_interval, signed

WHERE = ["set", "series", "origin"]  # identify a forecast
COLUMNS = (
    "forecasts",
    "MASE",
    "ours there",
    "ours − it (95 %)",
    "won–lost",
    "sets won–lost",
    "pinball",
    "coverage",
)
COLUMNS = (*COLUMNS, "CPU, s", "ours ÷ its CPU")


def by_contender(rows: Any) -> Iterator[str]:
    """Yield a table of a kind's sets: each contender against glasscell, on common forecasts.

    Parameters
    ----------
    rows : pandas.DataFrame
        set, contender, seed, series, origin, MASE, pinball, coverage, cpu, wall; `cpu` and `wall`
        are totals over all series of an origin.
    """
    errors, ours_cpu = _wide(rows, "MASE"), _seconds(rows, OURS)
    yield "| contender | " + " | ".join(COLUMNS) + " |"
    yield "|---|" + "---|" * len(COLUMNS)
    for name in _ordered(errors):
        own, seconds = rows[rows["contender"] == name], _seconds(rows, name)
        means = [
            f"{own[key].mean():.3f}" if own[key].notna().any() else ""
            for key in ("pinball", "coverage")
        ]
        both, beside, ratio = errors[[name]].dropna(), ["", "", "", ""], ""
        spent = f"{seconds.sum():.1f}" if seconds.notna().any() else ""
        if name != OURS and OURS in errors:
            both = errors[[name, OURS]].dropna()
            beside = [
                f"{both[OURS].mean():.3f}",
                _difference(both[OURS] - both[name]),
                *_won(both, name),
            ]
            shared = seconds.dropna().index.intersection(ours_cpu.index)
            ratio = f"{ours_cpu[shared].sum() / seconds[shared].sum():.2f}" if len(shared) else ""
        cells = [str(len(both)), f"{both[name].mean():.3f}", *beside, *means, spent, ratio]
        yield f"| {name} | {' | '.join(cells)} |"
    seeds = rows[rows["contender"] == OURS].groupby("seed")["MASE"].mean()
    if len(seeds) > 1:
        yield f"\n{OURS} with {len(seeds)} seeds: {seeds.min():.3f}–{seeds.max():.3f}"


def by_set(rows: Any) -> Iterator[str]:
    """Yield a table of the mean MASE of each contender on each set.

    A + after another contender's value means that glasscell is better, a − that it is worse, by a
    95% interval of the paired differences. There is no sign if neither is significant, or with too
    few forecasts.
    """
    errors = _wide(rows, "MASE")
    names = _ordered(errors)
    yield "| set | forecasts | " + " | ".join(names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for one, of_one in errors.groupby(level="set", sort=False):
        cells = [_cell(of_one, name) for name in names]
        yield f"| {one} | {len(of_one)} | {' | '.join(cells)} |"


def _wide(rows: Any, measure: str) -> Any:
    """Return a column for each contender, a row for each forecast: the mean over seeds."""
    return rows.pivot_table(index=WHERE, columns="contender", values=measure, sort=False)


def _ordered(errors: Any) -> list[str]:
    """Return the contenders: glasscell, then from the best on."""
    others = errors.drop(columns=OURS, errors="ignore").mean().sort_values()
    return [name for name in (OURS, *others.index) if name in errors]


def _seconds(rows: Any, name: str) -> Any:
    """Return the CPU seconds of a contender for each set and origin, the mean over seeds."""
    own = rows[rows["contender"] == name].drop_duplicates(["set", "seed", "origin"])
    return own.groupby(["set", "origin"])["cpu"].mean()


def _difference(apart: Any) -> str:
    mean, low, high = mean_interval(apart.to_numpy())
    return signed(mean) + (
        f" ({signed(low)} to {signed(high)})" if len(apart) >= FEWEST_TO_TELL else ""
    )


def _won(both: Any, name: str) -> tuple[str, str]:
    """Return by forecasts and by sets how often glasscell's error was lower, and higher."""
    means = both.groupby(level="set").mean()
    first, second = (
        f"{(one[OURS] < one[name]).sum()}–{(one[OURS] > one[name]).sum()}" for one in (both, means)
    )
    return first, second


def _cell(errors: Any, name: str) -> str:
    if errors[name].isna().all():
        return ""
    mean = f"{errors[name].mean():.3f}"
    if name == OURS or OURS not in errors:
        return mean
    apart = (errors[OURS] - errors[name]).dropna().to_numpy()
    _, low, high = mean_interval(apart)
    if len(apart) < FEWEST_TO_TELL:
        return mean
    return mean + (" +" if high < 0 else " −" if low > 0 else "")
