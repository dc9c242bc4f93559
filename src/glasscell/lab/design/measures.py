"""Which series a network is measured on, and what is measured of it, in words: for tables, axes and pages."""

from typing import NamedTuple

# With the seed, and for training the number of the chunk, these say where random numbers begin.
WEIGHTS, TRAINING, VALIDATION, TEST = range(4)


class Measure(NamedTuple):
    """What the errors of a task are.

    Parameters
    ----------
    error : str
        What an error is.
    share : str
        What it is where sizes are compared: divided by that of a network that has learnt nothing, if it `is_shared`.
    nothing : str
        What a network answers that has learnt nothing.
    column : str
        An error above the column of a table.
    digits : str
        How it is printed.
    log : bool
        Whether errors are drawn by their logarithms.
    is_shared : bool
    """

    error: str
    share: str
    nothing: str
    column: str = "error"
    digits: str = ".3g"
    log: bool = False
    is_shared: bool = True


SQUARES = Measure("mean squared error", "error ÷ error of always 0", "always 0", log=True)
WRONG = Measure("fraction of wrong predictions", "fraction wrong", "always wrong")
BITS = Measure("bits per character", "bits per character", "uniform", column="bits", digits=".3f", is_shared=False)
