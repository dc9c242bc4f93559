"""The explorer's payload for forecasts: a forecaster, and series with calendar and covariates.

N series · T time steps of one · H steps ahead · F features of a step, G of one ahead · Q quantiles
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.explorer.encoding import (
    MOST_WEIGHTS,
    WHOLE_WEIGHTS,
    begin_payload,
    check_weights,
    encode_array,
    encode_network,
    expect,
    halved,
)
from glasscell.explorer.sentences import Explorer
from glasscell.explorer.series.payload import direction_of
from glasscell.exporters.export import without_nan
from glasscell.facts import Code, Note
from glasscell.runs.checked_files import read
from glasscell.runs.config import stem_of
from glasscell.system.files import parse_object
from glasscell.system.formatting import DECIMALS, digits_apart
from glasscell.tasks.forecasting.baselines.naive import baselines_for, fill
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.network import Member, members_of, quantiles_of
from glasscell.tasks.forecasting.model.windows import (
    FEWEST,
    Framing,
    covariates_of,
    name_features,
    names_of,
)
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import MODEL, Panel
from glasscell.tasks.forecasting.report import outcome_of
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.trained_run import ForecasterRun

# steps of all series, each counted once, and once more for each feature of calendar and covariates
MOST_SHOWN = 40_000
MORE_HORIZONS, MORE_STEPS = 3, 36  # of the past, shown beyond the input of a forecast
OUTCOMES: dict[Code, str] = {
    ForecastRuns.BETTER: "better",
    ForecastRuns.AS_GOOD: "same",
    ForecastRuns.PERHAPS_NO_BETTER: "perhaps",
    ForecastRuns.NOT_BETTER: "worse",
    ForecastRuns.NOTHING_TO_TELL: "only",
}


@dataclass(frozen=True)
class Local:
    """ETS or Theta, which forecasts instead of the network.

    Parameters
    ----------
    name : str
    fans : array (N, H, Q)
        Its forecasts after the end of each series; the explorer does not fit it again.
    weight : float
        Weight of the network in the comparison that it lost; 0 if its base was compared, or if this
        is unknown.
    """

    name: str
    fans: np.ndarray
    weight: float


def payload_of(
    forecaster: Forecaster,
    panel: Panel,
    *,
    ends: Mapping[str, int],
    run: str,
    reads: str,
    reason: str | None = None,
    weightless: bool = False,
    local: Local | None = None,
    verdict: Mapping[str, Any] | None = None,
    contest: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the explorer needs to forecast series from any last step, with other values.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.model.network import build_forecaster
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(9), "y": np.arange(9.0)}))
    >>> network = build_forecaster(3, 1, 2, (0.5,), start=np.zeros((2, 1)), units=4)
    >>> details = {"ends": {"series": 9}, "run": "first", "reads": "numbers"}
    >>> forecaster = Forecaster(network, Framing(2, 4, 1, Baseline()), (0.5,), panel)
    >>> payload = payload_of(forecaster, panel, **details)
    >>> payload["channels"], payload["series"][0]["origins"]
    (['change', 'level', 'measured'], [2, 8])
    """
    network, framing = forecaster.network, forecaster.framing
    weights = sum(int(np.prod(v.shape)) for v in network.trainable_weights)
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS_OF_FORECASTER)
    layer = quantiles_of(network)
    if np.isnan(layer.initial_width).any():
        raise UsageError(Explorer.NO_FAN)
    members = [_member(member) for member in members_of(network)]
    shown_series, remaining = [], MOST_SHOWN
    for n in range(len(panel)):
        series = _series(panel, n, framing, ends.get(panel.ids[n], 0))
        if local is not None:
            fan = {"fan": without_nan(local.fans[n].ravel())}
            series |= fan | {"origins": [series["origins"][1]] * 2}
        size = len(series["values"]) * (1 + series["beside"]["shape"][1])
        if shown_series and size > remaining:
            break
        remaining -= size
        shown_series.append(series)
    if remaining < 0:
        numbers = {"numbers": MOST_SHOWN - remaining, "most": MOST_SHOWN}
        raise UsageError(Explorer.SERIES_TOO_LARGE, series=panel.ids[0], **numbers)
    channels = names_of(panel, framing, name_features(framing.cycles))
    return {
        **begin_payload(
            f"glasscell: a forecast of {reads}", run=run, reads=reads, channels=channels
        ),
        "framing": {
            **{name: getattr(framing, name) for name in ("horizon", "context", "season")},
            "baseline": {
                **{
                    name: getattr(framing.baseline, name)
                    for name in ("steps", "season", "seasons", "logs", "name")
                },
                "reach": framing.baseline.reach,
            },
            "reach": framing.reach,
            "bounds": list(framing.bounds),
            "median": framing.median,
        },
        "quantiles": [float(q) for q in forecaster.quantiles],
        "members": members if weights <= WHOLE_WEIGHTS else halved(members),
        "rounded": weights > WHOLE_WEIGHTS,
        "trust": forecaster.weight if local is None else local.weight,
        "widening": [float(v) for v in np.asarray(layer.width_factors)],
        "unlearnt": encode_array(np.asarray(layer.initial_width), Explorer.ARRAY_UNLEARNT()),
        "series": shown_series,
        "reason": reason,
        "weightless": weightless,
        "local": None if local is None else local.name,
        "verdict": None if verdict is None else dict(verdict),
        "contest": None if contest is None else dict(contest),
    }


