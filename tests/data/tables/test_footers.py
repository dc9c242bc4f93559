"""Rows of totals below a table are named, whether they can be read as series or not."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.tables.sentences import Tables

LONG = pd.DataFrame(
    {"id": np.repeat(["a", "b", "c", "d"], 5), "t": [*range(5)] * 4, "u": np.arange(20) * 0.5}
)
WIDE = pd.DataFrame(np.arange(20).reshape(4, 5) * 0.5, columns=[f"u{t}" for t in range(5)]).assign(
    label=list("pqpq")
)
WIDE.insert(0, "id", list("abcd"))


def written(frame, rows, path):
    footer = pd.DataFrame(rows, columns=frame.columns, dtype=object)
    pd.concat([frame.astype(object), footer]).to_csv(path, index=False)
    return path


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "word", ["Total", "TOTAL:", "Grand total", "Sum", "mean", "Average", "All", "Gesamt"]
)
def test_a_row_that_can_be_read_is_warned_of(word, tmp_path):
    for frame, row, at in ((LONG, [word, 0, 9.5], 21), (WIDE, [word, 1, 2, 3, 4, 5, "p"], 5)):
        s = read(written(frame, [row], tmp_path / "d.csv"))
        (warning,) = s.warnings
        assert warning == Tables.FOOTER.warning(row=at, last=at, words=[word], column="id")
        assert warning in advise(s)
        assert read(written(frame, [], tmp_path / "d.csv")).warnings == ()


def test_rows_that_cannot_be_read_are_refused_by_their_number(tmp_path):
    path = tmp_path / "d.csv"
    with raises(Tables.LABEL_MISSING, row=5, column="label", total=6):
        read(written(WIDE, [["Sum", 1, 2, 3, 4, 5, None], ["Mean", 1, 2, 3, 4, 5, None]], path))
    with raises(Tables.NO_TIME, row=21, column="t"):
        read(written(LONG.assign(u=range(20)), [["Total", None, 190]], path))
    with raises(Tables.NOT_A_NUMBER, row=5, column="u0", found="Total", hint=Tables.ONLY_LAST()):
        read(written(WIDE.drop(columns="id"), [["Total", 2, 3, 4, 5, "p"]], path))


def test_a_total_below_numbers_that_name_series_is_warned_of(tmp_path):
    numbered = LONG.assign(id=np.repeat([1, 2, 3, 4], 5))
    (warning,) = read(written(numbered, [["Total", 0, 9.5]], tmp_path / "d.csv")).warnings
    assert warning == Tables.FOOTER.warning(row=21, last=21, words=["Total"], column="id")


def test_of_names_that_other_rows_have_nothing_is_said(tmp_path):
    frame = WIDE.assign(label=["mean", "sum", "mean", "sum"])
    assert read(written(frame, [], tmp_path / "d.csv")).warnings == ()
    frame = LONG.assign(id=np.repeat(["a", "b", "c", "all"], 5))
    assert read(written(frame, [], tmp_path / "d.csv")).warnings == ()  # a series of several rows


def test_the_end_of_a_file_that_is_read_in_parts_is_looked_at_too(tmp_path):
    for frame, row, at in ((LONG, ["Total", 0, 9.5], 21), (WIDE, ["Total", 1, 2, 3, 4, 5, "p"], 5)):
        parts = list(read_in_parts(written(frame, [row], tmp_path / "d.csv"), series=2))
        footer = Tables.FOOTER.warning(row=at, last=at, words=["Total"], column="id")
        assert [part.warnings for part in parts] == [*([()] * (len(parts) - 1)), (footer,)]
