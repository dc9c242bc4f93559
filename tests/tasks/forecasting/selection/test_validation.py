"""Validation: held-out data are not trained on; network weight and widths are optimal on them."""

import numpy as np
import pandas as pd
import pytest

from glasscell.tasks.forecasting.baselines.conformal import WIDEST
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.windows import Windows, cut, frame_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.selection.validation import hold_out, weigh

AT = (0.1, 0.5, 0.9)


def test_nothing_of_the_end_is_in_what_is_seen():
    lengths = {"a": 40, "b": 8, "c": 12}
    frame = pd.concat(
        [
            pd.DataFrame({"unique_id": k, "ds": range(n), "y": np.arange(n) ** 2.0})
            for k, n in lengths.items()
        ]
    )
    panel = from_frame(frame)
    windows = cut(panel, frame_panel(panel, 4, 5, 1, Baseline()))
    held = hold_out(windows, list(lengths.values()), 4)
    assert held.earlier.target.shape == windows.target.shape  # so that one graph trains on both
    for n, (length, back) in enumerate(zip(lengths.values(), (8, 4, 4), strict=True)):
        for k in np.flatnonzero(windows.series == n):
            times = windows.origin[k] + 1 + np.arange(4)
            expected = np.where(times < length - back, windows.target[k], np.nan)
            expected = expected.astype("float32")
            assert np.array_equal(held.earlier.target[k], expected, equal_nan=True)
        assert held.later.origin[held.later.series == n].tolist() == list(
            range(length - back - 1, length - 1)
        )


def made_windows(target):
    count = len(target)
    nothing = np.zeros((count, 1, 1), "float32")
    return Windows(
        nothing,
        nothing[:, 0],
        nothing[:, 0],
        np.ones(count),
        target,
        np.arange(count),
        np.arange(count),
    )


def test_trust_and_widths_are_what_would_have_been_best():
    rng = np.random.default_rng(0)
    signal, noise = rng.normal(size=(2, 4000, 3))
    median = np.repeat(2 * signal[..., None], 3, -1)  # twice too much
    answers = median + np.array([-0.6408, 0, 0.6408])  # half too narrow
    target = (signal + noise).astype("float32")
    target[0, 1:] = np.nan
    initial_width = np.tile([-1.2816, 0, 1.2816], (3, 1))  # the noise's, so wide as they have to be
    found = weigh(answers, made_windows(target), AT, initial_width)
    assert found.weight == 0.5
    half = 0.5 * 0.6408 + 0.5 * 1.2816
    # of 12,000 numbers
    np.testing.assert_allclose(found.width_factors, [1.2816 / half, 1, 1.2816 / half], rtol=0.06)
    off = np.abs(target - signal)
    assert found.error == pytest.approx(np.nanmean(np.nanmean(off, 1)), rel=1e-5)
    assert found.baseline_error == pytest.approx(
        np.nanmean(np.nanmean(np.abs(target), 1)), rel=1e-5
    )
    random = weigh(
        np.repeat(rng.normal(size=(4000, 3, 1)), 3, -1), made_windows(target), AT, initial_width
    )
    assert random.weight == 0
    # signal and noise, √2 times as wide: initial_width alone counts
    assert min(random.width_factors[::2]) > 1.3
    assert max(random.width_factors) < 1.5 < WIDEST
    assert (
        weigh(
            answers[:1], made_windows(np.full((1, 3), np.nan, "float32")), AT, initial_width
        ).weight
        == 1
    )
