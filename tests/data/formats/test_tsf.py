"""The .tsf files of the Monash archive."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats

HEAD = """# Dataset Information
@relation NN5
@attribute series_name string
@attribute start_timestamp date
@frequency daily
@horizon 56
@missing true
@equallength false
@data
"""


def test_series_with_names(tmp_path):
    (tmp_path / "d.tsf").write_text(
        HEAD + "T1:1996-03-18 00-00-00:13.4,?,14.5\nT2:1996-03-18 00-00-00:11.5\n"
    )
    s = read(tmp_path / "d.tsf")
    np.testing.assert_array_equal(
        s.x[..., 0], np.array([[13.4, np.nan, 14.5], [11.5, np.nan, np.nan]], np.float32)
    )
    assert (s.ids.tolist(), s.lengths.tolist(), s.y) == (["T1", "T2"], [3, 1], None)
    form = Formats.FORM_OF(form=".tsf", name="NN5")
    assert s.notes == (Formats.READ_AS(form=form, width=1, labels=Formats.NO_LABELS()),)
    assert [part.ids.tolist() for part in read_in_parts(tmp_path / "d.tsf", series=1)] == [
        ["T1"],
        ["T2"],
    ]
    (tmp_path / "d.tsf").rename(tmp_path / "d")
    assert read(tmp_path / "d").ids.tolist() == ["T1", "T2"]


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (HEAD, Formats.HEAD_ONLY, {}),
        (HEAD[:70], Formats.NO_DATA, {"form": ".tsf"}),
        (HEAD + "T1:1,2\n", Formats.ATTRIBUTE_COUNT, {"line": 10, "n": 1, "expected": 2}),
        (
            HEAD + "T1:a:1,x\n",
            Formats.NO_NUMBER,
            {"line": 10, "channel": 1, "place": 2, "found": "x"},
        ),
        (HEAD + "T1:a:1\nT1:a:2\n", Formats.SERIES_TWICE, {"line": 11, "series": "T1"}),
        ("@relation r\nhello\n@data\n", Formats.BEFORE_DATA, {"line": 2, "found": "hello"}),
    ],
)
def test_what_is_refused(text, code, values, tmp_path):
    (tmp_path / "d.tsf").write_text(text)
    with raises(code, **values):
        read(tmp_path / "d.tsf")
