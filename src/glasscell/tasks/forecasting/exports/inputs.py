"""Inputs of exported forecasters in any format: names, shapes, meanings, and panels in this layout.

N series · T time steps · H steps ahead
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel


def inputs_of(panel: Panel, framing: Framing) -> dict[str, tuple[str, list[Any], str]]:
    """Return dtype, shape and meaning of each input by name, given the training data.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": range(9), "y": range(9), "promo": 0}), known=["promo"]
    ... )
    >>> list(inputs_of(panel, Framing(4, 12, 12, Baseline(), ("year",))))
    ['values', 'times', 'times_ahead', 'known', 'known_ahead']
    """
    found: dict[str, tuple[str, list[Any], str]] = {
        "values": (
            "float64",
            ["series", "steps"],
            "the past values, unscaled; NaN in gaps, and as padding before shorter series",
        )
    }
    if framing.cycles:
        found["times"] = (
            "int64",
            ["series", "steps"],
            "times of the values, in seconds since 1970; any as padding",
        )
        found["times_ahead"] = (
            "int64",
            ["series", framing.horizon],
            "times of the steps ahead, in seconds since 1970",
        )
    covariates = (
        ("known", panel.known_names, ["steps"], "known future covariates at the steps of values"),
        (
            "known_ahead",
            panel.known_names,
            [framing.horizon],
            "known future covariates of the steps ahead",
        ),
        ("past", panel.past_names, ["steps"], "past covariates at the steps of values"),
        ("static", panel.static_names, [], "static covariates of each series"),
    )
    for name, names, axes, said in covariates:
        if names:
            found[name] = ("float64", ["series", *axes, len(names)], f"{said}: {', '.join(names)}")
    return found


def in_float32(
    inputs: Mapping[str, tuple[str, list[Any], str]], *, batch: int = 1, steps: int | None = None
) -> dict[str, tuple[str, list[Any], str]]:
    """Return the inputs of a file without float64, with fixed numbers of series and steps.

    >>> in_float32({"values": ("float64", ["series", "steps"], "numbers")}, steps=9)
    {'values': ('float32', [1, 9], 'numbers')}
    """
    sizes = {"series": batch, "steps": steps}
    return {
        name: (dtype.replace("float64", "float32"), [sizes.get(size, size) for size in shape], said)
        for name, (dtype, shape, said) in inputs.items()
    }


def to_inputs(panel: Panel, framing: Framing) -> dict[str, np.ndarray]:
    """Return a panel as inputs of a file; shorter series are padded with NaN in front.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame({"unique_id": ["a", "b", "b"], "ds": [2, 1, 2], "y": [1.0, 2.0, 3.0]})
    >>> to_inputs(from_frame(frame), Framing(4, 12, 1, Baseline()))["values"].tolist()
    [[nan, 1.0], [2.0, 3.0]]
    """
    longest, horizon = max(map(len, panel.values)), framing.horizon

    def in_front(arrays: list[Any], filler: Any) -> np.ndarray:
        padded = [
            np.concatenate([np.full((longest - len(v), *v.shape[1:]), filler, v.dtype), v])
            for v in arrays
        ]
        return np.stack(padded)

    def seconds(times: list[Any]) -> list[np.ndarray]:
        return [np.asarray(one).astype("datetime64[s]").astype("int64") for one in times]

    found = {"values": in_front(panel.values, np.nan)}
    if framing.cycles:
        found["times"] = in_front(seconds(panel.times), 0)
        found["times_ahead"] = np.stack(seconds(panel.next_times(horizon)))
    if panel.known_names:
        found["known"] = in_front(panel.known, np.nan)
        found["known_ahead"] = np.stack([future[:horizon] for future in panel.future])
    if panel.past_names:
        found["past"] = in_front(panel.past, np.nan)
    return found | ({"static": panel.static} if panel.static_names else {})
