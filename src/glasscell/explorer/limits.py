"""What the page can compute: functions, as in web/network/activations.js, and how many weights of a small network."""

from typing import Any

from glasscell.errors import UsageError
from glasscell.facts import Code

ACTIVATIONS = ("linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "elu", "softsign", "softplus")
WHOLE_WEIGHTS = 60_000  # more of them are rounded to 16 bits,
MOST_WEIGHTS = 130_000  # of which a page of series takes so many


def check_weights(weights: int, most: int, code: Code, **values: Any) -> None:
    """Raise UsageError of a code if a network has more weights than a page takes.

    >>> from glasscell.explorer.sentences import Explorer
    >>> check_weights(300, MOST_WEIGHTS, Explorer.MANY_WEIGHTS)
    """
    if weights > most:
        raise UsageError(code, weights=weights, megabytes=weights * 8 / 3 / 1e6, most=most, **values)
