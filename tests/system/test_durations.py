"""Lengths of time as one types them, against pandas's reading of the same texts."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.system.durations import UNITS, duration_of, in_words


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


NONE = [0, -1, "0s", "-5ms", "ms", "", "5 apples", "1m", "1M", "nan", "inf", math.nan, math.inf, True, None, [1],
        "1e999", "1..2s"]  # fmt: skip


@pytest.mark.parametrize("value", NONE)
def test_what_is_no_length_of_time_is_none(value):
    assert duration_of(value) is None
