"""README's test command fails on a warning that our modules or tests issue, and lists those of dependencies."""

import warnings

import pytest


def warn_as(module):
    """Issue NumPy's warning as if a line of that module had caused it."""
    warnings.warn_explicit("'generic' unit", DeprecationWarning, "file.py", 1, module)


@pytest.mark.parametrize("module", ["glasscell.data.reading", "tests.data.test_reading", "test_docs", "support.oracle"])
def test_a_warning_of_ours_is_an_error(module):
    with pytest.raises(DeprecationWarning):
        warn_as(module)


def test_a_warning_of_a_dependency_is_listed():
    with pytest.warns(DeprecationWarning, match="generic"):
        warn_as("keras.src.saving")


def test_no_warning_is_hidden(pytestconfig):
    assert [line for line in pytestconfig.getini("filterwarnings") if not line.startswith("error:")] == []
