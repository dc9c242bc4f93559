"""The report of an experiment in bits per character: how it was done, n-gram baselines, and Greff et al. 2017."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from glasscell.lab.design.experiment import Experiment
from glasscell.lab.findings.table import SIZED
from glasscell.lab.findings.verdicts import DIFFERENT, size_in_words
from glasscell.system.markdown import to_table

GREFF = {  # Greff et al. 2017, on speech (TIMIT), handwriting (IAM Online) and music (JSB Chorales)
    "NIG": "worse on speech and handwriting, no effect found on music",
    "NFG": "worse on all three",
    "NOG": "worse on speech and handwriting, no effect found on music",
    "NIAF": "worse on speech and handwriting, no effect found on music",
    "NOAF": "worse on all three",
    "CIFG": "no change found on any",
    "NP": "no change found on any",
    "FGR": "no change found on speech and handwriting, worse on music",
}
LACKS = {"NIG": "the input gate", "NFG": "the forget gate", "NOG": "the output gate", "NIAF": "the input's tanh",
         "NOAF": "the output's tanh", "CIFG": "a forget gate of its own: f = 1 − i", "NP": "peepholes",
         "FGR": "nothing; gates also see the gates of the previous step"}  # fmt: skip


def how(experiment: Experiment, table: pd.DataFrame) -> str:
    """Return how the networks were trained and what the columns mean."""
    rates = ", ".join(f"{rate:g}" for rate in experiment.learning_rates)
    last = experiment.first_seed + experiment.seeds - 1
    lengths = " and ".join(map(str, experiment.length))
    read = " and ".join(f"{experiment.updates * experiment.batch * length:,}" for length in experiment.length)
    sizes = ""
    if "weights" in table:
        units, off = " and ".join(map(str, experiment.units)), _farthest(table)
        sizes = (
            f"All arms have as many weights as {experiment.arms[0]} with {units} units (within {100 * off:.1f} %, "
            "since units are whole). Weights without effect, such as those of a removed gate, are not counted. "
        )
    return (
        f"{sizes}Seeds {experiment.first_seed} to {last} at each of the learning rates {rates}. Each arm keeps the "
        "rate with the lowest mean error on validation files. Inputs are one-hot characters, outputs a softmax. "
        f"Training takes {experiment.updates} updates of Adam on the cross-entropy of {experiment.batch} streams in "
        f"pieces of {lengths}, {read} characters. States are kept from piece to piece; streams restart elsewhere after "
        "at most a hundred pieces. The learning rate is constant in the first half and falls to 0 in the second. "
        "Errors are bits per character of test files, or of the end of a single text, processed in forty streams. All "
        "networks are tested on the same text, so the intervals are over seeds, not over texts. Welch's test compares "
        f"each arm with {experiment.arms[0]}, with Holm's correction over all rows. A network whose training failed, "
        f"or that is worse than a uniform prediction, is scored as uniform. Arms differ significantly if p < "
        f"{DIFFERENT}."
    )


def _farthest(table: pd.DataFrame) -> float:
    first = table.groupby(["task", "units"], sort=False)["weights"].transform("first")
    return float((table["weights"] / first - 1).abs().max())


def beside(task: str, table: pd.DataFrame, counted: Mapping[str, float]) -> list[str]:
    """Return lines of Markdown: what n-grams need for the same text, and what Greff et al. found of the same arms.

    >>> row = {"task": "text", "units": 64, "memories": 1, "length": 50, "arm": "greff:V", "mean": 2.0, "p_holm": None}
    >>> table = pd.DataFrame([row, row | {"arm": "greff:NP", "mean": 2.01, "p_holm": 0.4}])
    >>> print(beside("text", table, {"3-gram": 2.8})[-2].splitlines()[-1])
    | NP | peepholes | no change found on any | no significant difference (+0.010, p = 0.4) |
    """
    numbers = pd.DataFrame({"baseline": [*counted], "bits per character": [f"{v:.3f}" for v in counted.values()]})
    lines = [f"## N-gram baselines, {task}", "", to_table(numbers), ""]
    lines += ["Interpolated Kneser–Ney n-grams, fitted to the whole training text."]
    lines += [""]
    groups: Any = table.loc[table["task"] == task, :].groupby(SIZED, sort=False)
    for (_, *size), rows in groups:
        found = beside_greff(rows)
        if len(found):
            lines += [f"## Compared with Greff et al. 2017{size_in_words(table, task, size)}", "", to_table(found), ""]
    return lines


def beside_greff(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each of Greff's cells that stands against their vanilla one of its size: their finding and ours.

    Parameters
    ----------
    table : DataFrame
        Of `table.summarise`: rows of one task and one size, Greff's vanilla cell first.
    """
    first, *others = table.to_dict("records")
    rows = []
    for row in others:
        name = row["arm"].removeprefix("greff:")
        if first["arm"] == "greff:V" and row["arm"] != name and name in GREFF:
            rows.append({"cell": name, "lacks": LACKS[name], "Greff et al.": GREFF[name], "here": _here(first, row)})
    return pd.DataFrame(rows)


def _here(first: Mapping, row: Mapping) -> str:
    more, p = row["mean"] - first["mean"], row["p_holm"]
    if pd.isna(p):
        return f"{more:+.3f} (one seed)"
    if p >= DIFFERENT:
        return f"no significant difference ({more:+.3f}, p = {p:.2g})"
    return f"{'worse' if more > 0 else 'better'}: {more:+.3f} bits per character (p = {p:.2g})"
