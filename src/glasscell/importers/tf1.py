"""LSTMs in checkpoints of TensorFlow 1: gates i, j, f, o, weights in one matrix, forget bias added.

N series · T time steps · D channels · H units
"""

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import DataError, UsageError
from glasscell.importers.sentences import Importers
from glasscell.importers.stacks import Stack, model_of, numbers_of, summed
from glasscell.inference.cell import Weights
from glasscell.system.files import one_line
from glasscell.variants import Variant

# a cell's scope ends with one of these: BasicLSTMCell, LSTMCell, LSTMBlockCell, those of contrib
CELLS = (
    "basic_lstm_cell",
    "lstm_cell",
    "lstm_block_cell",
    "layer_norm_basic_lstm_cell",
    "coupled_input_forget_gate_lstm_cell",
)
# `weights` before TensorFlow 1.2
PARTS = {"kernel": "kernel", "weights": "kernel", "bias": "bias", "biases": "bias"}
PEEPHOLES = ("w_i_diag", "w_f_diag", "w_o_diag")
REFUSED = {
    "projection/kernel": Importers.NUM_PROJ,
    "projection/weights": Importers.NUM_PROJ,
    "layer_norm_basic_lstm_cell": Importers.NORMALISES,
    "coupled_input_forget_gate_lstm_cell": Importers.COUPLED,
}
_WITHIN_NETWORK = re.compile(
    r"(?:^|/)(?:cell_\d+|fw|bw|multi_rnn_cell|(?:stack_)?bidirectional_rnn)(?:/|$)"
)
_SIDE = re.compile(r"(^|/)(fw|bw)(/|$)")


def from_tf1(
    checkpoint: str | Path,
    prefix: str | None = None,
    *,
    forget_bias: float = 1.0,
    return_sequences: bool = True,
    return_state: bool = False,
    initial_state: bool = False,
    name: str | None = None,
) -> keras.Model:
    """Return a Keras model of `glasscell.LSTM` layers with a TensorFlow 1 checkpoint's weights.

    N series · T time steps · D channels · H units. The model takes series (N, T, D). Cells are
    `BasicLSTMCell`, `LSTMCell` (with or without peepholes) and `LSTMBlockCell`. They may be stacked
    in a `MultiRNNCell`, and bidirectional below scopes `fw` and `bw`.

    Parameters
    ----------
    checkpoint : str or Path
        The path given to `tf.train.Saver`, such as "model.ckpt-1000", or the folder.
    prefix : str, optional
        Scope of the cells, such as "encoder"; not needed if there is only one.
    forget_bias : float
        Forget bias of the cells. TensorFlow adds it at run time and does not save it.
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
        If there are no such cells, several networks of them, or cells that glasscell cannot
        express.
    DataError
        If the checkpoint is missing or damaged, or weights do not fit together or are not finite as
        float32.

    Warns
    -----
    FactWarning
        If float64 weights are rounded to float32.

    Examples
    --------
    >>> import tempfile
    >>> import glasscell
    >>> import numpy as np
    >>> import tensorflow as tf
    >>> path = f"{tempfile.mkdtemp()}/model.ckpt"
    >>> kernel, bias = np.ones((3 + 2, 8), "float32"), np.zeros(8, "float32")
    >>> names = ["rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias"]
    >>> tf.raw_ops.SaveV2(
    ...     prefix=path, tensor_names=names, shape_and_slices=["", ""], tensors=[kernel, bias]
    ... )
    >>> glasscell.from_tf1(path)(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 2])
    """
    cells = _cells(checkpoint, prefix)
    has_peepholes = {any(part in PEEPHOLES for part in parts) for parts in cells.values()}
    if len(has_peepholes) > 1:
        raise UsageError(Importers.SOME_PEEPHOLES, file=checkpoint)
    layers: dict[str, dict[str, Weights]] = {}
    for scope, parts in cells.items():
        side = match[2] if (match := _SIDE.search(scope)) else "fw"
        without = _SIDE.sub("/", scope)
        layers.setdefault(without, {})[side] = _direction(
            parts, forget_bias, f"{checkpoint}, {scope}"
        )
    for scope, sides in layers.items():
        if "fw" not in sides:
            raise UsageError(Importers.SCOPE_BACKWARDS, file=checkpoint, scope=scope)
    scopes = sorted(
        layers, key=lambda scope: [int(v) if v.isdigit() else v for v in re.split(r"(\d+)", scope)]
    )
    ordered = tuple(
        tuple(v for _, v in sorted(layers[scope].items(), reverse=True)) for scope in scopes
    )  # fw, bw
    stack = Stack(ordered, Variant(peepholes=has_peepholes.pop()), source=str(checkpoint))
    options: Any = {"return_sequences": return_sequences, "return_state": return_state}
    return model_of(stack, **options, initial_state=initial_state, name=name)


