"""Asking for codes: what an error or a note is, and with which values, whatever its English."""

from contextlib import contextmanager

import pytest

from glasscell.errors import FactWarning, GlasscellError


@contextmanager
def raises(code, **values):
    """Expect an error of a code, with at least the given values; `file` is the innermost one."""
    with pytest.raises(GlasscellError) as caught:
        yield caught
    error = caught.value
    assert error.code is code, f"expected {code}, found {error.code}: {error}"
    found = {**error.values, "file": error.file}
    assert {name: found.get(name) for name in values} == values, str(error)


def codes(notes):
    """Give the codes of some notes, in their order."""
    return [note.code for note in notes]


def facts_of(report, code):
    """Give the values of the facts of a code in a report, as JSON has them."""
    return [fact["values"] for fact in report["facts"] if fact["code"] == str(code)]


def only(notes, code):
    """Give the one note of a code."""
    (found,) = [note for note in notes if note.code is code]
    return found


@contextmanager
def warns(code, **values):
    """Expect warnings of one code, of which the values of one include those that are given."""
    with pytest.warns(FactWarning) as caught:
        yield caught
    # others are of dependencies
    notes = [one.message.note for one in caught if isinstance(one.message, FactWarning)]
    assert {note.code for note in notes} == {code}
    assert any({name: note.values.get(name) for name in values} == values for note in notes), notes
