import re

import numpy as np
import pandas as pd
import pytest
from support.corpus import CORPUS, rows
from support.facts import codes, raises

from glasscell.data import from_frame, read, read_steps, steps_from_frame
from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Reading
from glasscell.data.steps.step_table import StepTable
from glasscell.data.tables.sentences import Tables
from glasscell.errors import GlasscellError

LONG = pd.DataFrame(
    {
        "who": ["b", "b", "a"],
        "t": [2, 1, 1],
        "u": [2.0, 1.0, 3.0],
        "v": [5, 4, 6],
        "label": ["p", "p", "q"],
    }
)
X = [[[1, 4], [2, 5]], [[3, 6], [np.nan, np.nan]]]


def same(s, ids=("b", "a"), y=("p", "q")):
    np.testing.assert_array_equal(s.x, np.array(X, np.float32))
    assert s.channels == ("u", "v")
    assert s.ids.tolist() == list(ids)
    assert (None if s.y is None else tuple(s.y.tolist())) == y


def test_long_form():
    same(from_frame(LONG, id="who"))
    same(
        from_frame(
            LONG.astype({"who": "category", "label": "category", "v": "Int16"}), id="who", time="t"
        )
    )
    same(from_frame(LONG.assign(t=pd.to_datetime(LONG["t"], unit="h")), id="who"))
    same(from_frame(LONG.drop(columns="label"), id="who"), y=None)
    empty = from_frame(LONG.assign(label=None), id="who")
    same(empty, y=None)
    assert codes(empty.notes[-2:]) == [Tables.ROWS_SORTED, Tables.EMPTY_LABELS]


def test_an_index_of_two_levels():
    frame = LONG.set_index(["who", "t"])
    same(from_frame(frame))
    same(from_frame(frame.rename_axis([None, None])))
    with raises(Reading.INDEX_LEVELS, levels=3):
        from_frame(LONG.set_index(["who", "t", "label"]))
    with raises(Reading.INDEX_NAMES, names=["who", "t"]):
        from_frame(frame.assign(t=1))


@pytest.mark.parametrize(
    "frame",
    [
        LONG.rename(columns={"t": "time"}).set_index("time"),
        LONG.set_index("t").rename_axis("Date"),
        LONG.set_index(pd.to_datetime(LONG["t"], unit="h")).drop(columns="t").rename_axis(None),
        LONG.set_index(pd.to_timedelta(LONG["t"], unit="h")).drop(columns="t"),
        LONG.set_index("who"),
        LONG.rename(columns={"who": "id"}).set_index("id"),
    ],
    ids=["time", "Date", "dates", "lengths of time", "who", "id"],
)
def test_an_index_of_times_or_ids_is_a_column(frame):
    same(from_frame(frame, id=None if frame.index.name == "id" else "who"))


def test_an_index_of_a_name_that_is_not_known_or_beside_a_column_of_times_is_none():
    frame = LONG.rename(columns={"who": "id"})
    same(from_frame(frame.set_index(pd.Index([7, 7, 8], name="row"))))
    same(from_frame(frame.set_index(pd.date_range("2026-01-01", periods=3))))
    same(from_frame(frame.set_index(pd.Index([7, 8, 9], name="when"))), ids=("b", "a"))
    same(from_frame(frame.rename(columns={"t": "when"}).set_index("when"), time="when"))
    again = {"id": "id", "time": "when", "label": "label"}
    same(from_frame(frame.rename(columns={"t": "when"}).set_index("when"), columns_expected=again))


def test_nested_cells():
    frame = pd.DataFrame(
        {"u": [pd.Series([1.0, 2.0]), pd.Series([3.0])], "v": [[4, 5], [6]], "label": ["p", "q"]}
    )
    same(from_frame(frame), ids=("0", "1"))
    same(from_frame(frame.set_axis(["b", "a"])))
    with raises(Reading.MIXED, column="u", file="the data frame"):
        from_frame(frame.assign(u=[[1.0], "x"]))


def test_wide_form():
    frame = pd.DataFrame({0: [1, 3], 1: [2, np.nan], "class": [True, False]}, index=["b", "a"])
    s = from_frame(frame)
    assert s.ids.tolist() == ["b", "a"]
    assert s.lengths.tolist() == [2, 1]
    assert s.y.tolist() == ["True", "False"]
    assert s.channels == ("value",)
    numbered = frame.assign(id=[1, 0])
    assert from_frame(numbered).ids.tolist() == ["1", "0"]