def _cells(checkpoint: str | Path, prefix: str | None) -> dict[str, dict[str, np.ndarray]]:
    """Return the arrays of each cell, by scope and name."""
    try:
        reader: Any = tf.train.load_checkpoint(str(checkpoint))
        names = sorted(reader.get_variable_to_shape_map())
    except Exception as error:  # TensorFlow raises a dozen kinds, and ValueError
        raise DataError(Importers.NO_CHECKPOINT, file=checkpoint, words=one_line(error)) from error
    found: dict[str, dict[str, str]] = {}
    for name in names:
        scope, cell, part = _split(name)
        if cell and (prefix is None or f"{scope}/".startswith(f"{prefix.strip('/')}/")):
            found.setdefault(scope, {})[part] = name
    if any("opaque_kernel" in name for name in names) and not found:
        raise UsageError(Importers.OF_CUDNN, file=checkpoint)
    if not found:
        code = Importers.NO_CELL if prefix is None else Importers.NO_CELL_BELOW
        raise UsageError(code, file=checkpoint, cells=CELLS[:3], prefix=prefix, names=names[:5])
    networks = {_without_cell(_WITHIN_NETWORK.split(scope)[0]) for scope in found}
    if len(networks) > 1:
        raise UsageError(Importers.SEVERAL_NETWORKS, file=checkpoint, prefixes=sorted(networks))
    for scope, parts in found.items():
        for sign, code in REFUSED.items():
            if sign in parts or scope.endswith(sign):
                raise UsageError(code, file=checkpoint, scope=scope)
    try:
        return {
            scope: {PARTS.get(part, part): reader.get_tensor(name) for part, name in parts.items()}
            for scope, parts in found.items()
        }
    except Exception as error:  # as above
        raise DataError(
            Importers.DAMAGED_CHECKPOINT, file=checkpoint, words=one_line(error)
        ) from error


def _split(name: str) -> tuple[str, str, str]:
    """Return the scope of the cell that a variable belongs to, the cell, and its name in it."""
    for cell in CELLS:
        match = re.fullmatch(rf"(.*?(?:^|/){cell}(?:_\d+)?)/(.*)", name)
        known = (*PARTS, *PEEPHOLES, "projection/kernel", "projection/weights")
        if match is not None and match[2] in known:  # other variables are an optimizer's
            return match[1], cell, match[2]
    return "", "", ""


def _without_cell(scope: str) -> str:
    parts = scope.split("/")
    return "/".join(parts[:-1]) if parts[-1].startswith(CELLS) else scope


def _direction(parts: dict[str, np.ndarray], forget_bias: float, what: str) -> Weights:
    for name in ("kernel", "bias"):
        if name not in parts:
            raise DataError(Importers.NO_VARIABLE, file=what, variable=name)
    parts = {name: numbers_of(v, file=what, weights=name) for name, v in parts.items()}
    kernel, bias = parts["kernel"], parts["bias"]
    H = bias.size // 4
    if (
        kernel.ndim != 2
        or kernel.shape[1] != 4 * H
        or kernel.shape[0] <= H
        or bias.shape != (4 * H,)
    ):
        raise DataError(Importers.CELL_SHAPES, file=what, kernel=kernel.shape, bias=bias.shape)
    kernel, bias = (
        np.concatenate([np.split(v, 4, axis=-1)[k] for k in (0, 2, 1, 3)], axis=-1)
        for v in (kernel, bias)
    )
    bias[H : 2 * H] = summed([bias[H : 2 * H], forget_bias])
    peepholes = None
    if any(part in parts for part in PEEPHOLES):
        missing = [part for part in PEEPHOLES if part not in parts]
        if missing:
            raise DataError(Importers.NO_VARIABLE, file=what, variable=missing[0])
        for part in PEEPHOLES:
            if parts[part].shape != (H,):
                found = {"variable": part, "shape": parts[part].shape}
                raise DataError(Importers.VARIABLE_SHAPE, file=what, **found, expected=(H,))
        peepholes = np.stack([parts[part] for part in PEEPHOLES])
    return Weights(kernel[:-H], kernel[-H:], bias, peepholes)
