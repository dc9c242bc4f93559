"""Numbers for people: three decimals, or three digits where decimals would show fewer, and a true minus (−)."""

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
    ('1234.500', '0.000123', '−2.00e-12', '0.000')
    """
    rounded = f"{value:.{DECIMALS}f}"
    return with_minus(rounded if value == 0 or abs(float(rounded)) >= 0.1 else f"{value:#.{DECIMALS}g}")


def fixed(value: float, decimals: int = DECIMALS) -> str:
    """Return a number with so many decimals, however near to zero it is.

    >>> fixed(0.05), fixed(-0.5, 2)
    ('0.050', '−0.50')
    """
    return with_minus(f"{value:.{decimals}f}")


def with_minus(number: str) -> str:
    """Return a number in digits with a true minus for the hyphen before it.

    >>> with_minus("-0.5"), with_minus("2e-06")
    ('−0.5', '2e-06')
    """
    return "−" + number[1:] if number.startswith("-") else number
