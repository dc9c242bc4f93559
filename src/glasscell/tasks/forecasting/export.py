"""Export of forecasters, from runs and estimators.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.exporters.agreement import TOLERANCE, Agreement, Rows, row_by_row
from glasscell.exporters.checking import OnFile
from glasscell.exporters.export import Exportable, without_nan
from glasscell.exporters.formats import FORMATS, Format
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Note
from glasscell.tasks.forecasting.estimator import LSTMForecaster
from glasscell.tasks.forecasting.exports.inputs import in_float32, inputs_of, to_inputs
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing, cut
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.trained_run import open_run

SERIES = 40  # of the panel whose forecasts are compared
GAPS = 0.2  # fraction of the values
SHOWN = 2  # series in the side file
ROUNDINGS = 8  # allowed error of a float32 export, in roundings of values to float32
MOST_LOST = 1e-3  # allowed error of rounding values to float32, in units of the windows' scales
NOT_ANSWERED = (
    "false if there is no forecast and quantiles are NaN: without any value, with an "
    "infinite one, or if not finite"
)


@dataclass(frozen=True)
class ExportableForecaster(Exportable):
    """A forecaster, exported with scaling and baseline.

    Parameters
    ----------
    forecaster : Forecaster
        The forecasts of its series are compared.
    compared : Panel, optional
        Other series to compare.
    steps : int, optional
        Number of steps that a float32 export reads.
    """

    forecaster: Forecaster
    compared: Panel | None = None
    steps: int | None = None

    what = ForecastRuns.FORECASTER
    needless: ClassVar = {
        "fused": Exporters.FUSED_HAS_NO_STATES,
        "int8": Exporters.FUSED_HAS_NO_STATES,
    }
    # modules with `write(network, framing, panel, meaning, path, **options)` and `ask(path,
    # inputs)`
    formats: ClassVar = {
        "c": FORMATS["c"].of("glasscell.tasks.forecasting.exports.c"),
        "keras": FORMATS["keras"].of(
            "glasscell.tasks.forecasting.exports.keras", without=("with_glasscell",)
        ),
        "litert": FORMATS["litert"].of(
            "glasscell.tasks.forecasting.exports.litert", without=("fused", "int8")
        ),
        "npz": FORMATS["npz"].of("glasscell.tasks.forecasting.exports.npz"),
        "onnx": FORMATS["onnx"].of(
            "glasscell.tasks.forecasting.exports.onnx", without=("streaming",)
        ),
        "savedmodel": FORMATS["savedmodel"].of("glasscell.tasks.forecasting.exports.savedmodel"),
    }

    @property
    def framing(self) -> Framing:
        """How windows are cut and scaled."""
        return self.forecaster.framing

    def adapted(self, form: Format, options: Mapping[str, Any]) -> "ExportableForecaster":
        """Return the forecaster with the number of steps that the file reads."""
        if form.has_float64:
            return self
        fixed = replace(self, steps=options.get("steps"))
        if fixed.allowed() > MOST_LOST:
            raise UsageError(Exporters.FAR_FROM_ZERO)
        return fixed

    @cached_property
    def _samples(self) -> list[Panel]:
        samples = (
            sample_panels(self.forecaster.panel, self.framing.horizon)
            if self.compared is None
            else [self.compared]
        )
        return (
            samples
            if self.steps is None
            else [ends_of(panel, [self.steps] * len(panel)) for panel in samples]
        )

    @property
    def _meaning(self) -> dict[str, Any]:
        """Contents of the side file and of the metadata, by name."""
        framing, panel = self.framing, self.forecaster.panel
        return {
            "horizon": framing.horizon,
            "quantiles": list(self.forecaster.quantiles),
            "context": framing.context,
            "reach": framing.reach,
            "season": framing.season,
            "frequency": panel.frequency,
            "step": panel.step,
            "base": framing.baseline.name,
            "logarithms": framing.baseline.logs,
            "cycles": list(framing.cycles),
            "bounds": list(framing.bounds),
            **{role: list(names) for role, names in panel.covariates.items()},
        }

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write the file."""
        if self.framing.alone is not None:
            names = {"model": self.framing.alone, "base": self.framing.baseline.name}
            raise UsageError(ForecastRuns.NOT_OF_LOCAL, **names)
        network, panel = self.forecaster.network, self.forecaster.panel
        if np.isnan(quantiles_of(network).initial_width).any():
            raise UsageError(ForecastRuns.NO_QUANTILES)
        form.load().write(network, self.framing, panel, self._meaning, path, **options)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the largest difference relative to the window's scale or the base's correction."""
        module = form.load()
        for sample in self._samples:
            inputs, is_first = to_inputs(sample, self.framing), np.arange(len(sample)) == 0
            answer = module.ask(
                path, {**inputs, "values": np.where(is_first[:, None], np.inf, inputs["values"])}
            )
            if (wrong := np.flatnonzero(answer["answered"] == is_first)).size:
                k = int(wrong[0])
                raise DataError(
                    Exporters.OTHER_ANSWER,
                    found=str(answer["quantiles"][k, 0]),
                    series=k,
                    wanted="-",
                )
        return replace(self.rows(form, path, options).agreement, n=sum(map(len, self._samples)))

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return the export's quantiles next to the forecaster's own, for all samples."""
        module, parts = form.load(), []
        for sample in self._samples:
            expected = self.forecaster.forecast(sample)  # first: it checks the panel
            quantiles = module.ask(path, to_inputs(sample, self.framing))["quantiles"]
            parts.append(_rows(quantiles, expected, sample, self.framing))
        columns: Any = (np.concatenate(v) for v in zip(*(part[:5] for part in parts), strict=True))
        return Rows(*columns)

    def allowed(self) -> float:
        """Return `TOLERANCE`; for float32, `ROUNDINGS` roundings of the values if that is more."""
        if self.steps is None:
            return TOLERANCE
        return max(
            TOLERANCE, ROUNDINGS * max(_rounding(sample, self.framing) for sample in self._samples)
        )

    def remarks(self, form: Format, path: Path) -> Sequence[Note]:
        """Return notes of how many past steps it needs, and whether it forecasts logarithms."""
        framing = self.framing
        logs = [ForecastRuns.LOGARITHMS()] if framing.baseline.logs else []
        return [ForecastRuns.REACH(reach=framing.reach), *logs]

    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Describe inputs and outputs, with forecasts of the first series' ends as examples."""
        framing = self.framing
        few = self._samples[0].of(range(min(SHOWN, len(self._samples[0]))))
        few = ends_of(few, [2 * framing.reach] * len(few))
        examples = []
        for n, quantiles in enumerate(self.forecaster.forecast(few)):
            inputs = {
                name: without_nan(v[0]) for name, v in to_inputs(few.of([n]), framing).items()
            }
            examples.append({"series": few.ids[n], **inputs, "quantiles": without_nan(quantiles)})
        sizes = {name: options[name] for name in ("batch", "steps") if name in options}
        reads = inputs_of(self.forecaster.panel, framing)
        reads = reads if form.has_float64 else in_float32(reads, **sizes)
        return {
            "inputs": [
                {"name": name, "dtype": dtype, "shape": shape, "is": meaning}
                for name, (dtype, shape, meaning) in reads.items()
            ],
            "outputs": [
                {
                    "name": "quantiles",
                    "dtype": "float64" if form.has_float64 else "float32",
                    "shape": [
                        "series" if form.has_float64 else options.get("batch", 1),
                        framing.horizon,
                        len(self.forecaster.quantiles),
                    ],
                    "is": "quantiles of the values of the steps ahead, in their unit",
                },
                {"name": "answered", "dtype": "bool", "shape": ["series"], "is": NOT_ANSWERED},
            ],
            **self._meaning,
            "remarks": [*map(str, remarks)],
            "examples": examples,
        }


