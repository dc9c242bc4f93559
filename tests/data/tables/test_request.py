import pytest
from support.facts import raises

from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables


def test_what_is_recorded_gives_way_to_what_is_named():
    recorded = Request(
        label="class", channels=("u",), recorded={"id": "trial", "time": "u", "label": "kind"}
    )
    named = recorded.among(["trial", "u", "class", "kind"])
    assert (named.id, named.time, named.label, named.recorded) == ("trial", None, "class", {})
    assert recorded.among(["u", "class"]).id is None


@pytest.mark.parametrize(
    ("wrong", "code", "values"),
    [
        ({"id": "a", "time": "a"}, Tables.NAMED_TWICE, {"column": "a"}),
        ({"group": "a", "channels": ("a",)}, Tables.NAMED_TWICE, {"column": "a"}),
        ({"channels": ()}, Tables.CHANNELS_EMPTY, {}),
        ({"label": 3}, Tables.COLUMN_NAME_NO_TEXT, {"name": 3}),
        ({"task": "guess"}, Tables.UNKNOWN_TASK, {"task": "guess"}),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, code, values):
    with raises(code, **values):
        Request(**wrong)
