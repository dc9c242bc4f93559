"""The explorer's payload for forecasts: a forecaster, and series with calendar and covariates.

N series · T time steps of one · H steps ahead · F features of a step, G of one ahead · Q quantiles
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import keras
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
from glasscell.explorer.payload import direction_of
from glasscell.explorer.sentences import Explorer
from glasscell.facts import Note
from glasscell.interop.export import without_nan
from glasscell.runs.config import stem_of
from glasscell.tasks.forecasting.network import Member, members_of, quantiles_of
from glasscell.tasks.forecasting.opened import ForecasterRun
from glasscell.tasks.forecasting.panels.baselines import fill
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import FEWEST, Framing, covariates_of, name_features, names_of
from glasscell.tasks.forecasting.sentences import ForecastRuns

MOST_SHOWN = 40_000  # steps of all series, each counted once, and once more for each feature of calendar and covariates
MORE_HORIZONS, MORE_STEPS = 3, 36  # of the past, shown beyond the input of a forecast


def payload_of(
    network: keras.Model,
    framing: Framing,
    quantiles: Sequence[float],
    panel: Panel,
    *,
    ends: Mapping[str, int],
    run: str,
    reads: str,
    reason: str | None = None,
    weightless: bool = False,
) -> dict[str, Any]:
    """Return what the explorer needs to forecast series, from any of their last steps and with other values.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.network import build_forecaster
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(9), "y": np.arange(9.0)}))
    >>> network = build_forecaster(3, 1, 2, (0.5,), start=np.zeros((2, 1)), units=4)
    >>> about = {"ends": {"series": 9}, "run": "first", "reads": "numbers"}
    >>> payload = payload_of(network, Framing(2, 4, 1, Baseline()), (0.5,), panel, **about)
    >>> payload["channels"], payload["series"][0]["origins"]
    (['change', 'level', 'measured'], [2, 8])
    """
    weights = sum(int(np.prod(v.shape)) for v in network.trainable_weights)
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS_OF_FORECASTER)
    layer = quantiles_of(network)
    if np.isnan(layer.unlearnt).any():
        raise UsageError(Explorer.NO_FAN)
    members = [_member(one) for one in members_of(network)]
    series, left = [], MOST_SHOWN
    for n in range(len(panel)):
        one = _series(panel, n, framing, ends.get(panel.ids[n], 0))
        size = len(one["values"]) * (1 + one["beside"]["shape"][1])
        if series and size > left:
            break
        left -= size
        series.append(one)
    if left < 0:
        numbers = {"numbers": MOST_SHOWN - left, "most": MOST_SHOWN}
        raise UsageError(Explorer.SERIES_TOO_LARGE, series=panel.ids[0], **numbers)
    channels = names_of(panel, framing, name_features(framing.cycles))
    return {
        **begin_payload(f"glasscell: a forecast of {reads}", run=run, reads=reads, channels=channels),
        "framing": {
            **{name: getattr(framing, name) for name in ("horizon", "context", "season")},
            "baseline": {
                **{name: getattr(framing.baseline, name) for name in ("steps", "season", "seasons", "logs", "name")},
                "reach": framing.baseline.reach,
            },
            "reach": framing.reach,
            "bounds": list(framing.bounds),
            "median": framing.median,
        },
        "quantiles": [float(q) for q in quantiles],
        "members": members if weights <= WHOLE_WEIGHTS else halved(members),
        "rounded": weights > WHOLE_WEIGHTS,
        "trust": float(np.asarray(layer.trust)),
        "widening": [float(v) for v in np.asarray(layer.widening)],
        "unlearnt": encode_array(np.asarray(layer.unlearnt), Explorer.ARRAY_UNLEARNT()),
        "series": series,
        "reason": reason,
        "weightless": weightless,
    }


def _member(member: Member) -> dict[str, Any]:
    layers = ([direction_of(lstm)] for lstm in member.lstms)
    encoded = {
        "network": encode_network(layers, member.read_out.kernel, member.read_out.bias),
        "ahead": _kernel_of(member.read_out_ahead),
    }
    if member.lstm_ahead is None:
        return encoded
    continued = {"lstm": direction_of(member.lstm_ahead), "kernel": _kernel_of(member.read_out_continued)}
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
    before = np.concatenate([np.full(max(framing.season - first, 0), np.nan), filled[max(first - framing.season, 0) :]])
    steps, later = covariates_of(panel, n, framing)
    known = len(values) - 1 if not panel.known_names else len(values) - 1 - max(0, H - len(panel.future[n]))
    if known < first:  # only with known future covariates
        raise UsageError(Explorer.NOT_KNOWN_AHEAD, series=panel.ids[n], columns=panel.known_names, steps=H)
    fewest = FEWEST - 1 if first == 0 else framing.reach - 1
    return {
        "name": panel.ids[n],
        "values": without_nan(values[first:]),
        "before": without_nan(before),
        "times": _brief([format_time(time) for time in (*times[first:], *panel.next_times(H)[n])]),
        "first": first,
        "beside": encode_array(np.nan_to_num(steps[first:]), Explorer.ARRAY_BESIDE(series=panel.ids[n])),
        "later": encode_array(np.nan_to_num(later[first:]), Explorer.ARRAY_AHEAD(series=panel.ids[n])),
        "origins": [min(fewest, known - first), known - first],
        "trained": end - 1 - first,
    }


def _brief(times: list[str]) -> list[str]:
    """Drop the day, and then the month, from times if it is 01 in all of them."""
    for _ in range(2):
        if all(re.fullmatch(r"\d{4}(-\d\d)?-01", time) for time in times):
            times = [time.removesuffix("-01") for time in times]
    return times


def page_of(run: ForecasterRun, asked: Panel) -> tuple[dict[str, Any], list[Note]]:
    """Return the explorer's payload for a forecasting run, and notes on it."""
    if run.framing.alone is not None:
        raise UsageError(ForecastRuns.NO_PAGE_OF_LOCAL, model=run.framing.alone)
    last, both = run.panel.ends, zip(asked.ids, asked.times, strict=True)
    ends = {name: int((times <= last[name]).sum()) for name, times in both if name in last}
    reason = None if run.why_alone is None else str(run.why_alone)
    about = {"run": run.path.name, "reads": stem_of(run.settings.data), "reason": reason}
    about["weightless"] = reason is not None and run.reason is None
    payload = payload_of(run.network, run.framing, run.quantiles, asked, ends=ends, **about)
    notes, shown = [], len(payload["series"])
    if shown < len(asked):
        notes.append(ForecastRuns.FIRST_SERIES(n=shown, series=len(asked)))
    if payload["rounded"]:
        notes.append(ForecastRuns.ROUNDED())
    return payload, notes
