"""The kernel's core without TensorFlow: a separate library that processes NumPy arrays.

N series · T time steps · D features · H units
"""

import ctypes
import os
import struct
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.system.threads import count_cores
from glasscell.variants import PLAIN_ACTIVATIONS, Variant

LIBRARY = Path(__file__).with_name("libglasscell_core.so")
VECTORS = ("avx512", "avx2", "baseline")
_GATES = ("input_gate", "forget_gate", "output_gate", "coupled")
_FUNCTIONS = ("input_activation", "gate_activation", "output_activation")


class _Lstm(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int64) for name in "MNTDH"),
        *(
            (name, ctypes.c_bool)
            for name in ("time_major", "go_backwards", "return_sequences", "zero_output_for_mask")
        ),
        *((name, ctypes.c_bool) for name in _GATES),
        *((name, ctypes.c_int) for name in (*_FUNCTIONS, "threads")),
    )


class _Inputs(ctypes.Structure):
    _names = (
        "x kernel recurrent_kernel bias peephole_kernel h0 c0 mask input_keep recurrent_keep packed"
    )
    _fields_ = tuple((name, ctypes.c_void_p) for name in _names.split())


class _Outputs(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_void_p) for name in ("output", "h", "c", "saved"))


class Reader:
    """An LSTM that runs on the core. Several threads may call it at once.

    Parameters
    ----------
    variant : Variant
        One without an `obstacle`.
    go_backwards : bool
        Whether to process from the last step to the first.

    >>> ones = np.ones((1, 3, 2)), np.ones((2, 4)), np.ones((1, 4))
    >>> h = (
    ...     Reader(Variant(), *ones[1:]).read(ones[0])[1]
    ...     if load()[1] is None
    ...     else np.array([[0.935]])
    ... )
    >>> print(f"{h[0, 0]:.3f}")
    0.935
    """

    def __init__(
        self,
        variant: Variant,
        kernel: np.ndarray,
        recurrent_kernel: np.ndarray,
        bias: np.ndarray | None = None,
        peephole_kernel: np.ndarray | None = None,
        *,
        go_backwards: bool = False,
    ):
        why_not = obstacle(variant)
        if why_not is not None:
            raise RuntimeError(why_not)
        self._library = load()[0]
        self.features, self.units = len(kernel), len(recurrent_kernel)
        width = 4 * self.units
        shapes = ((self.features, width), (self.units, width), (width,), (3, self.units))
        weights = (kernel, recurrent_kernel, bias, peephole_kernel)
        for v, shape in zip(weights, shapes, strict=True):
            if v is not None and np.shape(v) != shape:
                raise ValueError(
                    f"an array of weights has the shape {np.shape(v)}: expected {shape}"
                )
        if not self.features or not self.units:
            raise ValueError("the core needs at least one feature and one unit")
        self._made_of = (*(getattr(variant, name) for name in _GATES),)
        self._functions = (
            *(PLAIN_ACTIVATIONS.index(getattr(variant, name)) for name in _FUNCTIONS),
        )
        self._go_backwards = go_backwards
        weights = [None if v is None else np.ascontiguousarray(v, "float32") for v in weights]
        self._packed = self._pack(*map(_address, weights[:3]))
        self._peephole_kernel = weights[3]
        self._packed_address, self._peephole_address = map(_address, (self._packed, weights[3]))

    def _pack(self, *addresses: int | None) -> np.ndarray:
        """Return kernel, recurrent kernel and bias in the order in which every call reads them."""
        lstm = self._lstm(1, 1, return_sequences=False)
        packed = np.empty(self._library.glasscell_packed_size(ctypes.byref(lstm)), "float32")
        inputs = _Inputs(None, *addresses)
        self._library.glasscell_pack(
            ctypes.byref(lstm), ctypes.byref(inputs), ctypes.c_void_p(_address(packed))
        )
        return packed

    def _lstm(self, n: int, steps: int, *, return_sequences: bool) -> _Lstm:
        options = (False, self._go_backwards, return_sequences, False)
        sizes = (1, n, steps, self.features, self.units)
        return _Lstm(*sizes, *options, *self._made_of, *self._functions, count_cores())

    def read(
        self,
        x: np.ndarray,
        mask: np.ndarray | None = None,
        state: tuple[np.ndarray, np.ndarray] | None = None,
        *,
        return_sequences: bool = False,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Run the LSTM over the series x.

        `x` (N, T, D), `mask` (N, T), `state` (h, c) → (N, T, H).
        """
        x = np.ascontiguousarray(x, "float32")
        if x.ndim != 3 or x.shape[2] != self.features:
            raise ValueError(f"x has the shape {x.shape}: expected (N, T, {self.features})")
        n, steps, _ = x.shape
        if mask is not None:
            mask = np.ascontiguousarray(mask, "bool")
            if mask.shape != (n, steps):
                raise ValueError(f"mask has the shape {mask.shape}: expected {(n, steps)}")
        before = (
            (None, None)
            if state is None
            else tuple(np.ascontiguousarray(v, "float32") for v in state)
        )
        for v in before:
            if v is not None and v.shape != (n, self.units):
                raise ValueError(
                    f"an array of the state has the shape {v.shape}: expected {(n, self.units)}"
                )
        output, h, c = np.empty((3, n, self.units), "float32")
        if return_sequences:
            output = np.empty((n, steps, self.units), "float32")
        lstm = self._lstm(n, steps, return_sequences=return_sequences)
        inputs = _Inputs(
            x=_address(x),
            peephole_kernel=self._peephole_address,
            h0=_address(before[0]),
            c0=_address(before[1]),
            mask=_address(mask),
            packed=self._packed_address,
        )
        outputs = _Outputs(*map(_address, (output, h, c)))
        if not self._library.glasscell_forward(*map(ctypes.byref, (lstm, inputs, outputs))):
            raise MemoryError("no memory for the LSTM's scratch space")
        return output, h, c


def _address(array: np.ndarray | None) -> int | None:
    return None if array is None else array.__array_interface__["data"][0]


@cache
def load() -> tuple[Any, str | None]:
    """Return the core's library, or None and the reason.

    >>> load()[1] is not None or load()[0].glasscell_vectors().decode() in VECTORS
    True
    """
    why_not = unusable(LIBRARY)
    if why_not is not None:
        return None, why_not
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.glasscell_vectors.restype = ctypes.c_char_p
        library.glasscell_packed_size.restype = ctypes.c_int64
        library.glasscell_knows.argtypes = [ctypes.c_int64] * 3
        if library.glasscell_knows(*map(ctypes.sizeof, (_Lstm, _Inputs, _Outputs))):
            return library, None
        said = "it was built from other sources"
    except (OSError, AttributeError) as error:
        said = str(error)
    return None, f"{LIBRARY.name} cannot be loaded: {said}; reinstall glasscell"


def unusable(library: Path) -> str | None:
    """Return why a kernel's library cannot be used, as known before loading it; None if it can.

    >>> unusable(Path("none.so"))[:44] if os.name == "posix" else None
    'glasscell was installed without its kernel, '
    """
    asked = os.environ.get("GLASSCELL_VECTORS", "")
    if asked not in ("", *VECTORS):
        return f"GLASSCELL_VECTORS={asked!r}: expected one of {', '.join(VECTORS)}"
    if not library.exists():
        return (
            "glasscell was installed without its kernel, because there was no C++ compiler: "
            "install one, then reinstall glasscell from its folder with pip install "
            "--force-reinstall --no-deps --no-cache-dir ."
            if os.name == "posix"
            else "the kernel runs on Linux and macOS only"
        )
    if _is_cut_short(library):
        return f"{library.name} cannot be loaded: the file is truncated; reinstall glasscell"
    return None


def _is_cut_short(library: Path) -> bool:
    """Return whether an ELF file ends before its last table; loading it would crash."""
    if not library.is_file():
        return False
    with library.open("rb") as file:
        header = file.read(64)
    if len(header) < 64 or not header.startswith(b"\x7fELF\x02"):
        return False  # loading it reports what it is
    begin, size, count = struct.unpack_from("<40xQ10xHH", header)
    return library.stat().st_size < begin + size * count


def obstacle(variant: Variant) -> str | None:
    """Return why the core cannot run such a cell here; None if it can.

    >>> obstacle(Variant(full_gate_recurrence=True))
    'the kernel does not support full gate recurrence'
    """
    return misses(variant) or load()[1]


def misses(variant: Variant) -> str | None:
    """Return the first part of a cell that the kernel supports on no machine, or None.

    >>> misses(Variant(full_gate_recurrence=True))
    'the kernel does not support full gate recurrence'
    """
    for name in _FUNCTIONS:
        activation = getattr(variant, name)
        if activation not in PLAIN_ACTIVATIONS:
            shown = repr(activation) if isinstance(activation, str) else f"{activation}, a function"
            return f"{name} is {shown}; the kernel supports {', '.join(PLAIN_ACTIVATIONS)}"
    return (
        "the kernel does not support full gate recurrence" if variant.full_gate_recurrence else None
    )
