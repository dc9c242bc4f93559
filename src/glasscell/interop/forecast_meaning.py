"""What goes into a forecaster that leaves, and what comes out: all that a file has to say of it besides the network.

H steps ahead · Q quantiles
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glasscell.data.panels.panel import Panel
from glasscell.data.panels.windows import Framing


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
    >>> from glasscell.data.panels.baselines import Baseline
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


def meaning_of(panel: Panel | Mapping[str, Any], framing: Framing, quantiles: tuple[float, ...]) -> ForecastMeaning:
    """Return what a forecaster's numbers mean, given what it was trained on: a panel, or what a run says of one.

    >>> from glasscell.data.panels.baselines import Baseline
    >>> about = {"known": ["promo"], "past": [], "static": [], "frequency": "MS", "step": 1}
    >>> meaning_of(about, Framing(4, 12, 1, Baseline()), (0.5,)).known
    ('promo',)
    """
    if isinstance(panel, Panel):
        names = {role: getattr(panel, f"{role}_names") for role in ("known", "past", "static")}
        return ForecastMeaning(framing, quantiles, **names, frequency=panel.frequency, step=panel.step)
    names = {role: tuple(panel[role]) for role in ("known", "past", "static")}
    return ForecastMeaning(framing, quantiles, **names, frequency=panel["frequency"], step=panel["step"])
