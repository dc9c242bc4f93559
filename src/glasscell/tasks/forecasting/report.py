"""Reports of forecasting runs: scores at rolling origins, next to forecasts without a network.

Two runs are compared by the MASE of the series that both were scored on.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Part
from glasscell.facts import Code, Note
from glasscell.runs.comparison import Finished, pair, read_kept
from glasscell.runs.paired_tests import Pairs, by_difference
from glasscell.runs.report import to_markdown as in_markdown
from glasscell.runs.sentences import Runs
from glasscell.runs.statistics import LEVEL, in_words, wilson
from glasscell.system.formatting import DECIMALS, alike, digits_apart, sentence, with_minus
from glasscell.tasks.forecasting.baselines.local_models import LOCAL_NAMES, LONGEST_SEASON, library
from glasscell.tasks.forecasting.panels.panel import MODEL
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns

if TYPE_CHECKING:  # imports TensorFlow, which reports of finished runs do not need
    from glasscell.tasks.forecasting.backtest import Backtest

FEWEST_TO_TELL = 5  # series, for an interval of their mean
FEWEST_FORECASTS = 10  # whose coverage is warned of
FAR = 1.5  # times as many values outside an interval as should be
SAME = "last value"  # its errors are equal if both runs were scored on the same values
BACKTEST, DRAWS = "backtest.csv", 4999
COLUMNS = {"forecaster": str, "unique_id": str, "origin": str, "MASE": "float64"}
MEASURES = ("MASE", "sMAPE", "pinball", "coverage")  # see `backtest.measure`


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Yield what is printed after training: the score, then the baselines and the verdict."""
    if report["scores"]:
        yield score_line(report)
        yield show_scores(report["scores"]).filter(["forecast", "MASE", "sMAPE", "coverage"])
        yield report["verdict"]
        yield report["measured_as"]
    else:
        yield ForecastRuns.NOT_MEASURED(why=report["not_measured"])
    if report.get("trust_said"):
        yield report["trust_said"]


def scored(measures: Mapping[str, Any]) -> Iterator[Part]:
    """Yield what is printed for forecasts scored on later values."""
    yield score_line(measures)
    yield show_scores(measures["scores"])
    yield from (measures[name] for name in ("verdict", "measured_as", "coverage_said"))


