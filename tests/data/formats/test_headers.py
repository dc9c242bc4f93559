"""Whether the first line of a text holds names: as pandas writes frames without any, as the user says, or refused."""

import numpy as np
import pandas as pd
import pytest

from glasscell.data import from_frame, read, read_in_parts
from glasscell.errors import DataError, UsageError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("width", [1, 2, 3, 30])
@pytest.mark.parametrize("values", [RNG.normal(size=(9, 30)), RNG.integers(0, 9, (9, 30))], ids=["floats", "integers"])
@pytest.mark.parametrize("index", [None, list("abcdefghi")])
def test_a_frame_without_names_has_a_header_of_numbers(width, values, index, tmp_path):
    frame = pd.DataFrame(values[:, :width], index=index)
    frame.to_csv(tmp_path / "d.csv")
    assert (tmp_path / "d.csv").read_text().startswith(",0")
    s = read(tmp_path / "d.csv", header=None if width < 3 or index or values.dtype.kind == "f" else True)
    np.testing.assert_array_equal(s.x[..., 0], values[:, :width].astype(np.float32))
    assert "left out column 1, which has no name" in s.notes


def test_a_first_value_that_is_missing_is_no_header(tmp_path):
    for text, shape in ((",0\n1,2\n3,4\n", (3, 2, 1)), (",0\n,2\n3,4\n", (3, 2, 1)), (",5\n0,2\n1,4\n", (3, 2, 1))):
        (tmp_path / "d.csv").write_text(text)
        assert read(tmp_path / "d.csv").x.shape == shape


def hidden(path, values=None, classes=3):
    """Write labels in column 0, series in the rest, as pandas writes an array: 0,1,2,… stands above."""
    values = RNG.normal(size=(12, 10)) if values is None else values
    pd.DataFrame(np.column_stack([np.arange(12) % classes, values])).to_csv(path, index=False)
    return values.astype(np.float32)


@pytest.mark.parametrize("values", [None, RNG.integers(0, 9, (12, 10))], ids=["floats", "integers"])
def test_a_label_hidden_under_a_number_is_asked_for(values, tmp_path):
    values = hidden(tmp_path / "d.csv", values)
    with pytest.raises(UsageError, match=r"the columns are called 0 to 10, .* use --label 0; .* --header; .* --no-hea"):
        read(tmp_path / "d.csv")
    with pytest.raises(UsageError, match="use --label 0"):
        list(read_in_parts(tmp_path / "d.csv"))
    s = read(tmp_path / "d.csv", label="0")
    assert s.y.tolist() == (np.arange(12) % 3).astype(str).tolist()
    np.testing.assert_array_equal(s.x[..., 0], values)
    s = read(tmp_path / "d.csv", header=True)
    assert (s.x.shape, s.y) == ((12, 11, 1), None)
    s = read(tmp_path / "d.csv", header=False, task="classification")
    assert s.x.shape == (13, 10, 1)
    assert s.x[0, :, 0].tolist() == list(range(1, 11))


def test_no_label_is_hidden_where_column_0_is_none(tmp_path):
    pd.DataFrame(RNG.normal(size=(12, 10))).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (12, 10, 1)
    pd.DataFrame(np.column_stack([np.arange(12), RNG.normal(size=(12, 10))])).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (12, 11, 1)
    frame = pd.DataFrame(np.column_stack([np.arange(12) % 2, RNG.normal(size=(12, 10))]))
    assert from_frame(frame).x.shape == (12, 11, 1)  # a frame's names are names
    frame.assign(label="a").to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").y.tolist() == ["a"] * 12


def test_rows_that_count_are_rows(tmp_path):
    np.savetxt(tmp_path / "d.csv", np.arange(12)[None] + np.arange(5)[:, None], fmt="%d", delimiter=",")
    assert len(read(tmp_path / "d.csv")) == 5


def test_what_is_said_of_the_first_line_is_believed(tmp_path):
    (tmp_path / "d.csv").write_text("1.5,2.5\n3,4\n5,6\n")
    assert read(tmp_path / "d.csv").x.shape == read(tmp_path / "d.csv", header=False).x.shape == (3, 2, 1)
    assert read(tmp_path / "d.csv", header=True).x.shape == (2, 2, 1)
    (tmp_path / "d.csv").write_text("a,b\n3,4\n5,6\n")
    with pytest.raises(DataError, match="found 'a'; expected a number"):
        read(tmp_path / "d.csv", header=False)
    (tmp_path / "d.csv").write_text("3.5,4\n")
    with pytest.raises(DataError, match="contains a header but no rows"):
        read(tmp_path / "d.csv", header=True)
    assert next(read_in_parts(tmp_path / "d.csv", header=False)).x.shape == (1, 2, 1)
