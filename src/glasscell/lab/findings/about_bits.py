"""What is said of an experiment that is measured in bits per character: how it was done, and what stands beside it."""

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
    "CIFG": "no change of the mean found on any",
    "NP": "no change of the mean found on any",
    "FGR": "no change found on speech and handwriting, worse on music",
}
LACKS = {"NIG": "the input gate", "NFG": "the forget gate", "NOG": "the output gate", "NIAF": "the input's tanh",
         "NOAF": "the output's tanh", "CIFG": "a forget gate of its own: f = 1 − i", "NP": "peepholes",
         "FGR": "nothing; gates see the last step's gates"}  # fmt: skip


def how(experiment: Experiment, table: pd.DataFrame) -> str:
    """Return in words how the networks were trained and what the columns mean."""
    rates = ", ".join(f"{rate:g}" for rate in experiment.learning_rates)
    last = experiment.first_seed + experiment.seeds - 1
    lengths = " and ".join(map(str, experiment.length))
    read = " and ".join(f"{experiment.updates * experiment.batch * length:,}" for length in experiment.length)
    sizes = ""
    if "weights" in table:
        units, off = " and ".join(map(str, experiment.units)), _farthest(table)
        sizes = (
            f"All arms have as many weights as {experiment.arms[0]} with {units} units, as near as whole units allow "
            f"(at most {100 * off:.1f} % off); a weight that does nothing, as those of a gate that is left out, is not "
            "counted. "
        )
    return (
        f"{sizes}Seeds {experiment.first_seed} to {last} at each of the rates {rates}, of which the one with the least "
        "mean error on validation files is kept for each arm. Each network reads characters as 1 of all, and answers "
        f"by a softmax; {experiment.updates} updates of Adam on the cross-entropy of {experiment.batch} streams in "
        f"pieces of {lengths}, {read} characters, states carried on from piece to piece, in streams that begin again "
        "at other places after a hundred pieces at most; the rate constant, then falling to 0 over the last half. "
        "Errors are bits per character of files that neither training nor the choice of the rate saw (of a single "
        "text, of its end), read in forty streams, states carried on. All networks are measured on the same text: the "
        "intervals say what other seeds would give, not what other texts would. Welch's test is of each arm against "
        f"{experiment.arms[0]}, corrected by Holm over all rows. A network whose training failed, or that needs more "
        "bits than one that holds all characters for as likely, counts as such a one. Arms are said to differ if p is "
        f"below {DIFFERENT}."
    )


def _farthest(table: pd.DataFrame) -> float:
    first = table.groupby(["task", "units"], sort=False)["weights"].transform("first")
    return float((table["weights"] / first - 1).abs().max())


def beside(task: str, table: pd.DataFrame, counted: Mapping[str, float]) -> list[str]:
    """Return lines of Markdown: what counting needs for the same text, and what Greff et al. found of the same arms.

    >>> row = {"task": "text", "units": 64, "memories": 1, "length": 50, "arm": "greff:V", "mean": 2.0, "p_holm": None}
    >>> table = pd.DataFrame([row, row | {"arm": "greff:NP", "mean": 2.01, "p_holm": 0.4}])
    >>> print(beside("text", table, {"3-gram": 2.8})[-2].splitlines()[-1])
    | NP | peepholes | no change of the mean found on any | no difference found (+0.010, p = 0.4) |
    """
    numbers = pd.DataFrame({"counted": [*counted], "bits per character": [f"{v:.3f}" for v in counted.values()]})
    lines = [f"## Counting, on {task}", "", to_table(numbers), ""]
    lines += ["Interpolated Kneser–Ney n-grams, counted in all that there is to train on."]
    lines += [""]
    groups: Any = table.loc[table["task"] == task, :].groupby(SIZED, sort=False)
    for (_, *size), rows in groups:
        found = beside_greff(rows)
        if len(found):
            lines += [f"## Beside Greff et al. 2017{size_in_words(table, task, size)}", "", to_table(found), ""]
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
        return f"{more:+.3f}, of one seed"
    if p >= DIFFERENT:
        return f"no difference found ({more:+.3f}, p = {p:.2g})"
    return f"{'worse' if more > 0 else 'better'}: {more:+.3f} bits per character (p = {p:.2g})"
