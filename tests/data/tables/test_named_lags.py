"""Columns that count back in time are read from the earliest on, whatever the file's order; others are as they were."""

import itertools

import numpy as np
import pytest

from glasscell.data import read
from glasscell.data.tables.grids import lay_out, say_order
from glasscell.data.tables.named_lags import find_lags
from glasscell.data.tables.sentences import Tables

FORMS = ("lag_{}", "lag{}", "x_lag{}", "x.lag.{}", "xLag{}", "lag{}_x", "target_lag-{}", "minus_{}", "t_minus_{}",
         "x(t-{})", "x_(t-{})", "x(t_minus_{})", "{}_days_ago", "x_{}_days_ago", "days_before_{}")  # fmt: skip


@pytest.mark.few(6)
@pytest.mark.parametrize("form", FORMS)
def test_the_earliest_comes_first_in_any_order(form):
    expected = [form.format(k) for k in (3, 2, 1)]
    for names in itertools.permutations(expected):
        columns = lay_out(names, True)[1]
        assert [name for (name,) in columns] == expected
        assert say_order(names, columns) == Tables.COUNT_BACK(first=expected[0], last=expected[-1])


def test_what_has_no_lag_is_the_last_step_and_channels_stay_apart():
    channels, columns = lay_out(["x", "x_lag1", "x_lag2", "y", "y_lag1", "y_lag2"], True)
    assert (channels, columns) == (("x", "y"), (("x_lag2", "y_lag2"), ("x_lag1", "y_lag1"), ("x", "y")))
    channels, columns = lay_out(["u1(t)", "u2(t)", "u1(t-1)", "u2(t-1)", "u1(t+1)", "u2(t+1)"], True)
    assert (channels, columns[0], columns[-1]) == (("u1", "u2"), ("u1(t-1)", "u2(t-1)"), ("u1(t+1)", "u2(t+1)"))


@pytest.mark.parametrize(
    "names", [["flag_1", "flag_2"], ["minute_1", "minute_2"], ["x_t", "y_t"], ["f(t)", "g(t)"], ["lag_1"], ["t-1", "t"]]
)
def test_other_names_do_not_count_back(names):
    assert find_lags(names) == {}


def test_a_hyphen_that_may_be_a_minus_is_spoken_of():
    for names in (["t-1", "t-2", "t-3"], ["x_t-1", "x_t-2", "y_t-1", "y_t-2"]):
        assert find_lags(names) == {}
        assert say_order(names, lay_out(names, True)[1]) == Tables.HYPHENS(first=names[0], last=names[-1])
    names = ["x_t-2", "y_t-2", "x_t-1", "y_t-1"]
    assert lay_out(names, True)[1] == (("x_t-2", "y_t-2"), ("x_t-1", "y_t-1"))


def test_a_file_is_read_forward_in_time(tmp_path):
    (tmp_path / "d.csv").write_text("lag_1,lag_2,lag_3,label\n1,2,3,a\n4,5,6,b\n")
    s = read(tmp_path / "d.csv")
    np.testing.assert_array_equal(s.x[..., 0], [[3, 2, 1], [6, 5, 4]])
    assert Tables.COUNT_BACK(first="lag_3", last="lag_1") in s.notes
