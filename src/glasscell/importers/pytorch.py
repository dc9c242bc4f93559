"""LSTMs from PyTorch, and back: gates i, f, g, o, weights transposed, two biases that are summed.

N series · T time steps · D channels · H units
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.importers.sentences import Importers
from glasscell.importers.stacks import Stack, model_of, numbers_of, stack_of, summed
from glasscell.inference.cell import Weights
from glasscell.networks.sentences import ModelFiles
from glasscell.system.files import one_line
from glasscell.variants import STANDARD

# an LSTMCell has no layer numbers
_NAME = re.compile(r"(.*?)\b(weight|bias)_(ih|hh|hr)(?:_l(\d{1,9})(_reverse)?)?")
PICKLED = (".pt", ".pth", ".bin", ".ckpt")
WITHIN = ("state_dict", "model_state_dict", "model")  # keys of the weights in checkpoints
# of safetensors; BF16: the upper half of a float32
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
MOST_OF_HEADER = 100_000_000  # bytes; the limit of the safetensors library
KINDS_BY_GATES = {1: Importers.IS_RNN, 3: Importers.IS_GRU}


def from_torch(
    source: Any,
    prefix: str | None = None,
    *,
    return_sequences: bool = True,
    return_state: bool = False,
    initial_state: bool = False,
    name: str | None = None,
) -> keras.Model:
    """Return a Keras model of `glasscell.LSTM` layers with a `torch.nn.LSTM`'s weights and outputs.

    N series · T time steps · D channels · H units. The model takes series (N, T, D), series first
    as in Keras, whether the module had `batch_first` or not. With a mask, masked steps are zeros,
    as `pad_packed_sequence` fills them.

    Parameters
    ----------
    source : torch.nn.Module, mapping, str or Path
        A module, its state dict, or a file of weights: .safetensors, which needs no PyTorch, .pt,
        .pth, .bin or .ckpt.
    prefix : str, optional
        Prefix of the LSTM in a larger module, such as "encoder.lstm."; not needed if there is only
        one.
    return_sequences : bool
        Whether the model returns h of every step, (N, T, H), or only of the last, (N, H).
        Directions are concatenated.
    return_state : bool
        Whether it also returns h and c (N, H) of each layer and direction: layer 1 forward, layer 1
        backward, layer 2 forward, and so on.
    initial_state : bool
        Whether it also takes initial h and c, in the same order.
    name : str, optional
        Name of the model.

    Returns
    -------
    keras.Model
        The model, not compiled.

    Raises
    ------
    UsageError
        If there is no LSTM, or several, or one that Keras cannot express: with `proj_size`, or a
        GRU.
    DataError
        If the file is damaged, or weights do not fit together or are not finite as float32.

    Warns
    -----
    FactWarning
        If float64 weights are rounded to float32.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> lstm = {
    ...     "weight_ih_l0": np.ones((8, 3)),
    ...     "weight_hh_l0": np.ones((8, 2)),
    ... }  # or a torch.nn.LSTM(3, 2)
    >>> glasscell.from_torch(lstm)(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 2])
    """
    stack = _read(source, prefix)
    options: Any = {"return_sequences": return_sequences, "return_state": return_state}
    return model_of(stack, **options, initial_state=initial_state, name=name)


def to_torch(model: Any, *, batch_first: bool = True) -> Any:
    """Return a `torch.nn.LSTM` with weights and outputs of LSTM layers of glasscell or Keras.

    `bias_ih` has the whole bias. `bias_hh` is zero and not trained, so that a training step does
    the same in both.

    Parameters
    ----------
    model : keras.Model or keras.layers.Layer
        An LSTM or Bidirectional layer, or a model of these, such as `from_torch` returns.
    batch_first : bool
        Whether the module takes series first.

    Returns
    -------
    torch.nn.LSTM
        The module.

    Raises
    ------
    UsageError
        If PyTorch is not installed, or cannot express the model: another cell than the standard
        one, or layers with different units.

    Examples
    --------
    >>> import glasscell, keras
    >>> model = keras.Sequential([keras.Input((None, 3)), keras.layers.LSTM(2)])
    >>> glasscell.to_torch(model).weight_ih_l0.shape
    torch.Size([8, 3])
    """
    stack = stack_of(model)
    if stack.variant != STANDARD:
        raise UsageError(Importers.NO_TORCH_CELL, model=model.name)
    if len({*stack.units}) > 1 or len({len(layer) for layer in stack.layers}) > 1:
        raise UsageError(Importers.UNITS_DIFFER, model=model.name, units=stack.units)
    torch = _torch("to_torch")
    ((first, *others), *_) = stack.layers
    with torch.no_grad():
        module = torch.nn.LSTM(
            first.kernel.shape[0],
            stack.units[0],
            len(stack.layers),
            bias=any(one.bias is not None for layer in stack.layers for one in layer),
            batch_first=batch_first,
            dropout=stack.dropout if len(stack.layers) > 1 else 0.0,
            bidirectional=bool(others),
        )
        for k, layer in enumerate(stack.layers):
            for one, end in zip(layer, ("", "_reverse"), strict=False):
                for part, v in zip(("weight_ih", "weight_hh", "bias_ih"), one, strict=False):
                    if v is not None:
                        getattr(module, f"{part}_l{k}{end}").copy_(
                            torch.from_numpy(np.ascontiguousarray(v.T))
                        )
                if module.bias:
                    if one.bias is None:
                        getattr(module, f"bias_ih_l{k}{end}").zero_()
                    getattr(module, f"bias_hh_l{k}{end}").zero_().requires_grad_(False)
    return module


def _read(source: Any, prefix: str | None) -> Stack:
    modules: dict[str, Any] = {}
    if isinstance(source, str | Path):
        what, weights = str(source), _read_file(Path(source))
    elif isinstance(source, Mapping):
        what, weights = "the state dict", source
    elif hasattr(source, "state_dict") and hasattr(source, "named_modules"):
        what, weights = f"the module {type(source).__name__}", source.state_dict()
        modules = dict(source.named_modules())
    else:
        raise UsageError(Importers.NO_TORCH_SOURCE, kind=type(source).__name__)
    prefix, parts = _find(weights, prefix, what)
    dropout = float(getattr(modules.get(prefix.rstrip(".")), "dropout", 0.0))
    where = f"{what}, {prefix}" if prefix else what
    sizes = sorted({int(layer or 0) for _, _, layer, _ in parts})
    if sizes != list(range(len(sizes))):
        raise DataError(Importers.LAYERS_MISSING, file=where, layers=sizes)
    ends = [""] + ["_reverse"] * any(end for *_, end in parts)
    form = None if (("weight", "ih", None, "")) in parts else str
    layers = tuple(
        tuple(_direction(parts, form and form(k), end, where) for end in ends)
        for k in range(len(sizes))
    )
    return Stack(layers, dropout=dropout, source=where)


def _find(
    weights: Mapping[str, Any], prefix: str | None, what: str
) -> tuple[str, dict[tuple, np.ndarray]]:
    """Return the prefix of the LSTM, and its parts by (weight or bias, ih or hh, layer, end)."""
    found: dict[str, dict[tuple, Any]] = {}
    for name, v in weights.items():
        if (match := _NAME.fullmatch(str(name))) is not None:
            before, part, which, layer, end = match.groups()
            found.setdefault(before, {})[part, which, layer, end or ""] = _numbers(
                v, file=what, weights=name
            )
    kinds = {before: _kind(parts) for before, parts in found.items()}
    there = [before for before, kind in kinds.items() if kind is None]
    if prefix is not None:
        asked = [before for before in found if prefix.rstrip(".") == before.rstrip(".")]
        if not asked:
            code = Importers.NOTHING_THERE if there else Importers.NOTHING_ANYWHERE
            raise UsageError(code, file=what, prefix=prefix, prefixes=there)
        if (kind := kinds[asked[0]]) is not None:
            raise UsageError(
                Importers.NO_LSTM_THERE,
                file=what,
                other=kind(prefix=asked[0] or Importers.THE_MODULE()),
            )
        there = asked
    if len(there) > 1:
        raise UsageError(Importers.SEVERAL_TORCH_LSTMS, file=what, prefixes=there)
    if not there:
        others = [
            kind(prefix=before or Importers.THE_MODULE())
            for before, kind in kinds.items()
            if kind is not None
        ]
        raise UsageError(
            Importers.OTHER_TORCH_LAYERS if others else Importers.NO_TORCH_LSTM,
            file=what,
            others=others,
        )
    (before,) = there
    if any(which == "hr" for _, which, *_ in found[before]):
        raise UsageError(Importers.PROJECTED, file=what, prefix=before or Importers.THE_LSTM())
    return before, found[before]


def _kind(parts: Mapping[tuple, Any]) -> Importers | None:
    """Return the kind of a layer that is no LSTM, as shown by its recurrent weights' shape."""
    if any(which == "hr" for _, which, *_ in parts):
        return None  # an LSTM with a projection, which `_find` rejects
    recurrent = [v for (part, which, *_), v in parts.items() if (part, which) == ("weight", "hh")]
    shape = tuple(recurrent[0].shape) if recurrent else ()
    gates = [k for k in KINDS_BY_GATES if len(shape) == 2 and shape[0] == k * shape[1]]
    return KINDS_BY_GATES[gates[0]] if gates else None


