"""A forecaster's training, put together: baseline, windows and network; and validated without the end of the past.

N series · W windows · H steps ahead · Q quantiles · M members
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed, UsageError
from glasscell.facts import Note
from glasscell.layers.quantiles import Quantiles, raw_of
from glasscell.tasks.forecasting.forecasts import ask
from glasscell.tasks.forecasting.network import Pinball, build_forecaster, quantiles_of
from glasscell.tasks.forecasting.panels.baselines import IN_LOGS, Baseline, about, baselines_for, choose, never_narrower
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.panels.windows import Framing, Windows, cut, find_cycles, frame_panel, require_positive
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST
from glasscell.training.batches import ArrayBatches
from glasscell.training.optimization import falling
from glasscell.training.sharing import SharedGraph, data_of, put
from glasscell.training.training import Training

QUANTILES = tuple(FORECAST["quantiles"].default)
UPDATES, MOST_EPOCHS, FEWEST_EPOCHS = 1000, 100, 4  # where epochs are "auto"
FEWEST_WINDOWS = 16  # that teach: of fewer nothing is learnt, and the baseline forecasts
LEAST_CONTEXT, MOST_CONTEXT = 12, 48  # where it is "auto": two seasons between these
MOST_TIMES_OFF = 1000.0  # as the baseline alone, and as the windows' scales: beyond, training has failed
SHARE = 0.2  # of each series is held back, or the horizon, if that is longer
TRUSTS = (0.0, 0.25, 0.5, 0.75, 1.0)
WIDEST = 4.0
FEWEST_TO_WIDEN = 10  # later values


@dataclass(frozen=True)
class Rehearsal:
    """What came of a rehearsal.

    Parameters
    ----------
    baseline_error, network_error, error : float
        Of the baseline, of the network in full, and as far as it is trusted: mean absolute error in units of the
        windows' scales, each series counting the same.
    trust : float
        How much of what the network adds to the baseline is added: what was best, 0 to 1. The widths of the quantiles
        are the network's to the same share, and the baseline's own for the rest.
    widening : tuple of Q floats
        By what the distance of each quantile from the median has to be multiplied.
    """

    baseline_error: float
    network_error: float
    error: float
    trust: float
    widening: tuple[float, ...]


class ForecastTraining(Training):
    """A training of a forecaster, with what its forecasts need besides the network.

    Attributes
    ----------
    framing : Framing
    quantiles : tuple of Q floats
    baselines : dict
        How far each baseline was off in the past, by name: see `baselines.choose`.
    rehearsal : Rehearsal or None
        How the network did on the end of the past, trained without it; None where there was too little to tell.
    epochs : int
        How many to train for; 0 where the baseline forecasts alone.
    reason : Note or None
        Why it does.
    """

    framing: Framing
    quantiles: tuple[float, ...]
    baselines: dict[str, float]
    rehearsal: Rehearsal | None
    epochs: int
    reason: Note | None

    def _refuse(self, logs: dict[str, Any]) -> None:
        """Raise TrainingFailed where the loss, in units of the windows' scales, is far from that of any forecast."""
        loss = float(logs["loss"])
        if loss <= MOST_TIMES_OFF:
            return
        layer, batches = quantiles_of(self.model), cast(ArrayBatches, self.batches)
        _, *seen = batches.arrays  # variables, where a graph is shared
        target, weight = map(tf.convert_to_tensor, seen)
        untrained = tf.broadcast_to(layer.unlearnt.value, (target.shape[0], 1, *layer.unlearnt.shape))
        baseline = float(np.asarray(Pinball(layer.quantiles)(target, untrained, weight)))
        if loss > MOST_TIMES_OFF * baseline:
            raise TrainingFailed(
                ForecastEstimators.LOSS, loss=loss, baseline=baseline, epoch=self.epoch + 1, kept=self.epoch
            )


