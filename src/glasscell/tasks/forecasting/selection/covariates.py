"""Find covariates that a network does not need: permuting their values does not raise the error.

W windows · H steps ahead · Q quantiles
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from glasscell.tasks.forecasting.model.windows import Windows
from glasscell.tasks.forecasting.panels.panel import Panel

# a useful covariate's permutation raises the error by this factor; networks use noise a little, too
LEAST_HELP = 1.03


def find_useless(
    panel: Panel, later: Windows, error_of: Callable[[Windows], float], seed: int
) -> list[str]:
    """Return the columns of covariates that do not help forecast held-out windows (Breiman 2001).

    Indicators of one text column, such as holiday=Easter, are one covariate.
    """
    known, past, static = (list(panel.covariates[role]) for role in ("known", "past", "static"))
    of_steps, of_ahead = [*known, *past, *static], [*known, *static]
    order, error, useless = (
        np.random.default_rng(seed).permutation(len(later.series)),
        error_of(later),
        [],
    )
    for column in dict.fromkeys(map(column_of, of_steps)):
        steps, ahead = later.steps.copy(), later.ahead.copy()
        for array, names in ((steps, of_steps), (ahead, of_ahead)):
            first = array.shape[-1] - len(names)
            at = [first + k for k, name in enumerate(names) if column_of(name) == column]
            array[..., at] = array[order][..., at]
        if not error_of(later._replace(steps=steps, ahead=ahead)) > LEAST_HELP * error:
            useless.append(column)
    return useless


def column_of(name: str) -> str:
    """Return the column that a covariate comes from.

    >>> column_of("holiday=Easter"), column_of("promo")
    ('holiday', 'promo')
    """
    return name.split("=")[0]


def without(panel: Panel, columns: list[str]) -> Panel:
    """Return a panel without some columns of covariates.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0], "promo": [0, 1], "price": [2, 3]})
    >>> panel = without(from_frame(frame, known=["promo", "price"]), ["promo"])
    >>> panel.covariates["known"], panel.known[0].ravel().tolist()
    (('price',), [2.0, 3.0])
    """
    kept = {
        role: [k for k, name in enumerate(names) if column_of(name) not in columns]
        for role, names in panel.covariates.items()
    }
    names: dict[str, Any] = {
        f"{role}_names": tuple(panel.covariates[role][k] for k in at) for role, at in kept.items()
    }
    return replace(
        panel,
        known=[rows[:, kept["known"]] for rows in panel.known],
        future=[rows[:, kept["known"]] for rows in panel.future],
        past=[rows[:, kept["past"]] for rows in panel.past],
        static=panel.static[:, kept["static"]],
        **names,
    )
