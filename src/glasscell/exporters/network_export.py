"""Export of Keras models: networks that predict labels or numbers from series; any model to ONNX.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.exporters.agreement import (
    Agreement,
    Rows,
    answers_of,
    compare,
    deviation_of,
    made_series,
    r2_of,
    row_by_row,
    tolerance,
)
from glasscell.exporters.export import EXAMPLES, Exportable, without_nan
from glasscell.exporters.formats import FORMATS, Format
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.layers.preprocessing import FarRescaling
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.networks.sentences import Networks

SERIES, STEPS = 3, 7  # sizes of synthetic inputs, where a model leaves them open
NONE_MISSING = "no value may be missing"
NOT_ANSWERED = (
    "answered is false without a prediction: for a series without any value (answers: "
    "without_a_value), with an infinite value or one beyond largest (less its offset), or with a "
    "result that is not finite (answers: NaN)"
)
NOT_ANSWERED_IF_MISSING = NOT_ANSWERED.replace("an infinite value", "a missing or infinite value")


@dataclass(frozen=True)
class ExportableNetwork(Exportable):
    """A network to export, which takes series.

    Parameters
    ----------
    network : keras.Model
        Takes raw series (N, T, D), padded with NaN.
    samples : tuple of arrays (N, T, D)
        Raw series to compare predictions on, in addition to synthetic ones.
    notes : tuple of Note
        Remarks for users of the export, in addition to those of the format.

    >>> from glasscell.networks.builder import build_network
    >>> source = ExportableNetwork(build_network(2, 2), Meaning(("x", "y"), ("a", "b")))
    >>> source.named({"labels": ("no", "yes")}).meaning.labels
    ('no', 'yes')
    """

    network: keras.Model
    meaning: Meaning
    samples: tuple[np.ndarray, ...] = ()
    notes: tuple[Note, ...] = ()

    what = Exporters.NETWORK
    formats: ClassVar = FORMATS
    checked: ClassVar = {
        "series": "n",
        "largest_difference": "difference",
        "labels_equal": "labels",
        "r2": "r2",
    }

    def named(self, names: Mapping[str, Any]) -> "ExportableNetwork":
        """Return it with other names of channels and labels, and with units."""
        return replace(self, meaning=renamed(self.meaning, names))

    def adapted(self, form: Format, options: Mapping[str, Any]) -> "ExportableNetwork":
        """Return it as the format can express it: synthetic series first, samples cut to fit."""
        network, meaning = (
            (self.network, self.meaning)
            if form.has_float64
            else near_zero(self.network, self.meaning)
        )
        if not all(np.isfinite(np.asarray(weight)).all() for weight in network.weights):
            raise DataError(Networks.WEIGHTS_NOT_FINITE)
        made = with_too_large(made_series(network, meaning))
        samples = tuple(x[:, : options.get("steps")] for x in (made, *self.samples))
        return replace(self, network=network, meaning=meaning, samples=samples)

    @cached_property
    def _wanted(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [answers_of(self.network, x, self.meaning) for x in self.samples]

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it; inexact options are calibrated on the last samples, on its own if any."""
        calibration = {"calibration": self.samples[-1]} if form.inexact_of(options) else {}
        form.load().write(self.network, self.meaning, path, **options, **calibration)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the agreement on all samples, or on the last ones if predictions are inexact."""
        found = [form.load().answer_with_runtime(path, x, self.meaning) for x in self.samples]
        deviation = deviation_of(self.network, self.meaning)
        agreement = compare(_joined(found), _joined(self._wanted), self.meaning, deviation)
        if not form.inexact_of(options):
            return agreement
        return compare(found[-1], self._wanted[-1], self.meaning, deviation)

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return predictions for its samples, without `adapted`'s synthetic ones; NaN is none."""
        found = [form.load().answer_with_runtime(path, x, self.meaning) for x in self.samples[1:]]
        pair = (_joined(found), _joined(self._wanted[1:]))
        export, own = (np.where(there[:, None], answers, np.nan) for answers, there in pair)
        rows = row_by_row(
            export, own, deviation_of(self.network, self.meaning), self.meaning.labels
        )
        if self.meaning.labels is not None or not np.isfinite(rows.difference).all():
            return rows
        there = ~np.isnan(own).any(1)
        return rows._replace(r2=r2_of(export[there], own[there]))

    def allowed(self) -> float:
        """Return the largest `tolerance` of all samples."""
        return max(tolerance(self.network, x, self.meaning) for x in self.samples)

    def remarks(self, form: Format, path: Path) -> Sequence[Note]:
        """Return its remarks, and those on the export."""
        shifted = (
            [Exporters.OFFSETS_TO_ADD(side_file=f"{path.name}.json")]
            if self.meaning.answer_offsets
            else []
        )
        of_format = (
            form.load().remarks(path, self.samples[-1], self.meaning)
            if form.has_remarks and form.find_runtime() is not None
            else ()
        )
        return [*shifted, *self.notes, *of_format]

    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Return inputs and outputs, and the remarks."""
        meaning, (x, (answers, answered)) = self.meaning, (self.samples[-1], self._wanted[-1])
        shown, bounds = np.flatnonzero(answered)[:EXAMPLES], bounds_of(self.network)
        takes_missing = bounds.takes_missing
        return {
            "input": {
                "shape": self._shape(form, options),
                "channels": list(meaning.channels),
                "units": {c: meaning.units[c] for c in meaning.channels if c in meaning.units},
                "offsets": list(meaning.offsets),
                "padding": "NaN after the last step; a missing value is NaN, too"
                if takes_missing
                else NONE_MISSING,
                "missing": list(meaning.missing),
                "largest": bounds.largest.tolist(),
            },
            "output": {
                "labels": None if meaning.labels is None else list(meaning.labels),
                "targets": None if meaning.labels is not None else list(meaning.targets),
                "units": {t: meaning.units[t] for t in meaning.targets if t in meaning.units},
                "offsets_to_add": list(meaning.answer_offsets),
                "without_a_value": meaning.prior,
                "not_answered": NOT_ANSWERED if takes_missing else NOT_ANSWERED_IF_MISSING,
            },
            "remarks": [*map(str, remarks)],
            "examples": [{"series": _steps(x[k]), "answer": answers[k].tolist()} for k in shown],
        }

    def _shape(self, form: Format, options: Mapping[str, Any]) -> list[str | int]:
        """Return the input's shape: a step of several streams, a fixed batch, or any number."""
        steps, channels = self.network.input_shape[1:]
        if options.get("streaming"):
            return ["series", channels]
        if "batch" in form.options:
            return [options.get("batch", 1), options.get("steps", steps), channels]
        return ["series", steps or "steps", channels]


