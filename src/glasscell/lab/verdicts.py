"""What a table says, in words; nothing that it does not support."""

from typing import Any, NamedTuple

import pandas as pd

from glasscell.data.gate_tasks import GATE_OF

GATES = {"i": "input gate", "f": "forget gate", "o": "output gate"}
WITHOUT = {"i": "NIG", "f": "NFG", "o": "NOG"}
SURE, DIFFERENT = 0.001, 0.05  # p below which a gate is said to be needed, and arms to differ
NEARLY_NONE, MOST = 0.1, 0.8  # shares of the networks


class Verdict(NamedTuple):
    """A sentence about a task, and whether it is the claim that was to be tested, and holds."""

    task: str
    holds: bool
    text: str


def judge(table: pd.DataFrame) -> list[Verdict]:
    """Return what each task of a table says of its gate, and of every arm against the first.

    Parameters
    ----------
    table : DataFrame
        Of `results.summarise`.

    Examples
    --------
    >>> row = {"task": "write", "seeds": 10, "learning_rate": 0.1, "ci_low": 0.0, "ci_high": 0.0}
    >>> full = {"arm": "full", "solved": 10, "median": 0.01, "mean": 0.01, "p_holm": float("nan")}
    >>> arm = {"arm": "NIG", "solved": 0, "median": 0.06, "mean": 0.06, "p_holm": 1e-9}
    >>> print(judge(pd.DataFrame([row | full, row | arm]))[0].text)
    write needs the input gate: without it 0 of 10 networks solve it, with it 10 of 10 (p = 1e-09)
    """
    found = []
    for task, rows in table.groupby("task", sort=False):
        first, *others = rows.to_dict("records")
        own = WITHOUT.get(GATE_OF.get(str(task), ""))
        if first["arm"] == "full" and own in set(rows["arm"]):
            found.append(_of_gate(str(task), rows.set_index("arm")))
        found += [Verdict(str(task), False, f"{task}: {_difference(first, arm)}") for arm in others]
    return found


def _of_gate(task: str, rows: pd.DataFrame) -> Verdict:
    gate, own = GATES[GATE_OF[task]], WITHOUT[GATE_OF[task]]
    without, full = rows.loc[own], rows.loc["full"]
    others = rows.drop(index=own)
    p = without["p_holm"]
    if pd.isna(p):
        return Verdict(task, False, f"{task}: nothing can be told of the {gate} with one seed")
    if p >= DIFFERENT:
        return Verdict(task, False, f"{task}: no difference found between the full cell and {own} ({_p(p)})")
    doubts = []
    if without["mean"] <= full["mean"]:
        doubts.append(f"{own} does not have the larger error")
    if p >= SURE:
        doubts.append(f"{_p(p)} is not below {SURE}")
    if without["solved"] > NEARLY_NONE * without["seeds"]:
        doubts.append(f"{without['solved']} of {without['seeds']} solve it without")
    few = others[others["solved"] < MOST * others["seeds"]]
    doubts += [f"of {arm} only {row['solved']} of {row['seeds']} solve it" for arm, row in few.iterrows()]
    if doubts:
        return Verdict(task, False, f"{task}: not shown that it needs the {gate}: {'; '.join(doubts)}")
    low, high = others["solved"].min(), others["solved"].max()
    with_it = f"{low}" if low == high else f"{low} to {high}"
    counts = f"without it {without['solved']} of {without['seeds']} networks solve it, with it {with_it} of "
    return Verdict(task, True, f"{task} needs the {gate}: {counts}{without['seeds']} ({_p(p)})")


def _difference(first: dict[str, Any], arm: dict[str, Any]) -> str:
    names = f"{arm['arm']} against {first['arm']}"
    p = arm["p_holm"]
    if pd.isna(p):
        return f"{names}: one seed tells nothing"
    if p >= DIFFERENT:
        return f"{names}: no difference found ({_p(p)})"
    which = "larger" if arm["mean"] > first["mean"] else "smaller"
    return (
        f"{names}: a {which} error ({_p(p)}; medians {arm['median']:.2g} and {first['median']:.2g}, solved "
        f"{arm['solved']} and {first['solved']} of {arm['seeds']})"
    )


def _p(p: float) -> str:
    return f"p = {p:.2g}"
