"""Stretches of steps common to several series: overlapping windows of a recording, and near copies.

If a model was trained on one window, a score on an overlapping window does not predict that on new
recordings.

N series · T time steps · D channels · L steps of a stretch
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

ROUNDING = 1e-3  # of a channel's standard deviation: smaller differences are ignored
MIN_STEPS = 8  # minimum length of a stretch,
MIN_FRACTION = 0.1  # or this fraction of the median length
MIN_REPEATS = 30  # repeated steps within series above which the minimum length is estimated
CHANCE = 1e-3  # probability of a random match between any two series of a file
AT_ONCE = 2**20  # steps hashed at once
# stretches compared; if there are more, only those with hashes divisible by some number
KEPT = 2**20
MEASURED = 1000  # pairs
SHOWN = 3
PRIMES = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15], np.uint64)


def check_overlaps(train: Sequences, fingerprints: list[str]) -> list[Note]:
    """Return a warning if series of different groups overlap: number, pairs and suggested groups.

    >>> recording = np.random.default_rng(0).normal(size=100).cumsum()
    >>> windows = Sequences.from_list([recording[k : k + 40] for k in (0, 20, 60)])
    >>> check_overlaps(windows, ["a", "b", "c"])[0].values["pairs"]
    ["'0' and '1': 20 steps"]
    """
    first = np.sort(np.unique(fingerprints, return_index=True)[1])
    some = train.select(first) if len(first) < len(train) else train
    shortest = shortest_stretch(some.x, some.lengths)
    found, parts = find_overlaps(some.x, some.lengths, shortest, some.groups)
    if not found:
        return []
    sizes = np.bincount(parts)
    pairs = [
        Doubts.SHARED(first=str(some.ids[a]), second=str(some.ids[b]), steps=k)
        for a, b, k in found[:SHOWN]
    ]
    together = [some.ids[parts == part].tolist() for part in np.flatnonzero(sizes > 1)]
    about = {
        "some": (sizes[parts] > 1).sum(),
        "n": len(some),
        "least": shortest,
        "groups": len(sizes),
    }
    return [Doubts.OVERLAPS.warning(**about, pairs=pairs, together=together)]


def shortest_stretch(x: np.ndarray, lengths: np.ndarray) -> int:
    """Return the length of a stretch that no two series of x (N, T, D) have in common at random.

    If steps repeat within series, as counts do, a stretch must be longer. The length assumes that
    every second step changes the value, and estimates from pairs of changes how often they recur in
    the same order.

    >>> rng = np.random.default_rng(0)
    >>> shortest_stretch(rng.normal(size=(20, 50, 1)), np.full(20, 50))
    8
    >>> shortest_stretch(rng.integers(0, 4, size=(20, 50, 1)).astype(float), np.full(20, 50)) > 20
    True
    """
    shortest = max(MIN_STEPS, int(MIN_FRACTION * np.median(lengths)))
    some = slice(None, None, -(-x.shape[0] * x.shape[1] // AT_ONCE))
    hashes = hash_steps(x[some], scale_of(x))
    number = np.arange(len(hashes), dtype=np.uint64)[:, None] * PRIMES[2]
    changes = (hashes[:, 1:] != hashes[:, :-1]) & (np.arange(1, x.shape[1]) < lengths[some, None])
    once = (hashes[:, 1:] ^ number)[changes]
    twice = (hashes[:, 1:-1] * PRIMES[0] + hashes[:, 2:] ^ number)[changes[:, :-1] & changes[:, 1:]]
    repeats, again = (
        int((c * (c - 1) // 2).sum())
        for c in (np.unique(v, return_counts=True)[1] for v in (once, twice))
    )
    if repeats < MIN_REPEATS:
        return shortest
    pairs = float(lengths.sum()) ** 2 / 2
    follows = min((again + 1) / (repeats + 1), 1 - 1e-9)
    return max(shortest, int(min(2 * np.log(pairs / CHANCE) / -np.log(follows), 2**31)) + 1)


def find_overlaps(
    x: np.ndarray, lengths: np.ndarray, shortest: int, groups: np.ndarray | None = None
) -> tuple[list[tuple[int, int, int]], np.ndarray]:
    """Return overlapping pairs of series x (N, T, D), and the connected component of each, (N,).

    The run time is linear in the number of values. Among several series with a common stretch, each
    is paired with the next. Stretches that hardly change, as at rest, are ignored.

    >>> x = np.random.default_rng(0).normal(size=(3, 20, 1))
    >>> x[2, :12] = x[0, 8:]
    >>> found, parts = find_overlaps(x, np.full(3, 20), 8)
    >>> found, parts.tolist()
    ([(0, 2, 12)], [0, 1, 0])
    """
    n, scale = len(x), scale_of(x)
    if x.shape[1] < shortest:
        return [], np.arange(n)
    keys, series, begins = map(
        np.concatenate, zip(*_stretches(x, lengths, shortest, scale), strict=True)
    )
    order = np.lexsort((begins, series, keys))
    keys, series, begins = keys[order], series[order], begins[order]
    a, b = series[:-1], series[1:]
    is_pair = (
        (keys[1:] == keys[:-1]) & (a != b) & (True if groups is None else groups[a] != groups[b])
    )
    if not is_pair.any():
        return [], np.arange(n)
    from scipy.sparse import coo_array  # imported here: it takes longer than reading most files
    from scipy.sparse.csgraph import connected_components

    a, b, offset = a[is_pair], b[is_pair], (begins[:-1] - begins[1:])[is_pair]
    parts = connected_components(coo_array((np.ones(len(a)), (a, b)), (n, n)), directed=False)[1]
    ways, counts = np.unique(np.stack([a, b, offset]), axis=1, return_counts=True)
    ways = ways[:, np.argsort(-counts, kind="stable")]
    # best offsets
    firsts = np.sort(np.unique(ways[0] * n + ways[1], return_index=True)[1])[:MEASURED]
    shared = []
    for *pair, by in ways[:, firsts].T.tolist():
        shared.append((*pair, _in_one_piece(hash_steps(x[pair], scale), lengths[pair], by)))
    return sorted(shared, key=lambda pair: -pair[2]), parts


def scale_of(x: np.ndarray) -> np.ndarray:
    """Return the rounding unit of each channel of series x (N, T, D): (D,)."""
    some = x[:: -(-x.size // AT_ONCE)].reshape(-1, x.shape[2])
    deviation = pd.DataFrame(some, dtype="float64").std().to_numpy()  # ignores NaN
    return np.where(deviation > 0, ROUNDING * deviation, 1.0)


def hash_steps(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return a hash for each step of series x (N, T, D), uint64 (N, T), from rounded values."""
    found = np.zeros(x.shape[:2], np.uint64)
    for channel, unit in zip(np.moveaxis(x, 2, 0), scale, strict=True):
        rounded = np.rint(channel.astype(np.float64) / unit) + 0.0  # turns -0.0 into 0.0
        found = _mix(
            found * PRIMES[2] + np.where(np.isnan(rounded), PRIMES[2], rounded.view(np.uint64))
        )
    return found


