"""Series given by a program: the accepted forms, and one sentence for each rejected one."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.arrays import series_of
from glasscell.data.sentences import Reading

ONE = np.arange(10.0).reshape(5, 2)


@pytest.mark.parametrize(
    ("X", "shape"),
    [
        ([ONE, ONE], (2, 5, 2)),
        ([[1, 2], [3, 4]], (2, 2, 1)),
        (np.zeros((3, 0, 2)), (3, 0, 2)),
        (np.zeros((3, 0)), (3, 0, 2)),
        ([[], []], (2, 0, 2)),
        ([], (0, 0, 2)),
        (np.zeros((0, 5, 2)), (0, 5, 2)),
        (np.ma.masked_invalid([[[1.0], [np.inf]]]), (1, 2, 1)),
    ],
)
def test_an_array_may_have_no_series_and_series_no_step(X, shape):
    assert series_of(X, 2).shape == shape


@pytest.mark.parametrize("empty", [[], np.zeros((0, 2)), np.zeros(0)])
def test_a_series_of_a_list_may_have_no_step(empty):
    found = series_of([ONE, empty, ONE[:3]])
    assert [v.shape for v in found] == [(5, 2), (0, 2), (3, 2)]
    np.testing.assert_array_equal(found[2], ONE[:3])


@pytest.mark.parametrize(
    ("X", "code", "values"),
    [
        (None, Reading.NO_FORM, {"found": "None"}),
        (3, Reading.NO_FORM, {"found": "3"}),
        ("a.csv", Reading.NO_FORM, {"found": "'a.csv'"}),
        ({"a": ONE}, Reading.NO_FORM, {"found": Reading.A_KIND(kind="dict")}),
        ((v for v in [ONE]), Reading.NO_FORM, {"found": Reading.A_KIND(kind="generator")}),
        ([[1.0, 10**400], [1.0]], Reading.NO_NUMBERS, {"what": Reading.ONE_OF_LIST(series=0)}),
        ([[1.0, 10**400]], Reading.NO_NUMBERS, {"what": Reading.X()}),
        ([[["a"]], [["b"]]], Reading.NO_NUMBERS, {"what": Reading.X()}),
        (np.zeros((2, 3, 1), "M8[s]"), Reading.NO_NUMBERS, {"what": Reading.X()}),
        (np.stack([ONE * 1j]), Reading.COMPLEX, {"what": Reading.X()}),
        ([ONE, ONE[:3] + 0j], Reading.COMPLEX, {"what": Reading.ONE_OF_LIST(series=1)}),
        ([1.0, 2.0], Reading.NOT_3D, {"shape": (2,)}),
        ([ONE, ONE[:3, :1]], Reading.SHAPE, {"series": 1, "shape": (3, 1)}),
    ],
)
def test_what_is_no_series_is_refused(X, code, values):
    with raises(code, **values):
        series_of(X)
