"""README's test command fails on warnings of our modules or tests, and lists dependencies'."""

import warnings
from pathlib import Path

import pytest
import tomlkit

PYPROJECT: dict = tomlkit.parse(
    (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
).unwrap()
FILTERS = PYPROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"]
pytestmark = pytest.mark.filterwarnings("always", *FILTERS)  # in nightly, too, which has others


def warn_as(module):
    """Issue NumPy's warning as if a line of that module had caused it."""
    warnings.warn_explicit("'generic' unit", DeprecationWarning, "file.py", 1, module)


@pytest.mark.parametrize(
    "module", ["glasscell.data.reading", "tests.data.test_reading", "test_docs", "support.oracle"]
)
def test_a_warning_of_ours_is_an_error(module):
    with pytest.raises(DeprecationWarning):
        warn_as(module)


def test_a_warning_of_a_dependency_is_listed():
    with warnings.catch_warnings(
        record=True
    ) as listed:  # unlike pytest.warns, it leaves the filters as they are
        warn_as("keras.src.saving")
    assert [warning.category for warning in listed] == [DeprecationWarning]


def test_no_warning_is_hidden():
    assert [line for line in FILTERS if not line.startswith("error:")] == []
