"""The files that a command is called with: whether they exist, checked before TensorFlow is started."""

from glasscell.errors import DataError
from glasscell.system.files import is_there


def check_there(*files: str | None) -> None:
    """Raise DataError for a file that does not exist; "-" is standard input, which always does.

    >>> check_there("-", None)
    >>> check_there("none.csv")
    Traceback (most recent call last):
    glasscell.errors.DataError: none.csv: there is no such file; check its name
    """
    for file in files:
        if file not in (None, "-") and not is_there(file):
            raise DataError(f"{file}: there is no such file; check its name")
