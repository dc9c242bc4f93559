"""Tables in Markdown."""

from typing import Any

import pandas as pd


def to_table(frame: pd.DataFrame) -> str:
    r"""Return a table in Markdown, its numbers with three decimals.

    >>> print(to_table(pd.DataFrame({"class": ["a|b"], "recall": [0.5], "n": [3]})))
    | class | recall | n |
    | --- | --- | --- |
    | a\|b | 0.500 | 3 |
    """
    rows = [[cell(v) for v in row] for row in frame.itertuples(index=False)]
    lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *rows]
    return "\n".join("| " + " | ".join(part.replace("|", "\\|") for part in line) + " |" for line in lines)


def cell(value: Any) -> str:
    """Return a value as text: a fraction with three decimals, nothing for None.

    >>> cell(0.12345), cell(7), cell(None)
    ('0.123', '7', '')
    """
    if value is None or value != value:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
