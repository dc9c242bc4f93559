"""Synthetic monthly sales of some shops: a season, growth, and a promotion known in advance."""

from pathlib import Path

import numpy as np
import pandas as pd

LONGEST = 120  # months that are drawn, so that longer sales go on from shorter ones
SMALL = {"units": 4, "epochs": 3, "batch_size": 32, "windows": 2}


def sales(shops: int = 5, months: int = 60, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    when = pd.date_range("2018-01-01", periods=months, freq="MS")
    parts = []
    for k in range(shops):
        t = np.arange(months)
        promo = (rng.random(LONGEST) < 0.2).astype(int)[:months]
        season = 1 + 0.25 * np.sin(2 * np.pi * (t + k) / 12)
        sold = (
            (100 + 10 * k) * np.exp(0.005 * t) * season
            + 20 * promo
            + rng.normal(0, 3, LONGEST)[:months]
        )
        parts.append(
            pd.DataFrame({"shop": f"s{k}", "month": when, "sold": sold.round(2), "promo": promo})
        )
    return pd.concat(parts, ignore_index=True)


def write_sales(folder: Path, name: str = "sales.csv", *, empty: int = 6, **how) -> Path:
    """Write sales whose last months are empty except for the promotion, a known covariate."""
    table = sales(**how)
    last = table["month"].max() - pd.DateOffset(months=empty - 1)
    table["sold"] = table["sold"].where(table["month"] < last)
    table.to_csv(folder / name, index=False)
    return folder / name
