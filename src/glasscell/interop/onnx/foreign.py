"""Any Keras model leaves as ONNX: written beside its place, asked the same as the model, then put there."""

import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import DataError
from glasscell.interop.agreement import TOLERANCE, Agreement
from glasscell.interop.export import Exported, check_free
from glasscell.interop.formats import FORMATS
from glasscell.interop.onnx.file import ask, states_of, write_model
from glasscell.interop.sentences import Interop
from glasscell.system.files import storage_trouble, to_json

SERIES, STEPS = 3, 7  # of made inputs, where the model leaves them open


def export_model(model: keras.Model, path: Path, *, overwrite: bool = False) -> Exported:
    """Write any Keras model that `write_model` can write, ask both the same, and return how far they are apart.

    Parameters
    ----------
    model : keras.Model
        Inputs and outputs keep their names.
    path : Path
    overwrite : bool
        Whether what is there may be replaced.

    Raises
    ------
    UsageError
        If it has a layer that ONNX cannot say, or the path is taken.
    DataError
        If the export answers otherwise than the model: then nothing is left.
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> ids = keras.Input((None,), dtype="int32", name="ids")
    >>> h = keras.layers.LSTM(3)(keras.layers.Embedding(9, 2, mask_zero=True)(ids))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_model(keras.Model(ids, h), Path(folder) / "model.onnx").agreement.difference < 1e-5
    True
    """
    form = FORMATS["onnx"]
    form.load()
    about = path.with_name(f"{path.name}.json")
    check_free(path, overwrite=overwrite)
    with (
        storage_trouble(path, Interop.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part = Path(folder) / path.name
        write_model(model, part)
        runtime, agreement = form.runtime, None
        if find_spec(form.runtime) is not None:
            runtime = f"{form.runtime} {metadata.version(form.runtime)}"
            agreement = Agreement(SERIES, _difference(model, part), None)
            if not agreement.difference <= TOLERANCE:
                found = {"difference": agreement.difference, "runtime": runtime}
                raise DataError(Interop.DIFFERS, **found, allowed=TOLERANCE)
        part.with_name(about.name).write_text(to_json(_describe(model, runtime, agreement)), encoding="utf-8")
        for file in (path, about):
            (Path(folder) / file.name).replace(file)
    return Exported(path, about, "onnx", runtime, agreement)


def _difference(model: keras.Model, path: Path) -> float:
    """Return the largest difference of all outputs, for numbers above 1 relative to them."""
    rng = np.random.default_rng(0)
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
    found = ask(path, dict(zip(names, inputs, strict=True)) | states_of(path, len(inputs[0])))
    pairs = zip(found.values(), map(np.asarray, wanted), strict=False)  # states follow outputs
    return float(max((np.abs(ours - truth) / np.maximum(1, np.abs(truth))).max(initial=0.0) for ours, truth in pairs))


def _made(tensor: Any, rng: np.random.Generator) -> np.ndarray:
    shape = [size or (STEPS if axis else SERIES) for axis, size in enumerate(tensor.shape)]
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return rng.normal(size=shape).astype(dtype) if "float" in dtype else rng.integers(0, 2, shape).astype(dtype)


def _describe(model: keras.Model, runtime: str, agreement: Agreement | None) -> dict[str, Any]:
    """Return what the side file says."""
    return {
        "format": "onnx",
        "versions": {package: metadata.version(package) for package in ("glasscell", "keras")},
        "inputs": [{"name": v.name, "shape": list(v.shape), "dtype": str(v.dtype)} for v in model.inputs],
        "outputs": [{"shape": list(v.shape), "dtype": str(v.dtype)} for v in model.outputs],
        "checked": None
        if agreement is None
        else {"with": runtime, "series": agreement.n, "largest_difference": agreement.difference},
    }