def _direction(
    parts: Mapping[tuple, np.ndarray], layer: str | None, end: str, where: str
) -> Weights:
    names = [(part, which) for part in ("weight", "bias") for which in ("ih", "hh")]
    has_bias = any(("bias", which, layer, end) in parts for which in ("ih", "hh"))
    for part, which in names[: 4 if has_bias else 2]:
        if (part, which, layer, end) not in parts:
            name = f"{part}_{which}" + ("" if layer is None else f"_l{layer}{end}")
            raise DataError(Importers.WEIGHTS_MISSING, file=where, weights=name)
    kernel, recurrent_kernel, *biases = (
        parts[(*name, layer, end)] for name in names[: 4 if has_bias else 2]
    )
    rows, units = kernel.shape[:1], recurrent_kernel.shape[-1:]
    if kernel.ndim != 2 or recurrent_kernel.shape != (*rows, *units) or rows != (4 * sum(units),):
        raise DataError(
            Importers.NO_TORCH_SHAPES,
            file=where,
            kernel=kernel.shape,
            recurrent=recurrent_kernel.shape,
        )
    for name, bias in zip(("bias_ih", "bias_hh"), biases, strict=False):
        if bias.shape != rows:
            raise DataError(
                Importers.BIAS_SHAPE, file=where, bias=name, shape=bias.shape, expected=rows
            )
    return Weights(kernel.T, recurrent_kernel.T, summed(biases) if has_bias else None)