def with_too_large(x: np.ndarray) -> np.ndarray:
    """Add two series to x (N, T, D): with one value that no network accepts, and with only such.

    >>> with_too_large(np.zeros((1, 2, 1)))[:, :, 0].tolist()
    [[0.0, 0.0], [3e+38, 0.0], [3e+38, 3e+38]]
    """
    one, all_of_it = x[0].copy(), np.full_like(x[0], 3e38)
    one[0, -1] = 3e38
    return np.stack([*x, one, all_of_it])


def near_zero(network: keras.Model, meaning: Meaning) -> tuple[keras.Model, Meaning]:
    """Return a network whose outputs float32 can hold, and its meaning; users add target offsets.

    A network whose targets are not far from zero is returned unchanged.

    >>> from glasscell.networks.builder import build_network
    >>> network = build_network(2, 1, activation="linear", mean=[1e9], deviation=[0.5])
    >>> near, meaning = near_zero(network, Meaning(("x", "y"), prior=(1e9,)))
    >>> near.outputs[0].dtype, meaning.prior, meaning.answer_offsets
    ('float32', (0.0,), (1000000000.0,))
    """
    far: Any = anatomy_of(network).rescaling
    if not isinstance(far, FarRescaling):
        return network, meaning
    offsets = np.broadcast_to(far.offset, meaning.answers)
    rescaling: Any = keras.layers.Rescaling(far.scale, name=far.name)
    near = keras.Model(network.input, rescaling(far.input), name=network.name)
    prior = None if meaning.prior is None else tuple((meaning.prior_or_nan - offsets).tolist())
    return near, replace(meaning, prior=prior, answer_offsets=tuple(offsets.tolist()))


def renamed(meaning: Meaning, names: Mapping[str, Any]) -> Meaning:
    """Return a meaning with other names, as many as there are channels and classes.

    >>> renamed(Meaning(("x",), ("a", "b")), {"units": {"speed": "m/s"}})
    Traceback (most recent call last):
    glasscell.errors.UsageError: units has 'speed': expected names of channels or targets
    """
    for name, wanted in (("channels", len(meaning.channels)), ("labels", meaning.answers)):
        if name in names and len(names[name]) != wanted:
            raise UsageError(
                Exporters.NAMES_TOO_MANY, name=name, n=len(names[name]), expected=wanted
            )
    unknown = set(names.get("units", ())) - {
        *names.get("channels", meaning.channels),
        *meaning.targets,
    }
    if unknown:
        raise UsageError(Exporters.UNIT_OF_NOTHING, name=min(unknown))
    return replace(meaning, **names)