def _mix(v: np.ndarray) -> np.ndarray:
    """Scramble numbers by a bijection: the finalizer of splitmix64."""
    v = (v ^ (v >> np.uint64(30))) * PRIMES[0]
    v = (v ^ (v >> np.uint64(27))) * PRIMES[1]
    return v ^ (v >> np.uint64(31))


def _stretches(
    x, lengths, shortest: int, scale
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield hashes of changing stretches of `shortest` steps, their series and start steps."""
    n, steps = x.shape[:2]
    every = np.uint64(1 + n * steps // KEPT)
    powers = np.multiply.accumulate(np.full(steps, PRIMES[2], np.uint64))
    inverse = np.multiply.accumulate(np.full(steps, pow(int(PRIMES[2]), -1, 2**64), np.uint64))
    at_once = max(AT_ONCE // steps, 1)
    for start in range(0, n, at_once):
        here = slice(start, start + at_once)
        hashes = hash_steps(x[here], scale)
        sums = np.pad(np.cumsum(hashes * powers, axis=1, dtype=np.uint64), ((0, 0), (1, 0)))
        keys = _mix((sums[:, shortest:] - sums[:, :-shortest]) * inverse[: steps - shortest + 1])
        changes = np.pad(np.cumsum(hashes[:, 1:] != hashes[:, :-1], axis=1), ((0, 0), (1, 0)))
        is_some = changes[:, shortest - 1 :] - changes[:, : steps - shortest + 1] >= shortest // 2
        is_some &= np.arange(steps - shortest + 1) + shortest <= lengths[here, None]
        series, begins = np.nonzero(is_some & (keys % every == 0))
        yield keys[series, begins], series + start, begins


def _in_one_piece(hashes: np.ndarray, lengths: np.ndarray, offset: int) -> int:
    """Return the longest run of common steps of two series (2, T), one shifted by `offset`."""
    one, other = hashes[0, max(offset, 0) : lengths[0]], hashes[1, max(-offset, 0) : lengths[1]]
    n = min(len(one), len(other))
    differ = np.flatnonzero(np.concatenate([[True], one[:n] != other[:n], [True]]))
    return int(np.diff(differ).max()) - 1
