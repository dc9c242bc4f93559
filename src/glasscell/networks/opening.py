"""Open untrusted Keras files without running any code in them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

import glasscell.layers.lstm
import glasscell.layers.preprocessing
import glasscell.layers.stacked  # noqa: F401  makes our layers known to Keras
from glasscell.errors import DataError, UsageError, warn
from glasscell.networks.keras_files import dicts_in, load_keras
from glasscell.networks.sentences import ModelFiles
from glasscell.system.files import MODELS, one_line

# they contain programs
RUN_CODE = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")
# modules in which Keras may look up a file's classes and functions; elsewhere there could be any
# function
ROOMS = (
    "activations",
    "constraints",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
)
ROOMS += ("ops", "optimizers", "quantizers", "random", "regularizers")
INNER_ROOMS = ("keras.src.models.", "keras.src.ops.", "keras.src.layers.", "keras.src.optimizers.")
BUILTINS = ("bool", "float", "int", "list", "dict", "tuple", "set", "str", "slice")
MOST_OF_CONFIG = 100_000_000  # bytes


def open_keras(path: str | Path, *, compile: bool = True) -> keras.Model:
    """Return the model in a .keras or .h5 file, with Keras's safe mode on.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "one.keras")
    >>> keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(4)], name="one").save(file)
    >>> open_keras(file).name
    'one'
    """
    path = Path(path)
    if path.suffix.lower() not in MODELS:
        raise UsageError(ModelFiles.FILE_NAME, file=path, endings=MODELS)
    if not path.is_file():
        raise DataError(ModelFiles.FOLDER if path.is_dir() else ModelFiles.NO_FILE, file=path)
    config = _config(path)
    for item in dicts_in(config):
        _check(item, path)
    trouble = None
    for with_optimizer in (True, False) if compile else (False,):
        try:
            model: Any = load_keras(path, compile=with_optimizer, safe_mode=True)
        except MemoryError:
            raise
        except (
            Exception
        ) as error:  # Keras, zipfile, h5py and TensorFlow raise a dozen kinds for a damaged file
            trouble = error
            continue
        if trouble is not None:
            warn(ModelFiles.NO_OPTIMIZER.warning(file=path, words=one_line(trouble)))
        for layer in (*model.layers, model):
            for weight in layer.weights:
                if not np.isfinite(weight).all():
                    raise DataError(
                        ModelFiles.WEIGHTS_NOT_FINITE,
                        file=path,
                        layer=layer.name,
                        weights=weight.path,
                    )
        return model
    assert trouble is not None
    raise DataError(
        ModelFiles.NOT_OPENED, file=path, version=keras.__version__, words=one_line(trouble)
    ) from trouble


def _config(path: Path) -> Any:
    """Return the configuration of a file's model, before any object is created."""
    try:
        if path.suffix.lower() == ".keras":
            if not zipfile.is_zipfile(path):
                raise ValueError("it is truncated, or another kind of file")
            with zipfile.ZipFile(path) as archive:
                if archive.getinfo("config.json").file_size > MOST_OF_CONFIG:
                    raise ValueError("its config.json is too large")
                return json.loads(archive.read("config.json"))
        import h5py

        with h5py.File(path) as file:
            return json.loads(str(file.attrs["model_config"]))
    except (
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
        TypeError,
        zipfile.BadZipFile,
        RecursionError,
    ) as error:
        raise DataError(ModelFiles.DAMAGED_KERAS, file=path, words=one_line(error)) from error


def _check(item: dict[str, Any], path: Path) -> None:
    kind, module = item.get("class_name"), item.get("module")
    if not isinstance(kind, str):
        return
    config = item.get("config")
    name = (
        config.get("name", kind)
        if isinstance(config, dict)
        else config
        if isinstance(config, str)
        else kind
    )
    if kind in RUN_CODE or kind.startswith("__lambda"):
        raise UsageError(ModelFiles.RUNS_CODE, file=path, layer=name, kind=kind)
    registered = item.get("registered_name")
    is_known = (
        isinstance(registered, str) and keras.saving.get_registered_object(registered) is not None
    )
    if module is None or is_known or _is_room(str(module)):
        return
    if module == "builtins" and (
        (kind == "function" and isinstance(config, str)) or kind in BUILTINS
    ):
        return
    raise UsageError(ModelFiles.OTHER_CLASS, file=path, name=name, kind=kind, module=module)


def _is_room(module: str) -> bool:
    parts = module.split(".")
    if parts[0] == "keras":
        return len(parts) == 1 or parts[1] in ROOMS or module.startswith(INNER_ROOMS)
    return module.startswith("glasscell.layers.")
