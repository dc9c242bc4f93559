import numpy as np
import pytest
from support.facts import raises

from glasscell.data import Sequences
from glasscell.data.sentences import Reading


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


@pytest.mark.parametrize(
    ("n", "steps", "width"), [(1, 1, 1), (1, 7, 3), (20, 1, 2), (20, 9, 1), (30, 12, 4)]
)
def test_a_list_of_series_comes_back(n, steps, width):
    rng = np.random.default_rng(n + steps + width)
    series = [
        rng.normal(size=(rng.integers(1, steps + 1), width)).astype(np.float32) for _ in range(n)
    ]
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
    ("changes", "code", "values"),
    [
        ({"x": np.zeros((2, 2, 1))}, Reading.NO_ARRAY, {"what": "x", "found": "float64 (2, 2, 1)"}),
        (
            {"x": np.zeros((2, 2), np.float32)},
            Reading.NO_ARRAY,
            {"what": "x", "ndim": 3, "kinds": ["float32"]},
        ),
        ({"x": np.zeros((2, 0, 1), np.float32)}, Reading.NO_STEPS, {"shape": (2, 0, 1)}),
        ({"x": np.ones((2, 2, 1), np.float32)}, Reading.BEYOND_THE_END, {}),
        (
            {"x": np.array([[[np.inf], [1]], [[3], [np.nan]]], np.float32)},
            Reading.INFINITE,
            {"series": "0", "step": 1, "channel": "u"},
        ),
        ({"lengths": np.array([2, 3])}, Reading.LENGTH, {"series": "1", "length": 3, "steps": 2}),
        ({"lengths": np.array([2, 0])}, Reading.LENGTH, {"series": "1", "length": 0}),
        ({"lengths": np.array([2])}, Reading.OTHER_LENGTH, {"what": "lengths", "found": 1, "n": 2}),
        ({"lengths": [2, 1]}, Reading.NO_ARRAY, {"what": "lengths", "found": "list"}),
        ({"y": np.array([1, 2])}, Reading.NO_ARRAY, {"what": "y", "kinds": ["str", "float64"]}),
        ({"y": np.array([1.0, np.nan])}, Reading.NO_TARGET, {"series": "1"}),
        (
            {"y": np.array([1.0, np.nan]), "labelled": np.array([False, True])},
            Reading.NO_TARGET,
            {"series": "1"},
        ),
        ({"labelled": np.array([True])}, Reading.OTHER_LENGTH, {"what": "labelled", "found": 1}),
        ({"labelled": np.array([1, 0])}, Reading.NO_ARRAY, {"what": "labelled", "kinds": ["bool"]}),
        ({"channels": ("u", "v")}, Reading.CHANNEL_NAMES, {"n": 1}),
        ({"ids": np.array([0, 1])}, Reading.NO_ARRAY, {"what": "ids", "kinds": ["str"]}),
        ({"offsets": {"v": 1.0}}, Reading.OFFSETS_OF_OTHERS, {"found": ["v"], "channels": ("u",)}),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, code, values):
    with raises(code, **values):
        valid(**changes)


@pytest.mark.parametrize(
    ("series", "options", "code", "values"),
    [
        ([], {}, Reading.NO_SERIES, {}),
        ([[1], np.ones((0, 0))], {}, Reading.SHAPE, {"series": 1, "shape": (0, 0)}),
        ([[[1, 2]], [[1]]], {}, Reading.SHAPE, {"series": 1, "shape": (1, 1)}),
        ([[[1, 2]], np.ones((0, 3))], {}, Reading.SHAPE, {"series": 1, "shape": (0, 3)}),
        ([["a"]], {}, Reading.NO_NUMBERS, {"what": Reading.ONE_OF_LIST(series=0)}),
        ([[1e39]], {}, Reading.INFINITE, {"step": 1}),
        ([[1]], {"y": [None]}, Reading.NO_LABELS_IN_LIST, {}),
        ([[1]], {"y": [1, 2]}, Reading.OTHER_LENGTH, {"what": "y", "found": 2}),
    ],
)
def test_lists_that_are_not_series_are_refused(series, options, code, values):
    with raises(code, **values):
        Sequences.from_list(series, **options)
