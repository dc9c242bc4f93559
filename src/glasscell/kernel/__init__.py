"""The native kernel: the recurrence, forward and backward, as one TensorFlow CPU operation each.

T time steps · N series · D features · H units · … leading axes: one network, or many side by side

lstm.h is the core's contract, recurrence.cpp the mathematics, tensorflow_op.cpp what TensorFlow sees of it.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import tensorflow as tf

from glasscell.cell import STANDARD, State, Variant
from glasscell.kernel import gradients
from glasscell.kernel.tracing import is_compiled_by_xla, is_exported, is_recorded

LIBRARY = Path(__file__).with_name("libglasscell.so")
ACTIVATIONS = ("linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign")
VECTORS = ("avx512", "avx2", "baseline")
ANOTHER_COPY = "another copy of glasscell has brought its kernel into this process already"


@cache
def _load() -> tuple[Any, str | None]:
    """Return TensorFlow's module of our operations, or None and why there is none."""
    asked = os.environ.get("GLASSCELL_VECTORS", "")
    if asked not in ("", *VECTORS):
        return None, f"GLASSCELL_VECTORS={asked!r} is not known; use {', '.join(VECTORS)}"
    if not LIBRARY.exists():
        return None, (
            "glasscell was installed without its kernel, for want of a C++ compiler: install one, and glasscell again, "
            "from its folder, with pip install --force-reinstall --no-deps --no-cache-dir ."
            if os.name == "posix"
            else "the kernel runs on Linux and macOS only"
        )
    try:
        if _is_cut_short(LIBRARY):
            raise OSError("the file is cut short")
        if _is_there_already():
            return None, ANOTHER_COPY
        framework = sorted(Path(tf.sysconfig.get_lib()).glob("libtensorflow_framework*"))
        for library in framework[:1]:  # some versions of TensorFlow keep its symbols to themselves
            ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
        operations = tf.load_op_library(str(LIBRARY))
    except (OSError, tf.errors.OpError) as error:
        said = str(error).splitlines()[0]
        return None, f"TensorFlow cannot load {LIBRARY.name}: {said}; if it is damaged, install glasscell again"
    if not hasattr(operations, "glasscell_lstm"):
        return None, ANOTHER_COPY
    with suppress(KeyError):  # glasscell was imported anew: TensorFlow keeps to what it was told first
        gradients.register(operations)
    return operations, None


def _is_cut_short(library: Path) -> bool:
    """Return whether an ELF file ends before its last table, which stands at its end: to load it would be a crash."""
    with library.open("rb") as file:
        header = file.read(64)
    if len(header) < 64 or not header.startswith(b"\x7fELF\x02"):
        return False  # TensorFlow says what it is
    begin, size, count = struct.unpack_from("<40xQ10xHH", header)
    return library.stat().st_size < begin + size * count


def _is_there_already() -> bool:
    """Return whether TensorFlow knows our operations from another library: two at once it cannot tell apart."""
    try:
        from tensorflow.python.framework.op_def_registry import get
    except ImportError:  # a private name: without it we do not ask
        return False
    if get("GlasscellLSTM") is None:
        return False
    try:
        ctypes.CDLL(str(LIBRARY), mode=os.RTLD_NOLOAD)
    except OSError:
        return True
    return False  # this very library, and glasscell was imported anew


@cache
def _sees_gpu() -> bool:
    return bool(tf.config.list_logical_devices("GPU"))


def obstacle(variant: Variant = STANDARD, dtype: tf.DType = tf.float32) -> str | None:
    """Say why the kernel cannot serve here and now; None if it can.

    >>> obstacle(dtype=tf.float64)
    'the kernel computes in float32, not in float64'
    """
    if dtype != tf.float32:
        return f"the kernel computes in float32, not in {dtype.name}"
    for name in ("input_activation", "gate_activation", "output_activation"):
        activation = getattr(variant, name)
        if activation not in ACTIVATIONS:
            shown = repr(activation) if isinstance(activation, str) else f"{activation}, a function"
            return f"{name} is {shown}; the kernel has {', '.join(ACTIVATIONS)}"
    if variant.full_gate_recurrence:
        return "the kernel has no full gate recurrence"
    if is_compiled_by_xla():
        return "XLA compiles this function (jit_compile=True), and cannot compile the kernel"
    if is_exported():
        return "the model is being exported, and must run where there is no glasscell"
    if _sees_gpu():
        return "TensorFlow sees a GPU, and the kernel runs on the CPU"
    return _load()[1]


def misfit(x: tf.Tensor, kernel: tf.Tensor, recurrent_kernel: tf.Tensor) -> str | None:
    """Say what of the shapes the kernel does not take, though the loop may; None if nothing.

    >>> misfit(tf.zeros((4, 8, 3)), tf.zeros((2, 3, 20)), tf.zeros((2, 5, 20)))
    'x has the leading axes (), the weights have (2,): the kernel wants them equal'
    """
    if x.shape.rank is None or not 3 <= x.shape.rank <= 8:
        return f"x has {x.shape.rank or 'an unknown number of'} axes: the kernel takes 3 to 8"
    leading = tuple(x.shape[:-3])
    for weights in (kernel, recurrent_kernel):
        if tuple(weights.shape[:-2]) != leading:
            return f"x has the leading axes {leading}, the weights have {tuple(weights.shape[:-2])}: " + (
                "the kernel wants them equal"
            )
    if recurrent_kernel.shape[-2] == 0 or x.shape[-1] == 0:
        return "the kernel needs at least one feature and one unit"
    return None


