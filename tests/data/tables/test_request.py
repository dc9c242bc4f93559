import pytest

from glasscell.data.tables.request import Request
from glasscell.errors import UsageError


def test_what_is_known_gives_way_to_what_is_named():
    known = Request(label="class", channels=("u",), known={"id": "trial", "time": "u", "label": "kind"})
    there = known.among(["trial", "u", "class", "kind"])
    assert (there.id, there.time, there.label, there.known) == ("trial", None, "class", {})
    assert known.among(["u", "class"]).id is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"id": "a", "time": "a"}, "'a' is named twice"),
        ({"group": "a", "channels": ("a",)}, "'a' is named twice"),
        ({"channels": ()}, "channels is empty"),
        ({"label": 3}, "3 is not the name of a column"),
        ({"task": "guess"}, "task='guess'"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, words):
    with pytest.raises(UsageError, match=words):
        Request(**wrong)
