"""How far series are apart if their time may be stretched: dynamic time warping within a band, many pairs at once.

N, M series · T time steps · D channels
"""

import numpy as np

BAND = 0.1  # how far a step may be shifted, as a share of the steps
AT_ONCE = 8192  # pairs: what they need stays in a core's cache
SECONDS_A_STEP = 1.5e-9  # about, of one pair of series of a channel


def distances(a: np.ndarray, b: np.ndarray, band: float = BAND) -> np.ndarray:
    """Return the distance of each of N series from each of M, all of T steps: (N, M), float32.

    The distance is the least sum of squared differences, over all channels, of steps that are laid on each other in
    order, each at most `band`·T steps from its place (Sakoe & Chiba 1978).

    Parameters
    ----------
    a : array (N, T, D)
    b : array (M, T, D)
    band : float

    Examples
    --------
    >>> slow, late = np.array([[0.0, 1, 0, 0]]), np.array([[0.0, 0, 1, 0]])
    >>> distances(slow[..., None], late[..., None], 0.25).item(), distances(slow[..., None], late[..., None], 0).item()
    (0.0, 2.0)
    """
    (n, steps, _), m = a.shape, len(b)
    # A squared difference is a² − 2ab + b²: one product of matrices for all channels and all pairs of a step of each.
    of_a = _as_factor([-2 * a, np.sum(a**2, 2, keepdims=True), np.ones((n, steps, 1))]).swapaxes(1, 2)
    of_b = _as_factor([b, np.ones((m, steps, 1)), np.sum(b**2, 2, keepdims=True)])
    found = np.empty((n, m), "float32")
    rows = max(1, AT_ONCE // m)
    for start in range(0, n, rows):
        found[start : start + rows] = _least_sums(of_a[:, start : start + rows], of_b, int(band * steps))
    return np.maximum(found, 0.0)  # rounding may leave less


def seconds_for(n: int, m: int, steps: int, channels: int, band: float = BAND) -> float:
    """Return about how long `distances` takes for n × m pairs."""
    return n * m * steps * (2 * int(band * steps) + 1) * (1 + channels / 8) * SECONDS_A_STEP


def _as_factor(parts: list[np.ndarray]) -> np.ndarray:
    """Return series (N, T, …) as (T, …, N): the pairs of one step lie side by side."""
    return np.ascontiguousarray(np.concatenate(parts, 2).transpose(1, 2, 0), "float32")


def _least_sums(a: np.ndarray, b: np.ndarray, shift: int) -> np.ndarray:
    """Return least sums (N, M), given the factors (T, N, …) and (T, …, M) of squared differences."""
    steps = len(a)
    beyond = np.full((a.shape[1], b.shape[2]), np.inf, "float32")
    above = [beyond] * steps
    for i in range(steps):
        row, left = [beyond] * steps, beyond
        for j in range(max(0, i - shift), min(steps, i + shift + 1)):
            least = a[i] @ b[j]
            if i or j:
                before = np.minimum(above[j], left)
                least += np.minimum(before, above[j - 1], out=before) if j else before
            row[j] = left = least
        above = row
    return above[-1]
