"""Values that a masked array of NumPy hides: they were not measured."""

from typing import Any

import numpy as np


def uncover(values: Any) -> Any:
    """Return a masked array as an array with NaN where it hides a value; lists likewise, all else as it is.

    Examples
    --------
    >>> uncover(np.ma.masked_equal([1, -999, 3], -999)).tolist()
    [1.0, nan, 3.0]
    >>> uncover([np.ma.masked_equal([1, -999], -999), [2]])
    [array([ 1., nan]), [2]]
    """
    if isinstance(values, list | tuple):
        return [uncover(one) for one in values] if any(isinstance(one, np.ma.MaskedArray) for one in values) else values
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not np.ma.is_masked(values):
        return values.data
    numbers: Any = values if values.dtype.kind == "f" else values.astype("float64")
    return numbers.filled(np.nan)
