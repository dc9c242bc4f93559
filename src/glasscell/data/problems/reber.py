"""The embedded Reber grammar as a walk from node to node, for many strings or streams at once.

N streams · T time steps

A string is B, then T or P, then a string of the Reber grammar, then the same T or P, then E;
streams concatenate strings. If two symbols may follow, each has probability 0.5.
"""

import numpy as np

SYMBOLS = tuple("BTPSXVE")
REBER = {  # node: possible symbols, and the next node of each
    0: (("B", 1),), 1: (("T", 2), ("P", 3)), 2: (("S", 2), ("X", 4)), 3: (("T", 3), ("V", 5)),
    4: (("X", 3), ("S", 6)), 5: (("P", 4), ("V", 6)), 6: (("E", None),),
}  # fmt: skip


def _embedded() -> dict:
    paths: dict = {
        "start": (("B", "choice"),),
        "choice": (("T", ("T", 0)), ("P", ("P", 0))),
        "end": (("E", "start"),),
    }
    for side in "TP":
        for node, ways in REBER.items():
            paths[side, node] = tuple(
                (s, (side, "closing" if to is None else to)) for s, to in ways
            )
        paths[side, "closing"] = ((side, "end"),)
    return paths


_PATHS = _embedded()
_NODES = list(_PATHS)
START = _NODES.index("start")
# the next symbol repeats the string's second
CLOSING = np.array([node[1] == "closing" for node in _NODES])
_WAYS = [(ways[0], ways[-1]) for ways in _PATHS.values()]
_SYMBOL = np.array([[SYMBOLS.index(symbol) for symbol, _ in ways] for ways in _WAYS])
_AFTER = np.array([[_NODES.index(to) for _, to in ways] for ways in _WAYS])
MAY_FOLLOW = np.zeros((len(_NODES), len(SYMBOLS)), bool)
MAY_FOLLOW[np.arange(len(_NODES))[:, None], _SYMBOL] = True


def walk(nodes: np.ndarray, steps: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Continue random walks through the grammar.

    `nodes` (N,) → (N, T).

    >>> symbols, _ = walk(np.full(1, START), 30, np.random.default_rng(0))
    >>> "".join(SYMBOLS[k] for k in symbols[0])
    'BPBTSSSSSXSEPEBPBPVVEPEBTBPTVV'
    """
    ways = rng.integers(0, 2, (steps, len(nodes)))
    symbols = np.empty((steps, len(nodes)), np.int64)
    visited = np.empty((steps + 1, len(nodes)), np.int64)
    visited[0] = nodes
    for t in range(steps):
        symbols[t] = _SYMBOL[visited[t], ways[t]]
        visited[t + 1] = _AFTER[visited[t], ways[t]]
    return symbols.T, visited.T
