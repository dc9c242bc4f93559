import numpy as np
import pandas as pd
import pytest
from support.labelled_steps import make_steps, write_steps

from glasscell.data import read
from glasscell.data.steps.step_table import are_labelled_by_step, read_steps
from glasscell.errors import DataError, UsageError


def test_series_and_labels_stand_in_the_order_of_their_times(tmp_path):
    x, y = make_steps()
    path = write_steps(tmp_path / "steps.csv", unlabelled=2)
    y[0][:2] = None
    pd.read_csv(path).sample(frac=1, random_state=0).to_csv(path, index=False)
    table = read_steps(path, missing=[0.0, 1.0])  # numbers that labels might be kept as
    names = [f"s{k}" for k in range(6)]
    where = [table.series.ids.tolist().index(name) for name in names]
    for k, at in enumerate(where):
        np.testing.assert_allclose(table.x[at], x[k], rtol=1e-6)
        assert table.tags[at].tolist() == y[k].tolist()
        assert table.times[at].tolist() == [str(t) for t in range(len(y[k]))]
    assert table.classes == ["high", "low"]
    assert "a label for each step by 'label'" in table.series.notes[0]
    assert table.series.channels == ("u", "v")


def test_without_a_column_of_names_all_rows_are_one_series(tmp_path):
    path = write_steps(tmp_path / "one.csv", single=True)
    assert are_labelled_by_step(path)
    table = read_steps(path)
    assert len(table.series) == 1
    assert table.series.columns == {"time": "time", "label": "label"}
    assert table.series.notes[0].startswith("read as long form: one series, time by 'time', a label for each step")
    again = read_steps(path, channels_expected=["v", "u"], columns_expected=table.series.columns)
    np.testing.assert_array_equal(again.x[0], table.x[0][:, ::-1])


def test_a_slip_is_no_label_for_every_step(tmp_path):
    frame = pd.read_csv(write_steps(tmp_path / "a.csv"))
    frame["label"] = np.where(frame["id"] < "s3", "up", "down")
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert not are_labelled_by_step(tmp_path / "a.csv")
    frame.loc[3, "label"] = "down"
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert not are_labelled_by_step(tmp_path / "a.csv")
    with pytest.raises(DataError, match="row 4, column 'label': found 'down', but series 's0' began with 'up'"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["none.csv", "-", "*.csv", "."])
def test_what_is_no_table_has_no_label_for_every_step(name):
    assert not are_labelled_by_step(name)


def test_a_file_to_answer_need_not_have_labels(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    known = {"channels_expected": ["u", "v"], "columns_expected": read_steps(path).series.columns}
    pd.read_csv(path).drop(columns="label").to_csv(path, index=False)
    assert read_steps(path, **known).tags is None
    with pytest.raises(DataError, match="has no labels, so there is nothing to learn"):
        read_steps(path)
    pd.read_csv(path).drop(columns="u").to_csv(path, index=False)
    with pytest.raises(DataError, match="has no column 'u', a channel that the run was trained on"):
        read_steps(path, **known)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda frame: frame.assign(label=frame["v"]), DataError, "different numbers, which vary within a series"),
        (lambda frame: frame.assign(label=np.nan), DataError, "'label' is empty, so there is nothing to learn"),
        (lambda frame: frame.assign(time=0), DataError, "has the time"),
        (lambda frame: frame.rename(columns={"label": "one"}).assign(two="a"), UsageError, "name the one that is"),
        (lambda frame: frame.iloc[:0], DataError, "contains a header but no rows"),
    ],
)
def test_what_cannot_be_read_is_reported(change, kind, said, tmp_path):
    change(pd.read_csv(write_steps(tmp_path / "steps.csv"))).to_csv(tmp_path / "steps.csv", index=False)
    with pytest.raises(kind, match=said):
        read_steps(tmp_path / "steps.csv")
