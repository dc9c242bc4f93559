"""The .ts files with a time at each value."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables

HEAD = "@problemName p\n@timeStamps true\n@univariate false\n@classLabel true up down\n@data\n"


def test_values_stand_in_the_order_of_their_times(tmp_path):
    rng = np.random.default_rng(0)
    when, x = rng.choice(1000, (5, 8), replace=False), rng.normal(size=(5, 8, 2)).round(3)
    lines = []
    for n in range(5):
        channels = [
            ",".join(f"({when[n, t]},{x[n, t, d]})" for t in rng.permutation(8)) for d in range(2)
        ]
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
    np.testing.assert_array_equal(
        read(tmp_path / "d.ts").x[0], [[1, np.nan], [np.nan, 3], [2, np.nan]]
    )


@pytest.mark.parametrize(
    ("line", "code", "values"),
    [
        ("(0,1),(1,2:(0,1):up", Formats.NO_PAIRS, {"channel": 1}),
        ("(0,1),(0,2):(0,1):up", Formats.TIME_TWICE, {"channel": 1}),
        ("(0,1),5:(0,1):up", Formats.NO_PAIRS, {"channel": 1, "found": "5"}),
        ("(0,a):(0,1):up", Formats.NO_NUMBER, {"channel": 1, "place": 1, "found": "a"}),
        ("(,1):(0,1):up", Formats.NO_PAIRS, {"channel": 1, "found": "(1)"}),
        (
            "(0,1):(0,1):sideways",
            Formats.UNKNOWN_LABEL,
            {"label": "sideways", "classes": ["down", "up"]},
        ),
        ("(0,1):(0,1)", Formats.UNKNOWN_LABEL, {"label": "(0,1)"}),
    ],
)
def test_what_is_refused(line, code, values, tmp_path):
    (tmp_path / "d.ts").write_text(HEAD + line + "\n")
    with raises(code, line=6, **values):
        read(tmp_path / "d.ts")


def test_what_is_no_time_is_refused(tmp_path):
    (tmp_path / "d.ts").write_text(HEAD + "(morning,1):(noon,1):up\n")
    with raises(Tables.NOT_A_TIME, line=6, row=None, column=None, found="morning"):
        read(tmp_path / "d.ts")
