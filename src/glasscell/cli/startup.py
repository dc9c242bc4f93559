"""Starting TensorFlow: it takes seconds and prints a lot, which is held back unless it fails."""

import importlib
import os
import sys
import tempfile
import warnings
from types import ModuleType

from glasscell.cli.signals import ctrl_c_exits
from glasscell.errors import BackendError, GlasscellError

# Warnings of Keras and scikit-learn about what `glasscell.data.advice` reports in its own words
REPORTED_BY_US = ("You are using a softmax over axis", "The number of unique classes is greater than 50% of the number")

_ERASE_LINE = "\r\x1b[K"


def import_quietly(name: str, *, quiet: bool = False) -> ModuleType:
    """Import a module that imports TensorFlow, holding back what is written to stderr; if it fails, all is shown.

    TensorFlow's first lines come from native code before any log level is heeded, so the file descriptor is redirected.
    On a terminal, unless `quiet`, a line shows what takes so long.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise BackendError(backend)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # the operations of a small step come one after another, and passing them between threads takes a tenth of its time
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    shows_line = sys.stderr.isatty() and not quiet
    if shows_line:
        print("starting TensorFlow …", end="", file=sys.stderr, flush=True)
    for beginning in REPORTED_BY_US:
        warnings.filterwarnings("ignore", beginning, UserWarning)
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held, ctrl_c_exits(stderr, _ERASE_LINE if shows_line else ""):
        os.dup2(held.fileno(), 2)
        try:
            return importlib.import_module(name)
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


def mend_closed_stderr() -> None:
    """Discard what goes to a closed stderr: else the next file opened would receive it."""
    if sys.stderr is None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != 2:
            os.dup2(nowhere, 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
