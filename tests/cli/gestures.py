"""Small files of labelled series for the tests of the command line."""

from pathlib import Path

import numpy as np
import pandas as pd


def write_gestures(path: Path, n: int = 24, seed: int = 0, *, labels: str = "classes") -> Path:
    """Write n series of two channels that go up or down; `labels` are "classes", "numbers" or "none"."""
    rng = np.random.default_rng(seed)
    parts = []
    for k in range(n):
        steps, slope = rng.integers(4, 9), (-1) ** k * rng.uniform(0.5, 1)
        part = pd.DataFrame({"id": f"s{k:06d}", "t": range(steps)})
        part["u"] = slope * np.arange(steps) / steps + rng.normal(0, 0.1, steps)
        part["v"] = rng.normal(0, 0.1, steps)
        if labels != "none":
            part["label"] = ("down", "up")[slope > 0] if labels == "classes" else 100 + 7.5 * slope
        parts.append(part)
    table = pd.concat(parts)
    table.to_parquet(path, index=False) if path.suffix == ".parquet" else table.to_csv(path, index=False)
    return path
