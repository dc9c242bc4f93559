"""A forecaster: base and network, its weight and widths, or ETS or Theta alone.

N series · H steps ahead · Q quantiles
"""

from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd

from glasscell.facts import Note
from glasscell.tasks.forecasting.model.forecasts import (
    forecast,
    forecaster_name,
    frame_forecasts,
    frame_surprise,
    surprise,
)
from glasscell.tasks.forecasting.model.means import expect
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel


@dataclass(frozen=True, eq=False)
class Forecaster:
    """What forecasts: a base that a network corrects, or ETS or Theta alone.

    Widths of its intervals: those of the base's past errors (`validation.initial_widths`) and those
    that the network learned, averaged with the network's weight (at weight 0, the former, never
    narrower at later steps); times the factors of validation (0.8 to 2); times the window's scale,
    `exp` in logarithms, within the bounds. ETS and Theta: their own, times the framing's factors of
    past origins (0.8 to 3), within the bounds.

    Parameters
    ----------
    network : keras.Model
        As built by `network.build_forecaster`, with its weight and the widths of its quantiles.
    framing : Framing
        How windows are cut and scaled; base, bounds, and ETS or Theta with the factors of its
        widths.
    quantiles : tuple of Q floats
        Ascending, with the median.
    panel : Panel
        Training series, without covariates that did not help.
    reason : Note or str, optional
        Why only the base forecasts, if no network was trained.
    """

    network: keras.Model
    framing: Framing
    quantiles: tuple[float, ...]
    panel: Panel
    reason: Note | str | None = None

    @property
    def weight(self) -> float:
        """Weight of the network's correction of the base, 0 to 1."""
        return float(np.asarray(quantiles_of(self.network).weight))

    @property
    def name(self) -> str:
        """The network's name or, at weight 0, that of ETS, Theta or the base."""
        return forecaster_name(self.framing, self.weight)

    @property
    def median(self) -> int:
        """Index of the median among the quantiles."""
        return self.quantiles.index(0.5)

    def forecast(self, panel: Panel) -> np.ndarray:
        """Return the quantiles of the steps after each series' end: (N, H, Q), in its units."""
        return forecast(self.network, self.framing, panel)

    def frame(self, panel: Panel, quantiles: np.ndarray, *, rounded: bool = False) -> pd.DataFrame:
        """Return forecasts of series, (N, H, Q), and their means in Nixtla's columns."""
        means = expect(self.framing, panel, quantiles[..., self.median])
        return frame_forecasts(panel, quantiles, self.quantiles, self.name, means, rounded=rounded)

    def frame_surprise(self, panel: Panel) -> pd.DataFrame:
        """Return how improbable each value was to base and network a step before it, in bits."""
        return frame_surprise(panel, surprise(self.network, self.framing, panel, self.quantiles))
