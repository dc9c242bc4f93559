"""The start of TensorFlow, which takes seconds; its output is suppressed unless it fails."""

import atexit
import gc
import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from glasscell.console.screen import is_screen
from glasscell.console.signals import ctrl_c_exits
from glasscell.errors import BackendError, GlasscellError
from glasscell.system.sentences import Console, System

# Warnings of Keras and scikit-learn that `glasscell.data.checks.advice` replaces
REPORTED_BY_US = (
    "You are using a softmax over axis",
    "The number of unique classes is greater than 50% of the number",
)

# Optional imports of TensorFlow and Keras, for features that no command uses
NOT_FOR_KERAS = ("jax", "matplotlib", "pandas", "sklearn")

M = TypeVar("M")  # the module

_ERASE_LINE = "\r\x1b[K"


def import_quietly(
    import_it: Callable[[], M], *, quiet: bool = False, at_once: int = 1, tensorflow: bool = True
) -> M:
    """Return a module that imports TensorFlow, without its stderr; if it fails, show all output.

    TensorFlow's first lines come from native code before it reads any log level, so the file
    descriptor is redirected. On a terminal, unless `quiet`, a line shows the activity. `at_once` is
    TensorFlow's number of parallel operations: those of a network's small step are sequential, and
    passing them between threads takes a tenth of its time. `tensorflow=False` is for a module that
    does not need it; its output is not suppressed.
    """
    if not tensorflow:
        with _garbage_left():
            found = import_it()
        _keep_all()
        return found
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise BackendError(System.BACKEND, backend=backend)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(at_once))
    shows_line = is_screen(sys.stderr) and not quiet
    if shows_line:
        print(Console.STARTING(), end="", file=sys.stderr, flush=True)
    for beginning in REPORTED_BY_US:
        warnings.filterwarnings("ignore", beginning, UserWarning)
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held, ctrl_c_exits(stderr, _ERASE_LINE if shows_line else ""):
        os.dup2(held.fileno(), 2)
        try:
            with _garbage_left():
                _import_keras()
                found = import_it()
            _keep_all()
            return found
        except GlasscellError:
            raise
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            if shows_line:
                print(_ERASE_LINE, end="", file=sys.stderr, flush=True)


def _import_keras() -> None:
    """Import TensorFlow and Keras without optional packages that no command uses.

    These would take half as much time again. Both work without them, and `None` in `sys.modules`
    means missing.
    """
    if "keras" in sys.modules:
        return
    hidden = dict.fromkeys(name for name in NOT_FOR_KERAS if name not in sys.modules)
    sys.modules.update(hidden)  # pyright: ignore
    try:
        importlib.import_module("keras")
    finally:
        for name in hidden:
            del sys.modules[name]


def _keep_all() -> None:
    """Exclude all imported objects from garbage collection, now and at exit."""
    gc.freeze()
    atexit.register(gc.freeze)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Disable garbage collection: importing creates a million objects, but hardly any garbage."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def mend_closed_stderr() -> None:
    """Discard output to a closed stderr: otherwise the next file opened would receive it."""
    if sys.stderr is None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != 2:
            os.dup2(nowhere, 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
