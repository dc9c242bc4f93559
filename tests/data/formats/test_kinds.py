"""A value of another kind than most is found, and said where it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data.formats.json_tables import find_stray
from glasscell.data.formats.sentences import Formats

KINDS = [
    st.integers() | st.floats(allow_nan=False),
    st.booleans(),
    st.text(),
    st.dictionaries(st.text(), st.integers(), max_size=2),
]


@given(data=st.data(), kind=st.permutations(range(4)), n=st.integers(3, 20), n_strays=st.integers(0, 2))
@pytest.mark.parametrize("in_lists", [False, True])
def test_strays_are_found(in_lists, data, kind, n, n_strays):
    values = [data.draw(KINDS[kind[0]]) for _ in range(n)]
    places = sorted(np.random.default_rng(n).choice(n, min(n_strays, (n - 1) // 2), replace=False).tolist())
    for place in places:
        values[place] = data.draw(KINDS[kind[1]])
    rows = list(enumerate([None, *values, None]))
    if in_lists:
        rows = [(k, [value, None]) for k, value in rows] + [(len(rows), None), (len(rows), [])]
    found = find_stray(rows)
    assert (found is None) == (not places)
    if found is not None:
        first_of_most = next(k for k in range(n) if k not in places)
        assert (found.where, found.where_others) == (places[0] + 1, first_of_most + 1)
        assert len(str(found.what)) < 100


@pytest.mark.parametrize(
    ("values", "what", "others"),
    [
        ([1, 2, "3"], Formats.A_TEXT(value="3"), Formats.A_NUMBER(value=1)),
        ([[1], [2], 3], Formats.A_NUMBER(value=3), Formats.A_LIST()),
        ([{}, {}, True], Formats.A_TRUTH_VALUE(value="true"), Formats.AN_OBJECT()),
        ([True, False, 1], Formats.A_NUMBER(value=1), Formats.A_TRUTH_VALUE(value="true")),
    ],
)
def test_values_are_called_by_their_kind(values, what, others):
    found = find_stray(enumerate(values))
    assert (found.what, found.others) == (what, others)