def _member(member: Member) -> dict[str, Any]:
    layers = ([direction_of(lstm)] for lstm in member.lstms)
    encoded = {
        "network": encode_network(layers, member.read_out.kernel, member.read_out.bias),
        "ahead": _kernel_of(member.read_out_ahead),
    }
    if member.lstm_ahead is None:
        return encoded
    continued = {
        "lstm": direction_of(member.lstm_ahead),
        "kernel": _kernel_of(member.read_out_continued),
    }
    return encoded | {"continued": continued}


def _kernel_of(layer: Any) -> dict[str, Any]:
    return encode_array(layer.kernel, Explorer.ARRAY_OF_LAYER(layer=layer.name, part="kernel"))


def _series(panel: Panel, n: int, framing: Framing, end: int) -> dict[str, Any]:
    """Return the end of a series, and the earlier values that its forecasts depend on."""
    values, times, H = panel.values[n], panel.times[n], framing.horizon
    expect(not np.isinf(values).any(), Explorer.INFINITE_SERIES, series=panel.ids[n])
    if framing.baseline.logs and (low := values[values <= 0]).size:
        raise UsageError(Explorer.NO_LOGARITHM, series=panel.ids[n], value=low[0])
    first = max(0, len(values) - framing.reach - max(MORE_HORIZONS * H, MORE_STEPS))
    filled = fill(values[:first], framing.season)
    earlier = np.concatenate(
        [np.full(max(framing.season - first, 0), np.nan), filled[max(first - framing.season, 0) :]]
    )
    steps, later = covariates_of(panel, n, framing)
    known = (
        len(values) - 1
        if not panel.known_names
        else len(values) - 1 - max(0, H - len(panel.future[n]))
    )
    if known < first:  # only with known future covariates
        raise UsageError(
            Explorer.NOT_KNOWN_AHEAD, series=panel.ids[n], columns=panel.known_names, steps=H
        )
    fewest = FEWEST - 1 if first == 0 else framing.reach - 1
    return {
        "name": panel.ids[n],
        "values": without_nan(values[first:]),
        "before": without_nan(earlier),
        "times": _brief([format_time(time) for time in (*times[first:], *panel.next_times(H)[n])]),
        "first": first,
        "beside": encode_array(
            np.nan_to_num(steps[first:]), Explorer.ARRAY_BESIDE(series=panel.ids[n])
        ),
        "later": encode_array(
            np.nan_to_num(later[first:]), Explorer.ARRAY_AHEAD(series=panel.ids[n])
        ),
        "origins": [min(fewest, known - first), known - first],
        "trained": end - 1 - first,
    }


def _brief(times: list[str]) -> list[str]:
    """Drop the day, and then the month, from times if it is 01 in all of them."""
    for _ in range(2):
        if all(re.fullmatch(r"\d{4}(-\d\d)?-01", time) for time in times):
            times = [time.removesuffix("-01") for time in times]
    return times