def prepare(
    panel: Panel,
    *,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    context: int | str = "auto",
    season: int | str = "auto",
    base: str | Baseline = "auto",
    logs: bool | str = "auto",
    learning_rate: float = FORECAST["learning_rate"].default,
    epochs: int | str = "auto",
    batch_size: int = FORECAST["batch_size"].default,
    clip_norm: float | None = FORECAST["clip_norm"].default,
    seed: int = 0,
    **of_network: Any,
) -> ForecastTraining:
    """Return the training of a new forecaster, not yet run; `run(training.epochs)` trains it to the end.

    The baseline is chosen by how far each was off in the past. Then the network is trained without the end of each
    series, to see how much of what it adds to the baseline is to be trusted and how wide its quantiles must be: that is
    the rehearsal. If the baseline is a drift over several steps, one over half of them is rehearsed, too,
    and that is taken with which the network is less off. All follows from the panel and the seed, bit for bit.

    Parameters
    ----------
    panel : Panel
    horizon : int
        H.
    quantiles : sequence of Q floats
        Ascending, .5 among them.
    context : int or "auto"
        Steps that the network reads; by default two seasons, at least 12 and at most 48. Each step also says how much
        it lies above the one a season before, or above the mean of so many as the baseline repeats.
    season : int or "auto"
        By default the shortest that the values show; none where no series has two of them.
    base : {"auto", "last value", "drift", "seasonal naive", "seasonal mean"}, name of a baseline, or Baseline
        What the network corrects: the best of all by backtest, or of those whose names begin so.
    logs : bool or "auto"
        Whether all is done with logarithms; by default if that makes the baseline better.
    learning_rate : float
        Adam's; it falls as a cosine.
    epochs : int or "auto"
        By default as many as make 1,000 updates, 4 to 100.
    batch_size : int
        Windows.
    clip_norm : float, optional
    seed : int
    **of_network
        As in `network.build_forecaster`.

    Raises
    ------
    DataError
        If a value is not above 0 and logarithms are asked for.
    UsageError
        If the base is none of these.
    TrainingFailed
        If the network's loss, in the rehearsal, is not finite, or 1,000 times that of the baseline.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.forecasts import forecast
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)}))
    >>> training = prepare(panel, horizon=3, units=4, epochs=2)
    >>> training = training.run(training.epochs)
    >>> forecast(training.model, training.framing, panel).shape
    (1, 3, 3)
    """
    quantiles = tuple(map(float, quantiles))
    season = season_for(panel, season)
    baseline, errors = _baseline_for(panel, horizon, season, base, logs)
    context = min(max(2 * season, LEAST_CONTEXT), MOST_CONTEXT) if context == "auto" else int(context)
    framing = frame_panel(panel, horizon, context, season, baseline, find_cycles(panel))
    windows = cut(panel, framing)
    if not len(windows.series):  # then one from which nothing can be learnt
        windows = cut(panel, framing, last=True)
    size = max(1, min(batch_size, len(windows.series)))
    if epochs == "auto":
        steps = -(-len(windows.series) // size)
        epochs = int(np.clip(round(UPDATES / steps), FEWEST_EPOCHS, MOST_EPOCHS))
    epochs = int(epochs)

    def make(seen: Windows) -> ForecastTraining:
        network = _network_for(seen, quantiles, seed=seed, **of_network)
        batches = ArrayBatches((seen.steps, seen.ahead), seen.target, seen.weights(), batch_size=size, seed=seed)
        rate = falling(learning_rate, epochs, batches)
        network.compile(keras.optimizers.Adam(rate), Pinball(quantiles))  # pyright: ignore
        return ForecastTraining(network, batches, clip_norm=clip_norm)

    training = make(windows)
    training.quantiles, training.baselines, training.epochs = quantiles, errors, epochs
    training.framing, training.rehearsal, training.reason = framing, None, None
    layer = quantiles_of(training.model)
    lengths = [len(values) for values in panel.values]
    teaching = int((held_back(windows, lengths, horizon).seen.weights() > 0).sum())
    if teaching < FEWEST_WINDOWS:
        _leave_to_baseline(layer)
        unsure = ForecastEstimators.UNSURE() if np.isnan(layer.unlearnt).any() else None
        training.reason = ForecastEstimators.FEW_WINDOWS(n=teaching, fewest=FEWEST_WINDOWS, unsure=unsure)
        training.epochs = 0
        return training
    if not epochs:
        return training
    graph, tried = SharedGraph(), []
    graph.run(training, 0)
    for one in _to_try(baseline, base):
        other = windows if one == baseline else cut(panel, replace(framing, baseline=one))
        held = held_back(other, lengths, horizon)
        trial = make(held.seen)
        graph.run(trial, epochs)
        unlearnt = np.asarray(quantiles_of(trial.model).unlearnt)
        tried.append((rehearse(ask(trial.model, held.later), held.later, quantiles, unlearnt), one, other))
    rehearsal, chosen, windows = min(tried, key=lambda of_one: of_one[0].error)
    training.rehearsal = rehearsal
    if chosen != baseline:
        training.framing, best = replace(framing, baseline=chosen), make(windows)
        put(training, best.state(), data_of(best.batches))
    layer.trust.assign(rehearsal.trust)
    layer.widening.assign(rehearsal.widening)
    if not rehearsal.trust:
        _leave_to_baseline(layer)
    return training


def season_for(panel: Panel, season: int | str) -> int:
    """Return the season that is asked for, or the first that the values show; 1 where no series has two of them."""
    season = next(iter(find_seasons(panel)), 1) if season == "auto" else int(season)
    return season if any(len(values) >= 2 * season for values in panel.values) else 1


def _baseline_for(
    panel: Panel, horizon: int, season: int, base: str | Baseline, logs: bool | str
) -> tuple[Baseline, dict[str, float]]:
    if isinstance(base, Baseline):
        return base, {}
    if base != "auto" and not any(one.name.startswith(base) for one in baselines_for(season, logs=True)):
        code = ForecastEstimators.NO_BASE if season > 1 else ForecastEstimators.NO_BASE_WITHOUT_SEASON
        raise UsageError(code, base=base)
    if logs is True or base.endswith(IN_LOGS):
        require_positive(panel)
    return choose(panel.values, horizon, season, kind=base, logs=logs)


def _to_try(baseline: Baseline, base: str | Baseline) -> list[Baseline]:
    """Return the baselines that the network is to correct in turn: the best, and of a drift one over half of its steps.

    The network finds by itself what steps further back say, but not what has been averaged away.
    """
    if base == "auto" and baseline.season == 1 and baseline.steps > 1:
        return [baseline, replace(baseline, steps=(baseline.steps + 1) // 2)]
    return [baseline]


def _leave_to_baseline(layer: Quantiles) -> None:
    layer.trust.assign(0.0)
    layer.unlearnt.assign(never_narrower(np.asarray(layer.unlearnt)))


def _network_for(windows: Windows, quantiles: Sequence[float], **of_network: Any) -> keras.Model:
    """Return a network that answers, before it is trained or trusted, as far as the baseline was off in the windows."""
    teaching = windows.weights() > 0
    context, features = windows.steps.shape[1:]
    horizon, ahead = windows.ahead.shape[1:]
    off = about(windows.target[teaching].astype("float64"), quantiles)
    if not (windows.scale > 0).any():  # nothing ever changed
        off = np.zeros_like(off)
    start = raw_of(np.nan_to_num(off), quantiles)
    network = build_forecaster(features, ahead, horizon, quantiles, start=start, context=context, **of_network)
    quantiles_of(network).unlearnt.assign(off)
    return network


class Held(NamedTuple):
    """Windows without the end of each series, as many as there were, and those that begin where that end does."""

    seen: Windows
    later: Windows


def held_back(windows: Windows, lengths: Sequence[int], horizon: int) -> Held:
    """Hold back the end of each series: a fifth, or the horizon, but at most half.

    Parameters
    ----------
    windows : Windows
        Of all origins.
    lengths : sequence of N ints
        Of the series.
    horizon : int

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.panels.windows import Framing, cut
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(9), "y": np.arange(9.0) ** 2}))
    >>> windows = cut(panel, Framing(2, 4, 1, Baseline()))
    >>> held = held_back(windows, [9], 2)
    >>> (~np.isnan(held.seen.target)).sum(1).tolist(), held.later.origin.tolist()
    ([2, 2, 2, 1, 0, 0], [6, 7])
    """
    counts = np.asarray(lengths)
    held = np.minimum(np.maximum(horizon, np.ceil(SHARE * counts)), counts // 2).astype(int)
    end = (counts - held)[windows.series]
    times = windows.origin[:, None] + 1 + np.arange(windows.target.shape[1])
    seen = np.where(times < end[:, None], windows.target, np.float32(np.nan))
    is_later = (windows.origin >= end - 1) & (windows.scale > 0)
    return Held(windows._replace(target=seen), Windows(*(field[is_later] for field in windows)))


def rehearse(answers: np.ndarray, later: Windows, quantiles: Sequence[float], unlearnt: np.ndarray) -> Rehearsal:
    """Compare what a network added to the baselines with what came.

    Parameters
    ----------
    answers : array (W, H, Q)
        In units of the windows' scales, by a network that has not seen what came.
    later : Windows
    quantiles : sequence of Q floats
    unlearnt : array (H, Q)
        How far quantiles lie from the baseline where the network is not trusted.
    """
    middle = list(quantiles).index(0.5)
    known = ~np.isnan(later.target)
    weight = np.broadcast_to(later.weights()[:, None] / np.maximum(known.sum(1, keepdims=True), 1), known.shape)[known]
    came, answered = later.target[known].astype("float64"), answers[known]
    median, aside = answered[:, middle], answered - answered[:, middle : middle + 1]
    ones = (1.0,) * len(quantiles)
    if not len(came) or not weight.sum():
        return Rehearsal(np.nan, np.nan, np.nan, 1.0, ones)
    errors = [float(np.average(np.abs(came - trust * median), weights=weight)) for trust in TRUSTS]
    trust = TRUSTS[int(np.argmin(errors))]
    aside = trust * aside + (1 - trust) * np.broadcast_to(unlearnt, answers.shape)[known]
    widening = np.ones(len(quantiles))
    if len(came) >= FEWEST_TO_WIDEN:
        for k in (k for k in range(len(quantiles)) if k != middle):
            at = quantiles[k] if k > middle else 1 - quantiles[k]
            ratio = (came - trust * median) / np.where(aside[:, k] != 0, aside[:, k], 1)
            widening[k] = np.clip(_weighted_quantile(ratio, weight, at), 1.0, WIDEST)
        widening[middle + 1 :] = np.maximum.accumulate(widening[middle + 1 :])  # or quantiles could cross
        widening[:middle] = np.maximum.accumulate(widening[:middle][::-1])[::-1]
    return Rehearsal(errors[0], errors[-1], min(errors), trust, tuple(map(float, widening)))


def _weighted_quantile(numbers: np.ndarray, weight: np.ndarray, at: float) -> float:
    order = np.argsort(numbers, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    return float(numbers[order][min(np.searchsorted(share, at), len(order) - 1)])
