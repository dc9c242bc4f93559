"""Windows against loops over single origins; unaffected by later values and by offsets."""

import tracemalloc
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.facts import raises

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.windows import Framing, cut, frame_panel, framing_of
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import cut_off
from glasscell.tasks.forecasting.panels.sentences import Panels

SEEN = ("steps", "horizon_features", "base", "scale")


def made_panel(values, *, start="2020-01-31", promo=None):
    columns = {"ds": pd.date_range(start, periods=len(values), freq="ME"), "y": values}
    columns["promo"] = np.arange(len(values)) % 3 if promo is None else promo
    columns["visits"] = np.arange(len(values)) % 7
    return from_frame(
        pd.DataFrame(columns | {"size": 5.0}), known=["promo"], past=["visits"], static=["size"]
    )


def by_hand(values, t, framing):
    """Return the first features at each step of the context, scale and base, at origin t."""
    m, filled = framing.season, list(values)
    for k, v in enumerate(filled):
        if np.isnan(v):
            before = filled[k - m] if m > 1 and k >= m else np.nan
            filled[k] = before if not np.isnan(before) else filled[k - 1]
    at = range(t - framing.context + 1, t + 1)
    change = [filled[k] - filled[k - 1] if k >= 1 else 0 for k in at]
    seasonal = [filled[k] - filled[k - m] if k >= m else np.nan for k in at]
    scale = np.nanmean(np.abs(seasonal))
    level = [filled[k] - filled[t] if k >= 0 else 0 for k in at]
    measured = [k >= 0 and not np.isnan(values[k]) for k in at]
    features = [np.arcsinh(np.nan_to_num(v) / scale) for v in (change, seasonal, level)]
    rises = [filled[k] - filled[k - m] for k in range(m, t + 1)][-framing.baseline.steps :]
    base = [
        filled[t - m + h % m if h % m else t] + np.mean(rises)
        for h in range(1, framing.horizon + 1)
    ]
    return np.stack([*features, measured], -1), scale, base


def test_each_window_is_what_a_loop_makes_of_its_past():
    rng = np.random.default_rng(0)
    values = 50 + np.cumsum(rng.normal(size=40))
    values[[7, 20, 21]] = np.nan
    panel = made_panel(values)
    framing = frame_panel(panel, 3, 9, 4, Baseline(steps=4, season=4))
    windows = cut(panel, framing)
    assert windows.origin.tolist() == list(range(5, 39))
    for k, t in enumerate(windows.origin):
        features, scale, base = by_hand(values, t, framing)
        np.testing.assert_allclose(windows.scale[k], scale, rtol=1e-9)
        np.testing.assert_allclose(windows.base[k], base, rtol=1e-12)
        np.testing.assert_allclose(windows.steps[k, :, :4], features, atol=1e-6)  # float32
        came = [values[t + h] if t + h < 40 else np.nan for h in (1, 2, 3)]
        np.testing.assert_allclose(
            windows.target[k], (came - np.array(base)) / scale, rtol=2e-6, atol=1e-6
        )
    promo = (np.arange(40) % 3 - np.mean(np.arange(40) % 3)) / np.std(np.arange(40) % 3)
    np.testing.assert_allclose(windows.steps[-1, :, 4], promo[30:39], atol=1e-6)
    np.testing.assert_allclose(windows.horizon_features[0, :, 3], promo[6:9], atol=1e-6)
    assert framing_of(asdict(framing)) == framing


