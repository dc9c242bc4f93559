"""With the extra "ets", ETS and Theta are statsforecast's, as when it is called directly.

python tests/elsewhere/local_models.py     in an environment with glasscell[ets]
"""

import subprocess
import sys
import time
import warnings

import numpy as np

from glasscell.tasks.forecasting.baselines import local_models
from glasscell.tasks.forecasting.baselines.local_models import LocalModel

QUANTILES = (0.05, 0.1, 0.5, 0.9)
SETS = {"yearly": (30, 1), "quarterly": (50, 4), "monthly": (120, 12), "daily": (250, 7)}


def draw(steps: int, season: int, seed: int = 0) -> np.ndarray:
    """Return a walk with a season."""
    rng, t = np.random.default_rng(seed), np.arange(steps)
    return (
        50
        + np.cumsum(rng.normal(0.2, 1, steps))
        + (5 * np.sin(2 * np.pi * t / season) if season > 1 else 0)
    )


def direct(name: str, values: np.ndarray, season: int) -> np.ndarray:
    """Ask statsforecast."""
    from statsforecast import models  # pyright: ignore[reportMissingImports]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(models, f"Auto{name}")(season_length=season).forecast(
            values, 6, level=[80, 90]
        )
    return np.sort(np.stack([found[key] for key in ("lo-90", "lo-80", "mean", "hi-80")], 1), 1)


def main() -> None:
    """Compare a few series, print the time of both, and try series that statsforecast rejects."""
    seen = (
        "import sys, glasscell.tasks.forecasting.baselines.local_models; print('statsforecast' "
        "in sys.modules)"
    )
    is_imported = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True
    ).stdout
    assert is_imported == "False\n", (
        "statsforecast takes seconds to import, and is to be imported where it is used"
    )
    assert local_models.library() == "statsforecast"
    warnings.simplefilter("error")
    for name in ("ETS", "Theta"):
        LocalModel(name).forecast_quantiles([draw(20, 1)], 6, QUANTILES, 1)  # imports and compiles
        for kind, (steps, season) in SETS.items():
            values, start = draw(steps, season), time.process_time()
            ours = LocalModel(name).forecast_quantiles([values], 6, QUANTILES, season)[0]
            spent = time.process_time() - start
            np.testing.assert_array_equal(ours, direct(name, values, season))
            print(f"{name}, {kind}: {1000 * spent:.0f} ms")
        few = [draw(steps, 1) for steps in range(1, 12)]
        odd = [
            np.zeros(20),
            np.arange(20.0),
            draw(40, 1) * 1e200,
            np.resize([1.0, np.nan, 3], 30),
            np.eye(1, 30)[0],
        ]
        for season in (1, 4):
            found = LocalModel(name).forecast_quantiles([*few, *odd], 6, QUANTILES, season)
            assert np.isfinite(found).all()
            assert (np.diff(found) >= 0).all()
            local_models._forecast.cache_clear()
            assert np.array_equal(
                found, LocalModel(name).forecast_quantiles([*few, *odd], 6, QUANTILES, season)
            )


if __name__ == "__main__":
    main()
