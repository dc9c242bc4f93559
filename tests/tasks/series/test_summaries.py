import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data.padding import pad
from glasscell.tasks.series.summaries import NAMES, summarise


@given(st.integers(1, 12), st.integers(0, 99), st.floats(0, 0.6))
def test_summaries_are_numpys_of_what_is_there(steps, seed, missing):
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(steps, 2))
    one[rng.random((steps, 2)) < missing] = np.nan
    padded = np.full((1, steps + 3, 2), np.nan)
    padded[0, :steps] = one
    found = summarise(padded).reshape(len(NAMES), 2)
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
    np.testing.assert_array_equal(together, np.concatenate([summarise(pad([one])) for one in series]))
