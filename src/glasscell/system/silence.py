"""Native code that writes to stderr whatever the level of its log, held back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silence() -> Iterator[None]:
    """Hold back what native code writes to stderr; an exception reports what matters.

    >>> with silence():
    ...     _ = os.write(2, b"what nobody asked for")
    """
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
