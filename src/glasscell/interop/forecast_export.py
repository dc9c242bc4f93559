"""A forecaster leaves: written beside its place, asked the same as what predicts, then put there.

N series · H steps ahead · Q quantiles
"""

import tempfile
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.panels.panel import Panel
from glasscell.data.panels.windows import cut
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.interop.agreement import TOLERANCE, Agreement
from glasscell.interop.export import Exported, check_free, put
from glasscell.interop.forecast_meaning import ForecastMeaning
from glasscell.interop.forecast_samples import SHOWN, ends_of, sample_panels
from glasscell.interop.forecast_sentences import ForecastExports
from glasscell.interop.formats import FORMATS, find_format
from glasscell.interop.sentences import Interop
from glasscell.networks.forecaster import quantiles_of
from glasscell.system.files import storage_trouble, to_json

Forecast = Callable[[Panel], np.ndarray]


def export_forecaster(
    network: keras.Model,
    meaning: ForecastMeaning,
    path: Path,
    *,
    panel: Panel,
    forecast: Forecast,
    to: str | None = None,
    overwrite: bool = False,
    **options: Any,
) -> Exported:
    """Write a forecaster as ONNX, scaling and baseline inside, and return how far its forecasts are apart.

    Parameters
    ----------
    network : keras.Model
        Of `networks.forecaster.build_forecaster`.
    meaning : ForecastMeaning
    path : Path
        Where it goes; beside it, `path`.json says what goes in and what comes out.
    panel : Panel
        Series to compare forecasts of.
    forecast : callable
        What predicts: takes a panel, and returns the quantiles (N, H, Q) of the steps after its end.
    to : str, optional
        By default the path's ending says it.
    overwrite : bool
        Whether what is there may be replaced.
    **options
        There are none.

    Raises
    ------
    UsageError
        If it is another format or option, or the path is taken; if nothing is known of how far the baseline may be off.
    DataError
        If the export forecasts otherwise: then nothing is left.
    StorageError
        If it cannot be written.
    """
    name = find_format(to, path)
    if name != "onnx":
        raise UsageError(ForecastExports.NOT_AS, format=name)
    if options:
        raise UsageError(ForecastExports.NO_OPTION, option=sorted(options)[0])
    if np.isnan(quantiles_of(network).unlearnt).any():
        raise UsageError(ForecastExports.UNSURE)
    check_free(path, overwrite=overwrite)
    form, about = FORMATS[name], path.with_name(f"{path.name}.json")
    form.load()
    writing = import_module("glasscell.interop.onnx.forecasts")
    samples = sample_panels(panel, meaning.framing.horizon)
    with (
        storage_trouble(path, Interop.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part, agreement = Path(folder) / path.name, None
        writing.write(network, meaning, part)
        if form.has_runtime():
            off = [_off(writing.answer_with_runtime(part, one, meaning), forecast(one), one, meaning)
                   for one in samples]  # fmt: skip
            agreement = Agreement(sum(map(len, samples)), max(off), None)
            if not agreement.difference <= TOLERANCE:
                found = {"difference": agreement.difference, "runtime": form.say_runtime()}
                raise DataError(Interop.DIFFERS, **found, allowed=TOLERANCE)
        described = {
            "format": name,
            "versions": {package: metadata.version(package) for package in ("glasscell", "keras")},
            "inputs": [
                {"name": one, "dtype": dtype, "shape": shape, "is": said}
                for one, (dtype, shape, said) in writing.inputs_of(meaning).items()
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
            "examples": _examples(writing, samples[0], forecast, meaning),
            "checked": None if agreement is None else {"with": form.say_runtime(), **vars(agreement)},
        }
        (Path(folder) / about.name).write_text(to_json(described), encoding="utf-8")
        for file in (path, about):
            put(Path(folder) / file.name, file)
    return Exported(path, about, name, form.say_runtime(), agreement, _remarks(meaning))


def _off(found: np.ndarray, wanted: np.ndarray, panel: Panel, meaning: ForecastMeaning) -> float:
    """Return the largest difference in units of the windows' scales; where one is above 1, relative to it."""
    windows = cut(panel, meaning.framing, last=True)
    base, scale = windows.base[..., None], np.where(windows.scale > 0, windows.scale, 1)[:, None, None]
    if meaning.framing.baseline.logs:
        found, wanted = np.log(found), np.log(wanted)
    return float((np.abs(found - wanted) / scale / np.maximum(1, np.abs(wanted - base) / scale)).max())


def _examples(writing: Any, panel: Panel, forecast: Forecast, meaning: ForecastMeaning) -> list[dict[str, Any]]:
    """Return what the first series are read as, their ends alone, and what is forecast of them."""
    few = panel.of(range(min(SHOWN, len(panel))))
    few = ends_of(few, [2 * meaning.framing.reach] * len(few))
    answers = forecast(few)
    examples = []
    for n in range(len(few)):
        inputs = {name: _plain(v[0]) for name, v in writing.to_inputs(few.of([n]), meaning).items()}
        examples.append({"series": few.ids[n], **inputs, "quantiles": answers[n].tolist()})
    return examples


def _plain(array: np.ndarray) -> list[Any]:
    """Return an array as JSON has it: None for NaN."""
    plain = array.astype(object)
    plain[np.isnan(array)] = None
    return plain.tolist()


def _remarks(meaning: ForecastMeaning) -> tuple[Note, ...]:
    reach = ForecastExports.REACH(reach=meaning.framing.reach)
    return (reach, ForecastExports.LOGARITHMS()) if meaning.framing.baseline.logs else (reach,)