def page_of(run: ForecasterRun, panel: Panel) -> tuple[dict[str, Any], list[Note]]:
    """Return the explorer's payload for a forecasting run, and notes on it."""

    def scores_in(file: Path) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        report = parse_object(file.read_text(encoding="utf-8"))
        return verdict_in(report, run.framing.season), contest_in(report)

    verdict, contest = read(run.path, "report.json", scores_in)
    last = run.panel.ends
    ends = {
        name: int((times <= last[name]).sum())
        for name, times in zip(panel.ids, panel.times, strict=True)
        if name in last
    }
    reason = None if run.why_alone is None else str(run.why_alone)
    details = {"run": run.path.name, "reads": stem_of(run.settings.data), "reason": reason}
    details |= {"verdict": verdict, "contest": contest}
    details["weightless"] = reason is not None and run.reason is None
    if run.framing.alone is not None:
        weight = (contest or {}).get("weight") or 0.0
        details["local"] = Local(run.framing.alone, run.forecaster.forecast(panel), weight)
        details |= {"weightless": False, "reason": None if weight else reason}
    payload = payload_of(run.forecaster, panel, ends=ends, **details)
    notes, shown = [], len(payload["series"])
    if shown < len(panel):
        notes.append(ForecastRuns.FIRST_SERIES(n=shown, series=len(panel)))
    if payload["rounded"]:
        notes.append(ForecastRuns.ROUNDED())
    return payload, notes


def verdict_in(report: Mapping[str, Any], season: int) -> dict[str, Any] | None:
    """Return the verdict of a report's backtest as numbers; None without a backtest or a score.

    Examples
    --------
    >>> scores = {"LSTM": {"MASE": 0.9}, "drift over 3 steps": {"MASE": 1.1}}
    >>> comparison = {
    ...     "best": "drift over 3 steps",
    ...     "n": 2,
    ...     "difference": -0.2,
    ...     "interval": None,
    ...     "is_better": None,
    ... }
    >>> verdict = verdict_in({"scores": scores, "beside": comparison}, 1)
    >>> (
    ...     verdict["outcome"],
    ...     verdict["forecaster"]["name"],
    ...     verdict["rival"]["baseline"]["steps"],
    ...     verdict["mase"],
    ... )
    ('better', 'LSTM', 3, [0.9, 1.1])
    """
    scores, comparison = report.get("scores"), report.get("beside")
    if not scores or not comparison:
        return None
    ours, best = comparison.get("forecaster") or next(iter(scores)), comparison["best"]
    mase = scores[ours]["MASE"]
    if mase is None:
        return None
    # of an earlier version
    mases = [mase] if best is None else comparison.get("MASE") or [mase, scores[best]["MASE"]]
    outcome = OUTCOMES[outcome_of({**comparison, "MASE": mases})]
    return {
        "outcome": outcome,
        "forecaster": _named(ours, season),
        "rival": None if best is None else _named(best, season),
        "mase": list(map(float, mases)),
        "digits": DECIMALS if outcome in ("same", "only") else digits_apart(mases[0], mases[1]),
        "few": best is not None and comparison["interval"] is None,
    }


def contest_in(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return who won in validation, network, ETS or Theta, with both scores; None if not compared.

    "model" is the one that was chosen, or else the better one; "weight" is None in reports of
    earlier versions.

    >>> errors = {"LSTM": 0.8, "ETS": 1.0, "Theta": 0.9}
    >>> found = contest_in(
    ...     {
    ...         "contest": {
    ...             "errors": errors,
    ...             "series": 3,
    ...             "origins": 2,
    ...             "better": None,
    ...             "weight": 0.5,
    ...         }
    ...     }
    ... )
    >>> found["model"], found["mase"], found["chosen"]
    ('Theta', [0.8, 0.9], False)
    """
    contest = report.get("contest")
    if contest is None:
        return None
    errors = contest["errors"]
    chosen, rivals = contest["better"], [name for name in errors if name != MODEL]
    model = chosen or min(rivals, key=lambda name: errors[name])
    weight, mase = contest.get("weight"), [float(errors[MODEL]), float(errors[model])]
    return {
        "chosen": chosen is not None,
        "model": model,
        "mase": mase,
        "digits": digits_apart(mase[0], mase[1]),
        "series": int(contest["series"]),
        "origins": int(contest["origins"]),
        "weight": None if weight is None else float(weight),
    }


def _named(forecaster: str, season: int) -> dict[str, Any]:
    """Return a forecaster's name and a baseline's fields, by which the explorer translates it."""
    baselines = {baseline.name: asdict(baseline) for baseline in baselines_for(season, logs=True)}
    return {"name": forecaster, "baseline": baselines.get(forecaster)}