def _joined(answers: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    return tuple(map(np.concatenate, zip(*answers, strict=True)))  # pyright: ignore


def _steps(x: np.ndarray) -> list[Any]:
    """Return a series without its padding."""
    real = ~np.isnan(x).all(-1)
    return without_nan(x[: int(np.flatnonzero(real).max(initial=-1)) + 1])


@dataclass(frozen=True)
class ExportableModel(Exportable):
    """A Keras model that `onnx.file.write_model` can write.

    >>> import tempfile
    >>> from glasscell.exporters.export import write_export
    >>> ids = keras.Input((None,), dtype="int32", name="ids")
    >>> h = keras.layers.LSTM(3)(keras.layers.Embedding(9, 2, mask_zero=True)(ids))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = write_export(
    ...         ExportableModel(keras.Model(ids, h)), Path(folder) / "model.onnx"
    ...     )
    >>> exported.agreement.difference < 1e-5
    True
    """

    model: keras.Model

    what = Exporters.MODEL
    formats: ClassVar = {
        "onnx": FORMATS["onnx"].of("glasscell.exporters.onnx.file", without=("streaming",))
    }
    checked: ClassVar = {"series": "n", "largest_difference": "difference"}

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it."""
        form.load().write_model(self.model, path)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the largest difference of all outputs, relative above 1; states are restored."""
        model, rng, onnx = self.model, np.random.default_rng(0), form.load()
        inputs = [_made(tensor, rng) for tensor in model.inputs]
        memories = [layer for layer in model._flatten_layers() if getattr(layer, "stateful", False)]
        kept = [[np.asarray(state) for state in layer.states] for layer in memories]
        for layer in memories:
            layer.reset_state()
        wanted = keras.tree.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
        for layer, states in zip(memories, kept, strict=True):
            for variable, state in zip(layer.states, states, strict=True):
                variable.assign(state)
        names = [tensor.name for tensor in model.inputs]
        found = onnx.ask(path, dict(zip(names, inputs, strict=True)))
        pairs = zip(found.values(), map(np.asarray, wanted), strict=False)  # states follow outputs
        off = (
            (np.abs(ours - truth) / np.maximum(1, np.abs(truth))).max(initial=0.0)
            for ours, truth in pairs
        )
        return Agreement(SERIES, float(max(off)), None)

    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Return names, shapes and dtypes."""
        return {
            "inputs": [
                {"name": v.name, "shape": list(v.shape), "dtype": str(v.dtype)}
                for v in self.model.inputs
            ],
            "outputs": [
                {"shape": list(v.shape), "dtype": str(v.dtype)} for v in self.model.outputs
            ],
        }


def _made(tensor: Any, rng: np.random.Generator) -> np.ndarray:
    shape = [size or (STEPS if axis else SERIES) for axis, size in enumerate(tensor.shape)]
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return (
        rng.normal(size=shape).astype(dtype)
        if "float" in dtype
        else rng.integers(0, 2, shape).astype(dtype)
    )


def of_model(model: keras.Model, *, as_it_is: bool) -> Exportable:
    """Return any Keras model for export, if possible from series (N, T, D) to predictions."""
    if as_it_is:
        try:
            shapes = [tensor.shape for tensor in (*model.inputs, *model.outputs)]
        except (AttributeError, TypeError, ValueError):  # depending on the kind of model
            raise UsageError(Exporters.UNKNOWN_INPUTS, model=model.name) from None
        if (
            len(shapes) != 2
            or (len(shapes[0]), len(shapes[1])) != (3, 2)
            or shapes[0][0] is not None
        ):
            return ExportableModel(model)
    channels, targets = (
        numbered("channel", model.input_shape[-1]),
        numbered("answer", model.output_shape[-1]),
    )
    return ExportableNetwork(model, Meaning(channels, targets=targets))


def numbered(name: str, n: int) -> tuple[str, ...]:
    """Return made-up names of channels or targets.

    >>> numbered("channel", 2)
    ('channel 1', 'channel 2')
    """
    return tuple(f"{name} {k}" for k in range(1, n + 1))
