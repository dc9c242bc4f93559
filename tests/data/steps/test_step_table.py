import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.facts import codes, only, raises
from support.labelled_steps import make_steps, write_steps

from glasscell.data import read
from glasscell.data.formats.sentences import Formats
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.sentences import Tables
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
        assert table.y[at].tolist() == y[k].tolist()
        assert table.times[at].tolist() == [str(t) for t in range(len(y[k]))]
    assert table.classes == ["high", "low"]
    assert table.series.notes[0].values["labels"] == Tables.LABEL_OF_STEPS(label="label")
    assert table.series.channels == ("u", "v")


def test_without_a_column_of_names_all_rows_are_one_series(tmp_path):
    path = write_steps(tmp_path / "one.csv", single=True)
    assert are_labelled_by_step(path)
    table = read_steps(path)
    assert len(table.series) == 1
    assert table.series.columns == {"time": "time", "label": "label"}
    form = only(table.series.notes, Tables.LONG_FORM).values
    assert (form["series"], form["labels"]) == (
        Tables.ONE_SERIES(),
        Tables.LABEL_OF_STEPS(label="label"),
    )
    assert form["order"].values["time"] == "time"
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
    with raises(Tables.TWO_LABELS, row=4, column="label", found="down", id="s0", before="up"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        (
            lambda frame: frame.assign(u=frame["u"].astype(str).where(frame.index != 5, "1,5,2")),
            Tables.NOT_A_NUMBER,
            {"column": "u"},
        ),
        (
            lambda frame: frame.assign(
                label=(frame["label"] == "low")
                .astype(str)
                .replace({"True": "1", "False": "2"})
                .where(frame.index != 5, "?")
            ),
            Steps.LABEL_OF_WORDS,
            {"column": "label", "found": "?"},
        ),
    ],
    ids=["no number", "no label"],
)
def test_a_slip_elsewhere_does_not_hide_that_steps_are_labelled(change, code, values, tmp_path):
    path = tmp_path / "steps.csv"
    change(pd.read_csv(write_steps(path))).to_csv(path, index=False)
    assert are_labelled_by_step(path)
    with raises(code, row=6, **values):
        read_steps(path)


