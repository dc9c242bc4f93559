"""Numbers in names of columns that begin again once, as hours do past midnight: h22, h23, h00, h01."""

from collections.abc import Mapping
from itertools import pairwise

MIN_STEPS = 5  # of which an order that begins again once is no chance
CYCLES = (7, 12, 24, 28, 29, 30, 31, 52, 53, 60, 100, 360, 365, 366)  # days, months, hours, weeks, minutes, years

Of = Mapping[str, tuple[str, float]]


def unwrap(of: Of) -> tuple[dict[str, tuple[str, float]], None, tuple[str, str] | None]:
    """Return the steps of columns, those past the end of a cycle after those before, and the names on both sides.

    That is so where the file's order goes forward, or back, all the way, but goes past the end of the cycle once, and
    no further from number to number there than elsewhere. Names in the order of their letters, 10th, 11th, 12th, 1st,
    were sorted so.

    Parameters
    ----------
    of : mapping
        (channel, step) by name, in the file's order.

    Returns
    -------
    of : dict
    times : None
    wrap : tuple of two str, or None
        The last name before the end of the cycle, and the first after it.

    Examples
    --------
    >>> of, _, wrap = unwrap({f"h{hour}": ("h", hour) for hour in (22, 23, 0, 1, 2)})
    >>> wrap, of["h0"]
    (('h23', 'h0'), ('h', 24))
    """
    if list(of) == sorted(of):
        return dict(of), None, None
    steps = list(dict.fromkeys(step for _, step in of.values()))
    for order in (steps, steps[::-1]):
        falls = [k for k, (a, b) in enumerate(pairwise(order), 1) if b < a]
        if len(order) < MIN_STEPS or len(falls) != 1:
            continue
        (at,) = falls
        high, low, rest = order[at - 1], order[at], [b - a for a, b in pairwise(order) if b > a]
        cycle = high - low + min(rest)
        if min(at, len(order) - at) < 2 or max(order) != high or not 0 <= low <= min(rest) or order[-1] >= order[0]:
            continue
        if cycle not in CYCLES:
            continue
        later = set(order[at:])
        moved = {name: (channel, step + cycle * (step in later)) for name, (channel, step) in of.items()}
        names = {step: name for name, (_, step) in reversed(list(of.items()))}
        return moved, None, (names[high], names[low])
    return dict(of), None, None
