"""A function that follows an import, of whichever order and outcome."""

import sys

import pytest

from glasscell.system.imports import call_after_import


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Give a function that writes a module that nobody has imported, and returns its name."""
    finders = list(sys.meta_path)

    def write(code="answer = 42"):
        (tmp_path / "late_module.py").write_text(code)
        return "late_module"

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # the second text of a module is as long as the first
    yield write
    sys.modules.pop("late_module", None)
    sys.meta_path[:] = finders


def test_it_is_called_once_with_the_module_that_is_done(module):
    seen, before = [], list(sys.meta_path)
    call_after_import(module(), lambda found: seen.append(found.answer))
    assert seen == []
    import late_module  # pyright: ignore[reportMissingImports]

    assert seen == [late_module.answer] == [42]
    assert sys.meta_path == before
    del sys.modules["late_module"]
    import late_module  # pyright: ignore[reportMissingImports]

    assert seen == [42]


def test_what_is_imported_already_is_called_with_at_once(module):
    __import__(module())
    seen, before = [], list(sys.meta_path)
    call_after_import("late_module", seen.append)
    assert seen == [sys.modules["late_module"]]
    assert sys.meta_path == before


def test_an_import_that_fails_fails_as_ever_and_the_next_is_followed(module):
    seen = []
    call_after_import(module("raise ZeroDivisionError"), seen.append)
    with pytest.raises(ZeroDivisionError):
        __import__("late_module")
    assert seen == []
    assert "late_module" not in sys.modules
    module("answer = 1/1")
    __import__("late_module")
    assert [found.answer for found in seen] == [1]


def test_what_is_not_there_is_not_found(module):
    call_after_import("no_such_module", lambda _: pytest.fail("called"))
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_module'"):
        __import__("no_such_module")


def test_what_may_not_be_imported_is_not(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module(), None)
    call_after_import("late_module", lambda _: pytest.fail("called"))
    with pytest.raises(ModuleNotFoundError):
        __import__("late_module")


def test_several_may_wait_for_one_and_none_for_the_others(module):
    seen = []
    for number in range(3):
        call_after_import(module(), lambda _, number=number: seen.append(number))
    assert __import__("json").__name__ == "json"
    assert seen == []
    __import__("late_module")
    assert sorted(seen) == [0, 1, 2]
