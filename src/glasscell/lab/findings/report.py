"""An experiment's results in Markdown; bits per character next to n-grams and Greff et al."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.design.problems import LONGEST_REBER, find_problem
from glasscell.lab.findings.table import SIZED
from glasscell.lab.findings.verdicts import (
    DIFFERENT,
    MAX_SOLVED_WITHOUT,
    MIN_SOLVED_WITH,
    SURE,
    Verdict,
    size_in_words,
)
from glasscell.system.formatting import to_table

TITLES = {
    "gates": "What each gate is for",
    "bias": "Initial biases of the forget gates",
    "variants": "Nine cell variants (Greff et al. 2017)",
    "lags": "Long time lags",
    "output-tanh": "Cells with and without the output tanh",
}
LITERATURE = {  # trained on one sequence at a time
    "adding": "Hochreiter & Schmidhuber 1997, T 100, 2 blocks of 2 cells: solved (1 wrong of "
    "2,560) after 74,000 sequences.",
    "temporal_order": "Hochreiter & Schmidhuber 1997, 6a, T 100 to 110: solved after 31,390 "
    "sequences.",
    "temporal_order_3": "Hochreiter & Schmidhuber 1997, 6b, T 100 to 110: solved after 571,100 "
    "sequences.",
    "embedded_reber": "Hochreiter & Schmidhuber 1997, 4 blocks of 1 cell: 97 to 100 % of the "
    "trials solved after 8,440 to 39,740 strings.",
    "continual_reber": "Gers et al. 2000, Table 2, 100 networks, fraction without an error in "
    "ten streams of 100,000 symbols: standard LSTM 0 %; with forget gates 18 "
    "%; with forget gates and a decaying learning rate 62 %.",
}
WRONG = {
    "adding": "an error of 0.04 or more",
    "temporal_order": "an error of 0.3 or more at any output",
    "temporal_order_3": "an error of 0.3 or more at any output",
    "embedded_reber": "T and P confused as the second-to-last symbol",
    "continual_reber": "streams with an error, of ten",
}
STREAMS = (
    "Means over the networks. The second symbol of a string, T or P, recurs before its end, and "
    "the network must remember it until then. The norm of c is that of the memory cells at the "
    "end of the streams."
)
_OF_STREAMS = ["with_error", "wrong_second", "until_error", "cell_norm"]
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
LACKS = {"NIG": "the input gate", "NFG": "the forget gate", "NOG": "the output gate",
         "NIAF": "the input's tanh", "NOAF": "the output's tanh",
         "CIFG": "a forget gate of its own: f = 1 − i", "NP": "peepholes",
         "FGR": "nothing; gates also see the gates of the previous step"}  # fmt: skip
NOT_THE_EVIDENCE = "Shortened by --quick: this shows how the experiment works and is not evidence."


def to_markdown(
    experiment: Experiment,
    table: pd.DataFrame,
    gates: pd.DataFrame,
    runs: pd.DataFrame,
    verdicts: Sequence[Verdict],
    pictures: Sequence[str] = (),
    counted: Mapping[str, Mapping[str, float]] | None = None,
) -> str:
    """Return verdicts, tables and methods as a page."""
    lines = [f"# {TITLES.get(experiment.name, experiment.name)}", ""]
    if experiment.quick:
        lines += [f"> **{NOT_THE_EVIDENCE}**", ""]
    lines += [
        *(f"- {verdict.text}" for verdict in verdicts),
        "",
        "## Errors",
        "",
        to_table(readable(table)),
        "",
    ]
    lines += [how_in_bits(experiment, table) if counted else how(experiment), ""]
    for task, bits in (counted or {}).items():
        lines += beside(task, table, bits)
    if "solved" in table and len(table[SIZED].drop_duplicates()) > len(experiment.tasks):
        lines += ["## Solved, by size", "", to_table(solved_by_size(table)), ""]
    known = [f"- {task}: {LITERATURE[task]}" for task in experiment.tasks if task in LITERATURE]
    if known:
        sequences = f"{experiment.updates * experiment.batch:,} sequences"
        if any(find_problem(task).streams for task in experiment.tasks):
            sequences += f" (or {experiment.batch} streams, cut into pieces of {LONGEST_REBER})"
        ours = (
            f"Here each network was trained on {sequences}, in batches, by Adam with a "
            f"squared error."
        )
        lines += ["## In the literature", "", *known, "", ours, ""]
    if "until_error" in runs:
        lines += ["## The streams", "", to_table(about_streams(runs)), "", STREAMS, ""]
    if len(gates):
        text = (
            "Mean ± standard deviation of each network's mean gate, over the networks that "
            "solved the task."
        )
        lines += ["## Mean gate activations with the bit on and off", "", to_table(gates)]
        lines += ["", text, ""]
    return "\n".join([*lines, *(f"![{name}]({name})\n" for name in pictures)])


def about_streams(runs: pd.DataFrame) -> pd.DataFrame:
    """Return stream statistics per arm, averaged over networks. Gers et al. report the last one.

    >>> run = {
    ...     "task": "continual_reber",
    ...     "arm": "full",
    ...     "solved": True,
    ...     "with_error": 0.1,
    ...     "wrong_second": 0.01,
    ... }
    >>> about_streams(
    ...     pd.DataFrame([run | {"until_error": 950.0, "cell_norm": 3.0}])
    ... ).values.tolist()
    [['full', '90.0 %', '99.00 %', '950', '3.0', '100 %']]
    """
    of = (
        runs[runs["until_error"].notna()]
        .groupby("arm", sort=False)[[*_OF_STREAMS, "solved"]]
        .mean()
    )
    rows = [
        {
            "arm": arm,
            "streams without an error": f"{100 * (1 - row['with_error']):.1f} %",
            "second symbol correct": f"{100 * (1 - row['wrong_second']):.2f} %",
            "symbols until the first error": f"{row['until_error']:.0f}",
            "norm of c": f"{row['cell_norm']:.1f}",
            "networks without an error": f"{100 * row['solved']:.0f} %",
        }
        for arm, row in of.iterrows()
    ]
    return pd.DataFrame(rows)


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers formatted for reading.

    >>> row = {
    ...     "task": "write",
    ...     "arm": "NIG",
    ...     "learning_rate": 0.1,
    ...     "seeds": 10,
    ...     "solved": 0,
    ...     "median": 0.06123,
    ... }
    >>> more = {"mean": 0.0612, "ci_low": 0.06, "ci_high": 0.0635, "p_holm": 1.2345e-9}
    >>> readable(pd.DataFrame([row | more])).loc[0].tolist()
    ['write', 'NIG', '0.1', '0 of 10', '0.0612', '0.0612 (0.06 to 0.0635)', '1.2e-09']
    """
    varying = [name for name in SIZED[1:] if name in table and table[name].nunique() > 1]
    measure = find_problem(table["task"].iloc[0]).measure
    error, digits = measure.column, measure.digits
    rows = [
        {
            "task": row["task"],
            "arm": row["arm"],
            **{name: row[name] for name in varying},
            **(
                {"units": row["cell_units"], "weights": f"{row['weights']:,}"}
                if "weights" in row
                else {}
            ),
            "rate": f"{row['learning_rate']:g}",
            **({"solved": f"{row['solved']} of {row['seeds']}"} if "solved" in row else {}),
            f"median {error}": f"{row['median']:{digits}}",
            f"mean {error} (95% CI)": f"{row['mean']:{digits}}"
            + (
                ""
                if pd.isna(row["ci_low"])
                else f" ({row['ci_low']:{digits}} to {row['ci_high']:{digits}})"
            ),
            "p, Welch, Holm": "" if pd.isna(row["p_holm"]) else f"{row['p_holm']:.2g}",
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def solved_by_size(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many networks solved each task, with a column for each number of units.

    >>> row = {"task": "write", "memories": 1, "length": 20, "arm": "full", "seeds": 10}
    >>> solved_by_size(
    ...     pd.DataFrame([row | {"units": 1, "solved": 9}, row | {"units": 2, "solved": 10}])
    ... )
        task  memories  length   arm 1 unit 2 units
    0  write         1      20  full   9/10   10/10
    """
    counts = table.assign(of=table["solved"].astype(str) + "/" + table["seeds"].astype(str))
    wide = counts.pivot_table(
        values="of",
        index=["task", "memories", "length", "arm"],
        columns="units",
        aggfunc="first",
        sort=False,
    )
    wide.columns = [f"{units} unit" + "s" * (units > 1) for units in wide.columns]
    return wide.fillna("").reset_index()


def how(experiment: Experiment) -> str:
    """Return how the networks were trained and what the columns mean.

    >>> how(Experiment()).split(";")[0]
    'Units 1, memories 1, length 20'
    """
    gate_tasks = [task for task in experiment.tasks if task in GATE_OF]
    others = [
        f"{task}: {WRONG.get(task, 'another class')}"
        for task in experiment.tasks
        if task not in GATE_OF
    ]
    errors = ["mean squared errors"] * bool(gate_tasks) + [
        f"fractions of wrong predictions ({'; '.join(others)})"
    ] * bool(others)
    solved = [f"{100 * experiment.solved_below:g} % of the target's variance"] * bool(gate_tasks)
    kinds = [find_problem(task) for task in experiment.tasks if task not in GATE_OF]
    solved += [
        f"{100 * limit:g} % wrong predictions"
        for limit in sorted({t.wrong_below for t in kinds if not t.streams})
    ]
    solved = [f"an error below {' or '.join(solved)}"] * bool(solved)
    solved += [f"no error in ten streams of {experiment.stream:,} symbols"] * any(
        t.streams for t in kinds
    )
    sizes = ", ".join(
        f"{name} {' and '.join(map(str, getattr(experiment, name)))}"
        for name in ("units", "memories", "length")
    )
    if experiment.equal == "weights":
        sizes += (
            f" (units of {experiment.arms[0]}; the other arms have those that give as many weights)"
        )
    return (
        f"{sizes[0].upper()}{sizes[1:]}; seeds {_seeds(experiment)} {experiment.held_out} "
        f"validation series. "
        f"Training takes {experiment.updates} updates of Adam on {experiment.batch} new series "
        f"each; the learning rate "
        "is constant in the first half and falls to 0 in the second. Errors are "
        f"{' or '.join(errors)} on {experiment.held_out} test series. A task is solved with "
        f"{', or '.join(solved)}. Welch's test compares each arm with {experiment.arms[0]}, with "
        f"Holm's correction "
        "over all rows; without any variance, p is the smallest of an exact permutation test. A "
        "network whose training "
        f"failed is scored as if it had learned nothing. Arms differ significantly if p < "
        f"{DIFFERENT}. A task needs a "
        f"gate if p < {SURE}, at most {MAX_SOLVED_WITHOUT:.0%} of the networks solve it without "
        f"the gate, and at least "
        f"{MIN_SOLVED_WITH:.0%} without another gate."
    )


def how_in_bits(experiment: Experiment, table: pd.DataFrame) -> str:
    """Return how the networks were trained and what the columns mean."""
    lengths = " and ".join(map(str, experiment.length))
    read = " and ".join(
        f"{experiment.updates * experiment.batch * length:,}" for length in experiment.length
    )
    sizes = ""
    if "weights" in table:
        units, off = " and ".join(map(str, experiment.units)), _farthest(table)
        sizes = (
            f"All arms have as many weights as {experiment.arms[0]} with {units} units (within "
            f"{100 * off:.1f} %, "
            "since units are whole). Weights without effect, such as those of a removed gate, "
            "are not counted. "
        )
    return (
        f"{sizes}Seeds {_seeds(experiment)} validation files. Inputs are one-hot characters, "
        f"outputs a softmax. "
        f"Training takes {experiment.updates} updates of Adam on the cross-entropy of "
        f"{experiment.batch} streams in "
        f"pieces of {lengths}, {read} characters. States are kept from piece to piece; streams "
        f"restart elsewhere after "
        "at most a hundred pieces. The learning rate is constant in the first half and falls to "
        "0 in the second. "
        "Errors are bits per character of test files, or of the end of a single text, processed "
        "in forty streams. All "
        "networks are tested on the same text, so the intervals are over seeds, not over texts. "
        "Welch's test compares "
        f"each arm with {experiment.arms[0]}, with Holm's correction over all rows. A network "
        f"whose training failed, "
        f"or that is worse than a uniform prediction, is scored as uniform. Arms differ "
        f"significantly if p < "
        f"{DIFFERENT}."
    )


def _seeds(experiment: Experiment) -> str:
    rates = ", ".join(f"{rate:g}" for rate in experiment.learning_rates)
    numbers = experiment.seed_numbers
    return (
        f"{numbers[0]} to {numbers[-1]} at each of the learning rates {rates}. Each arm keeps "
        f"the rate with the lowest "
        "mean error on"
    )


def _farthest(table: pd.DataFrame) -> float:
    first = table.groupby(["task", "units"], sort=False)["weights"].transform("first")
    return float((table["weights"] / first - 1).abs().max())


def beside(task: str, table: pd.DataFrame, counted: Mapping[str, float]) -> list[str]:
    """Return Markdown: the text's n-gram baselines, and findings of Greff et al. for the same arms.

    >>> row = {
    ...     "task": "text",
    ...     "units": 64,
    ...     "memories": 1,
    ...     "length": 50,
    ...     "arm": "greff:V",
    ...     "mean": 2.0,
    ...     "p_holm": None,
    ... }
    >>> table = pd.DataFrame([row, row | {"arm": "greff:NP", "mean": 2.01, "p_holm": 0.4}])
    >>> print(beside("text", table, {"3-gram": 2.8})[-2].splitlines()[-1])
    | NP | peepholes | no change found on any | no significant difference (+0.010, p = 0.4) |
    """
    numbers = pd.DataFrame(
        {"baseline": [*counted], "bits per character": [f"{v:.3f}" for v in counted.values()]}
    )
    lines = [f"## N-gram baselines, {task}", "", to_table(numbers), ""]
    lines += ["Interpolated Kneser–Ney n-grams, fitted to the whole training text."]
    lines += [""]
    groups: Any = table.loc[table["task"] == task, :].groupby(SIZED, sort=False)
    for (_, *size), rows in groups:
        found = beside_greff(rows)
        if len(found):
            lines += [
                f"## Compared with Greff et al. 2017{size_in_words(table, task, size)}",
                "",
                to_table(found),
                "",
            ]
    return lines


def beside_greff(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each of Greff's ablated cells next to their vanilla cell: both findings."""
    first, *others = table.to_dict("records")
    rows = []
    for row in others:
        name = row["arm"].removeprefix("greff:")
        if first["arm"] == "greff:V" and row["arm"] != name and name in GREFF:
            rows.append(
                {
                    "cell": name,
                    "lacks": LACKS[name],
                    "Greff et al.": GREFF[name],
                    "here": _here(first, row),
                }
            )
    return pd.DataFrame(rows)


def _here(first: Mapping, row: Mapping) -> str:
    more, p = row["mean"] - first["mean"], row["p_holm"]
    if pd.isna(p):
        return f"{more:+.3f} (one seed)"
    if p >= DIFFERENT:
        return f"no significant difference ({more:+.3f}, p = {p:.2g})"
    return f"{'worse' if more > 0 else 'better'}: {more:+.3f} bits per character (p = {p:.2g})"