@pytest.mark.parametrize("form", ["p{}", "{}"])
def test_series_of_one_subject_belong_together_whether_it_is_a_word_or_a_number(form, tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    frame = pd.read_csv(path)
    subject = [form.format(int(name[1:]) // 2) for name in frame["id"]]
    frame.assign(subject=subject).to_csv(path, index=False)
    series = read_steps(path).series
    assert series.groups.tolist() == [form.format(k // 2) for k in range(6)]
    assert series.channels == ("u", "v")


def test_no_other_column_is_taken_for_a_label_of_whole_series(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    frame = pd.read_csv(path)
    frame.assign(comment="sunny", target=frame["u"]).to_csv(path, index=False)
    series = read_steps(path).series
    assert series.channels == ("u", "v")
    assert [note.values["column"] for note in series.notes if note.code is Tables.LEFT_OUT] == [
        "target",
        "comment",
    ]


@pytest.mark.parametrize("names", [["r0", "r1", "r2"], [100, 101, 102]])
def test_recordings_are_told_apart_without_times_and_by_a_run_that_knew_them_by_another_name(
    names, tmp_path
):
    path = write_steps(tmp_path / "steps.csv", n=3)
    known = {"channels_expected": ["u", "v"], "columns_expected": read_steps(path).series.columns}
    frame = pd.read_csv(path).drop(columns="time")
    frame["id"] = frame["id"].map(dict(zip(["s0", "s1", "s2"], names, strict=True)))
    frame = frame.rename(columns={"id": "recording"})
    frame.to_csv(path, index=False)
    for table in (read_steps(path), read_steps(path, **known)):
        assert table.series.ids.tolist() == [str(name) for name in names]
        assert table.series.channels == ("u", "v")
    frame.drop(columns="label").assign(recording="only").to_csv(path, index=False)
    single = read_steps(path, **known).series
    assert (len(single), codes(single.warnings)) == (1, [Tables.LEFT_OUT])
    assert (single.warnings[0].level, single.warnings[0].values["column"]) == (
        "warning",
        "recording",
    )
    assert single.notes[0].values["labels"] == Tables.NO_LABELS()


@pytest.mark.parametrize("parts", [False, True])
def test_a_time_in_several_columns_goes_past_midnight(parts, tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    frame = pd.read_csv(path)
    when = pd.Timestamp("2026-01-31 20:00:00") + pd.to_timedelta(frame.pop("time"), unit="h")
    columns = (
        {"year": when.dt.year, "month": when.dt.month, "day": when.dt.day, "hour": when.dt.hour}
        if parts
        else {"Date": when.dt.date, "Time": when.dt.time}
    )
    frame.assign(**columns).to_csv(path, index=False)
    assert are_labelled_by_step(path)
    table = read_steps(path)
    assert table.series.channels == ("u", "v")
    assert table.y[0].tolist() == make_steps()[1][0].tolist()
    assert Tables.JOINED_TIMES in codes(table.series.notes)


def test_channels_that_are_named_are_those_of_the_run_in_its_order(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    known = {"channels_expected": ["u", "v"], "columns_expected": read_steps(path).series.columns}
    np.testing.assert_array_equal(
        read_steps(path, channels=["v", "u"], **known).x[0], read_steps(path).x[0]
    )
    frame = pd.read_csv(path).rename(columns={"u": "a", "v": "b"})
    frame.assign(v=0.0).to_csv(path, index=False)
    assert read_steps(path, channels=["a", "b"], **known).series.channels == ("a", "b")
    for wrong in (["a"], ["a", "b", "label"], ["v", "b"]):
        with raises(
            Steps.OTHER_CHANNELS, channels=tuple(wrong), n=len(wrong), m=2, expected=("u", "v")
        ):
            read_steps(path, channels=wrong, **known)


@pytest.mark.parametrize("labels", [["1"], ["0", "1", "2"]])
def test_a_run_is_asked_for_few_steps_whose_labels_are_numbers(labels, tmp_path):
    path = tmp_path / "few.csv"
    pd.DataFrame({"u": np.arange(len(labels)) / 8, "v": 0.5, "label": labels}).to_csv(
        path, index=False
    )
    known = {"channels_expected": ["u", "v"], "columns_expected": {"label": "label"}}
    assert read_steps(path, **known).y[0].tolist() == labels


def test_the_label_may_have_any_name(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    pd.read_csv(path).rename(columns={"label": "tag\u200b"}).to_csv(path, index=False)
    assert read_steps(path).series.notes[0].values["labels"].values == {"label": "tag\u200b"}


def test_a_row_for_each_series_is_refused(tmp_path):
    columns = {"id": list("abc"), "u": [[1.0, 2.0], [3.0], [4.0]], "label": list("xyx")}
    pq.write_table(pa.table(columns), tmp_path / "nested.parquet")
    with raises(Steps.NESTED_FORM):
        read_steps(tmp_path / "nested.parquet")


def test_a_group_that_is_given_may_be_the_id_as_well(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    steps = read_steps(path, group="id")
    assert steps.series.columns == read_steps(path).series.columns
    assert steps.series.groups.tolist() == steps.series.ids.tolist()


@pytest.mark.parametrize("name", ["none.csv", "-", "*.csv", "."])
def test_what_is_no_table_has_no_label_for_every_step(name):
    assert not are_labelled_by_step(name)


def test_a_name_beyond_the_system_is_no_folder():
    with raises(Formats.NOT_OPENED):
        read_steps("x" * 5000)


def test_a_sheet_may_have_a_label_for_every_step(tmp_path):
    pd.DataFrame({"id": [1, 1, 2, 2], "u": [0.5, 1.5, 2.5, 3.5], "label": list("abab")}).to_excel(
        tmp_path / "d.xlsx", sheet_name="walks", index=False
    )
    assert are_labelled_by_step(f"{tmp_path / 'd.xlsx'}#walks")


def test_a_file_to_answer_need_not_have_labels(tmp_path):
    path = write_steps(tmp_path / "steps.csv")
    known = {"channels_expected": ["u", "v"], "columns_expected": read_steps(path).series.columns}
    pd.read_csv(path).drop(columns="label").to_csv(path, index=False)
    assert read_steps(path, **known).y is None
    with raises(Steps.NO_LABELS):
        read_steps(path)
    pd.read_csv(path).drop(columns="u").to_csv(path, index=False)
    with raises(Steps.NO_CHANNEL, channel="u", expected=("u", "v")):
        read_steps(path, **known)


@pytest.mark.parametrize(
    ("change", "kind", "code", "values"),
    [
        (
            lambda frame: frame.assign(label=frame["v"]),
            DataError,
            Steps.TARGETS,
            {"column": "label"},
        ),
        (
            lambda frame: frame.assign(label=np.nan),
            DataError,
            Steps.EMPTY_LABELS,
            {"column": "label"},
        ),
        (
            lambda frame: frame.rename(columns={"label": "one"}).assign(two="a"),
            UsageError,
            Steps.SEVERAL_OF_WORDS,
            {"columns": ["two", "one"]},
        ),
        (lambda frame: frame.iloc[:0], DataError, Formats.HEADER_ONLY, {}),
    ],
)
def test_what_cannot_be_read_is_reported(change, kind, code, values, tmp_path):
    change(pd.read_csv(write_steps(tmp_path / "steps.csv"))).to_csv(
        tmp_path / "steps.csv", index=False
    )
    with raises(code, **values) as caught:
        read_steps(tmp_path / "steps.csv")
    assert caught.type is kind


def test_a_row_of_each_series_is_no_step(tmp_path):
    path = tmp_path / "steps.csv"
    pd.DataFrame(
        {"id": list("abc"), "person": list("xxy"), "u": [1.0, 2.5, 3.5], "label": list("aba")}
    ).to_csv(path)
    with raises(Steps.WIDE_FORM_WITHOUT_ID):
        read_steps(path, id="id", channels=["u"])
    with raises(Steps.GROUP_WITHOUT_ID, group="person"):
        read_steps(path, group="person", channels=["u"])


def test_a_label_that_is_named_must_be_there(tmp_path):
    with raises(
        Tables.NO_COLUMN, column="phase", role="label", columns=["id", "time", "u", "v", "label"]
    ):
        read_steps(write_steps(tmp_path / "steps.csv"), label="phase")


def test_one_table_is_read_and_nothing_else(tmp_path):
    with raises(Steps.ONE_TABLE):
        read_steps(tmp_path)
    np.savez(tmp_path / "a.npz", x=np.zeros((2, 3)))
    with raises(Steps.NO_TABLE, kind="npz"):
        read_steps(tmp_path / "a.npz")
