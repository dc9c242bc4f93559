"""The page of an experiment says what was measured, and how."""

import numpy as np
import pandas as pd
from support.made_up_tables import made_up

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.findings.report import how, to_markdown
from glasscell.lab.findings.table import keep_best_rate, summarise
from glasscell.lab.training.outcomes import tabulate_runs


def test_what_counts_as_an_error_is_reported_for_each_kind_of_task():
    text = how(Experiment(tasks=("write", "adding", "digits_rows", "continual_reber"), units=(1, 4), stream=500))
    assert text.startswith(
        "Units 1 and 4, memories 1, length 20; seeds 0 to 9 at each of the learning rates 0.01, 0.03, 0.1"
    )
    assert (
        "mean squared errors or fractions of wrong predictions (adding: an error of 0.04 or more; digits_rows: another"
        in text
    )
    assert (
        "solved with an error below 2 % of the target's variance or 1 % wrong predictions or 5 % wrong predictions, or "
        "no error in ten streams of 500 symbols." in text
    )
    assert "an error below" not in how(Experiment(tasks=("continual_reber",)))
    assert "the other arms have those that give as many weights" in how(Experiment(equal="weights"))


def test_streams_are_reported_by_arm():
    experiment = Experiment(tasks=("continual_reber", "adding"), arms=("full", "NFG"), seeds=2, learning_rates=(0.1,))
    error, more = np.array([0.0, 0.5]), ("with_error", "wrong", "wrong_second", "until_error", "cell_norm")
    of_stream = {name: error + (name == "until_error") for name in more}
    runs = [
        tabulate_runs(condition, experiment, error, error, **(of_stream if condition.task == "continual_reber" else {}))
        for condition in experiment.conditions()
    ]
    kept = keep_best_rate(pd.concat(runs, ignore_index=True))
    page = to_markdown(experiment, summarise(kept, experiment), kept[:0], kept, [])
    assert "| NFG | 75.0 % | 75.00 % | 1 | 0.2 | 50 % |" in page
    assert "Gers et al. 2000, Table 2, 100 networks" in page
    assert "32 streams, cut into pieces of 60" in page
    assert "Solved, by size" not in page


def test_sizes_have_a_table_of_their_own():
    sizes = Experiment(seeds=2, units=(1, 2))
    runs = keep_best_rate(made_up(sizes))
    assert "## Solved, by size" in to_markdown(sizes, summarise(runs, sizes), runs[:0], runs, [])
