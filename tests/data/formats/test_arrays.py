"""The arrays of an .npz file by their names; none is left out without a word."""

import numpy as np
import pytest

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError

X, Y = np.arange(24.0).reshape(4, 3, 2), np.array(["up", "down", "up", "down"])


@pytest.mark.parametrize("name", ["y", "Y", "labels", "Label", "TARGET", "targets", "class"])
@pytest.mark.parametrize("x", ["x", "X"])
def test_labels_are_found_by_any_common_name(x, name, tmp_path):
    np.savez(tmp_path / "d.npz", **{x: X, name: Y, "IDs": ["a", "b", "c", "d"]})
    s = read(tmp_path / "d.npz")
    assert (s.y.tolist(), s.ids.tolist()) == (Y.tolist(), ["a", "b", "c", "d"])
    assert s.notes == (f"read as .npz: 2 channels, labels in {name!r}",)


def test_what_is_not_read_is_named(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, gesture=Y, w=np.ones(4))
    s = read(tmp_path / "d.npz")
    assert s.y is None
    (warning,) = s.warnings
    assert warning.startswith("no labels were found; left out gesture, w; what is read is called x, y (else labels")
    np.savez(tmp_path / "d.npz", x=X, y=Y, labels=np.ones(4))
    s = read(tmp_path / "d.npz")
    assert s.y.tolist() == Y.tolist()
    assert s.notes[1].startswith("left out labels; what is read is called x, y (else labels, label, targets")


def test_an_array_that_is_not_read_may_hold_anything(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, y=Y, more=np.array([{}, 1], object))
    assert read(tmp_path / "d.npz").notes[1].startswith("left out more;")


def test_two_arrays_of_one_name_are_refused(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, X=X + 1)
    with pytest.raises(DataError, match="'x' and 'X' may both be x; leave one out"):
        read(tmp_path / "d.npz")


def test_labels_that_are_objects_are_refused_with_the_mend(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, Y=np.array([1, "1", 1, "1"], object))
    with pytest.raises(DataError, match=r"array 'Y' contains a pickle.* or of texts \(y.astype\(str\)\)"):
        read(tmp_path / "d.npz")


LABELS = {
    "classes as numbers": (np.array([0, 1, np.nan, 1]), ["0", "1", "", "1"]),
    "texts": (np.array(["up", "down", "", "down"]), ["up", "down", "", "down"]),
    "bytes": (np.array([b"up", b"down", b"", b"down"]), ["up", "down", "", "down"]),
    "numbers": (np.array([0.5, 1.25, np.nan, 2]), [0.5, 1.25, np.nan, 2]),
}


@pytest.mark.parametrize(("y", "read_as"), LABELS.values(), ids=LABELS)
def test_labels_of_some_series_are_refused_to_learn_from_and_understood_to_answer(y, read_as, tmp_path):
    np.savez(tmp_path / "d.npz", x=X, Y=y)
    with pytest.raises(DataError, match=r"1 of 4 labels in 'Y' are missing \(Y\[2\] is the first\): label"):
        read(tmp_path / "d.npz")
    task = "regression" if y.dtype == float and y[0] == 0.5 else "classification"  # as a run knows it
    for size in (1, 4):
        parts = list(read_in_parts(tmp_path / "d.npz", series=size, task=task, channels_expected=["dim_0", "dim_1"]))
        found = [label for part in parts for label in part.y.tolist()]
        np.testing.assert_array_equal(np.array(found), np.array(read_as))
        assert [bool(has) for part in parts for has in part.has_label] == [True, True, False, True]


@pytest.mark.parametrize("y", [np.full(4, np.nan), np.array([""] * 4)], ids=["numbers", "texts"])
def test_labels_that_are_all_missing_are_none(y, tmp_path):
    np.savez(tmp_path / "d.npz", x=X, y=y)
    s = read(tmp_path / "d.npz")
    assert s.y is None
    assert s.notes == ("read as .npz: 2 channels, labels in 'y', which are all missing",)
