"""Times that may start over are rejected with the option for file order; others are sorted."""

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables


def read_times(name, times, path, n=6, shuffle=False, **options):
    """Read series whose value counts their rows, with these times, or each with its own."""
    rows = []
    for k in range(n):
        of_each = times(k) if callable(times) else times
        rows += [(f"s{k}", t, step, "ab"[k % 2]) for step, t in enumerate(of_each)]
    table = pd.DataFrame(rows, columns=["site", name, "x", "label"])
    table = table.sample(frac=1, random_state=0) if shuffle else table
    table.to_csv(path / "d.csv", index=False)
    return read(path / "d.csv", id="site", time=name, **options)


def cycle(first, length, begin=0, n=None, step=1):
    return [(begin + (first + step * k) % length) for k in range(n or length // step)]


@pytest.mark.parametrize(
    ("name", "times", "said"),
    [
        ("hour", cycle(18, 24), {"n": 6, "before": "23", "here": "0", "row": 7}),
        ("hour", lambda k: cycle(5 * k, 24), {"n": 5, "before": "23", "here": "0", "id": "s1"}),
        ("Stunde", [20, 21, 23, 2, 3, 8], {"before": "23", "here": "2"}),
        ("month", cycle(9, 12, 1), {"before": "12", "here": "1"}),
        ("t", cycle(250, 256, n=16), {"before": "255", "here": "0"}),
        ("t", cycle(10, 22), {"before": "21", "here": "0"}),
        ("clock", [2330, 0, 30, 100, 130, 200], {"before": "2330", "here": "0"}),
        ("seconds", [58.5, 59.0, 59.5, 0.5, 1.0, 1.5], {"before": "59.5", "here": "0.5"}),
    ],
)
def test_times_that_may_begin_again_are_refused_and_read_in_file_order_as_told(
    name, times, said, tmp_path
):
    with raises(Tables.MAY_BEGIN_AGAIN, column=name, channels=[name, "x"], **said):
        read_times(name, times, tmp_path)
    found = read(tmp_path / "d.csv", id="site", channels=[name, "x"])
    assert (np.diff(found.x[..., 1], axis=1) == 1).all()
    assert "time" not in found.columns


@pytest.mark.parametrize(
    "times", [cycle(18, 24), [*range(12)], [2, 0, 1], [9, 8, 7, 6, 5], [1, 10, 11, 2, 3]]
)
def test_rows_in_any_other_order_are_sorted(times, tmp_path):
    found = read_times("hour", times, tmp_path, shuffle=len(times) > 5)
    assert Tables.ROWS_SORTED in codes(found.notes)
    assert (found.x[0, :, 0] == np.argsort(times)).all()


@pytest.mark.parametrize(
    ("form", "early", "late"), [("%H%M", 845, 2330), ("%d.%m. %H h", "2.1. 7 h", "31.12. 23 h")]
)
def test_times_without_a_year_may_not_go_back(form, early, late, tmp_path):
    assert read_times("when", [early, late], tmp_path, time_format=form).spacing.in_seconds
    with raises(Tables.PAST_MIDNIGHT, column="when", row=2):
        read_times("when", [late, early], tmp_path, time_format=form)
