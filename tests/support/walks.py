"""A table of series that go up or down, and settings that learn them in a moment."""

import numpy as np
import pandas as pd

# one further training measures, not ten
SMALL = {
    "units": 4,
    "epochs": 4,
    "batch_size": 16,
    "bidirectional": False,
    "seed": 1,
    "measure": "split",
}


def write_table(path, n=40, seed=0, regression=False, channels=("u", "v")):
    """Write a long table of series that go up or down."""
    rng = np.random.default_rng(seed)
    frames = []
    for k in range(n):
        steps, slope = rng.integers(4, 9), rng.normal()
        label = 100 + 7.5 * slope if regression else ("up" if slope > 0 else "down")
        values = {name: rng.normal(0, 0.1, steps) for name in channels}
        values[channels[0]] = values[channels[0]] + slope * np.arange(steps) / steps
        frames.append(
            pd.DataFrame({"id": f"s{k:03d}", "t": np.arange(steps), **values, "label": label})
        )
    table = pd.concat(frames)
    table.to_parquet(path, index=False) if path.suffix == ".parquet" else table.to_csv(
        path, index=False
    )
    return path


def blank(table, path, names):
    """Write a long table again with no value in the series of these names."""
    frame = pd.read_csv(table)
    channels = [name for name in frame.columns if name not in ("id", "t", "label")]
    frame.loc[frame["id"].isin(names), channels] = np.nan
    frame.to_csv(path, index=False)
    return path