def of_run(path: Path) -> ExportableForecaster:
    """Return the exportable forecaster of the run in a folder."""
    return ExportableForecaster(open_run(path).forecaster)


def on_file(path: Path, file: str) -> OnFile:
    """Return the exportable forecaster of a folder's run with a file's series to check exports."""
    run = open_run(path)
    panel, notes = run.since(file)
    source = ExportableForecaster(run.forecaster, panel)
    return OnFile(source, list(panel.ids), list(notes))


def of_estimator(estimator: LSTMForecaster) -> ExportableForecaster:
    """Return the exportable forecaster of a fitted estimator."""
    return ExportableForecaster(estimator.forecaster)


def _rows(exported: np.ndarray, expected: np.ndarray, panel: Panel, framing: Framing) -> Rows:
    windows = cut(panel, framing, last=True)
    base, scale = (
        windows.base[..., None],
        np.where(windows.scale > 0, windows.scale, 1)[:, None, None],
    )
    if framing.baseline.logs:
        with np.errstate(invalid="ignore", divide="ignore"):
            exported, expected = np.log(exported), np.log(expected)
    rows = row_by_row(exported, expected, scale * np.maximum(1, np.abs(expected - base) / scale))
    return (
        rows._replace(network=np.exp(rows.network), export=np.exp(rows.export))
        if framing.baseline.logs
        else rows
    )


def _rounding(panel: Panel, framing: Framing) -> float:
    """Return the float32 spacing at the largest values of the windows, in units of their scales."""
    windows = cut(panel, framing, last=True)
    past = [values[-framing.reach :] for values in panel.values]
    largest = [
        np.nanmax(np.abs(np.log(v) if framing.baseline.logs else v), initial=0.0) for v in past
    ]
    known = windows.scale > 0
    return float(
        (np.spacing(np.array(largest, "float32"))[known] / windows.scale[known]).max(initial=0.0)
    )


def sample_panels(panel: Panel, horizon: int) -> list[Panel]:
    """Return the first series of a panel, the same with gaps, and ends, the first of a single step.

    Missing known future covariates are filled with those of the first steps.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(30), "y": range(30)}))
    >>> [len(sample.values[0]) for sample in sample_panels(panel, 2)]
    [30, 30, 1]
    """
    rng = np.random.default_rng(0)
    sample = panel.of(range(min(SERIES, len(panel))))
    if panel.known_names:
        sample = replace(sample, future=[
            np.concatenate([future, np.resize(known, (horizon, known.shape[1]))])[:horizon]
            for future, known in zip(sample.future, sample.known, strict=True)
        ])  # fmt: skip
    with_gaps = []
    for values in sample.values:
        is_gap = rng.random(len(values)) < GAPS
        is_gap[[0, -1]] = False
        with_gaps.append(np.where(is_gap, np.nan, values))
    lengths = [
        1 if n == 0 else int(rng.integers(1, len(values) + 1))
        for n, values in enumerate(sample.values)
    ]
    return [sample, replace(sample, values=with_gaps), ends_of(sample, lengths)]


def ends_of(panel: Panel, steps: list[int]) -> Panel:
    """Return the last `steps` steps of each series, or the whole series if it is shorter.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> ends_of(from_frame(pd.DataFrame({"ds": range(30), "y": range(30)})), [3]).values[0].tolist()
    [27.0, 28.0, 29.0]
    """
    return panel.part([slice(-k, None) for k in steps])
