"""The conclusions from a table, in words; only those that it supports."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.findings.table import SIZED, welch

CLEARLY = 3  # times as much as any other gate
GATES = {"i": "input gate", "f": "forget gate", "o": "output gate"}
WITHOUT = {"i": "NIG", "f": "NFG", "o": "NOG"}
SURE, DIFFERENT = 0.001, 0.05  # p below which a gate counts as needed, and arms as different
FORMS = {
    "units": ("{} unit", "{} units"),
    "memories": ("{} memory", "{} memories"),
    "length": ("length {}",) * 2,
}
# fractions of networks, for a gate to count as needed
MAX_SOLVED_WITHOUT, MIN_SOLVED_WITH = (0.1, 0.8)


class Verdict(NamedTuple):
    """A sentence about a task, and whether it confirms the hypothesis under test."""

    task: str
    holds: bool
    text: str


def judge(table: pd.DataFrame) -> list[Verdict]:
    """Return for each task whether it needs its gate, and how every arm compares with the first.

    >>> row = {
    ...     "task": "write",
    ...     "units": 1,
    ...     "memories": 1,
    ...     "length": 20,
    ...     "seeds": 10,
    ...     "learning_rate": 0.1,
    ... }
    >>> full = {"arm": "full", "solved": 10, "median": 0.01, "mean": 0.01, "p_holm": float("nan")}
    >>> arm = {"arm": "NIG", "solved": 0, "median": 0.06, "mean": 0.06, "p_holm": 1e-9}
    >>> print(judge(pd.DataFrame([row | full, row | arm]))[0].text)
    write needs the input gate: 0 of 10 networks solve it without, 10 of 10 with it (p = 1e-09)
    """
    found = []
    groups: Any = table.groupby(SIZED, sort=False)
    for (task, *size), rows in groups:
        first, *others = rows.to_dict("records")
        own = WITHOUT.get(GATE_OF.get(task, ""))
        name = f"{task}{size_in_words(table, task, size)}"
        if first["arm"] == "full" and own in set(rows["arm"]):
            found.append(_of_gate(task, name, rows.set_index("arm")))
            if name != task:  # one of several sizes: the table has the other arms
                continue
            others = [arm for arm in others if arm["arm"] != own]
        found += [Verdict(task, False, f"{name}: {_difference(first, arm)}") for arm in others]
    return found


def judge_failures(runs: pd.DataFrame) -> list[Verdict]:
    """Return the arms in which the training of every network failed, of runs at the best rates.

    >>> runs = pd.DataFrame(
    ...     {"task": "write", "arm": ["full", "mine"], "error": [0.1, float("nan")]}
    ... )
    >>> print(judge_failures(runs)[0].text)
    write: the training of mine failed in all networks; each is scored as if it had learned nothing
    """
    found = []
    groups: Any = runs.groupby(["task", "arm"], sort=False)
    for (task, arm), rows in groups:
        if rows["error"].isna().all():
            text = (
                f"{task}: the training of {arm} failed in all networks; each is scored as if "
                f"it had learned nothing"
            )
            found.append(Verdict(task, False, text))
    return found


def size_in_words(table: pd.DataFrame, task: str, size: list[int]) -> str:
    """Return the sizes (units, memories, length) of a row in which its task's rows differ.

    >>> rows = pd.DataFrame({"task": "write", "units": [1, 2], "memories": 1, "length": 20})
    >>> size_in_words(rows, "write", [2, 1, 20])
    ' (2 units)'
    """
    of_task: Any = table[table["task"] == task]
    differ = [of_task[name].nunique() > 1 for name in SIZED[1:]]
    words = [
        form[int(n > 1)].format(n)
        for form, n, differs in zip(FORMS.values(), size, differ, strict=True)
        if differs
    ]
    text = ", ".join(words)
    return f" ({text})" if text else ""


def _of_gate(task: str, name: str, rows: pd.DataFrame) -> Verdict:
    gate, own = GATES[GATE_OF[task]], WITHOUT[GATE_OF[task]]
    without, full = rows.loc[own], rows.loc["full"]
    # without the user's arms
    others: Any = rows[rows.index.isin({"full", *WITHOUT.values()} - {own})]
    p = without["p_holm"]
    if pd.isna(p):
        return Verdict(task, False, f"{name}: one seed cannot show whether it needs the {gate}")
    if p >= DIFFERENT:
        return Verdict(
            task, False, f"{name}: no significant difference between full and {own} ({_p(p)})"
        )
    doubts = []
    if without["mean"] <= full["mean"]:
        doubts.append(f"{own} does not have a larger error")
    if p >= SURE:
        doubts.append(f"{_p(p)} is not below {SURE}")
    if without["solved"] > MAX_SOLVED_WITHOUT * without["seeds"]:
        doubts.append(f"{without['solved']} of {without['seeds']} networks solve it without")
    few = others[others["solved"] < MIN_SOLVED_WITH * others["seeds"]]
    doubts += [
        f"only {row['solved']} of {row['seeds']} networks of {arm} solve it"
        for arm, row in few.iterrows()
    ]
    if doubts:
        return Verdict(
            task, False, f"{name}: no evidence that it needs the {gate}: {'; '.join(doubts)}"
        )
    low, high = others["solved"].min(), others["solved"].max()
    with_it = f"{low}" if low == high else f"{low}–{high}"
    n = without["seeds"]
    counts = f"{without['solved']} of {n} networks solve it without, {with_it} of {n} with it"
    return Verdict(task, True, f"{name} needs the {gate}: {counts} ({_p(p)})")


def _difference(first: dict[str, Any], arm: dict[str, Any]) -> str:
    names = f"{arm['arm']} vs {first['arm']}"
    p = arm["p_holm"]
    if pd.isna(p):
        return f"{names}: one seed allows no test"
    if p >= DIFFERENT:
        return f"{names}: no significant difference ({_p(p)})"
    which = "larger" if arm["mean"] > first["mean"] else "smaller"
    if "solved" not in arm:
        more = arm["mean"] - first["mean"]
        return (
            f"{names}: {abs(more):.3f} {'more' if more > 0 else 'fewer'} bits per character "
            f"({_p(p)})"
        )
    return (
        f"{names}: {which} error ({_p(p)}; median {arm['median']:.2g} vs {first['median']:.2g}, "
        f"solved {arm['solved']} vs {first['solved']} of {arm['seeds']})"
    )


def judge_loss(runs: pd.DataFrame, table: pd.DataFrame) -> list[Verdict]:
    """Return the gate whose ablation costs most bits on a text, if every gate is ablated in an arm.

    The gate is reported if its ablation is worse than the first arm and than both other ablations.
    The latter is by Welch's test with Holm's correction over the three pairs, since the worst is
    not specified in advance.

    >>> bits = {"full": 2.0, "NIG": 2.02, "NFG": 2.2, "NOG": 2.03}
    >>> runs = pd.DataFrame(
    ...     [{"arm": a, "error": v + k / 1000} for a, v in bits.items() for k in range(4)]
    ... )
    >>> runs = runs.assign(task="text", units=64, memories=1, length=50)
    >>> table = runs.groupby([*SIZED, "arm"], sort=False, as_index=False)["error"].mean()
    >>> print(judge_loss(runs, table.rename(columns={"error": "mean"}).assign(p_holm=1e-5))[0].text)
    text: the forget gate matters most: without it 0.200 bits per character are lost, vs 0.030
    without the output gate and 0.020 without the input gate (p ≤ 3.4e-12 for each difference)
    """
    found = []
    groups: Any = table.groupby(SIZED, sort=False) if "solved" not in table else ()
    for (task, *size), rows in groups:
        first, *others = rows.to_dict("records")
        names = {_ahead(first["arm"]) + arm: gate for gate, arm in WITHOUT.items()}
        lacking = sorted(
            (row for row in others if row["arm"] in names), key=lambda row: -row["mean"]
        )
        if len(lacking) < len(names):
            continue
        name, worst = f"{task}{size_in_words(table, task, size)}", lacking[0]
        of_size: Any = runs[(runs[SIZED] == [task, *size]).all(axis="columns")]
        errors = [of_size[of_size["arm"] == row["arm"]]["error"].to_numpy() for row in lacking]
        tests = [welch(errors[a], errors[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
        if np.isnan(tests).any():
            found.append(
                Verdict(task, False, f"{name}: one seed cannot show which gate matters most")
            )
            continue
        p = float(np.asarray(multipletests(tests, method="holm")[1])[:2].max())
        lost = [(f"{row['mean'] - first['mean']:.3f}", GATES[names[row["arm"]]]) for row in lacking]
        (most, worst_gate), *rest = lost
        if max(p, worst["p_holm"]) < DIFFERENT and worst["mean"] > first["mean"]:
            others_lost = " and ".join(f"{bits} without the {gate}" for bits, gate in rest)
            text = (
                f"the {worst_gate} matters most: without it {most} bits per character are "
                f"lost, vs {others_lost}"
            )
            found.append(
                Verdict(
                    task, True, f"{name}: {text} ({_p(p).replace('=', '≤')} for each difference)"
                )
            )
        else:
            text = ", ".join(f"{bits} without the {gate}" for bits, gate in lost)
            found.append(
                Verdict(
                    task, False, f"{name}: no evidence which gate matters most (bits lost: {text})"
                )
            )
    return found


def _ahead(arm: str) -> str:
    """Return the prefix of a cell's name, as in greff:V."""
    return "".join(arm.rpartition(":")[:2])


