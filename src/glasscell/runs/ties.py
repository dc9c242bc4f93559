"""Two scores side by side: whether they are a tie, and with how many digits they are printed where they are not."""

from glasscell.system.formatting import DECIMALS

MOST = 17  # digits; of doubles that differ, these do


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
