"""The files that a command is called with: whether they exist, checked before TensorFlow is started."""

import os

from glasscell.errors import DataError


def check_there(*files: str | None) -> None:
    """Raise DataError for a file that does not exist; "-" is standard input, which always does.

    >>> check_there("-", None)
    >>> check_there("none.csv")
    Traceback (most recent call last):
    glasscell.errors.DataError: none.csv: there is no such file; check its name
    """
    for file in files:
        if file not in (None, "-") and not os.path.exists(file):  # noqa: PTH110  Path.exists raises for a long name
            raise DataError(f"{file}: there is no such file; check its name")
