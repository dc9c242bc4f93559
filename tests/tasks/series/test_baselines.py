import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glasscell.data.padding import pad
from glasscell.system.files import to_npz
from glasscell.tasks.series import baselines
from glasscell.tasks.series.baselines import fit, from_arrays, resample
from glasscell.tasks.series.summaries import summarise


def waves(n, seed, shift=0.0):
    """Slow and fast waves of unequal lengths, two channels on scales far apart."""
    rng = np.random.default_rng(seed)
    x, y = [], []
    for k in range(n):
        steps = rng.integers(20, 60)
        t = np.linspace(0, 1, steps) + shift * rng.uniform()
        x.append(np.stack([np.sin(2 * np.pi * (1 + 2 * (k % 2)) * t), 1e6 * rng.normal(size=steps) ** 0], 1))
        y.append("fast" if k % 2 else "slow")
    return pad(x), np.array(y)


def right(answers, y):
    return {name: float(np.mean(some == y)) for name, some in answers.items()}


def test_the_nearest_neighbour_sees_what_the_commonest_class_does_not():
    (x, y), (x_test, y_test) = waves(40, 0), waves(30, 1)
    found = right(fit(x, y).answer(x_test), y_test)
    assert set(found) == {"majority", "nearest_neighbour", "nearest_neighbour_dtw", "summaries"}
    assert found["majority"] == 0.5
    assert found["nearest_neighbour"] == found["nearest_neighbour_dtw"] == 1.0
    assert "nearest_neighbour_dtw" not in fit(x, y).answer(x_test, warp=False)


def test_warping_sees_what_is_late():
    rng = np.random.default_rng(0)
    at = rng.integers(40, 46, 60)
    x = np.zeros((60, 100, 1))
    for k in range(60):  # a bump that is early or late by little; of one class it is followed by a dip
        x[k, at[k]] = 1
        x[k, at[k] + 2] = -1 if k % 2 else 1
    y = np.array(["dip" if k % 2 else "bump" for k in range(60)])
    few = np.r_[np.flatnonzero((at == 40) & (y == "dip"))[:1], np.flatnonzero((at == 45) & (y == "bump"))[:1]]
    found = right(fit(x[few], y[few]).answer(x), y)
    assert found["nearest_neighbour_dtw"] == 1.0 > found["nearest_neighbour"]


@pytest.mark.parametrize("classes", [2, 3])
def test_the_model_of_summaries_is_scikit_learns(classes):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 12, 2)).cumsum(1)
    y = np.array(list("abc"))[rng.integers(classes, size=60)]
    expected = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(summarise(x[:40]), y[:40])
    assert (fit(x[:40], y[:40]).answer(x)["summaries"] == expected.predict(summarise(x))).mean() > 0.97
    numbers = x[:, -1, 0] + rng.normal(size=60)
    line = make_pipeline(StandardScaler(), Ridge()).fit(summarise(x[:40]), numbers[:40])
    np.testing.assert_allclose(
        fit(x[:40], numbers[:40]).answer(x)["summaries"], line.predict(summarise(x)), rtol=1e-6, atol=1e-9
    )


def test_numbers_have_the_mean_for_a_baseline():
    x = np.random.default_rng(0).normal(size=(40, 9, 2)).cumsum(1)
    y = np.arange(40.0)
    found = fit(x, y).answer(x)
    assert found["mean"].tolist() == [19.5] * 40
    np.testing.assert_array_equal(found["nearest_neighbour"], y)
    assert np.corrcoef(found["summaries"], y)[0, 1] > 0.3


def test_what_is_kept_answers_the_same():
    x, y = waves(20, 0)
    x[3, 5] = np.nan
    simple = fit(x, y)
    import io

    with np.load(io.BytesIO(to_npz(simple.arrays())), allow_pickle=False) as arrays:
        again = from_arrays(arrays)
    for name, some in simple.answer(x).items():
        assert some.tolist() == again.answer(x)[name].tolist()


def test_series_are_stretched_by_straight_lines():
    x = pad([[0, 1, 2, 3], [5], [4, 8]])
    expected = [np.linspace(0, 3, 7), [5] * 7, np.linspace(4, 8, 7)]
    np.testing.assert_allclose(resample(x, 7)[..., 0], expected, rtol=1e-6)


def test_a_missing_value_makes_no_other_missing():
    x = np.array([[[1.0], [np.nan], [3.0]]])
    assert np.isnan(resample(x, 3)[..., 0]).tolist() == [[False, True, False]]
    y = np.array(["a", "b", "a", "b"])
    x = np.random.default_rng(0).normal(size=(4, 9, 2))
    x[:, 3] = np.nan
    x[2] = np.nan
    assert right(fit(x, y).answer(x), y)["nearest_neighbour"] == 1.0


def test_one_class_and_one_series_are_answered():
    x = np.random.default_rng(0).normal(size=(3, 5, 1))
    assert fit(x, np.array(["a"] * 3)).answer(x)["summaries"].tolist() == ["a"] * 3
    assert fit(x[:1], np.array([2.5])).answer(x)["nearest_neighbour"].tolist() == [2.5] * 3


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(baselines, "MAX_NUMBERS", 2 * 100 * 5)
    x, y = waves(40, 0)
    assert len(fit(x, y).series) == 5
