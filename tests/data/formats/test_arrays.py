"""The arrays of an .npz file by their names; none is left out without a word."""

import numpy as np
import pytest

from glasscell.data import read
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
