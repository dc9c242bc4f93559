"""Small files of labelled series, and small runs that were trained on them."""

from pathlib import Path

import numpy as np
import pandas as pd


def write_gestures(path: Path, n: int = 24, seed: int = 0, *, labels: str = "classes") -> Path:
    """Write n series of two channels that go up or down; `labels`: "classes", "numbers", "none"."""
    rng = np.random.default_rng(seed)
    columns: dict = {"id": [], "t": [], "u": [], "v": [], "label": []}
    for k in range(n):  # plain lists: a table for each series would take seconds
        steps, slope = rng.integers(4, 9), (-1) ** k * rng.uniform(0.5, 1)
        columns["id"] += [f"s{k:06d}"] * steps
        columns["t"] += range(steps)
        columns["u"].extend(slope * np.arange(steps) / steps + rng.normal(0, 0.1, steps))
        columns["v"].extend(rng.normal(0, 0.1, steps))
        columns["label"] += [
            ("down", "up")[slope > 0] if labels == "classes" else 100 + 7.5 * slope
        ] * steps
    if labels == "none":
        del columns["label"]
    table = pd.DataFrame(columns)
    table.to_parquet(path, index=False) if path.suffix == ".parquet" else table.to_csv(
        path, index=False
    )
    return path


def train_gestures(file: Path, output_dir: Path, name: str, **settings) -> Path:
    """Train a small run on a file, and return its folder."""
    # not above: most tests of files need no TensorFlow
    from glasscell.tasks.series.settings import SeriesSettings
    from glasscell.tasks.series.training import train

    few = {"units": 4, "epochs": 2, "seed": 1, "measure": "none"}
    train(SeriesSettings(str(file), **(few | settings)), output_dir=output_dir, name=name)
    return output_dir / name
