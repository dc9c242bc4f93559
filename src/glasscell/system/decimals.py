"""Numbers for people: three decimals, or three digits where decimals would show fewer."""

DECIMALS = 3


def in_decimals(value: float) -> str:
    """Return a number with three decimals; one nearer to zero than 0.1, with three significant digits.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> in_decimals(1234.5), in_decimals(0.0001234), in_decimals(-2e-12), in_decimals(0.0)
    ('1234.500', '0.000123', '-2.00e-12', '0.000')
    """
    rounded = f"{value:.{DECIMALS}f}"
    return rounded if value == 0 or abs(float(rounded)) >= 0.1 else f"{value:#.{DECIMALS}g}"
