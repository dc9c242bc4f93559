"""What is said while a command works, by code."""

from glasscell.facts import Code


class Console(Code):
    """Of a command that starts, or is stopped."""

    STARTING = "starting TensorFlow …"
    NOTHING_WRITTEN = "stopped; nothing was written"
