"""Numbers that stand for "not measured" are found where they are, and nothing else is taken for one."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import Sequences, read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.checks.markers import find_marked_labels, find_markers, marks_noticed
from glasscell.data.checks.sentences import Doubts


def series(x, channels=("u", "v")) -> Sequences:
    return Sequences.from_list(list(x), y=["a", "b"] * (len(x) // 2), channels=channels)


def measured(seed=0, shape=(20, 15, 2)):
    return np.random.default_rng(seed).normal(20, 5, size=shape)


@pytest.mark.parametrize("marker", [-999, 9999, -9999, 999, 1e6])
def test_a_marker_is_found_and_named(marker):
    x = measured()
    x[[1, 3, 5, 7], 4, 1] = marker
    data = series(x)
    assert find_markers(data) == {"v": [marker]}
    (warning,) = advise(data)
    assert warning == Doubts.MARKER.warning("v", number=marker, n=4, mend=Doubts.USE_MISSING(number=marker))


def test_parts_of_a_file_to_be_answered_say_the_same_of_it():
    x = measured()
    x[:, 4, 1] = -999  # in parts of 4 and of 16, another number of times
    for part in (x[:4], x[4:]):
        assert list(marks_noticed(series(part))) == [Doubts.MARKER_NOTICED.warning("v", number=-999.0)]
    assert list(marks_noticed(series(measured()))) == []
    assert list(marks_noticed(series(x, ("u", "time_gap")))) == []  # a long pause, and no measurement


def test_both_ends_may_be_markers():
    x = measured()
    x[:5, 0, 0], x[5:10, 0, 0] = -999, 9999
    assert find_markers(series(x)) == {"u": [-999, 9999]}


@pytest.mark.parametrize(
    "x",
    [
        measured(),
        np.round(measured()),
        np.clip(measured(), 15, 25),  # a sensor that saturates
        np.random.default_rng(0).integers(0, 2, size=(20, 15, 2)) * 1000.0,  # a switch
        np.random.default_rng(0).integers(-1, 300, size=(20, 15, 2)) * 1.0,
    ],
)
def test_measurements_are_no_markers(x):
    assert find_markers(series(x)) == {}


def test_what_all_of_one_series_is_may_be_a_marker_only_if_it_is_a_whole_number():
    x = measured()
    x[3, :, 0] = -999.5
    assert find_markers(series(x)) == {}
    x[3, :, 0] = -999
    assert find_markers(series(x)) == {"u": [-999]}
    x[3, :, 0], x[4, 0, 0] = -999.5, -999.5
    assert find_markers(series(x)) == {"u": [-999.5]}


def test_a_single_spike_is_no_marker():
    x = measured()
    x[0, 0, 0] = 9999
    assert find_markers(series(x)) == {}


def test_a_file_is_read_without_its_markers(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text("id,t,u,label\na,0,1.5,up\na,1,-999,up\nb,0,9999,down\nb,1,2,down\n", encoding="utf-8")
    expected = [[1.5, np.nan], [np.nan, 2.0]]
    np.testing.assert_array_equal(read(path, missing=[-999, 9999]).x[..., 0], expected)
    parts = list(read_in_parts(path, series=1, missing=[-999, 9999]))
    np.testing.assert_array_equal(np.concatenate([part.x[..., 0] for part in parts]), expected)
    assert -999 in read(path).x


def numbered(n=30, marked=5, marker=-999.0):
    y = np.random.default_rng(0).normal(50, 10, size=n)
    y[:marked] = marker
    return Sequences.from_list(list(measured(shape=(n, 15, 1))), y=y)


@pytest.mark.parametrize("marker", [-999.0, 9999.0])
def test_a_marker_among_labels_that_are_numbers_is_named_with_how_often(marker):
    assert advise(numbered(marker=marker)) == [Doubts.MARKED_LABEL.warning(number=marker, n=5)]
    assert find_marked_labels(np.asarray(numbered(marked=2).y)) == []
    assert find_marked_labels(np.asarray(numbered(marker=55.0).y)) == []


def test_series_whose_label_is_missing_are_left_out_with_a_note(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text("id,t,u,v,target\na,0,1.5,3,-999\na,1,-999,4,-999\nb,0,9,5,2.5\nb,1,2,6,2.5\n", encoding="utf-8")
    found = read(path, missing=[-999])
    assert (found.ids.tolist(), found.y.tolist()) == (["b"], [2.5])
    assert found.notes[-1] == Doubts.MARKED_LABELS_LEFT_OUT(some=1, n=2, missing=["-999"])
    assert read(path).y.tolist() == [-999, 2.5]
    assert [part.y.tolist() for part in read_in_parts(path, series=1, missing=[-999])] == [
        [-999],
        [2.5],
    ]  # all answered
    with raises(Doubts.ALL_LABELS_MARKED, file=str(path), some=2, n=2, missing=["-999", "2.5"]):
        read(path, missing=[-999, 2.5])


def test_a_class_is_no_number_that_is_missing(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_text("id,t,u,label\n" + "".join(f"s{n},{t},{t},{n % 2}\n" for n in range(8) for t in range(4)))
    assert read(path, missing=[0]).y.tolist() == ["0", "1"] * 4
