"""The .ts files with a time at each value."""

import numpy as np
import pytest

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError

HEAD = "@problemName p\n@timeStamps true\n@univariate false\n@classLabel true up down\n@data\n"


def test_values_stand_in_the_order_of_their_times(tmp_path):
    rng = np.random.default_rng(0)
    when, x = rng.choice(1000, (5, 8), replace=False), rng.normal(size=(5, 8, 2)).round(3)
    lines = []
    for n in range(5):
        channels = [",".join(f"({when[n, t]},{x[n, t, d]})" for t in rng.permutation(8)) for d in range(2)]
        lines.append(":".join([*channels, "up" if n % 2 else "down"]))
    (tmp_path / "d.ts").write_text(HEAD + "\n".join(lines))
    s = read(tmp_path / "d.ts")
    truth = np.stack([one[order] for one, order in zip(x, when.argsort(1), strict=True)])
    np.testing.assert_array_equal(s.x, truth.astype(np.float32))
    assert s.y.tolist() == ["down", "up", "down", "up", "down"]
    assert [len(part) for part in read_in_parts(tmp_path / "d.ts", series=2)] == [2, 2, 1]


def test_channels_of_other_times_and_dates(tmp_path):
    first = "(2004-10-01 12:00:00,1),(2004-10-01 12:30:00,2):(2004-10-01 12:15:00,3):up"
    (tmp_path / "d.ts").write_text(HEAD + first)
    np.testing.assert_array_equal(read(tmp_path / "d.ts").x[0], [[1, np.nan], [np.nan, 3], [2, np.nan]])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("(0,1),(1,2:(0,1):up", "line 6, channel 1: found"),
        ("(0,1),(0,2):(0,1):up", "line 6, channel 1: a time appears twice"),
        ("(0,1),5:(0,1):up", "line 6, channel 1: found '5'; expected pairs of time and value"),
        ("(0,a):(0,1):up", "line 6, channel 1, value 1: found 'a'"),
        ("(morning,1):(noon,1):up", "line 6: found 'morning'; expected a time"),
        ("(,1):(0,1):up", "line 6: nothing there"),
        ("(0,1):(0,1):sideways", "line 6: the label is 'sideways'"),
        ("(0,1):(0,1)", "line 6: the label is"),
    ],
)
def test_what_is_refused(line, words, tmp_path):
    (tmp_path / "d.ts").write_text(HEAD + line + "\n")
    with pytest.raises(DataError, match=words):
        read(tmp_path / "d.ts")
