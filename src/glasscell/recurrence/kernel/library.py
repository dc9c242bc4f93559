"""The native library: finding, loading and describing it."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import tensorflow as tf

from glasscell.recurrence.kernel import core, gradients
from glasscell.system.threads import count_cores

LIBRARY = Path(__file__).with_name("libglasscell.so")
_sharers = ContextVar("_sharers", default=1)  # number of trainings that divide the cores
ANOTHER_COPY = "another copy of glasscell has already loaded its kernel into this process"


@cache
def load() -> tuple[Any, str | None]:
    """Return TensorFlow's module of the kernel's operations, or None and the reason."""
    why_not = core.unusable(LIBRARY)
    if why_not is not None:
        return None, why_not
    try:
        if _is_there_already():
            return None, ANOTHER_COPY
        framework = sorted(Path(tf.sysconfig.get_lib()).glob("libtensorflow_framework*"))
        for library in framework[:1]:  # some versions of TensorFlow do not export its symbols
            ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
        operations = tf.load_op_library(str(LIBRARY))
    except (OSError, tf.errors.OpError) as error:
        said = str(error).splitlines()[0]
        return None, f"TensorFlow cannot load {LIBRARY.name}: {said}; reinstall glasscell"
    if not hasattr(operations, "glasscell_lstm"):
        return None, ANOTHER_COPY
    with suppress(
        KeyError
    ):  # glasscell was imported again: TensorFlow keeps the first registration
        gradients.register(operations)
    return operations, None


def _is_there_already() -> bool:
    """Return whether another library has registered these operations with TensorFlow."""
    try:
        from tensorflow.python.framework.op_def_registry import get
    except ImportError:  # a private name, which may be missing
        return False
    if get("GlasscellLSTM") is None:
        return False
    try:
        ctypes.CDLL(str(LIBRARY), mode=os.RTLD_NOLOAD)
    except OSError:
        return True
    return False  # this very library, and glasscell was imported again


def vectors() -> str:
    """Return the instruction set in use: "avx512", "avx2", or "baseline", which every machine has.

    >>> not LIBRARY.exists() or vectors() in core.VECTORS
    True
    """
    if load()[1] is not None:
        raise RuntimeError(load()[1])
    name = ctypes.CDLL(str(LIBRARY)).glasscell_vectors
    name.restype = ctypes.c_char_p
    return name().decode()


def threads() -> int:
    """Return how many cores TensorFlow may use for one operation; the kernel uses the same number.

    >>> threads() >= 1
    True
    """
    allowed = tf.config.threading.get_intra_op_parallelism_threads()
    return max((allowed or count_cores()) // _sharers.get(), 1)


@contextmanager
def cores_shared(sharers: int) -> Iterator[None]:
    """Let the kernel use only its part of the cores in calls and traces of this thread.

    For several parallel trainings in threads, which would otherwise wait for each other.

    >>> with cores_shared(1000):
    ...     threads()
    1
    """
    before = _sharers.set(sharers)
    try:
        yield
    finally:
        _sharers.reset(before)


def describe() -> str:
    """Describe the code that runs, and on how many cores.

    >>> not LIBRARY.exists() or describe().startswith("the native kernel")
    True
    """
    return (
        f"the native kernel runs here: {vectors()} code on at most {threads()} "
        f"{'core' if threads() == 1 else 'cores'}"
    )
