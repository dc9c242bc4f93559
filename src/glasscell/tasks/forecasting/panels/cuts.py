"""A panel cut off before its end, as it was known at an earlier origin; and as a long frame again.

N series · T_n time steps of one · F_n steps after its end of which covariates are known
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel


def cut_off(panel: Panel, steps: Sequence[int] | int) -> Panel:
    """Return what was known so many steps before the end of each series.

    Parameters
    ----------
    panel : Panel
    steps : int, or sequence of N int
        Fewer than each series has. What is known in advance of these steps is the future then.

    Returns
    -------
    Panel
        A series that ends in a gap then keeps it.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> frame = pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 4.0], "promo": [0, 1, 1]})
    >>> panel = cut_off(from_frame(frame, known=["promo"]), 2)
    >>> panel.values, panel.future[0].tolist()
    ([array([1.])], [[1.0], [1.0]])
    """
    counts = [steps] * len(panel) if isinstance(steps, int | np.integer) else list(steps)
    ends = [len(values) - count for values, count in zip(panel.values, counts, strict=True)]
    return replace(
        panel,
        times=[times[:end] for times, end in zip(panel.times, ends, strict=True)],
        values=[values[:end] for values, end in zip(panel.values, ends, strict=True)],
        known=[known[:end] for known, end in zip(panel.known, ends, strict=True)],
        future=[
            np.concatenate([known[end:], coming])
            for known, coming, end in zip(panel.known, panel.future, ends, strict=True)
        ],
        past=[past[:end] for past, end in zip(panel.past, ends, strict=True)],
    )


def to_frame(panel: Panel) -> pd.DataFrame:
    """Return a panel as a long frame, of which `panel.from_frame` makes it again.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    pandas.DataFrame
        `unique_id`, `ds`, `y` and the covariates; rows after the end of a series have no `y`.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> to_frame(from_frame(pd.DataFrame({"ds": [1, 2, 4], "y": [1.0, 2.0, 4.0]}))).to_numpy().tolist()
    [['series', 1, 1.0], ['series', 2, 2.0], ['series', 3, nan], ['series', 4, 4.0]]
    """
    parts = []
    for n, name in enumerate(panel.ids):
        ahead = len(panel.future[n])
        times = panel.times[n]
        later = panel.of([n]).next_times(ahead)[0]
        both = times.append(later) if isinstance(times, pd.DatetimeIndex) else np.concatenate([times, later])
        empty = np.full(ahead, np.nan)
        columns = {ID: name, TIME: both, VALUE: np.concatenate([panel.values[n], empty])}
        known = np.concatenate([panel.known[n], panel.future[n]])
        past = np.concatenate([panel.past[n], np.full((ahead, panel.past[n].shape[1]), np.nan)])
        columns |= dict(zip(panel.known_names, known.T, strict=True))
        columns |= dict(zip(panel.past_names, past.T, strict=True))
        columns |= dict(zip(panel.static_names, panel.static[n], strict=True))
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
