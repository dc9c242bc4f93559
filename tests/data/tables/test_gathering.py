"""A gathered table says what the table of all batches says, in less room."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from support.facts import raises

from glasscell.data.tables.column_values import count_different, kind_of, numbers, texts
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import times


def as_text(frame, rows=300):
    return pa.Table.from_pandas(frame.astype(str), preserve_index=False).to_batches(
        max_chunksize=rows
    )


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    ids = np.repeat(rng.permutation(1000)[:40], 30)
    return pd.DataFrame({"id": [f"{k:04d}" for k in ids], "t": np.tile(np.arange(30), 40),
                         "u": rng.normal(size=1200), "n": rng.integers(0, 10**6, 1200),
                         "label": ids % 3})  # fmt: skip


def test_measured_numbers_become_numbers_and_all_else_stays_text(frame):
    table = gather_table(as_text(frame), Request())
    assert table["u"].type == pa.float64()
    assert table["u"].to_pylist() == frame["u"].tolist()
    for name in ("id", "t", "n", "label"):
        assert table[name].to_pylist() == frame[name].astype(str).tolist()
        assert kind_of(table[name]) == "number"
    assert (
        table.nbytes
        < 0.5
        * pa.Table.from_batches(as_text(frame))
        .cast(pa.schema([(name, pa.large_string()) for name in frame]))
        .nbytes
    )


@pytest.mark.parametrize(
    "request_of", [Request(label="u"), Request(time="u"), Request(channels=("n",))]
)
def test_a_column_named_as_something_else_stays_text(frame, request_of):
    assert (
        gather_table(as_text(frame), request_of)["u"].to_pylist() == frame["u"].astype(str).tolist()
    )


def test_text_that_comes_late_makes_text_of_all(frame):
    frame["u"] = [*frame["u"].astype(str)[:-1], "much"]
    assert gather_table(as_text(frame), Request())["u"].to_pylist()[-1] == "much"


def test_columns_of_different_texts_are_read_as_plain_ones(frame):
    """What is read from them, or from a part of them, is what is read from the texts one by one."""
    frame.loc[frame.index[::7], "label"] = None
    table = gather_table(
        pa.Table.from_pandas(frame.astype("string"), preserve_index=False).to_batches(300),
        Request(),
    )
    assert pa.types.is_dictionary(table["label"].type)
    for name in ("id", "t", "label"):
        for part in (table[name], table[name].slice(310, 500), table[name].slice(5, 0)):
            plain = part.cast(pa.large_string())
            np.testing.assert_array_equal(texts(part, name)[0], texts(plain, name)[0])
            assert texts(part, name)[1].tolist() == texts(plain, name)[1].tolist()
            np.testing.assert_array_equal(numbers(part, name), numbers(plain, name))
            assert count_different(part) == count_different(plain)
    np.testing.assert_array_equal(times(table["t"], "t"), frame["t"])


def test_what_is_no_number_is_named_and_spaces_around_one_do_not_matter():
    assert numbers(pa.chunked_array([["1 ", "?"]]), "u").tolist()[0] == 1
    with raises(Tables.NO_NUMBERS_IN, column="u", words="struct<a: int64>"):
        numbers(pa.chunked_array([[{"a": 1}]]), "u")
