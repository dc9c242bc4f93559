import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data.padding import lengths_of, pad, pad_rows
from glasscell.data.sentences import Reading


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(1, 3), st.integers(0, 10**6)
)
def test_padded_series_hold_what_they_were_made_of(lengths, features, seed):
    rng = np.random.default_rng(seed)
    series = [rng.normal(size=(length, features)) for length in lengths]
    x = pad(series)
    assert x.shape == (len(lengths), max(lengths), features)
    assert x.dtype == np.float32
    assert lengths_of(x).tolist() == lengths
    for row, v in zip(x, series, strict=True):
        np.testing.assert_array_equal(row[: len(v)], v.astype("float32"))
        assert np.isnan(row[len(v) :]).all()


def test_a_gap_within_a_series_counts_as_steps_and_a_series_of_nothing_has_none():
    assert lengths_of(np.array([[[1.0], [np.nan], [2.0], [np.nan]], [[np.nan]] * 4])).tolist() == [
        3,
        0,
    ]


@pytest.mark.parametrize(
    ("series", "code", "values"),
    [
        ([], Reading.NO_SERIES, {}),
        ([[[1, 2]], np.ones((0, 3))], Reading.SHAPE, {"series": 1, "shape": (0, 3)}),
        ([np.ones((2, 2)), np.ones((2, 3))], Reading.SHAPE, {"series": 1, "shape": (2, 3)}),
        ([np.ones((2, 2, 2))], Reading.SHAPE, {"series": 0, "shape": (2, 2, 2)}),
    ],
)
def test_what_is_no_series_is_named(series, code, values):
    with raises(code, **values):
        pad(series)


def test_padding_beyond_a_sane_size_is_refused():
    with raises(Reading.TOO_LARGE, n=10**6, steps=10**6, width=1, needed=4e12 / 2**30, most=8):
        pad_rows(
            np.broadcast_to(np.float32(1), (2 * 10**6 - 1, 1)),
            np.array([10**6] + [1] * (10**6 - 1)),
        )
