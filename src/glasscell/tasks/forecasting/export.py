"""What forecasts, to be exported: of a run, or of an estimator.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.interop.agreement import Agreement
from glasscell.interop.export import Exportable, versions, without_nan
from glasscell.interop.formats import FORMATS, Format
from glasscell.tasks.forecasting.estimator import LSTMForecaster
from glasscell.tasks.forecasting.meaning import ForecastMeaning, meaning_of
from glasscell.tasks.forecasting.network import quantiles_of
from glasscell.tasks.forecasting.opened import open_run
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import cut
from glasscell.tasks.forecasting.preparation import forecast
from glasscell.tasks.forecasting.sentences import ForecastRuns

SERIES = 40  # of the panel, to compare forecasts of
GAPS = 0.2  # of the values
SHOWN = 2  # series in the side file


@dataclass(frozen=True)
class ExportableForecaster(Exportable):
    """A forecaster, exported with scaling and baseline.

    Parameters
    ----------
    network : keras.Model
        Of `network.build_forecaster`.
    meaning : ForecastMeaning
    panel : Panel
        Series to compare forecasts of.
    forecast : callable
        What predicts: takes a panel, and returns the quantiles (N, H, Q) of the steps after its end.
    """

    network: keras.Model
    meaning: ForecastMeaning
    panel: Panel
    forecast: Callable[[Panel], np.ndarray]

    what = ForecastRuns.FORECASTER
    formats: ClassVar = {
        "onnx": FORMATS["onnx"].of("glasscell.tasks.forecasting.onnx.forecasts", without=("streaming",))
    }

    @cached_property
    def _samples(self) -> list[Panel]:
        return sample_panels(self.panel, self.meaning.framing.horizon)

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it.

        Raises
        ------
        UsageError
            If past errors of the baseline are unknown.
        """
        if np.isnan(quantiles_of(self.network).unlearnt).any():
            raise UsageError(ForecastRuns.NO_QUANTILES)
        form.load().write(self.network, self.meaning, path)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the largest difference in units of the windows' scales; where one is above 1, relative to it."""
        ask = form.load().answer_with_runtime
        off = [_off(ask(path, one, self.meaning), self.forecast(one), one, self.meaning) for one in self._samples]
        return Agreement(sum(map(len, self._samples)), max(off), None)

    def remarks(self, form: Format, path: Path) -> Sequence[Note]:
        """Return how many past steps it needs, and whether it forecasts logarithms."""
        framing = self.meaning.framing
        logs = [ForecastRuns.LOGARITHMS()] if framing.baseline.logs else []
        return [ForecastRuns.REACH(reach=framing.reach), *logs]

    def describe(self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]) -> dict[str, Any]:
        """Return each input and output, and the ends of the first series with their forecasts."""
        meaning, onnx = self.meaning, form.load()
        few = self._samples[0].of(range(min(SHOWN, len(self._samples[0]))))
        few = ends_of(few, [2 * meaning.framing.reach] * len(few))
        examples = []
        for n, quantiles in enumerate(self.forecast(few)):
            inputs = {name: without_nan(v[0]) for name, v in onnx.to_inputs(few.of([n]), meaning).items()}
            examples.append({"series": few.ids[n], **inputs, "quantiles": quantiles.tolist()})
        return {
            "versions": versions(),
            "inputs": [
                {"name": name, "dtype": dtype, "shape": shape, "is": said}
                for name, (dtype, shape, said) in onnx.inputs_of(meaning).items()
            ],
            "outputs": [
                {
                    "name": "quantiles",
                    "dtype": "float64",
                    "shape": ["series", meaning.framing.horizon, len(meaning.quantiles)],
                    "is": "what the values of the steps ahead are below with these probabilities, in their unit",
                }
            ],
            **meaning.as_dict(),
            "examples": examples,
        }


def of_run(path: Path) -> ExportableForecaster:
    """Return the forecaster of the run in a folder, to be exported.

    Raises
    ------
    UsageError
        If the run is not done.
    DataError
        If its files are damaged.
    """
    run = open_run(path)
    meaning = meaning_of(run.panel, run.framing, run.quantiles)
    return ExportableForecaster(run.network, meaning, run.panel, run.forecast)


def of_estimator(estimator: LSTMForecaster) -> ExportableForecaster:
    """Return a fitted estimator, to be exported."""
    network, framing, panel = estimator.network_, estimator.framing_, estimator.panel_
    meaning = meaning_of(panel, framing, tuple(map(float, estimator.quantiles)))
    return ExportableForecaster(network, meaning, panel, partial(forecast, network, framing))


def _off(found: np.ndarray, wanted: np.ndarray, panel: Panel, meaning: ForecastMeaning) -> float:
    windows = cut(panel, meaning.framing, last=True)
    base, scale = windows.base[..., None], np.where(windows.scale > 0, windows.scale, 1)[:, None, None]
    if meaning.framing.baseline.logs:
        found, wanted = np.log(found), np.log(wanted)
    return float((np.abs(found - wanted) / scale / np.maximum(1, np.abs(wanted - base) / scale)).max())


def sample_panels(panel: Panel, horizon: int, *, seed: int = 0) -> list[Panel]:
    """Return the first series of a panel; the same with gaps; and the ends of them, some of a single step.

    Where covariates are known in advance and the future is not, it is made of the last steps.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
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
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> ends_of(from_frame(pd.DataFrame({"ds": range(30), "y": range(30)})), [3]).values[0].tolist()
    [27.0, 28.0, 29.0]
    """
    return panel.part([slice(-k, None) for k in steps])
