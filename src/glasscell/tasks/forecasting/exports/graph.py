"""A forecaster as Keras operations: raw values in, quantiles in the series' own units out.

SavedModels, Keras files and LiteRT files consist of the network and these operations. Numbers have
the dtype of the values: float64, or float32 in formats without it.

N series · T time steps · C steps of context, F features of one · H steps ahead, G features of one ·
Q quantiles
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import keras
import numpy as np

from glasscell.inference.bounds import LARGEST
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.windows import FEWEST, PER_CHANGE, SEASONS, Framing
from glasscell.tasks.forecasting.panels.panel import Panel

ops: Any = keras.ops
SECONDS = 86_400  # of a day
TO_MARCH_0000 = 719_468  # days from 1 March of year 0 to 1970; 400 years have 146,097 days
TO_MONDAY = 3  # 1 January 1970 was a Thursday


def forecasting(
    network: Callable[[list[Any]], Any], framing: Framing, panel: Panel
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a function from `exported_inputs.inputs_of` to `quantiles` (N, H, Q) and `answered`.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.model.network import build_forecaster
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(9), "y": range(9)}))
    >>> network = build_forecaster(3, 1, 2, (0.5,), start=np.zeros((2, 1)), units=3)
    >>> found = forecasting(network, Framing(2, 4, 1, Baseline(steps=1)), panel)(
    ...     {"values": np.array([[1.0, 2, 4]])}
    ... )
    >>> found["quantiles"].numpy().ravel().tolist(), found["answered"].numpy().tolist()
    ([6.0, 8.0], [True])
    """

    def forecast(given: Mapping[str, Any]) -> dict[str, Any]:
        values = given["values"]
        raw = {**given, "values": ops.log(values)} if framing.baseline.logs else given
        steps, ahead, base, scale = _window(framing, panel, raw)
        added = ops.mean(
            ops.cast(network([ops.cast(v, "float32") for v in (steps, ahead)]), _dtype(values)),
            axis=1,
        )
        found = ops.expand_dims(base, -1) + ops.expand_dims(scale, -1) * added
        found = ops.exp(found) if framing.baseline.logs else found
        answered = _answered(framing, given, (steps, ahead), found)
        if framing.bounds.lowest is not None:
            found = ops.maximum(found, _number(framing.bounds.lowest, found))
        if framing.bounds.highest is not None:
            found = ops.minimum(found, _number(framing.bounds.highest, found))
        nan = _number(np.nan, found)
        if framing.median is not None:
            no_width = ops.logical_and(_is_short(values), ops.equal(scale, _number(0, scale)))
            others = (np.arange(found.shape[-1]) != framing.median)[None, None]
            found = ops.where(ops.logical_and(ops.expand_dims(no_width, -1), others), nan, found)
        return {
            "quantiles": ops.where(ops.reshape(answered, (-1, 1, 1)), found, nan),
            "answered": answered,
        }

    return forecast