def _numbers(v: Any, **about: Any) -> np.ndarray:
    """Return a tensor or an array as NumPy's float32, or float64."""
    if hasattr(v, "detach"):
        try:
            v = v.detach().cpu()
            v = (v if v.is_complex() or str(v.dtype) == "torch.float64" else v.float()).numpy()
        # PyTorch has several, for tensors that are quantized, sparse, or without numbers
        except Exception as error:
            raise DataError(
                Importers.NO_NUMBERS, kind=f"{v.dtype} ({one_line(error)})", **about
            ) from error
    return numbers_of(v, **about)


def _read_file(path: Path) -> Mapping[str, Any]:
    if path.suffix == ".safetensors":
        return read_safetensors(path, lambda name: _NAME.fullmatch(name) is not None)
    if path.suffix not in PICKLED:
        raise UsageError(ModelFiles.FILE_NAME, file=path, endings=(".safetensors", *PICKLED))
    if not path.is_file():
        raise DataError(ModelFiles.FOLDER if path.is_dir() else ModelFiles.NO_FILE, file=path)
    torch = _torch(Importers.FILES_ENDING_IN(ending=path.suffix))
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # pickle, zipfile and PyTorch raise a dozen kinds
        if "weights_only" in str(error) or "Unsupported" in str(error):
            raise DataError(Importers.MORE_THAN_WEIGHTS, file=path) from None
        raise DataError(
            Importers.DAMAGED_TORCH, file=path, kind="PyTorch", words=one_line(error)
        ) from error
    for name in WITHIN:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
    if not isinstance(content, Mapping):
        raise DataError(Importers.NO_STATE_DICT, file=path, kind=type(content).__name__)
    return content


def _torch(what: str | Note) -> Any:
    if find_spec("torch") is None:
        raise UsageError(Importers.NO_TORCH, what=what)
    import torch

    return torch


def read_safetensors(
    path: Path, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, np.ndarray]:
    """Return the wanted floating-point arrays of a file by name, as float32 or float64.

    >>> import tempfile
    >>> header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    >>> path = Path(tempfile.mkdtemp(), "w.safetensors")
    >>> _ = path.write_bytes(
    ...     len(header).to_bytes(8, "little") + header + np.array([1, 2], "<f4").tobytes()
    ... )
    >>> read_safetensors(path)
    {'w': array([1., 2.], dtype=float32)}
    """
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 2 <= size <= MOST_OF_HEADER:
                raise ValueError(f"its header has {size} bytes")
            header = json.loads(file.read(size))
            start = 8 + size
            chosen = {
                name: about
                for name, about in header.items()
                if name != "__metadata__" and wanted(name)
            }
            of_numbers = {name: about for name, about in chosen.items() if about["dtype"] in DTYPES}
            most = path.stat().st_size - start
            return {
                name: _read_array(file, start, most, about) for name, about in of_numbers.items()
            }
    except OSError as error:
        raise DataError(
            Importers.UNREADABLE, file=path, words=error.strerror or one_line(error)
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            Importers.DAMAGED_TORCH, file=path, kind="safetensors", words=one_line(error)
        ) from error


def _read_array(file: Any, start: int, most: int, about: dict[str, Any]) -> np.ndarray:
    begin, end = about["data_offsets"]
    dtype = np.dtype(DTYPES[about["dtype"]])
    size = math.prod(about["shape"]) * dtype.itemsize
    if end > most:
        raise ValueError(f"it ends {end - most} bytes early")
    if not 0 <= begin <= end or end - begin != size:
        raise ValueError(f"{end - begin} bytes for the shape {about['shape']}")
    file.seek(start + begin)
    v = np.frombuffer(file.read(size), dtype).reshape(about["shape"])
    if about["dtype"] == "BF16":
        v = (v.astype("<u4") << 16).view("<f4")
    return v.astype("float64" if about["dtype"] == "F64" else "float32")
