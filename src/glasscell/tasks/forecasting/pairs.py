"""Two runs that forecast, paired series by series: the MASE of those that both were measured on."""

from functools import partial

import numpy as np
import pandas as pd

from glasscell.facts import Note
from glasscell.runs.comparison import Finished, Pairs, by_difference, pair, read_kept
from glasscell.runs.sentences import Runs
from glasscell.tasks.forecasting.panels.panel import MODEL
from glasscell.tasks.forecasting.report import FEWEST_TO_TELL
from glasscell.tasks.forecasting.sentences import ForecastRuns

SAME = "last value"  # whose errors are the same where both were measured on the same values
BACKTEST, DRAWS = "backtest.csv", 4999
COLUMNS = {"forecaster": str, "unique_id": str, "origin": str, "MASE": "float64"}


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the series that two runs were measured on, of each the mean over its origins, or why there are none."""
    for run in (first, second):
        if not (run.path / BACKTEST).exists():
            return ForecastRuns.RUN_NOT_MEASURED(run=run.path.name)
    pairs = pair(["unique_id", "origin"], _errors(first), _errors(second))
    if not len(pairs):
        return ForecastRuns.NO_SERIES_IN_BOTH()
    pairs = pairs[np.isclose(pairs[SAME], pairs[f"{SAME}_2"], rtol=1e-9)]
    if not len(pairs):
        return ForecastRuns.OTHER_STEPS()
    means = pairs.groupby("unique_id")[[MODEL, f"{MODEL}_2"]].mean()
    on, test = Runs.SERIES(n=len(means), groups=None), partial(by_difference, draws=DRAWS)
    return Pairs("mase", ForecastRuns.MASE(), on, test, *means.to_numpy().T, fewest=FEWEST_TO_TELL)


def _errors(run: Finished) -> pd.DataFrame:
    """Return the MASE of a run's forecasts, and of the last value's, of each series at each origin."""
    table = read_kept(run, BACKTEST, COLUMNS, na_values=[""])
    wide = table.pivot_table(index=["unique_id", "origin"], columns="forecaster", values="MASE")
    return wide.reindex(columns=[MODEL, SAME]).dropna().reset_index()
