import numpy as np
import pytest
from support.facts import codes, raises

from glasscell.data import read
from glasscell.data.prose import is_prose
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError

PROSE = {
    "prose": "It was the best of times, it was the worst of times;\nit was the age of wisdom.\n\nIt was Light.\n",
    "poem": "Shall I compare thee\nto a summer's day\nThou art more lovely\n",
    "one line": "Call me Ishmael. Some years ago, never mind how long precisely, having little money\n",
    "another script": "Все счастливые семьи похожи друг на друга\nкаждая несчастливая семья несчастлива\n",
    "cut within a character": "é à la façon de chez nous\n" * 2000,
}
NONE = {
    "words in columns": "name of it,what it is,where it is\na red stone,a stone here,there\nblue sea,big sea,there\n",
    "tabs": "one two three\tfour five\nsix seven eight\tnine ten\n",
    "numbers": "a 1 2 3\nb 4 5 6\n",
    "names": "label\nup\ndown\n",
    "empty": "",
    "binary": "a b c d\0e f g h\n",
}


@pytest.mark.few(2)
@pytest.mark.parametrize("name", PROSE)
def test_of_prose_the_readers_error_names_text(name, tmp_path):
    (tmp_path / "a.txt").write_text(PROSE[name])
    for path in (tmp_path / "a.txt", tmp_path, tmp_path / "*.txt"):
        assert is_prose(path)
        with pytest.raises((DataError, UsageError)) as raised:
            read(path)
        assert codes(raised.value.added)[-1] is Reading.PROSE


@pytest.mark.parametrize("name", NONE)
def test_of_other_files_it_does_not(name, tmp_path):
    (tmp_path / "a.txt").write_text(NONE[name])
    assert not is_prose(tmp_path / "a.txt")


def test_what_is_not_there_is_no_prose(tmp_path):
    assert not any(is_prose(path) for path in ("-", tmp_path / "none.txt", tmp_path, tmp_path / "*.txt", "x" * 300))


def test_an_error_of_a_table_stays_as_it_is(tmp_path):
    rng = np.random.default_rng(0)
    np.savetxt(tmp_path / "a.csv", rng.normal(size=(5, 3)), delimiter=",", header="a,b,c", comments="")
    with raises(Tables.NO_COLUMN, column="label", role="label") as raised:
        read(tmp_path / "a.csv", label="label")
    assert raised.value.added == ()
