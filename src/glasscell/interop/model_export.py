"""Any Keras model, to be exported to ONNX: its inputs and outputs keep their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from glasscell.facts import Note
from glasscell.interop.agreement import Agreement
from glasscell.interop.export import Exportable, versions
from glasscell.interop.formats import FORMATS, Format
from glasscell.interop.sentences import Interop

SERIES, STEPS = 3, 7  # of made inputs, where the model leaves them open


@dataclass(frozen=True)
class ExportableModel(Exportable):
    """A Keras model that `onnx.file.write_model` can write.

    Parameters
    ----------
    model : keras.Model

    Examples
    --------
    >>> import tempfile
    >>> from glasscell.interop.export import write_export
    >>> ids = keras.Input((None,), dtype="int32", name="ids")
    >>> h = keras.layers.LSTM(3)(keras.layers.Embedding(9, 2, mask_zero=True)(ids))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = write_export(ExportableModel(keras.Model(ids, h)), Path(folder) / "model.onnx")
    >>> exported.agreement.difference < 1e-5
    True
    """

    model: keras.Model

    what = Interop.MODEL
    formats: ClassVar = {"onnx": FORMATS["onnx"].of("glasscell.interop.onnx.file", without=("streaming",))}
    checked: ClassVar = {"series": "n", "largest_difference": "difference"}

    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it."""
        form.load().write_model(self.model, path)

    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Return the largest difference of all outputs, relative for numbers above 1; states stay as they were."""
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
        found = onnx.ask(path, dict(zip(names, inputs, strict=True)) | onnx.states_of(path, len(inputs[0])))
        pairs = zip(found.values(), map(np.asarray, wanted), strict=False)  # states follow outputs
        off = ((np.abs(ours - truth) / np.maximum(1, np.abs(truth))).max(initial=0.0) for ours, truth in pairs)
        return Agreement(SERIES, float(max(off)), None)

    def describe(self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]) -> dict[str, Any]:
        """Return names, shapes and dtypes."""
        return {
            "versions": versions(),
            "inputs": [{"name": v.name, "shape": list(v.shape), "dtype": str(v.dtype)} for v in self.model.inputs],
            "outputs": [{"shape": list(v.shape), "dtype": str(v.dtype)} for v in self.model.outputs],
        }


def _made(tensor: Any, rng: np.random.Generator) -> np.ndarray:
    shape = [size or (STEPS if axis else SERIES) for axis, size in enumerate(tensor.shape)]
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return rng.normal(size=shape).astype(dtype) if "float" in dtype else rng.integers(0, 2, shape).astype(dtype)
