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
    names_of_steps, names_of_horizon = [*known, *past, *static], [*known, *static]
    order = np.random.default_rng(seed).permutation(len(later.series))
    error, useless = error_of(later), []
    for column in dict.fromkeys(map(column_of, names_of_steps)):
        steps, horizon_features = later.steps.copy(), later.horizon_features.copy()
        for array, names in ((steps, names_of_steps), (horizon_features, names_of_horizon)):
            first = array.shape[-1] - len(names)
            at = [first + k for k, name in enumerate(names) if column_of(name) == column]
            array[..., at] = array[order][..., at]
        shuffled = later._replace(steps=steps, horizon_features=horizon_features)
        if not error_of(shuffled) > LEAST_HELP * error:
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
    columns_left = {
        role: [k for k, name in enumerate(names) if column_of(name) not in columns]
        for role, names in panel.covariates.items()
    }
    names: dict[str, Any] = {
        f"{role}_names": tuple(panel.covariates[role][k] for k in at)
        for role, at in columns_left.items()
    }
    return replace(
        panel,
        known=[rows[:, columns_left["known"]] for rows in panel.known],
        future=[rows[:, columns_left["known"]] for rows in panel.future],
        past=[rows[:, columns_left["past"]] for rows in panel.past],
        static=panel.static[:, columns_left["static"]],
        **names,
    )
