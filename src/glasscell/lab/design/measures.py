"""The parts of the data and the error measures of tasks, in words: for tables, axes and pages."""

from typing import NamedTuple

# With the seed, and in training the chunk's number, these are the keys of the random numbers.
WEIGHTS, TRAINING, VALIDATION, TEST = range(4)


class Measure(NamedTuple):
    """The error measure of a task.

    Parameters
    ----------
    error : str
        Its name.
    share : str
        Its name where sizes are compared.
    nothing : str
        The prediction of a network that has learned nothing.
    column : str
        Its heading in tables.
    digits : str
        Its number format.
    log : bool
        Whether its axis is logarithmic.
    is_shared : bool
        Whether errors are divided by that of a network that has learned nothing where sizes are
        compared.
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
BITS = Measure(
    "bits per character",
    "bits per character",
    "uniform",
    column="bits",
    digits=".3f",
    is_shared=False,
)
