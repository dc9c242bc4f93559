"""The arrays of an .npz file by their names; none is left out without a word."""

import numpy as np
import pytest
from support.facts import codes, only, raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats

X, Y = np.arange(24.0).reshape(4, 3, 2), np.array(["up", "down", "up", "down"])


@pytest.mark.parametrize("name", ["y", "Y", "labels", "Label", "TARGET", "targets", "class"])
@pytest.mark.parametrize("x", ["x", "X"])
def test_labels_are_found_by_any_common_name(x, name, tmp_path):
    np.savez(tmp_path / "d.npz", **{x: X, name: Y, "IDs": ["a", "b", "c", "d"]})
    s = read(tmp_path / "d.npz")
    assert (s.y.tolist(), s.ids.tolist()) == (Y.tolist(), ["a", "b", "c", "d"])
    (note,) = s.notes
    assert (note.code, note.values["form"], note.values["width"]) == (Formats.READ_AS, ".npz", 2)
    assert note.values["labels"] == Formats.LABELS_IN(name=name)


def test_what_is_not_read_is_named(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, gesture=Y, w=np.ones(4))
    s = read(tmp_path / "d.npz")
    assert s.y is None
    (warning,) = s.warnings
    assert (warning.code, warning.level) == (Formats.LEFT_OUT, "warning")
    assert warning.values["names"] == ["gesture", "w"]
    assert warning.values["known"] == ["y", "labels", "label", "targets", "target", "class"]
    np.savez(tmp_path / "d.npz", x=X, y=Y, labels=np.ones(4))
    s = read(tmp_path / "d.npz")
    assert s.y.tolist() == Y.tolist()
    assert only(s.notes, Formats.LEFT_OUT).values["names"] == ["labels"]
    assert not s.warnings


def test_an_array_that_is_not_read_may_hold_anything(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, y=Y, more=np.array([{}, 1], object))
    assert only(read(tmp_path / "d.npz").notes, Formats.LEFT_OUT).values["names"] == ["more"]


def test_of_two_arrays_of_one_name_the_second_is_named_as_ignored(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, X=X + 1, y=Y)
    s = read(tmp_path / "d.npz")
    np.testing.assert_array_equal(s.x, X)
    assert only(s.notes, Formats.LEFT_OUT).values["names"] == ["X"]


def test_labels_that_are_objects_are_refused_with_the_mend(tmp_path):
    np.savez(tmp_path / "d.npz", x=X, Y=np.array([1, "1", 1, "1"], object))
    with raises(Formats.NO_ARRAY, name="Y"):
        read(tmp_path / "d.npz")


LABELS = {
    "classes as numbers": (np.array([0, 1, np.nan, 1]), ["0", "1", "", "1"]),
    "texts": (np.array(["up", "down", "", "down"]), ["up", "down", "", "down"]),
    "bytes": (np.array([b"up", b"down", b"", b"down"]), ["up", "down", "", "down"]),
    "numbers": (np.array([0.5, 1.25, np.nan, 2]), [0.5, 1.25, np.nan, 2]),
}


@pytest.mark.parametrize(("y", "read_as"), LABELS.values(), ids=LABELS)
def test_labels_of_some_series_are_refused_to_learn_from_and_understood_to_answer(
    y, read_as, tmp_path
):
    np.savez(tmp_path / "d.npz", x=X, Y=y)
    with raises(Formats.LABELS_MISSING, n=1, of=4, name="Y", first=2):
        read(tmp_path / "d.npz")
    # as a run knows it
    task = "regression" if y.dtype == float and y[0] == 0.5 else "classification"
    for size in (1, 4):
        parts = list(
            read_in_parts(
                tmp_path / "d.npz", series=size, task=task, channels_expected=["dim_0", "dim_1"]
            )
        )
        found = [label for part in parts for label in part.y.tolist()]
        np.testing.assert_array_equal(np.array(found), np.array(read_as))
        assert [bool(has) for part in parts for has in part.has_label] == [True, True, False, True]


@pytest.mark.parametrize("y", [np.full(4, np.nan), np.array([""] * 4)], ids=["numbers", "texts"])
def test_labels_that_are_all_missing_are_none(y, tmp_path):
    np.savez(tmp_path / "d.npz", x=X, y=y)
    s = read(tmp_path / "d.npz")
    assert s.y is None
    assert codes(s.notes) == [Formats.READ_AS]
    assert s.notes[0].values["labels"] == Formats.NO_LABELS()


@pytest.mark.parametrize("lengths", [[9, 4], [-1, 2]])
def test_lengths_beyond_the_steps_are_refused(lengths, tmp_path):
    np.savez(tmp_path / "d.npz", x=np.ones((2, 3, 9)), lengths=lengths)
    with raises(Formats.NO_LENGTHS, steps=3):
        read(tmp_path / "d.npz")


def test_texts_that_are_none_are_refused(tmp_path):
    ids = np.frombuffer(np.array([0x61, 0x110000, 0x62, 0x63], np.uint32).tobytes(), "<U1")
    np.savez(tmp_path / "d.npz", x=X, ids=ids)
    with raises(Formats.NO_ARRAY, name="ids"):
        read(tmp_path / "d.npz")
