import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.errors import DataError


def valid(**changes):
    fields = {
        "x": np.array([[[1], [2]], [[3], [np.nan]]], np.float32),
        "lengths": np.array([2, 1]),
        "y": np.array(["a", "b"]),
        "channels": ("u",),
        "ids": np.array(["0", "1"]),
        "name": "d",
    }
    return Sequences(**{**fields, **changes})


@pytest.mark.parametrize(("n", "steps", "width"), [(1, 1, 1), (1, 7, 3), (20, 1, 2), (20, 9, 1), (30, 12, 4)])
def test_a_list_of_series_comes_back(n, steps, width):
    rng = np.random.default_rng(n + steps + width)
    series = [rng.normal(size=(rng.integers(1, steps + 1), width)).astype(np.float32) for _ in range(n)]
    s = Sequences.from_list(series, y=list(range(n)))
    assert s.x.shape == (n, max(map(len, series)), width)
    for k, one in enumerate(series):
        np.testing.assert_array_equal(s.x[k][s.mask[k]], one)
        assert np.isnan(s.x[k][~s.mask[k]]).all()
    assert s.mask.sum(axis=1).tolist() == s.lengths.tolist() == [len(one) for one in series]
    assert s.classes == tuple(map(str, range(n)))


def test_select_keeps_what_belongs_together():
    s = Sequences.from_list([[1], [2, 3], [4]], y=["a", "b", "c"], ids=["p", "q", "r"])
    for index in ([2, 1], np.array([False, True, True])[::1], slice(1, None)):
        some = s.select(index)
        assert dict(zip(some.ids.tolist(), some.y.tolist(), strict=True)) == {"q": "b", "r": "c"}
        assert some.x.shape == (2, 2, 1)
        assert some.lengths[some.ids == "q"] == 2
    assert len(s.select([])) == 0


def test_the_task_follows_from_the_labels():
    assert valid().task == "classification"
    assert valid(y=np.array([0.5, 1.0])).task == "regression"
    assert valid(y=None).task is None
    assert valid(y=None).classes == valid(y=np.array([0.5, 1.0])).classes == ()
    assert valid(y=np.array(["10", "2"])).classes == ("2", "10")
    assert valid(y=np.array(["b", "2"])).classes == ("2", "b")
    assert valid(y=np.array(["b", ""]), labelled=np.array([True, False])).classes == ("b",)
    assert valid(y=np.array([1.0, np.nan]), labelled=np.array([True, False])).task == "regression"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x": np.zeros((2, 2, 1))}, "x is float64"),
        ({"x": np.zeros((2, 2), np.float32)}, "with 3 axes"),
        ({"x": np.zeros((2, 0, 1), np.float32)}, "at least one step"),
        ({"x": np.ones((2, 2, 1), np.float32)}, "values beyond the end"),
        (
            {"x": np.array([[[np.inf], [1]], [[3], [np.nan]]], np.float32)},
            "series '0', step 1, channel 'u' is infinite",
        ),
        ({"lengths": np.array([2, 3])}, "series '1' has length 3; expected 1 to 2"),
        ({"lengths": np.array([2, 0])}, "series '1' has length 0"),
        ({"lengths": np.array([2])}, "lengths has 1 values"),
        ({"lengths": [2, 1]}, "lengths is list"),
        ({"y": np.array([1, 2])}, "y is int64"),
        ({"y": np.array([1.0, np.nan])}, "the target of series '1' is nan"),
        ({"y": np.array([1.0, np.nan]), "labelled": np.array([False, True])}, "the target of series '1' is nan"),
        ({"labelled": np.array([True])}, "labelled has 1 values"),
        ({"labelled": np.array([1, 0])}, "labelled is int64"),
        ({"channels": ("u", "v")}, "expected 1 different names"),
        ({"ids": np.array([0, 1])}, "ids is int64"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, words):
    with pytest.raises(DataError, match=words):
        valid(**changes)


@pytest.mark.parametrize(
    ("series", "options", "words"),
    [
        ([], {}, "contains no series"),
        ([[1], np.ones((0, 0))], {}, "series 1 of the list has the shape"),
        ([[[1, 2]], [[1]]], {}, "series 1 of the list has 1 channels, but others have 2"),
        ([[[1, 2]], np.ones((0, 3))], {}, "series 1 of the list has 3 channels, but others have 2"),
        ([["a"]], {}, "series 0 of the list is not an array of numbers"),
        ([[1e39]], {}, "is infinite"),
        ([[1]], {"y": [None]}, "a list neither of class labels nor of numbers"),
        ([[1]], {"y": [1, 2]}, "y has 2 values"),
    ],
)
def test_lists_that_are_not_series_are_refused(series, options, words):
    with pytest.raises(DataError, match=words):
        Sequences.from_list(series, **options)
