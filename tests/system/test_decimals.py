"""Numbers for people lose no more than the digits after the third."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.system.decimals import in_decimals


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
def test_three_digits_are_always_there(value):
    assert float(in_decimals(value)) == pytest.approx(value, rel=0.005, abs=0)


@pytest.mark.parametrize("value", [0.1, 0.5, 1.0, 20.25, 0.09996])
def test_scores_have_three_decimals(value):
    assert in_decimals(value) == f"{value:.3f}"
