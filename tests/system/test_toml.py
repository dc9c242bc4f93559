"""What is wrong with a text in TOML is said of its line, in words."""

import re

import pytest

from glasscell.system.toml import parse_toml

MISSING = "something is missing, such as a bracket, a quotation mark or a value"
BAD = {
    "labels": f"line 1, 'labels': {MISSING}",
    "a = 1\nlabels = [": f"line 2, 'labels = [': {MISSING}",
    "[words": f"line 1, '[words': {MISSING}",
    'labels = ["a", "b\n': 'line 1, \'labels = ["a", "b\': a text has no quotation mark at its end',
    'labels = ["a"\nmean = 3': "line 2, 'mean = 3': unexpected character: 'm'",
    "a = 1\na = 2": "line 2, 'a = 2': key \"a\" already exists",
    "mean = 1.2.3": "line 1, 'mean = 1.2.3': invalid number",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_said_of_its_line(text):
    with pytest.raises(ValueError, match=re.escape(BAD[text])) as caught:
        parse_toml(text)
    assert r"\x00" not in str(caught.value)
