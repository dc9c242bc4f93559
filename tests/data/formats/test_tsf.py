"""The .tsf files of the Monash archive."""

import numpy as np
import pytest

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError

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
    (tmp_path / "d.tsf").write_text(HEAD + "T1:1996-03-18 00-00-00:13.4,?,14.5\nT2:1996-03-18 00-00-00:11.5\n")
    s = read(tmp_path / "d.tsf")
    np.testing.assert_array_equal(s.x[..., 0], np.array([[13.4, np.nan, 14.5], [11.5, np.nan, np.nan]], np.float32))
    assert (s.ids.tolist(), s.lengths.tolist(), s.y) == (["T1", "T2"], [3, 1], None)
    assert s.notes == ("read as .tsf of NN5: 1 channel, no labels",)
    assert [part.ids.tolist() for part in read_in_parts(tmp_path / "d.tsf", series=1)] == [["T1"], ["T2"]]
    (tmp_path / "d.tsf").rename(tmp_path / "d")
    assert read(tmp_path / "d").ids.tolist() == ["T1", "T2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "a head but no series"),
        (HEAD[:70], "@data is missing"),
        (HEAD + "T1:1,2\n", "line 10: 1 attributes before the values; expected 2"),
        (HEAD + "T1:a:1,x\n", "line 10, channel 1, value 2: found 'x'"),
        (HEAD + "T1:a:1\nT1:a:2\n", "line 11: the series 'T1' appears again"),
        (HEAD.replace("string", "colour"), "line 3: found '@attribute series_name colour'"),
        ("@relation r\nhello\n@data\n", "line 2: found 'hello' before @data"),
    ],
)
def test_what_is_refused(text, words, tmp_path):
    (tmp_path / "d.tsf").write_text(text)
    with pytest.raises(DataError, match=words):
        read(tmp_path / "d.tsf")
