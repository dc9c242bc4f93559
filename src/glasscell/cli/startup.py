"""Starting TensorFlow: it takes seconds and has much to say, so that is kept from the person unless it fails."""

import importlib
import os
import sys
import tempfile
from types import ModuleType


def import_quietly(name: str) -> ModuleType:
    """Import a module that imports TensorFlow, holding back what is written to stderr; if it fails, all is shown.

    TensorFlow's first lines come from native code before any log level is heeded, so the file descriptor is held.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    on_terminal = sys.stderr.isatty()
    if on_terminal:
        print("starting TensorFlow …", end="", file=sys.stderr, flush=True)
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            return importlib.import_module(name)
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            if on_terminal:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
