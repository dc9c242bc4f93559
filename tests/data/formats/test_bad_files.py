"""Every kind of bad file ends in one sentence that names it, whole or in parts."""

import re
from pathlib import Path

import pytest
from support.bad_files import BAD

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError, UsageError


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long(3)) if "bomb" in name else name for name in BAD],
)
def test_a_bad_file_is_refused_in_one_sentence(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, write, (code, values), options = BAD[name]
    write(Path(file))
    with pytest.raises((DataError, UsageError)) as raised:
        read(file, **options)
    message = str(raised.value)
    assert message.startswith(f"{file}: ")
    assert raised.value.code is code
    assert raised.value.values.items() >= values.items()
    assert "\n" not in message
    assert len(message) < 500
    assert not Path("unpickled").exists()


FINE_IN_PARTS = {"padded size"}  # the longest series is alone in a part


@pytest.mark.few(45)
@pytest.mark.parametrize(
    "name", [name for name in BAD if "bomb" not in name and name not in FINE_IN_PARTS]
)
def test_a_bad_file_is_refused_in_parts(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, write, _, options = BAD[name]
    write(Path(file))
    with pytest.raises((DataError, UsageError), match=f"^{re.escape(file)}: ."):
        list(read_in_parts(file, series=2, **options))


def test_there_are_many_kinds():
    assert len(BAD) >= 45


@pytest.mark.parametrize("series", [0, -1, 2.5, "many"])
def test_parts_hold_at_least_one_series(series):
    with pytest.raises(UsageError, match="expected an integer of at least 1"):
        next(read_in_parts("d.csv", series=series))
