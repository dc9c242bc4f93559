"""Times that begin again keep the file's order, which is said; what may be a mistake is refused or sorted."""

import numpy as np
import pandas as pd
import pytest

from glasscell.data import read
from glasscell.errors import DataError


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
        ("hour", cycle(18, 24), r"in 6 of 6 series \(0 after 23\).*as going past 23"),
        ("hour", lambda k: cycle(5 * k, 24), r"in 5 of 6 series \(0 after 23\)"),
        ("hour", cycle(18, 24, step=3), r"0 after 21"),
        ("Stunde", [20, 21, 23, 2, 3, 8], r"2 after 23"),  # uneven, but called so
        ("month", cycle(9, 12, 1), r"1 after 12"),
        ("day", cycle(3, 7, 1), r"1 after 7"),
        ("t", cycle(250, 256, n=16), r"0 after 255"),
        ("step", lambda k: cycle(3 * k, 19), r"0 after 18"),  # of no known length, but each series begins elsewhere
        ("clock", [2330, 0, 30, 100, 130, 200], r"2330 is 23:30; .*\(0:00 after 23:30\).*the end of the day"),
    ],
)
def test_times_that_begin_again_keep_the_order_of_the_file(name, times, said, tmp_path):
    found = read_times(name, times, tmp_path)
    assert any(pd.Series([note]).str.contains(said)[0] for note in found.notes), found.notes
    assert "rows sorted by time" not in found.notes
    assert (np.diff(found.x[..., 0], axis=1) == 1).all()
    assert found.spacing.shortest > 0
    assert found.spacing.longest < 6 * found.spacing.shortest


@pytest.mark.parametrize("times", [cycle(18, 24), [*range(12)], [2, 0, 1], [9, 8, 7, 6, 5]])
def test_rows_in_any_other_order_are_sorted(times, tmp_path):
    found = read_times("hour", times, tmp_path, shuffle=len(times) > 5)
    assert "rows sorted by time" in found.notes
    assert not any("begins again" in note for note in found.notes)
    assert (found.x[0, :, 0] == np.argsort(times)).all()


def test_what_may_be_two_pieces_the_wrong_way_round_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"'t': in 6 series .* 21 to 0: either .* \(write 22 in place of 0\); if not"):
        read_times("t", cycle(10, 22), tmp_path)


def test_hours_and_minutes_without_a_mark_are_even(tmp_path):
    found = read_times("time", [845, 900, 915, 930], tmp_path)
    assert "'time' is read as hours and minutes: 930 is 9:30" in found.notes
    assert found.spacing.in_seconds
    assert (found.spacing.median == 900).all()
    assert not any("hours" in note for note in read_times("time", [100, 115, 130, 200], tmp_path).notes)
