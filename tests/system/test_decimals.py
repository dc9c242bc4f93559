"""Numbers for people lose no more than the digits after the third."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.system.decimals import fixed, in_decimals


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