def scores_of(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return each forecaster's measures: mean over series, its interval, and median of MASE."""
    scores = {}
    for name, rows in table.groupby("forecaster", sort=False):
        by_series = _by_series(rows)
        means = {measure: mean_interval(by_series[measure].to_numpy()) for measure in MEASURES}
        enough = len(by_series) >= FEWEST_TO_TELL
        scores[str(name)] = {
            **{measure: none_if_nan(mean) for measure, (mean, _, _) in means.items()},
            "median MASE": none_if_nan(by_series["MASE"].median()),
            "intervals": {
                measure: _ends(*ends[1:]) if enough else None for measure, ends in means.items()
            },
        }
    return scores


def mean_interval(numbers: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of a number per series, and its 95% bootstrap interval; NaN is skipped.

    For differences between two forecasts of the same series, this is a paired comparison.

    >>> mean_interval(np.array([1.0, 1.0, np.nan]))
    (1.0, 1.0, 1.0)
    """
    known = np.asarray(numbers, "float64")
    known = known[~np.isnan(known)]
    mean = float(known.mean()) if len(known) else np.nan
    if len(known) < 2 or np.ptp(known) == 0:
        return mean, *((mean, mean) if len(known) != 1 else (np.nan, np.nan))
    drawn = known[np.random.default_rng(0).integers(0, len(known), (DRAWS, len(known)))]
    low, high = np.quantile(drawn.mean(1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return mean, float(low), float(high)


def measured_in(table: pd.DataFrame) -> str:
    """Return the forecaster that a table scores; its rows come first.

    >>> measured_in(pd.DataFrame({"forecaster": ["LSTM", "last value"]}))
    'LSTM'
    """
    return str(table["forecaster"].iloc[0])


def own_of(scores: Mapping[str, Any]) -> Any:
    """Return the scores of the run's forecaster, which come first."""
    return next(iter(scores.values()))


def compare_with_best(table: pd.DataFrame, decided: str | None = None) -> dict[str, Any]:
    """Compare a forecaster's MASE with the best other one's, series by series.

    Each comparison is on the series that both were scored on: in large panels, ETS and Theta are
    fitted to only some. "n" counts the series of the table's forecaster.

    The forecaster is the table's, unless the errors at these origins chose it: then its own are
    optimistic, and the one `decided` without these origins is compared.
    """
    long, measured = _by_series(table).reset_index(), measured_in(table)
    ours = decided or measured
    wide: Any = long.pivot_table(index="unique_id", columns="forecaster", values="MASE", sort=False)
    wide = wide.reindex(columns=dict.fromkeys((measured, ours, *wide)))
    n, wide = int(wide[measured].notna().sum()), wide[wide[ours].notna()]
    above = wide.drop(columns=ours).sub(wide[ours], axis=0).mean().dropna()
    compared = {"forecaster": None if ours == measured else ours, "n": n}
    if above.empty:
        nothing = dict.fromkeys(("best", "MASE", "difference", "interval", "is_better"))
        return compared | {"n_both": 0} | nothing
    best = str(above.idxmin())
    pairs: Any = wide[[ours, best]].dropna()
    mean, low, high = mean_interval((pairs[ours] - pairs[best]).to_numpy())
    enough = len(pairs) >= FEWEST_TO_TELL
    return compared | {
        "best": best,
        "n_both": len(pairs),
        "MASE": [float(pairs[name].mean()) for name in (ours, best)],
        "difference": mean,
        "interval": [low, high] if enough else None,
        "is_better": bool(high < 0) if enough else None,
    }


def measures_of(
    table: pd.DataFrame,
    quantiles: Sequence[float],
    measured_as: Note,
    decided: str | None = None,
) -> dict[str, Any]:
    """Return the scores for reports, with the verdict and the given note of how they were measured.

    `decided` is as for `compare_with_best`.
    """
    scores, comparison = scores_of(table), compare_with_best(table, decided)
    return {
        "verdict": str(verdict(comparison)),
        "beside": comparison,
        "scores": scores,
        "measured_as": str(measured_as),
        "coverage_said": str(describe_coverage(quantiles, scores)),
    }


def verdict(comparison: dict[str, Any]) -> Note:
    """Return a note of whether the compared forecaster is better than the best other one.

    >>> comparison = {
    ...     "best": "last value",
    ...     "n_both": 9,
    ...     "MASE": [1.2, 1.0],
    ...     "difference": 0.2,
    ...     "interval": [0.1, 0.3],
    ... }
    >>> verdict(comparison | {"is_better": False})
    'not better than the last value: MASE 1.200 vs 1.000, difference +0.200 (95% CI +0.100 to
    +0.300)'
    """
    forecaster, outcome = comparison.get("forecaster"), _outcome(comparison)
    if forecaster is None or outcome.code is ForecastRuns.NOTHING_TO_TELL:
        return outcome
    return ForecastRuns.VERDICT_ON(forecaster=forecaster, outcome=outcome)


def _outcome(comparison: Mapping[str, Any]) -> Note:
    code = outcome_of(comparison)
    if code is ForecastRuns.NOTHING_TO_TELL:
        return code()
    (ours, theirs), ends = comparison["MASE"], comparison["interval"]
    rival, means = _with_article(comparison["best"]), {"ours": ours, "theirs": theirs}
    if code is ForecastRuns.AS_GOOD:
        return code(rival=rival, ours=ours)
    if ends is None:
        return code(rival=rival, scores=ForecastRuns.SCORES_OF_FEW(**means, n=comparison["n_both"]))
    digits = digits_apart(ours, theirs)
    difference, low, high = (signed(v, digits) for v in (comparison["difference"], *ends))
    scores = ForecastRuns.SCORES(**means, digits=digits, difference=difference, low=low, high=high)
    return code(rival=rival, scores=scores)


def outcome_of(comparison: Mapping[str, Any]) -> Code:
    """Return the code of the verdict.

    >>> outcome_of(
    ...     {"best": "ETS", "MASE": [1.0, 1.2], "difference": -0.2, "interval": None}
    ... ) is ForecastRuns.BETTER
    True
    """
    if comparison["best"] is None:
        return ForecastRuns.NOTHING_TO_TELL
    (ours, theirs), ends = comparison["MASE"], comparison["interval"]
    differ = ends is not None and (ends[0] > 0 or ends[1] < 0)
    if alike(ours, theirs) and not differ:
        return ForecastRuns.AS_GOOD
    if ends is None:
        return ForecastRuns.BETTER if comparison["difference"] < 0 else ForecastRuns.NOT_BETTER
    if comparison["is_better"]:
        return ForecastRuns.BETTER
    return ForecastRuns.NOT_BETTER if ours >= theirs else ForecastRuns.PERHAPS_NO_BETTER


def describe_contest(contest: Mapping[str, Any] | None, base: str) -> Note | None:
    """Return a note of the errors of network, ETS and Theta that decided who forecasts, if any.

    >>> describe_contest(
    ...     {"errors": {"LSTM": 0.8, "ETS": 1.0, "Theta": 0.9}, "series": 30, "origins": 3},
    ...     "last value",
    ... )
    'MASE in validation, at 3 past origins of 30 series: LSTM 0.800, ETS 1.000, Theta 0.900'
    """
    if contest is None:
        return None
    network = MODEL if contest.get("weight", 1.0) else base
    by_name = {
        network if name == MODEL else name: error for name, error in contest["errors"].items()
    }
    errors = [ForecastRuns.ERROR_OF(forecaster=name, mase=error) for name, error in by_name.items()]
    return ForecastRuns.CONTEST(errors=errors, n=contest["series"], origins=contest["origins"])


def describe_weight(base: str, weight: float, alone: str | None = None) -> Note | None:
    """Return a note of the weight of the network's correction of the baseline; None if it is 1.

    If ETS or Theta forecasts, given as `alone`, the note names it.

    >>> describe_weight("last value", 0.0)
    'the baseline (last value) forecasts without the network, which was no better in validation'
    >>> describe_weight("last value", 0.25)
    "the network's correction of the last value has the weight 25%, which was best in validation on
    the end of the training data"
    """
    if alone is not None:
        return ForecastRuns.LOCAL_ALONE(model=alone)
    if weight == 0:
        return ForecastEstimators.ALONE_AS_NOT_BETTER(base=base)
    if weight == 1:
        return None
    return ForecastRuns.TRUST(base=_with_article(base), percent=100 * weight)


def signed(number: float, decimals: int = DECIMALS) -> str:
    """Format a difference with its sign.

    >>> signed(-0.25)
    '−0.250'
    """
    return with_minus(f"{number:+.{decimals}f}")


def show_scores(scores: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Return a table of forecasters and measures to print."""
    rows = []
    for name, measures in scores.items():
        ends = measures["intervals"]["MASE"]
        mase = None if measures["MASE"] is None else f"{measures['MASE']:.3f}"
        between = f" ({in_words(ends)})" if ends and mase else ""
        first = {
            "forecast": name,
            "MASE": None if mase is None else mase + between,
            "median": measures["median MASE"],
        }
        rows.append(first | {measure: measures[measure] for measure in MEASURES[1:]})
    return pd.DataFrame(rows)


def show_trials(trials: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a table of the trials in validation to print.

    >>> show_trials(
    ...     [{"base": "last value", "epochs": 8, "error": 0.5, "baseline_error": 1.0}]
    ... ).columns.tolist()
    ['base', 'epochs', 'error', 'error of the base']
    """
    return pd.DataFrame(list(trials)).rename(columns={"baseline_error": "error of the base"})


def describe_coverage(quantiles: Sequence[float], scores: dict[str, dict[str, Any]]) -> Note:
    """Return a note of the observed and the nominal coverage of the outermost quantiles.

    >>> describe_coverage((0.1, 0.5, 0.9), {"LSTM": {"coverage": 0.785}})
    'the outermost quantiles contain 78% of the values (nominal 80%)'
    """
    coverage = own_of(scores)["coverage"]
    if coverage is None:
        return ForecastRuns.NO_COVERAGE()
    return ForecastRuns.COVERAGE(percent=100 * coverage, meant=100 * (quantiles[-1] - quantiles[0]))


def check_coverage(table: pd.DataFrame, quantiles: Sequence[float]) -> Note | None:
    """Return a warning if intervals contain far too few of a table's values; else None."""
    of_ours: Any = table["coverage"][table["forecaster"] == measured_in(table)]
    coverage = of_ours.dropna()
    n, nominal = len(coverage), quantiles[-1] - quantiles[0]
    if n < FEWEST_FORECASTS or len(quantiles) < 2:
        return None
    # The steps of one forecast err together, so each series and origin is one draw, however many
    # its steps. Origins are a horizon apart and share none. The binomial interval of so many draws
    # must lie below the nominal coverage.
    measured = float(coverage.mean())
    low, high = wilson(round(measured * n), n)
    # With thousands of forecasts, a point below is certain, too, but nothing to warn of.
    is_far = 1 - measured > FAR * (1 - nominal)
    if high >= nominal or not is_far:
        return None
    ends = {"low": 100 * low, "high": 100 * high}
    return ForecastRuns.LOW_COVERAGE.warning(
        meant=100 * nominal, percent=100 * measured, n=n, **ends
    )


def describe_backtest(tested: "Backtest", horizon: int, season: int, base: str) -> Note:
    """Return a note on what a backtest scored, and how its season and base differ."""
    ours, decided = measured_in(tested.table), tested.decided
    if tested.reason is not None and ours == decided:
        forecast_by = ForecastRuns.BY_BASELINE(base=ours, why=tested.reason)
    elif ours == MODEL:
        forecast_by = ForecastRuns.BY_NETWORK(
            base=ForecastRuns.OTHER_BASE(base=tested.base) if tested.base != base else None
        )
    else:
        forecast_by = ForecastRuns.BY_OTHER(forecaster=ours)
    return ForecastRuns.MEASURED_BY(
        measured=describe_origins(tested.table, horizon),
        local=describe_local(tested.table, tested.season),
        by=forecast_by,
        decided=ForecastRuns.OTHER_DECIDED(forecaster=decided) if decided != ours else None,
        left_out=ForecastRuns.TOO_SHORT(n=len(tested.left_out)) if tested.left_out else None,
        season=_describe_season(tested.season) if season != tested.season else None,
    )


def _describe_season(season: int) -> Note:
    return ForecastRuns.OTHER_SEASON(season=season) if season > 1 else ForecastRuns.WITHOUT_SEASON()


def describe_origins(table: pd.DataFrame, horizon: int) -> Note:
    """Return a note of the numbers of series and origins that were scored."""
    per_series: Any = table[table["forecaster"] == measured_in(table)].groupby("unique_id").size()
    shortest, longest = int(per_series.min()), int(per_series.max())
    up_to = None if shortest == longest else Panels.UP_TO(most=longest)
    return ForecastRuns.MEASURED(
        n=len(per_series), least=shortest, up_to=up_to, most=longest, horizon=horizon
    )


def describe_later(table: pd.DataFrame, horizon: int, season: int) -> Note:
    """Return a note of what was scored on later values."""
    return ForecastRuns.MEASURED_LATER(
        measured=describe_origins(table, horizon), local=describe_local(table, season)
    )


def describe_local(table: pd.DataFrame, season: int) -> Note | None:
    """Return a note on the library that fitted ETS and Theta, and to which series, or None.

    It also reports if they were fitted without the season, because that is too long for them.
    """
    names = (LOCAL_NAMES[0], measured_in(table))
    local, ours = (set(table["unique_id"][table["forecaster"] == name]) for name in names)
    if not local:
        return None
    scope = ForecastRuns.LOCAL_OF_SOME(n=len(local)) if len(local) < len(ours) else None
    without = (
        ForecastRuns.LOCAL_WITHOUT_SEASON(most=LONGEST_SEASON) if season > LONGEST_SEASON else None
    )
    return ForecastRuns.LOCAL(library=library(), some=scope, season=without)


def score_line(report: Mapping[str, Any]) -> Note:
    """Return a note of the scored forecaster's MASE, with its interval.

    >>> scores = {"LSTM": {"MASE": 0.75, "intervals": {"MASE": [0.5, 1.0]}}}
    >>> score_line({"scores": scores, "beside": {"n": 12}, "horizon": 6})
    'MASE 0.750 (12 series, 6 steps ahead, 95% CI 0.500–1.000)'
    """
    ours = own_of(report["scores"])
    if ours["MASE"] is None:
        return ForecastRuns.NOTHING_TO_TELL()
    ends = ours["intervals"]["MASE"]
    interval = ForecastRuns.SCORE_INTERVAL(ends=in_words(ends)) if ends else None
    return ForecastRuns.SCORE(
        mase=ours["MASE"], n=report["beside"]["n"], horizon=report["horizon"], interval=interval
    )


def to_markdown(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown."""
    score = None
    if report.get("scores"):
        score = score_line(report)
        measured_as = f"{sentence(report['measured_as'])} {sentence(report['coverage_said'])}"
        scores = [show_scores(report["scores"]), measured_as, ForecastRuns.REPORT_MEASURES()]
    else:
        scores = [ForecastRuns.REPORT_NOT_MEASURED(why=report["not_measured"])]
    training = {name: report[name] for name in ("season", "epochs", "updates", "seconds")}
    base, who = (
        report["base"],
        report.get("alone") or ForecastRuns.WITH_ARTICLE(base=report["base"]),
    )
    if report["reason"]:
        trained = ForecastRuns.REPORT_ALONE(who=who, season=report["season"], why=report["reason"])
    elif report["trust"]:
        trained = ForecastRuns.REPORT_TRAINED(**training, base=base, context=report["context"])
    else:
        trained = ForecastRuns.REPORT_NOT_USED(**training, who=who)
    validated = (
        [ForecastRuns.REPORT_VALIDATION(), show_trials(report["validation"])]
        if report["validation"]
        else []
    )
    if (contest := describe_contest(report["contest"], report["base"])) is not None:
        other = ForecastRuns.REPORT_OTHER_NETWORK() if MODEL in report["scores"] else None
        validated.append(ForecastRuns.REPORT_CONTEST(contest=contest, other=other))
    return in_markdown(
        f"{report['data']}: {report['horizon']} steps ahead",
        score,
        [report.get("verdict"), report.get("trust_said")],
        notes,
        [*scores, trained, *validated, "![Forecasts](fans.png)"],
        report["files"],
    )


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the MASE of series that both runs were scored on, over origins, or why none."""
    for run in (first, second):
        if not (run.path / BACKTEST).exists():
            return ForecastRuns.RUN_NOT_MEASURED(run=run.path.name)
    pairs = pair(["unique_id", "origin"], _errors(first), _errors(second))
    if not len(pairs):
        return ForecastRuns.NO_SERIES_IN_BOTH()
    pairs = pairs[np.isclose(pairs[SAME], pairs[f"{SAME}_2"], rtol=1e-9)]
    if not len(pairs):
        return ForecastRuns.OTHER_STEPS()
    means = pairs.groupby("unique_id")[[MODEL, f"{MODEL}_2"]].mean()
    on, test = Runs.SERIES(n=len(means), groups=None), partial(by_difference, draws=DRAWS)
    return Pairs("mase", ForecastRuns.MASE(), on, test, *means.to_numpy().T, fewest=FEWEST_TO_TELL)


def _errors(run: Finished) -> pd.DataFrame:
    """Return the MASE of a run's forecaster (as LSTM) and the last value, by series and origin."""
    table = read_kept(run, BACKTEST, COLUMNS, na_values=[""])
    ours = measured_in(table) if len(table) else MODEL
    table = pd.concat(
        [
            table[table["forecaster"] == ours].assign(forecaster=MODEL),
            table[table["forecaster"] == SAME],
        ]
    )
    wide = table.pivot_table(index=["unique_id", "origin"], columns="forecaster", values="MASE")
    return wide.reindex(columns=[MODEL, SAME]).dropna().reset_index()


def _by_series(table: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of each forecaster and series: means weighted equally by value."""
    numbers = table[list(MEASURES)]
    weight = numbers.notna().mul(table["steps"], axis=0)
    keys = [table["forecaster"], table["unique_id"]]
    totals: Any = (numbers * weight).groupby(keys, sort=False).sum()
    counts: Any = weight.groupby(keys, sort=False).sum()
    return totals / counts.where(counts > 0)


def _ends(low: float, high: float) -> list[float] | None:
    return None if np.isnan([low, high]).any() else [low, high]


def _with_article(name: str) -> Note | str:
    return (
        ForecastRuns.WITH_ARTICLE(base=name)
        if name.startswith(("last value", "seasonal", "mean"))
        else name
    )


def none_if_nan(number: float) -> float | None:
    """Return a number for JSON: None for NaN.

    >>> none_if_nan(float("nan"))
    """
    return None if np.isnan(number) else float(number)
