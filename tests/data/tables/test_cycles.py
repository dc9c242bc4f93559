"""Times that begin again keep the file's order, which is said; what may be a mistake is refused or sorted."""

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables


def read_times(name, times, path, n=6, shuffle=False):
    """Read series whose value counts their rows, with these times; or with those of their own, by a function."""
    rows = []
    for k in range(n):
        of_each = times(k) if callable(times) else times
        rows += [(f"s{k}", t, step, "ab"[k % 2]) for step, t in enumerate(of_each)]
    table = pd.DataFrame(rows, columns=["site", name, "x", "label"])
    table = table.sample(frac=1, random_state=0) if shuffle else table
    table.to_csv(path / "d.csv", index=False)
    return read(path / "d.csv", id="site", time=name)


def cycle(first, length, begin=0, n=None, step=1):
    return [(begin + (first + step * k) % length) for k in range(n or length // step)]


@pytest.mark.parametrize(
    ("name", "times", "said"),
    [
        ("hour", cycle(18, 24), {"n": 6, "total": 6, "before": "23", "after": "0", "past": "23"}),
        ("hour", lambda k: cycle(5 * k, 24), {"n": 5, "total": 6, "before": "23", "after": "0"}),
        ("hour", cycle(18, 24, step=3), {"before": "21", "after": "0"}),
        ("Stunde", [20, 21, 23, 2, 3, 8], {"before": "23", "after": "2"}),  # uneven, but called so
        ("month", cycle(9, 12, 1), {"before": "12", "after": "1"}),
        ("day", cycle(3, 7, 1), {"before": "7", "after": "1"}),
        ("t", cycle(250, 256, n=16), {"before": "255", "after": "0"}),
        ("step", lambda k: cycle(3 * k, 19), {"before": "18", "after": "0"}),  # each series begins elsewhere
        ("clock", [2330, 0, 30, 100, 130, 200], {"before": "23:30", "after": "0:00", "past": Tables.END_OF_DAY()}),
    ],
)
def test_times_that_begin_again_keep_the_order_of_the_file(name, times, said, tmp_path):
    found = read_times(name, times, tmp_path)
    if name == "clock":
        both = only(found.notes, Tables.HOURS_BEGIN_AGAIN).values
        assert both["clock"] == Tables.HOURS_AND_MINUTES(column=name, number=2330, clock="23:30")
        again = both["again"]
    else:
        again = only(found.notes, Tables.BEGINS_AGAIN)
    assert {**again.values, "column": name, **said} == again.values
    assert Tables.ROWS_SORTED not in codes(found.notes)
    assert (np.diff(found.x[..., 0], axis=1) == 1).all()
    assert found.spacing.shortest > 0
    assert found.spacing.longest < 6 * found.spacing.shortest


@pytest.mark.parametrize("times", [cycle(18, 24), [*range(12)], [2, 0, 1], [9, 8, 7, 6, 5]])
def test_rows_in_any_other_order_are_sorted(times, tmp_path):
    found = read_times("hour", times, tmp_path, shuffle=len(times) > 5)
    assert Tables.ROWS_SORTED in codes(found.notes)
    assert not {Tables.BEGINS_AGAIN, Tables.HOURS_BEGIN_AGAIN} & {*codes(found.notes)}
    assert (found.x[0, :, 0] == np.argsort(times)).all()


def test_what_may_be_two_pieces_the_wrong_way_round_is_refused(tmp_path):
    with raises(Tables.WRONG_WAY_ROUND, column="t", n=6, before=21, after=0, on=22):
        read_times("t", cycle(10, 22), tmp_path)


def test_hours_and_minutes_without_a_mark_are_even(tmp_path):
    found = read_times("time", [845, 900, 915, 930], tmp_path)
    assert Tables.HOURS_AND_MINUTES(column="time", number=930, clock="9:30") in found.notes
    assert found.spacing.in_seconds
    assert (found.spacing.median == 900).all()
    assert Tables.HOURS_AND_MINUTES not in codes(read_times("time", [100, 115, 130, 200], tmp_path).notes)
