"""Moments as numbers are those that pandas makes of the same days; other numbers are none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data.tables.moments import moments_in
from glasscell.data.tables.sentences import Tables

DAY = 86400
WRITTEN = {  # when is a number of seconds since 1970
    (Tables.UNIX_TIMES, "seconds"): lambda when: when,
    (Tables.UNIX_TIMES, "milliseconds"): lambda when: when * 1000,
    (Tables.UNIX_TIMES, "microseconds"): lambda when: when * 10**6,
    (Tables.UNIX_TIMES, "nanoseconds"): lambda when: when * 10**9,
    (Tables.MATLAB_DAYS, None): lambda when: when / DAY + 719529,  # datenum(1970, 1, 1)
    (Tables.EXCEL_DAYS, None): lambda when: when / DAY + 25569,  # =DATE(1970; 1; 1)
}


@pytest.mark.parametrize("kind", WRITTEN)
@given(when=st.datetimes(pd.Timestamp("2000-01-02"), pd.Timestamp("2039-12-30")))
def test_moments_are_those_that_were_written(kind, when):
    when = pd.Timestamp(when).floor("s")
    found = moments_in(WRITTEN[kind](np.array([when.timestamp()])))
    assert found is not None
    assert (found.kind, found.unit, pd.Timestamp(found.first)) == (*kind, when)


@pytest.mark.parametrize(
    "values", [[], [np.nan], [17.0, 18.0], [101325.0], [1e9, 1e12], [-1.7e9], [738521.5, 45321.5]]
)
def test_other_numbers_are_none(values):
    assert moments_in(np.array(values)) is None
