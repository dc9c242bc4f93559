"""What the commands of text say of their own, by code."""

from glasscell.facts import Code


class TextCommands(Code):
    """Of options that do not go with text, of what is written, and of cells."""

    FOR_SERIES = "--{option} goes with series, not with text"
    ONE_RUN = "--seeds goes with one RUN: found {n}, which may be of several seeds themselves"
    STOPPED = "stopped after {n} characters"
    NOT_DECODED = "standard input: is not {encoding} text (byte {byte} is {found:#04x}); convert it first"
