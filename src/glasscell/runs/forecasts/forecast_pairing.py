"""Whether two runs forecast differently well, by more than chance: on the series that both were measured on."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.panels.measures import NAME, mean_interval
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.folder import resume_command
from glasscell.runs.forecasts.forecast_report import FEWEST_TO_TELL, signed
from glasscell.runs.forecasts.sentences import ForecastRuns
from glasscell.runs.sentences import Runs
from glasscell.runs.ties import digits_apart, verdict_of
from glasscell.system.decimals import DECIMALS
from glasscell.system.files import one_line

SAME = "last value"  # whose errors are the same where both were measured on the same values


def compare_forecasts(first: Path, second: Path) -> dict[str, Any]:
    """Return how much lower the first run's MASE is, series by series.

    Parameters
    ----------
    first, second : Path
        The runs' folders.

    Returns
    -------
    dict
        "why_not", a note why they cannot be paired, or "score", "n", "first", "second", "difference", "interval" (None
        of few series) and "differ".

    Raises
    ------
    DataError
        If a run's backtest.csv is damaged.
    """
    tables = []
    for path in (first, second):
        if not (path / "backtest.csv").exists():
            return {"why_not": ForecastRuns.RUN_NOT_MEASURED(run=path.name)}
        tables.append(_read(path))
    pairs = tables[0].merge(tables[1], on=["unique_id", "origin"], suffixes=("", "_2"))
    if not len(pairs):
        return {"why_not": ForecastRuns.NO_SERIES_IN_BOTH()}
    pairs = pairs[np.isclose(pairs[SAME], pairs[f"{SAME}_2"], rtol=1e-9)]
    if not len(pairs):
        return {"why_not": ForecastRuns.OTHER_STEPS()}
    means = pairs.groupby("unique_id")[[NAME, f"{NAME}_2"]].mean()
    mean, low, high = mean_interval((means[NAME] - means[f"{NAME}_2"]).to_numpy())
    enough = len(means) >= FEWEST_TO_TELL
    return {
        "score": "mase",
        "n": len(means),
        "first": float(means[NAME].mean()),
        "second": float(means[f"{NAME}_2"].mean()),
        "difference": mean,
        "interval": [low, high] if enough else None,
        "differ": enough and not low <= 0 <= high,
    }


def forecasts_in_a_sentence(first: str, found: dict[str, Any]) -> Note:
    """Return a note of what `compare_forecasts` found, given the first run's name.

    >>> found = {"to": "b", "n": 9, "first": 1.0, "second": 1.25, "difference": -0.25, "interval": [-0.4, -0.1]}
    >>> str(forecasts_in_a_sentence("a", found | {"differ": True}))[:75]
    'a vs b on the same 9 series: MASE 1.000 vs 1.250, difference −0.250 (95% CI'
    """
    both = {"first": first, "second": found["to"], "n": found["n"], "ours": found["first"], "theirs": found["second"]}
    if found["interval"] is None:
        return ForecastRuns.OF_FEW(**both, difference=signed(found["difference"]))
    digits = digits_apart(found["first"], found["second"]) if found["differ"] else DECIMALS
    difference, low, high = (signed(v, digits) for v in (found["difference"], *found["interval"]))
    both |= {"digits": digits, "difference": difference, "low": low, "high": high}
    return ForecastRuns.APART(**both, verdict=verdict_of(found))


def _read(path: Path) -> pd.DataFrame:
    file = path / "backtest.csv"
    try:
        table = pd.read_csv(file, dtype={"unique_id": str, "origin": str}, keep_default_na=False, na_values=[""])
        wide = table.pivot_table(index=["unique_id", "origin"], columns="forecaster", values="MASE")
        return wide[[NAME, SAME]].dropna().reset_index()
    except (OSError, ValueError, LookupError) as error:
        again = resume_command(path)
        raise DataError(Runs.DAMAGED, file=file, words=one_line(error), command=again) from error
