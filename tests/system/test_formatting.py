import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.system.formatting import UNITS, duration_of, fixed, in_decimals, in_words


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
def test_three_digits_are_always_there(value):
    shown = in_decimals(value)
    assert "-" not in shown[:1]
    assert float(shown.replace("−", "-")) == pytest.approx(value, rel=0.005, abs=0)


@pytest.mark.parametrize("value", [0.1, 0.5, 1.0, 20.25, 0.09996])
def test_scores_have_three_decimals(value):
    assert in_decimals(value) == f"{value:.3f}"


@pytest.mark.parametrize("value", [-2.5, -0.0123])
def test_a_score_below_zero_has_the_minus_that_its_interval_has(value):
    assert (fixed(value)[0], in_decimals(value)[0]) == ("−", "−")
    assert fixed(-value) == f"{-value:.3f}"


@given(st.floats(0.01, 1e4), st.sampled_from(list(UNITS)))
def test_a_text_with_a_unit_is_what_pandas_reads(number, unit):
    found = duration_of(f"{number:.6f}{unit}")
    assert found is not None
    assert found.in_seconds
    truth = pd.Timedelta(f"{number:.6f}{'D' if unit == 'd' else unit}").value  # whole nanoseconds
    assert found.length * 1e9 == pytest.approx(truth, abs=1, rel=1e-6)


@given(st.floats(1e-9, 1e8))
def test_what_is_said_is_read_again_in_three_digits(seconds):
    found = duration_of(in_words(seconds))
    assert found is not None
    assert found.in_seconds
    assert found.length == pytest.approx(seconds, rel=0.006)


@pytest.mark.parametrize("value", [5, 0.5, "5", " 0.5 ", "1e-3"])
def test_a_plain_number_has_no_unit(value):
    found = duration_of(value)
    assert found is not None
    assert (found.length, found.in_seconds) == (float(value), False)


NONE = [0, -1, "0s", "-5ms", "ms", "", "5 apples", "1m", "1M", "nan", "inf", math.nan, math.inf,
        True, None, [1], "1e999", "1..2s"]  # fmt: skip


@pytest.mark.parametrize("value", NONE)
def test_what_is_no_length_of_time_is_none(value):
    assert duration_of(value) is None
