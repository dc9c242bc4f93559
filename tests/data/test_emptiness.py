"""Series without a single value, in files of every form: read, found and named."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import Sequences, inventory, read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts
from glasscell.data.frames import from_frame
from glasscell.data.sentences import Reading
from glasscell.data.sequences import about_empty, is_empty, say_empty, with_values

nan = float("nan")


def npz(path):
    np.savez(
        path,
        x=np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        lengths=np.array([2, 0, 1]),
        y=["a", "b", "a"],
    )


def npy(path):
    np.save(path, np.array([[1.0, 2.0], [nan, nan], [5.0, nan]]))


def nested(values):
    return lambda path: pq.write_table(pa.table({"u": values, "label": ["a", "b", "a"]}), path)


FILES = {
    "long.csv": lambda p: p.write_text("id,t,u,label\np,0,1,a\np,1,2,a\nq,0,,b\nq,1,,b\nr,0,5,a\n"),
    "wide.csv": lambda p: p.write_text("x0,x1,label\n1,2,a\n,,b\n5,,a\n"),
    "series.ts": lambda p: p.write_text("@classLabel true a b\n@data\n1,2:a\n?,?:b\n5:a\n"),
    "x.npz": npz,
    "x.npy": npy,
    "empty.parquet": nested([[1.0, 2.0], [], [5.0]]),
    "null.parquet": nested([[1.0, 2.0], None, [5.0]]),
    "nan.parquet": nested([[1.0, 2.0], [nan, nan, nan], [5.0]]),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_series_without_a_value_is_read_from_every_kind_of_file(name, at_once, tmp_path):
    FILES[name](tmp_path / name)
    parts = [read(tmp_path / name)] if at_once else list(read_in_parts(tmp_path / name, series=1))
    found = [list(row[np.isfinite(row)]) for part in parts for row in part.x[..., 0]]
    assert found == [[1, 2], [], [5]]
    assert np.concatenate([is_empty(part.x) for part in parts]).tolist() == [False, True, False]
    assert min(part.lengths.min() for part in parts) >= 1


def test_a_cell_of_a_data_frame_may_hold_no_series():
    series = from_frame(
        pd.DataFrame({"u": [None, [1.0, 2.0], np.array([]), [nan], nan], "label": list("ababa")})
    )
    assert is_empty(series.x).tolist() == [True, False, True, True, True]
    assert series.lengths.tolist() == [1, 2, 1, 1, 1]


@example([[nan, nan, nan], [1.0]])
@given(st.lists(st.lists(st.sampled_from([nan, 0.0, 1.0]), max_size=4), min_size=1, max_size=6))
def test_those_that_have_a_value_are_left(series):
    some = Sequences.from_list(series, ids=[f"s{n}" for n in range(len(series))])
    expected = [f"s{n}" for n, v in enumerate(series) if not np.isnan(v).all()]
    if not expected:
        with raises(Reading.ALL_EMPTY, purpose=Reading.TO_LEARN_FROM()):
            with_values(some, Reading.TO_LEARN_FROM)
        return
    rest = with_values(some, Reading.TO_LEARN_FROM)
    assert rest.ids.tolist() == expected
    assert rest.x.shape[1] == rest.lengths.max()
    assert about_empty(rest, Reading.EMPTY_UNANSWERED) == []
    found = [note.values["empty"] for note in about_empty(some, Reading.EMPTY_UNANSWERED)]
    lacking = [id for id in some.ids.tolist() if id not in expected]
    assert found == (
        [Reading.EMPTY(some=len(lacking), n=len(series), ids=lacking)] if lacking else []
    )


def test_what_is_to_be_trained_on_is_warned_of_and_else_described_without_them():
    walks = [[1.0, 2.0, 1.0, 3.0], [], [nan], [3.0, 5.0, 4.0, 6.0]]
    series = Sequences.from_list(walks, y=["a", "b", "b", "a"], ids=list("pqrs"))
    empty, *others = advise(series)
    assert empty == Reading.EMPTY_UNANSWERED.warning(empty=say_empty(["q", "r"], 4))
    assert others == advise(series.select([0, 3])) == [Doubts.ONE_CLASS.warning(label="a")]
    found = inventory.take(series)
    assert (found["n"], found["n_empty"]) == (4, 2)
    assert json.dumps(found, allow_nan=False)
    assert advise(series.select([1, 2])) == [
        Reading.EMPTY_UNANSWERED.warning(empty=say_empty(["q", "r"], 2))
    ]


def test_they_are_drawn_as_nothing(tmp_path):
    inventory.draw(
        Sequences.from_list([[], [nan, nan], [1.0]], y=["a", "a", "b"]), tmp_path / "p.png"
    )
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