def _window(framing: Framing, panel: Panel, given: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Return the steps (N, C, F), features known ahead (N, H, G), base (N, H) and scale (N, 1)."""
    context, season, reach, horizon = (
        framing.context,
        framing.season,
        framing.reach,
        framing.horizon,
    )
    raw = _put_before(given["values"], reach, np.nan)
    past = fill(raw, season)[:, -reach:]
    window, now = past[:, -context:], past[:, -1:]
    scale = _scale(past, context, season)
    unit = ops.where(ops.greater(scale, _number(0, scale)), scale, _number(1, scale))
    base = forecast_baseline(framing.baseline, past, reach, horizon)
    changes = [window - past[:, -context - 1 : -1]]
    if season > 1:
        changes.append(
            window - mean_of_seasons(framing.baseline, past, np.arange(reach - context, reach))[0]
        )
    own = [_arcsinh(v / unit) for v in (*changes, window - now)]
    own.append(ops.cast(_is_known(raw[:, -context:]), _dtype(past)))
    later = [_arcsinh((base - now) / unit)]
    if season > 1:
        steps = np.arange(1, horizon + 1)
        # not negative: the reach is `SEASONS` seasons or more
        index = reach - 1 + steps - season * -(-steps // season)
        later += [
            _arcsinh((_taken(past, index) - _taken(past, index - k * season)) / unit)
            for k in range(1, SEASONS)
        ]
    in_steps, ahead = _covariates(framing, panel, given, _is_known(window))
    return (
        ops.concatenate([ops.stack(own, -1), *in_steps], -1),
        ops.concatenate([ops.stack(later, -1), *ahead], -1),
        base,
        scale,
    )


def _scale(past: Any, context: int, season: int) -> Any:
    scale = _scale_of(past[:, -context - season :], season)
    if season > 1:
        scale = ops.where(
            ops.greater(scale, _number(0, scale)), scale, _scale_of(past[:, -context - 1 :], 1)
        )
    most = ops.max(ops.abs(_zero_where_unknown(past)), axis=1, keepdims=True)
    return ops.where(ops.greater(scale, most * _number(PER_CHANGE, most)), scale, _number(0, scale))


def _covariates(
    framing: Framing, panel: Panel, given: Mapping[str, Any], begun: Any
) -> tuple[list[Any], list[Any]]:
    """Return features of calendar and covariates in the window (N, C, ·) and ahead (N, H, ·)."""
    context, reach, dtype = framing.context, framing.reach, _dtype(given["values"])
    in_steps, later, done = [], [], 0
    if framing.cycles:
        times = _put_before(given["times"], reach, 0)[:, -context:]
        in_steps.append(ops.stack(calendar_features(times, framing.cycles, dtype), -1))
        later.append(ops.stack(calendar_features(given["times_ahead"], framing.cycles, dtype), -1))

    def scaled(name: str, first: int, count: int) -> Any:
        centre, spread = (
            np.array(v[first : first + count], dtype) for v in (framing.centres, framing.spreads)
        )
        return _zero_where_unknown((given[name] - centre) / spread)

    for role, names in (("known", panel.known_names), ("past", panel.past_names)):
        if not names:
            continue
        in_steps.append(_put_before(scaled(role, done, len(names)), reach, 0)[:, -context:])
        if role == "known":
            later.append(scaled("known_ahead", done, len(names)))
        done += len(names)
    if panel.static_names:
        fixed = ops.expand_dims(scaled("static", done, len(panel.static_names)), 1)
        for found, length in ((in_steps, context), (later, framing.horizon)):
            found.append(ops.repeat(fixed, length, axis=1))
    there = ops.expand_dims(begun, -1)
    return [ops.where(there, v, _number(0, v)) for v in in_steps], later


def _answered(framing: Framing, given: Mapping[str, Any], read: Sequence[Any], found: Any) -> Any:
    """Return which series have a forecast, (N,): nothing is infinite around or in the network.

    Comparisons are not negated: TensorFlow would replace them by the opposite ones, which differ
    for NaN.
    """
    largest = float(np.finfo(_dtype(found)).max)
    bounded = [
        (_zero_where_unknown(v), largest)
        for name, v in given.items()
        if not name.startswith("times")
    ]
    bounded += [*((v, LARGEST) for v in read), (found, largest)]
    fine = [ops.less_equal(ops.abs(v), _number(most, v)) for v, most in bounded]
    if framing.baseline.logs:
        values = given["values"]
        fine.append(
            ops.greater(
                ops.where(ops.isnan(values), _number(1, values), values), _number(0, values)
            )
        )
    return reduce(
        ops.logical_and, [ops.all(one, axis=tuple(range(1, len(one.shape)))) for one in fine]
    )


def forecast_baseline(baseline: Baseline, past: Any, reach: int, horizon: int) -> Any:
    """Return `Baseline.forecast_in_logs` (N, H) for a past (N, T) without gaps, NaN before it."""
    ahead, now = np.arange(1, horizon + 1), past[:, -1:]
    length = ops.sum(ops.cast(_is_known(past), "int32"), axis=1, keepdims=True)
    if baseline.season == 1:
        if not baseline.steps:
            return now + np.zeros((1, horizon), _dtype(past))
        steps = ops.maximum(ops.minimum(_whole(baseline.steps), length - _whole(1)), _whole(0))
        before = ops.take_along_axis(past, ops.subtract(_whole(reach - 1), steps), axis=1)
        drift = (now - before) / ops.cast(ops.maximum(steps, _whole(1)), _dtype(past))
        return now + drift * ahead[None].astype(_dtype(past))
    rounds = -(-ahead // baseline.season)
    repeated, distance = mean_of_seasons(
        baseline, past, reach - 1 + ahead - baseline.season * (rounds - 1)
    )
    if baseline.steps and reach > baseline.season:
        recent = np.arange(max(reach - baseline.steps, baseline.season), reach)
        mean, back = mean_of_seasons(baseline, past, recent)
        growth = _mean_of_known((_taken(past, recent) - mean) / back)
        repeated = repeated + growth * (distance + (rounds[None] - 1).astype(_dtype(past)))
    return ops.where(ops.less(length, _whole(baseline.season)), now, repeated)


def mean_of_seasons(baseline: Baseline, past: Any, places: np.ndarray) -> tuple[Any, Any]:
    """Return `Baseline.mean_of_seasons`, (N, I) twice, at steps (I,) with all past seasons."""
    total = _taken(past, places - baseline.season)
    count = ops.ones_like(total)
    for k in range(2, baseline.seasons + 1):
        one = _taken(past, places - k * baseline.season)
        total, count = (
            total + _zero_where_unknown(one),
            count + ops.cast(_is_known(one), _dtype(past)),
        )
    return total / count, (count + _number(1, past)) * _number(0.5, past)


def fill(values: Any, season: int) -> Any:
    """Fill gaps in series (N, T) as `baselines.fill` does: one season before, else the last value.

    Within a season of the first value there is no value one season before; later there always is.
    Steps with the same position in the season are therefore put in a row, and gaps get the last
    value there.

    >>> fill(np.array([[np.nan, 1, 2, np.nan, 4, np.nan]]), 3).numpy().tolist()
    [[nan, 1.0, 2.0, 2.0, 4.0, 2.0]]
    """
    lasting = _last_known(values)
    if season == 1:
        return lasting
    age = ops.cumsum(ops.cast(_is_known(lasting), "int32"), axis=1)
    values = ops.where(ops.greater(age, _whole(season)), values, lasting)
    time = _time(values)
    steps = ops.max(ops.pad(time, [[0, 0], [1, 0]]), axis=1, keepdims=True) + _whole(1)
    order = ops.argsort(ops.mod(time, _whole(season)) * steps + time, axis=1)
    found = _last_known(ops.take_along_axis(values, order, axis=1))
    found = ops.take_along_axis(found, ops.argsort(order, axis=1), axis=1)
    return ops.where(ops.greater(age, _whole(0)), found, _number(np.nan, found))


def calendar_features(times: Any, cycles: tuple[str, ...], dtype: str) -> list[Any]:
    """Return sine and cosine of each cycle, as `model.windows` does, for int64 seconds."""
    # from there on all numbers are positive
    seconds = times + _whole(TO_MARCH_0000 * SECONDS, "int64")
    days, of_day = _divided(seconds, SECONDS)
    of_day = ops.cast(of_day, dtype) / np.array([SECONDS], dtype)
    found = []
    for cycle in cycles:
        if cycle == "year":
            phase = (ops.cast(_day_of_year(days), dtype) + of_day) / np.array([365.25], dtype)
        elif cycle == "week":
            _, day = _divided(days + _whole(TO_MONDAY - TO_MARCH_0000 % 7 + 7), 7)
            phase = (ops.cast(day, dtype) + of_day) / np.array([7], dtype)
        else:
            phase = of_day
        angle = phase * np.array([2 * np.pi], dtype)
        found += [ops.sin(angle), ops.cos(angle)]
    return found


def _day_of_year(days: Any) -> Any:
    """Return the day of the year, from 0 for 1 January, given days since 1 March of year 0.

    As in H. Hinnant's `civil_from_days`, years begin in March, so that the leap day is the last
    day.
    """
    _, day = _divided(days, 146_097)  # of 400 years
    leapt = day - _divided(day, 1460)[0] + _divided(day, 36_524)[0] - _divided(day, 146_096)[0]
    year, _ = _divided(leapt, 365)
    since_march = day - (year * _whole(365) + _divided(year, 4)[0] - _divided(year, 100)[0])

    def divides(value: int) -> Any:
        return ops.cast(ops.equal(_divided(year, value)[1], _whole(0)), "int32")

    in_spring = since_march + _whole(59) + divides(4) - divides(100) + divides(400)
    is_new_year = ops.greater_equal(since_march, _whole(306))
    return ops.where(is_new_year, since_march - _whole(306), in_spring)


def _divided(x: Any, by: int) -> tuple[Any, Any]:
    """Return the quotient and remainder, int32, of a non-negative x divided by an integer.

    LiteRT does not divide int64. Minus the remainder, x is a multiple, so the rounded float32
    quotient is exact.
    """
    rest = ops.mod(x, _whole(by, _dtype(x)))
    times = ops.round(ops.cast(x - rest, "float32") / np.array([by], "float32"))
    return ops.cast(times, "int32"), ops.cast(rest, "int32")


def _last_known(x: Any) -> Any:
    """Fill each gap of x (N, T) with the last value; NaN before the first."""
    there = _is_known(x)
    count = ops.cumsum(ops.cast(there, "int32"), axis=1)
    # of values, in order
    places = ops.argsort(ops.where(there, _time(x), _whole(np.iinfo("int32").max)), axis=1)
    place = ops.take_along_axis(places, ops.maximum(count - _whole(1), _whole(0)), axis=1)
    return ops.where(
        ops.greater(count, _whole(0)), ops.take_along_axis(x, place, axis=1), _number(np.nan, x)
    )


def _time(x: Any) -> Any:
    """Return the index of each step of x (N, T), int32."""
    return ops.cumsum(ops.cast(ops.ones_like(x), "int32"), axis=1) - _whole(1)


def _is_short(values: Any) -> Any:
    """Return which series (N, T) span fewer than `FEWEST` steps: bool (N, 1)."""
    begins = _is_known(_put_before(values, FEWEST, np.nan)[:, : 1 - FEWEST])
    return ops.logical_not(ops.any(begins, axis=1, keepdims=True))


def _scale_of(past: Any, season: int) -> Any:
    """Return the scale as `baselines.scale_of` does, (N, 1)."""
    return _mean_of_known(ops.abs(past[:, season:] - past[:, :-season]))


def _mean_of_known(x: Any) -> Any:
    """Return the mean over time without NaN, (N, 1); 0 if all are NaN."""
    count = ops.sum(ops.cast(_is_known(x), _dtype(x)), axis=1, keepdims=True)
    return ops.sum(_zero_where_unknown(x), axis=1, keepdims=True) / ops.maximum(
        count, _number(1, x)
    )


def _arcsinh(x: Any) -> Any:
    """Return the inverse hyperbolic sine, 0 for NaN; LiteRT has no such operation."""
    x = _zero_where_unknown(x)
    size = ops.abs(x)
    return ops.sign(x) * ops.log(size + ops.sqrt(size * size + _number(1, x)))


def _put_before(x: Any, steps: int, filler: float) -> Any:
    """Pad x (N, T, …) with steps in front."""
    return ops.pad(x, [[0, 0], [steps, 0], *[[0, 0]] * (len(x.shape) - 2)], constant_values=filler)


def _taken(x: Any, places: np.ndarray) -> Any:
    return ops.take(x, np.asarray(places, "int32"), axis=1)


def _is_known(x: Any) -> Any:
    return ops.logical_not(ops.isnan(x))


def _zero_where_unknown(x: Any) -> Any:
    return ops.where(ops.isnan(x), _number(0, x), x)


def _dtype(x: Any) -> str:
    return keras.backend.standardize_dtype(x.dtype)


def _number(value: float, like: Any) -> np.ndarray:
    """Return a number with the dtype of `like`; as an array, since files keep its dtype."""
    return np.array([value], _dtype(like))


def _whole(value: int, dtype: str = "int32") -> np.ndarray:
    return np.array([value], dtype)