def vectors() -> str:
    """Name the instruction set in use: "avx512", "avx2", or "baseline", which every machine has.

    >>> not LIBRARY.exists() or vectors() in VECTORS
    True
    """
    if _load()[1] is not None:
        raise RuntimeError(_load()[1])
    name = ctypes.CDLL(str(LIBRARY)).glasscell_vectors
    name.restype = ctypes.c_char_p
    return name().decode()


def threads() -> int:
    """Return how many cores TensorFlow was told it may use for one operation, which is how many the kernel uses.

    >>> threads() >= 1
    True
    """
    told = tf.config.threading.get_intra_op_parallelism_threads()
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return told or cores


def describe() -> str:
    """Say in words which code runs, and on how many cores.

    >>> not LIBRARY.exists() or describe().startswith("the native operation")
    True
    """
    return f"the native operation serves here: {vectors()} code, on at most {threads()} of the cores"


def lstm(
    x: tf.Tensor,
    kernel: tf.Tensor,
    recurrent_kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    variant: Variant = STANDARD,
    peephole_kernel: tf.Tensor | None = None,
    gate_kernel: None = None,
    *,
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: Sequence[tf.Tensor] | None = None,
) -> tuple[tf.Tensor, State]:
    """Read the series x; arguments and results are those of `sequence.lstm`, where there is no `obstacle` or `misfit`.

    >>> x, kernel, recurrent_kernel = tf.ones((1, 3, 2)), tf.ones((2, 4)), tf.ones((1, 4))
    >>> h, state = lstm(x, kernel, recurrent_kernel, return_sequences=True) if obstacle() is None else ([0], None)
    >>> len(h)
    1
    """
    if (peephole_kernel is not None) != variant.peepholes or gate_kernel is not None:
        raise ValueError("peephole_kernel goes with a variant with peepholes, gate_kernel with full gate recurrence")
    if initial_state is not None and initial_state.ifo:
        raise ValueError("initial_state has i, f and o where the variant has full gate recurrence, and only there")
    absent = tf.constant([], tf.float32)
    if mask is not None:
        mask = tf.convert_to_tensor(mask)
        if not (mask.shape.is_fully_defined() and mask.shape == x.shape[:-1]):
            mask = tf.broadcast_to(mask, tf.shape(x)[:-1])  # one row may serve all series
        x = tf.where(tf.expand_dims(mask, -1), x, tf.zeros_like(x))
    if input_keep is not None and len(input_keep) == 1:
        x, input_keep = x * tf.expand_dims(input_keep[0], -3 if time_major else -2), None
    if recurrent_keep is not None and len(recurrent_keep) == 1:
        recurrent_keep = list(recurrent_keep) * 4
    axis = -2 if time_major else -3  # of the series in x
    units = recurrent_kernel.shape[-2]
    h0, c0 = [absent] * 2
    if initial_state is not None:
        h0, c0 = [_for_each_series(v, x, axis, units) for v in initial_state[:2]]
    output, h, c, _ = _load()[0].glasscell_lstm(
        x=x,
        kernel=kernel,
        recurrent_kernel=recurrent_kernel,
        bias=absent if bias is None else bias,
        peephole_kernel=absent if peephole_kernel is None else peephole_kernel,
        h0=h0,
        c0=c0,
        mask=tf.constant([], tf.bool) if mask is None else mask,
        input_keep=absent
        if input_keep is None
        else tf.stack([_for_each_series(v, x, axis, x.shape[-1]) for v in input_keep]),
        recurrent_keep=absent
        if recurrent_keep is None
        else tf.stack([_for_each_series(v, x, axis, units) for v in recurrent_keep]),
        time_major=time_major,
        go_backwards=go_backwards,
        return_sequences=return_sequences,
        zero_output_for_mask=zero_output_for_mask,
        input_gate=variant.input_gate,
        forget_gate=variant.forget_gate,
        output_gate=variant.output_gate,
        coupled=variant.coupled,
        input_activation=variant.input_activation,
        gate_activation=variant.gate_activation,
        output_activation=variant.output_activation,
        threads=threads(),
        save=is_recorded(),
        name="lstm",
    )
    if not tf.executing_eagerly():
        state = [*x.shape[:-3], x.shape[axis], units]
        output.set_shape([*x.shape[:-1], units] if return_sequences else state)
        for v in (h, c):
            v.set_shape(state)
    return output, State(h, c)


def _for_each_series(v, x, axis: int, size: Any) -> tf.Tensor:
    """Let v have the shape (…, N, size): one row of it may serve all series, which x counts on `axis`."""
    shape = [*x.shape[:-3], x.shape[axis], size]
    v = tf.convert_to_tensor(v)
    if None not in shape and v.shape.as_list() == shape:
        return v
    dynamic = tf.shape(x)
    return tf.broadcast_to(v, tf.concat([dynamic[:-3], [dynamic[axis], size]], 0))
