"""Series with a label for each step, as arrays and as a table, and settings for fast training."""

import numpy as np
import pandas as pd

SMALL = {"units": 4, "epochs": 6, "window": 16, "batch_size": 4, "seed": 1}


def make_steps(n=6, seed=0):
    """Give series of two channels (T, 2) that are high or low for some steps, and labels (T,)."""
    rng = np.random.default_rng(seed)
    y = [np.repeat(["low", "high", "low", "high"], rng.integers(4, 12, 4)) for _ in range(n)]
    x = [
        np.stack([(tags == "high") + rng.normal(0, 0.3, len(tags)), rng.normal(size=len(tags))], 1)
        for tags in y
    ]
    return [v.astype("float32") for v in x], [tags.astype(object) for tags in y]


def write_steps(path, n=6, seed=0, unlabelled=0, single=False):
    """Write them as a long table, some steps unlabeled; those of a single one are contiguous."""
    x, y = make_steps(n, seed)
    frames = [
        pd.DataFrame(
            {"id": f"s{k}", "time": np.arange(len(v)), "u": v[:, 0], "v": v[:, 1], "label": tags}
        )
        for k, (v, tags) in enumerate(zip(x, y, strict=True))
    ]
    table = pd.concat(frames, ignore_index=True)
    table.loc[: unlabelled - 1, "label"] = None
    if single:
        table = table.drop(columns="id").assign(time=np.arange(len(table)))
    table.to_csv(path, index=False)
    return path
