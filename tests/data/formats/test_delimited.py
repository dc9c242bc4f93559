"""A text of columns: its separator is found, below a title, too."""

import io

import pytest
from support.facts import raises

from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.sentences import Formats


def opened(text):
    return read_delimited(Guarded(io.BytesIO(text.encode())).expect_text())


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_words_of_a_title_do_not_hide_the_separator(separator):
    rows = "".join(f"a{separator}2026-01-31 12:{k:02}{separator}1\n" for k in range(5))
    table = opened(f"Export of device 7\nid{separator}time{separator}x\n{rows}")
    (batch,) = table.batches
    assert (batch.schema.names, batch.num_rows) == (["id", "time", "x"], 5)


def test_a_row_that_is_short_does_not_make_titles_of_those_above():
    table = opened("id,x\na,1\na\nb,2\nb,3\n")
    with raises(Formats.WIDTH, line=3, n=1, expected=2):
        list(table.batches)
