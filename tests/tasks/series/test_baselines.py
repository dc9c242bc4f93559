import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glasscell.data.padding import pad
from glasscell.system.files import to_npz
from glasscell.tasks.series import baselines
from glasscell.tasks.series.baselines import (
    Baselines,
    can_warp,
    fit,
    resample,
    summarise,
    warped_distances,
)


def waves(n, seed, shift=0.0):
    """Slow and fast waves of unequal lengths, two channels on scales far apart."""
    rng = np.random.default_rng(seed)
    x, y = [], []
    for k in range(n):
        steps = rng.integers(20, 60)
        t = np.linspace(0, 1, steps) + shift * rng.uniform()
        x.append(
            np.stack(
                [np.sin(2 * np.pi * (1 + 2 * (k % 2)) * t), 1e6 * rng.normal(size=steps) ** 0], 1
            )
        )
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
    for k in range(
        60
    ):  # a bump that is early or late by little; of one class it is followed by a dip
        x[k, at[k]] = 1
        x[k, at[k] + 2] = -1 if k % 2 else 1
    y = np.array(["dip" if k % 2 else "bump" for k in range(60)])
    few = np.r_[
        np.flatnonzero((at == 40) & (y == "dip"))[:1],
        np.flatnonzero((at == 45) & (y == "bump"))[:1],
    ]
    found = right(fit(x[few], y[few]).answer(x), y)
    assert found["nearest_neighbour_dtw"] == 1.0 > found["nearest_neighbour"]


@pytest.mark.parametrize("classes", [2, 3])
def test_the_model_of_summaries_is_scikit_learns(classes):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 12, 2)).cumsum(1)
    y = np.array(list("abc"))[rng.integers(classes, size=60)]
    expected = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(
        summarise(x[:40]), y[:40]
    )
    assert (
        fit(x[:40], y[:40]).answer(x)["summaries"] == expected.predict(summarise(x))
    ).mean() > 0.97
    numbers = x[:, -1, 0] + rng.normal(size=60)
    line = make_pipeline(StandardScaler(), Ridge()).fit(summarise(x[:40]), numbers[:40])
    np.testing.assert_allclose(
        fit(x[:40], numbers[:40]).answer(x)["summaries"],
        line.predict(summarise(x)),
        rtol=1e-6,
        atol=1e-9,
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

    with np.load(io.BytesIO(to_npz(vars(simple))), allow_pickle=False) as arrays:
        again = Baselines(**arrays)
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


@given(st.integers(1, 12), st.integers(0, 99), st.floats(0, 0.6))
def test_summaries_are_numpys_of_what_is_there(steps, seed, missing):
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(steps, 2))
    one[rng.random((steps, 2)) < missing] = np.nan
    padded = np.full((1, steps + 3, 2), np.nan)
    padded[0, :steps] = one
    found = summarise(padded).reshape(7, 2)
    for d in range(2):
        at = np.flatnonzero(~np.isnan(one[:, d]))
        if not len(at):
            assert np.isnan(found[:, d]).all()
            continue
        v = one[at, d]
        slope = np.polyfit(at, v, 1)[0] if len(at) > 1 else 0.0
        expected = [v.mean(), v.std(), v.min(), v.max(), v[0], v[-1], slope]
        np.testing.assert_allclose(found[:, d], expected, atol=1e-9)


def test_each_series_is_summarised_for_itself():
    series = [[1.0, 2.0], [5.0], [0.0, np.nan, 4.0, 1.0]]
    together = summarise(pad(series))
    np.testing.assert_array_equal(
        together, np.concatenate([summarise(pad([one])) for one in series])
    )


def by_the_textbook(a, b, shift):
    """Return the distance of two series (T, D), cell by cell."""
    steps = len(a)
    least = np.full((steps + 1, steps + 1), np.inf)
    least[0, 0] = 0
    for i in range(steps):
        for j in range(max(0, i - shift), min(steps, i + shift + 1)):
            cost = ((a[i] - b[j]) ** 2).sum()
            least[i + 1, j + 1] = cost + min(least[i, j], least[i, j + 1], least[i + 1, j])
    return least[steps, steps]


@given(
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 5),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_distances_are_those_of_the_textbook(steps, channels, n, m, band, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n, steps, channels)), rng.normal(size=(m, steps, channels))
    expected = [[by_the_textbook(one, other, int(band * steps)) for other in b] for one in a]
    np.testing.assert_allclose(warped_distances(a, b, band), expected, rtol=1e-4, atol=1e-4)


def test_they_are_the_same_in_parts(monkeypatch):
    a, b = np.random.default_rng(0).normal(size=(2, 7, 20, 2))
    whole = warped_distances(a, b)
    monkeypatch.setattr(baselines, "PAIRS_AT_ONCE", 15)
    np.testing.assert_allclose(warped_distances(a, b), whole, rtol=1e-5)


@pytest.mark.nightly  # aeon brings numba, and that takes seconds to compile
@pytest.mark.filterwarnings("ignore")
def test_aeon_agrees():
    aeon = pytest.importorskip("aeon.distances")
    a, b = np.random.default_rng(0).normal(size=(2, 5, 30, 3))
    expected = aeon.dtw_pairwise_distance(a.swapaxes(1, 2), b.swapaxes(1, 2), window=0.1)
    np.testing.assert_allclose(warped_distances(a, b, 0.1), expected, rtol=1e-4)


def test_more_pairs_or_channels_take_longer():
    assert [
        can_warp(n, channels) for n, channels in ((10**5, 1), (10**7, 1), (10**6, 1), (10**6, 100))
    ] == [True, False, True, False]
