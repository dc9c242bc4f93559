import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glasscell.tasks.language.cells.halves import split


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_halves_are_of_whole_files_or_of_one_cut(lengths):
    starts, total = np.cumsum([0, *lengths[:-1]]), sum(lengths)
    is_first = split(starts, total)
    assert is_first.shape == (total,)
    whole = all(len(set(is_first[start : start + n].tolist())) <= 1 for start, n in zip(starts, lengths, strict=True))
    assert whole or is_first.tolist() == [True] * (total // 2) + [False] * (total - total // 2)
    sizes = is_first.sum(), total - is_first.sum()
    assert min(sizes) >= 0.25 * total - 1  # 1: an odd text is cut beside its middle
    assert whole or max(lengths) > 0.5 * total  # else files would have done
