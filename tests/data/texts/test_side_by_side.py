import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data.texts.side_by_side import read_side_by_side


@given(st.lists(st.integers(1, 23), max_size=6), st.integers(1, 9))
def test_what_each_text_gives_is_what_it_gives_alone(lengths, size):
    rng = np.random.default_rng(len(lengths))
    texts = [rng.integers(1, 9, n) for n in lengths]

    def read(piece, states):
        """Give at each symbol the sum of those that the text had so far, whose state is that sum."""
        assert piece.shape[1] <= size + 1
        before = np.zeros(len(piece), "int64") if states is None else states[: len(piece)]
        sums = before[:, None] + piece[:, :-1].cumsum(1)
        return sums, sums[:, -1]

    for found, text in zip(read_side_by_side(texts, size, read), texts, strict=True):
        np.testing.assert_array_equal(found, text[:-1].cumsum())


@pytest.mark.parametrize("texts", [[], [np.array([0])]])
def test_where_nothing_is_to_be_read_nothing_is(texts):
    found = read_side_by_side(texts, 3, lambda *_: pytest.fail("it was read"))
    assert [len(one) for one in found] == [0] * len(texts)


def test_no_more_are_read_at_once_than_the_memory_is_meant_for():
    texts, rows = [np.arange(1 + n) for n in range(150)], []

    def read(piece, states):
        rows.append((len(piece), states))
        return piece[:, :-1], piece[:, -1]

    found = read_side_by_side(texts, 200, read)
    assert [list(one) for one in found] == [list(range(n)) for n in range(150)]
    assert rows == [(64, None), (64, None), (21, None)]  # of the shortest, one has nothing to read
