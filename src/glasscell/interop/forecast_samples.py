"""Series to try a forecaster that leaves on: the run's own, and what is hard about them.

N series · H steps ahead
"""

from dataclasses import replace
from typing import Any

import numpy as np

from glasscell.data.panels.panel import Panel

SERIES = 40  # of the panel
GAPS = 0.2  # of the values
SHOWN = 2  # series in the side file


def sample_panels(panel: Panel, horizon: int, *, seed: int = 0) -> list[Panel]:
    """Return the first series of a panel; the same with gaps; and the ends of them, some of a single step.

    Where covariates are known in advance and the future is not, it is made of the last steps.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.data.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(30), "y": range(30)}))
    >>> [len(one.values[0]) for one in sample_panels(panel, 2)]
    [30, 30, 1]
    """
    rng = np.random.default_rng(seed)
    whole = panel.of(range(min(SERIES, len(panel))))
    if panel.known_names:
        whole = replace(whole, future=[
            np.concatenate([future, np.resize(known, (horizon, known.shape[1]))])[:horizon]
            for future, known in zip(whole.future, whole.known, strict=True)
        ])  # fmt: skip
    values = []
    for one in whole.values:
        is_gap = rng.random(len(one)) < GAPS
        is_gap[[0, -1]] = False
        values.append(np.where(is_gap, np.nan, one))
    kept = [1 if n == 0 else int(rng.integers(1, len(one) + 1)) for n, one in enumerate(whole.values)]
    return [whole, replace(whole, values=values), ends_of(whole, kept)]


def ends_of(panel: Panel, steps: list[int]) -> Panel:
    """Return the last so many steps of each series, at most as many as it has.

    >>> import pandas as pd
    >>> from glasscell.data.panels.panel import from_frame
    >>> ends_of(from_frame(pd.DataFrame({"ds": range(30), "y": range(30)})), [3]).values[0].tolist()
    [27.0, 28.0, 29.0]
    """
    parts: dict[str, Any] = {
        name: [v[-k:] for v, k in zip(getattr(panel, name), steps, strict=True)]
        for name in ("times", "values", "known", "past")
    }
    return replace(panel, **parts)
