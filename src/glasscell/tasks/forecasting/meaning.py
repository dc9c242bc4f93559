"""What goes into an exported forecaster, and what comes out: all that a file has to say of it besides the network.

H steps ahead · Q quantiles
"""

from dataclasses import dataclass
from typing import Any

from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import Framing


@dataclass(frozen=True)
class ForecastMeaning:
    """What the numbers of a forecaster mean.

    Parameters
    ----------
    framing : Framing
        How its windows are made, and the baseline that it corrects.
    quantiles : tuple of Q floats
    known, past, static : tuple of str
        Covariates: known in advance, known only afterwards, one for each series.
    frequency : str or None
        pandas' alias; None where times are whole numbers.
    step : int
        Between two times that are whole numbers.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> ForecastMeaning(Framing(4, 12, 1, Baseline()), (0.1, 0.5, 0.9)).as_dict()["base"]
    'last value'
    """

    framing: Framing
    quantiles: tuple[float, ...]
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    frequency: str | None = None
    step: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return what a side file and a file's metadata say, by name."""
        framing = self.framing
        return {
            "horizon": framing.horizon,
            "quantiles": list(self.quantiles),
            "context": framing.context,
            "reach": framing.reach,
            "season": framing.season,
            "frequency": self.frequency,
            "step": self.step,
            "base": framing.baseline.name,
            "logarithms": framing.baseline.logs,
            "cycles": list(framing.cycles),
            "known": list(self.known),
            "past": list(self.past),
            "static": list(self.static),
        }


def meaning_of(panel: Panel, framing: Framing, quantiles: tuple[float, ...]) -> ForecastMeaning:
    """Return what the numbers of a forecaster mean that was trained on a panel.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(9), "y": range(9), "promo": 0}), known=["promo"])
    >>> meaning_of(panel, Framing(4, 12, 1, Baseline()), (0.5,)).known
    ('promo',)
    """
    names = {role: getattr(panel, f"{role}_names") for role in ("known", "past", "static")}
    return ForecastMeaning(framing, quantiles, **names, frequency=panel.frequency, step=panel.step)
