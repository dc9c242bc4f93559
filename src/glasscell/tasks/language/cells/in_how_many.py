"""In how many networks there is a unit that knows something, and in how many it is the cause."""

from collections.abc import Mapping

import pandas as pd

from glasscell.runs.intervals import in_words
from glasscell.tasks.language.cells.verdicts import CAUSE, NOT_MEASURED, NOT_TOLD


def count(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row for each hypothesis: in how many networks a unit encodes it, in how many it is causal, its scores.

    Where a unit tells it, and in none it was measured whether it is the cause, that is what is said.

    Parameters
    ----------
    tables : mapping
        Of each run's name what `cells.table_of` returns.

    Examples
    --------
    >>> one = pd.DataFrame([{"hypothesis": "comment", "score": 0.9, "verdict": "cause"}])
    >>> count({"a": one, "b": one.assign(score=0.8)}).to_dict("records")
    [{'hypothesis': 'comment', 'networks': 2, 'encoded': 2, 'causal': 2, 'score': '0.800–0.900'}]
    """
    every = pd.concat(tables.values())
    rows = []
    for name, some in every.groupby("hypothesis", sort=False):
        verdicts = some["verdict"]
        told = verdicts[verdicts != NOT_TOLD]
        is_measured = not len(told) or bool((told != NOT_MEASURED).any())
        low, high = some["score"].min(), some["score"].max()
        rows.append(
            {
                "hypothesis": name,
                "networks": len(some),
                "encoded": len(told),
                "causal": int((verdicts == CAUSE).sum()) if is_measured else "not measured",
                "score": in_words([low, high]),
            }
        )
    return pd.DataFrame(rows)