def test_polars():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(LONG.to_dict("list"))
    same(from_frame(frame, id="who"))
    same(from_frame(frame.with_columns(pl.col("label").cast(pl.Categorical)), id="who"))
    nested = pl.DataFrame({"u": [[1.0, 2.0], [3.0]], "v": [[4, 5], [6]], "label": ["p", "q"]})
    same(from_frame(nested), ids=("0", "1"))
    with raises(Reading.NO_FRAME, kind="LazyFrame"):
        from_frame(frame.lazy())


@pytest.mark.parametrize(
    ("frame", "code", "values"),
    [
        (pd.DataFrame(), Tables.NO_ROWS, {}),
        (LONG.iloc[:0], Tables.NO_ROWS, {}),
        (LONG.pivot(index="who", columns="t", values=["u", "v"]), Reading.LEVELS, {"levels": 2}),
        (pd.DataFrame([[1, 2]], columns=["u", "u"]), Formats.SAME_NAME, {"column": "u"}),
        (LONG.assign(u=[1, "x", 2]), Reading.MIXED, {"column": "u"}),
        (LONG.assign(u=[1, np.inf, 2]), Tables.TOO_LARGE, {"row": 2, "column": "u"}),
        (LONG.assign(u=[1j, 2j, 3j]), Reading.MIXED, {"column": "u"}),
        (pd.DataFrame({"id": [(1, 2), (1, 2)], "u": [1, 1]}), Tables.NO_CHANNELS, {}),
        (pd.DataFrame({"id": [1, 1], "u": pd.interval_range(0, 2)}), Tables.NO_CHANNELS, {}),
    ],
)
def test_bad_frames_are_refused(frame, code, values):
    with raises(code, file="the data frame", **values):
        from_frame(frame, **({"id": "who"} if "who" in frame else {}))


def test_what_is_not_a_frame_is_refused():
    with raises(Reading.NO_FRAME, kind="dict"):
        from_frame({})
    with raises(Tables.NO_COLUMN, column="w", role="label"):
        from_frame(LONG, id="who", label="w")


def is_plain(row):
    """Return whether pandas reads a row's file as we do: a CSV of commas with names of columns."""
    options = {*row.get("options", {})}
    if not row["file"].endswith(".csv") or options & {"header", "encoding", "decimal", "labels"}:
        return False
    if row["read"] not in ("series", "train", "steps") or not (CORPUS / row["file"]).is_file():
        return False
    first = (CORPUS / row["file"]).read_bytes().split(b"\n")[0]
    names = first.decode("utf-8-sig", "replace").strip().split(",")
    return len(names) > 1 and all(re.fullmatch(r"[A-Za-z]\w*( \w+)*", name) for name in names)


PLAIN = {
    name: row
    for name, row in rows().items()
    if is_plain(row) and not name.startswith(("malformed/", "encodings/"))  # faults of files
}
for other in (
    "excel/english-thousands",  # pandas leaves 1,234.5 as a text
    "order/line-of-commas",  # an empty row to pandas, and none to us
):
    del PLAIN[other]


def outcome(reader, data, options):
    """Return what is read, or the code of the error, and the codes of notes on columns and rows."""
    try:
        found = reader(data, **options)
    except GlasscellError as error:
        return str(error.code), error.row, error.column
    series = found.series if isinstance(found, StepTable) else found
    labels = [list(y) for y in found.y or ()] if isinstance(found, StepTable) else series.y
    notes = [str(code) for code in codes((*series.notes, *series.warnings))]
    values = np.nan_to_num(series.x).tolist(), None if labels is None else list(labels)
    of_file = ("formats.", "reading.")
    return values, series.ids.tolist(), [n for n in notes if not n.startswith(of_file)]


@pytest.mark.few(30)
@pytest.mark.parametrize("name", PLAIN)
def test_a_frame_is_read_like_the_file_that_it_comes_from(name):
    row = PLAIN[name]
    file, options = CORPUS / row["file"], row.get("options", {})
    readers = read, from_frame
    if row["read"] == "steps" or row["expected"].get("as") == "steps":
        readers = read_steps, steps_from_frame
    assert outcome(readers[0], file, options) == outcome(readers[1], pd.read_csv(file), options)
