"""Starting TensorFlow: it takes seconds and prints a lot, which is held back unless it fails."""

import atexit
import gc
import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from glasscell.console.screen import is_screen
from glasscell.console.signals import ctrl_c_exits
from glasscell.errors import BackendError, GlasscellError
from glasscell.system.sentences import Console, System

# Warnings of Keras and scikit-learn about what `glasscell.data.checks.advice` reports in its own words
REPORTED_BY_US = ("You are using a softmax over axis", "The number of unique classes is greater than 50% of the number")

# What TensorFlow and Keras import if it is there, for parts of them that no command uses
NOT_FOR_KERAS = ("jax", "matplotlib", "pandas", "sklearn")

_ERASE_LINE = "\r\x1b[K"


def import_quietly(name: str, *, quiet: bool = False, at_once: int = 1, tensorflow: bool = True) -> ModuleType:
    """Import a module that imports TensorFlow, holding back what is written to stderr; if it fails, all is shown.

    TensorFlow's first lines come from native code before any log level is heeded, so the file descriptor is redirected.
    On a terminal, unless `quiet`, a line shows what takes so long. `at_once` is how many operations TensorFlow is to
    run at once: those of a network's small step come one after another, and passing them between threads takes a tenth
    of its time. Without `tensorflow`, of a module that does without it, nothing is held back.
    """
    if not tensorflow:
        with _garbage_left():
            found = importlib.import_module(name)
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
                if name.startswith("glasscell."):
                    _import_keras()
                found = importlib.import_module(name)
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
    """Import TensorFlow and Keras, and nothing for those of their parts that no command uses.

    Which would be half as much again. Both do without what is missing, and `None` in `sys.modules` means missing.
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
    """Spare Python to look through all that was imported for garbage again and again, and once more before it ends."""
    gc.freeze()
    atexit.register(gc.freeze)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Do not look for garbage: importing makes a million objects, but hardly any garbage."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def mend_closed_stderr() -> None:
    """Discard what goes to a closed stderr: else the next file opened would receive it."""
    if sys.stderr is None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != 2:
            os.dup2(nowhere, 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