def _p(p: float) -> str:
    return f"p = {p:.2g}" if p > 0 else "p < 1e-300"


def judge_gates(table: pd.DataFrame) -> list[Verdict]:
    """Return the full cell's gate activations per task, and whether its own gate moves the most.

    With more than one unit these are means over units that may behave differently.

    >>> from glasscell.lab.findings.table import GATES_TABLE
    >>> gates = (("i", 0.01), ("f", 0.005), ("o", 0.97))
    >>> rows = [("show", "full", 1, 1, 20, g, 9, v, 0.01, 0.004, 0.001) for g, v in gates]
    >>> for verdict in judge_gates(pd.DataFrame(rows, columns=GATES_TABLE)):
    ...     print(verdict.text.split(";")[0])
    show: the output gate averages 0.970 ± 0.010 with the bit on and 0.004 ± 0.001 with it off
    """
    found = []
    groups: Any = table[table["arm"] == "full"].groupby(SIZED, sort=False)
    for (task, *size), rows in groups:
        of: dict[str, dict[str, Any]] = {row["gate"]: row for row in rows.to_dict("records")}
        own, name = GATE_OF[str(task)], f"{task}{size_in_words(table, task, size)}"
        moved = {gate: abs(row["bit_on"] - row["bit_off"]) for gate, row in of.items()}
        others = [gate for gate in of if gate != own]
        times = moved[own] / max(1e-3, *(moved[gate] for gate in others))
        rest = "; ".join(f"the {GATES[gate]} {_numbers(of[gate])}" for gate in others)
        if of[own]["networks"] < 2:
            found.append(
                Verdict(str(task), False, f"{name}: one network cannot show what gates do")
            )
            continue
        holds = times > CLEARLY
        end = (
            f"its own gate changes {times:.0f} times as much as any other"
            if holds
            else "no gate changes clearly the most"
        )
        first = (
            f"{name}: the {GATES[own]} averages "
            f"{_numbers(of[own], ' with the bit on and ', ' with it off')}"
        )
        found.append(
            Verdict(str(task), holds, f"{first}; {rest}: {end} ({of[own]['networks']} networks)")
        )
    return found


def _numbers(row: dict[str, Any], between: str = " and ", after: str = "") -> str:
    return (
        between.join(f"{row[w]:.3f} ± {row[f'{w}_sd']:.3f}" for w in ("bit_on", "bit_off")) + after
    )
