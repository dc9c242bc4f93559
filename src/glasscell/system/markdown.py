"""Markdown: tables, and findings as sentences."""

from typing import Any

import pandas as pd

from glasscell.system.decimals import in_decimals


def to_table(frame: pd.DataFrame) -> str:
    r"""Return a table in Markdown, its fractions as `decimals.in_decimals` writes them.

    >>> print(to_table(pd.DataFrame({"class": ["a|b"], "recall": [0.5], "n": [3]})))
    | class | recall | n |
    | --- | --- | --- |
    | a\|b | 0.500 | 3 |
    """
    rows = [[cell(v) for v in row] for row in frame.itertuples(index=False)]
    lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *rows]
    return "\n".join("| " + " | ".join(part.replace("|", "\\|") for part in line) + " |" for line in lines)


def cell(value: Any) -> str:
    """Return a value as text: a fraction as `decimals.in_decimals` writes it, nothing for None.

    >>> cell(0.12345), cell(7), cell(None)
    ('0.123', '7', '')
    """
    if value is None or value != value:
        return ""
    return in_decimals(value) if isinstance(value, float) else str(value)


def sentence(found: object) -> str:
    """Return what was found, such as a note, as a sentence: with a capital and a full stop.

    >>> sentence("as good as the last value")
    'As good as the last value.'
    """
    text = str(found)
    return f"{text[:1].upper()}{text[1:]}."
