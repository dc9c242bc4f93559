"""Names that systems give to copies."""

import pytest

from glasscell.data.folders import original_of


@pytest.mark.parametrize(
    "name",
    ["a_1 (1)", "a_1(12)", "a_1 copy", "a_1 copy 2", "a_1_copy", "a_1-Copy", "a_1 - Copy", "a_1 - Copy (2)",
     "a_1 (copy)", "a_1 (Kopie 3)", "a_1 - Kopie", "Kopie von a_1", "Copy of a_1", "Copy (2) of a_1",
     "a_1 (1) - Kopie (2)"],
)  # fmt: skip
def test_copies_have_an_original(name):
    assert original_of(name) == "a_1"


@pytest.mark.parametrize("name", ["a_1", "photocopy_1", "copy", "copy_1", "a copy_cat", "(1)", "kopieren 1", ""])
def test_other_names_have_none(name):
    assert original_of(name) is None