@pytest.mark.parametrize(
    "baseline",
    [Baseline(steps=2), Baseline(steps=3, season=4, logs=True), Baseline(2, 4, seasons=3)],
)
def test_no_value_after_an_origin_touches_its_window(baseline):
    rng = np.random.default_rng(1)
    values = np.exp(0.3 * rng.normal(size=24))
    values[6] = np.nan
    framing = frame_panel(made_panel(values), 3, 8, baseline.season, baseline, ("year",))
    whole = cut(made_panel(values), framing)
    for t in range(3, 24):
        changed = values.copy()
        changed[t:] = np.exp(rng.normal(size=24 - t))
        other = cut(made_panel(changed), framing)
        before = whole.origin < t
        for name in SEEN:
            assert np.array_equal(getattr(whole, name)[before], getattr(other, name)[before]), (
                name,
                t,
            )
        # or as if the rest were not there yet
        early = cut(cut_off(made_panel(values), 24 - t), framing, last=True)
        at = np.flatnonzero(whole.origin == t - 1)
        for name in SEEN:
            assert len(at) == 0 or np.array_equal(getattr(whole, name)[at], getattr(early, name)), (
                name,
                t,
            )


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.floats(-1000, 1000), st.integers(0, 2**16))
def test_a_window_is_the_same_wherever_the_series_lies(scale, shift, seed):
    values = np.cumsum(np.random.default_rng(seed).normal(size=20))
    framing = Framing(2, 6, 1, Baseline(steps=3), (), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    one, other = (cut(made_panel(v), framing) for v in (values, scale * values + shift))
    rounding = 1e-6 + 1e-13 * abs(shift) / scale * 100
    np.testing.assert_allclose(other.steps, one.steps, atol=rounding)
    np.testing.assert_allclose(other.target, one.target, atol=1e-5 + rounding, rtol=1e-5)
    np.testing.assert_allclose(
        other.base, scale * one.base + shift, atol=1e-9 * (scale + abs(shift))
    )


def test_series_count_the_same_and_long_ones_are_thinned():
    parts = [
        pd.DataFrame({"unique_id": name, "ds": range(n), "y": np.sin(range(n))})
        for name, n in (("a", 50), ("b", 9))
    ]
    parts.append(pd.DataFrame({"unique_id": "still", "ds": range(30), "y": 2.0}))
    panel = from_frame(pd.concat(parts))
    framing = frame_panel(panel, 2, 5, 1, Baseline())
    windows = cut(panel, framing)
    sums = np.bincount(windows.series, windows.weights())
    np.testing.assert_allclose(sums, [sums[0], sums[0], 0], rtol=1e-5)
    fewer = cut(panel, framing, limit=30)
    assert np.bincount(fewer.series).tolist() == [16, 2, 9]
    assert fewer.origin[fewer.series == 0][-1] == 48  # the latest origins stay
    assert (cut(panel, framing, last=True).origin == [49, 8, 29]).all()


def test_a_covariate_that_never_changed_has_no_scale_of_rounding():
    # whose standard deviation is 9e-16
    panel = made_panel(np.sin(np.arange(72.0)), promo=np.full(72, 7.7))
    framing = frame_panel(panel, 2, 5, 1, Baseline())
    assert framing.spreads[0] == 1
    assert framing.spreads[1] > 1.5  # that of the visits


def test_long_seasons_do_not_take_the_memory_of_all_pasts_at_once():
    values = np.sin(np.arange(5000) * 2 * np.pi / 500)
    panel = from_frame(pd.DataFrame({"ds": range(5000), "y": values}))
    framing = frame_panel(panel, 3, 12, 500, Baseline(season=500, seasons=4))
    tracemalloc.start()
    windows = cut(panel, framing)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(windows.origin) == 4250
    # bytes of all pasts; of a thousand it is a quarter
    assert most < framing.reach * len(windows.origin) * 8
    alone = cut(cut_off(panel, 1500), framing, last=True)
    at = np.flatnonzero(windows.origin == 3499)
    for name in SEEN:
        assert np.array_equal(getattr(windows, name)[at], getattr(alone, name)), name


def test_logarithms_need_values_above_zero():
    panel = made_panel(np.arange(12.0))
    with raises(Panels.NO_LOGARITHM, value=0):
        cut(panel, frame_panel(panel, 2, 5, 1, Baseline(steps=1, logs=True)))
