import pytest
from support.facts import raises

from glasscell.runs.config import read_about
from glasscell.runs.sentences import Runs


@pytest.mark.parametrize("content", [None, "", "{", "[]", "3", '{"source": "a.csv"}'])
def test_what_is_missing_or_damaged_is_reported(content, tmp_path):
    if content is not None:
        (tmp_path / "data.json").write_text(content)
    with raises(Runs.BAD_FILE, file=str(tmp_path / "data.json")):
        read_about(tmp_path)


def test_only_what_is_asked_for_need_be_there(tmp_path):
    (tmp_path / "data.json").write_text('{"source": "a.csv", "task": "regression"}')
    assert read_about(tmp_path, ["task"]) == {"task": "regression"}


@pytest.mark.parametrize("offsets", ["[1]", '{"q": 1}', '{"p": "much"}', '{"p": NaN}', "3"])
def test_damaged_offsets_are_refused(tmp_path, offsets):
    (tmp_path / "data.json").write_text(f'{{"channels": ["p"], "offsets": {offsets}}}')
    with raises(Runs.BAD_FILE):
        read_about(tmp_path, ["channels", "offsets"])
