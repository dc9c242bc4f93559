"""Numbers for people: three decimals, or three digits where decimals would show fewer, and a true minus (−).

Of two numbers that differ, as many digits as show that; two that print alike are a tie.
"""

DECIMALS = 3
MOST = 17  # digits; of doubles that differ, these do


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


def alike(one: float, two: float, form: str = f".{DECIMALS}f") -> bool:
    """Return whether two numbers are the same as printed.

    >>> alike(0.99961, 1.0), alike(0.9994, 1.0), alike(-0.0001, 0.0001), alike(0.0012341, 0.0012342, ".4g")
    (True, False, True, True)
    """
    return float(format(one, form)) == float(format(two, form))


def digits_apart(one: float, two: float, form: str = f".{DECIMALS}f") -> int:
    """Return with how many digits two numbers are printed, so that they differ; as `form` has them, if they are one.

    >>> digits_apart(0.25, 0.5), digits_apart(0.99996, 0.9999), digits_apart(1.0, 1.0), digits_apart(2e-9, 2.00001e-9)
    (3, 4, 3, 14)
    """
    usual = int(form[1:-1])
    return next((k for k in range(usual, MOST + 1) if not alike(one, two, f".{k}{form[-1]}")), usual)
