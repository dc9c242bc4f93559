"""From what every network's gates do to a table with spread, and to sentences."""

from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tasks.gates import GATE_OF
from glasscell.lab.results import SETTING, SIZED, keep_best_rate
from glasscell.lab.verdicts import GATES, Verdict, size_in_words

COLUMNS = [*SETTING, "gate", "networks", "bit_on", "bit_on_sd", "bit_off", "bit_off_sd"]
CLEARLY = 3  # times as far as any other gate


def summarise_gates(gates: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return mean and standard deviation of each gate over the networks that solved a task, at their arm's best rate.

    Parameters
    ----------
    gates : DataFrame
        Of `behaviour.tabulate_gates`, cells one after another.
    runs : DataFrame
        Of `results.tabulate_runs`.

    Returns
    -------
    DataFrame
        With the columns `COLUMNS`; no row where none solved it.
    """
    if gates.empty:
        return pd.DataFrame(columns=COLUMNS)
    network = [*SETTING, "learning_rate", "seed"]
    solved = keep_best_rate(runs).query("solved")[network]
    merged = pd.merge(solved, gates, on=network)
    rows = []
    groups: Any = merged.groupby([*SETTING, "gate"], sort=False)
    for (*setting, gate), of in groups:
        row = dict(zip(SETTING, setting, strict=True)) | {"gate": gate, "networks": len(of)}
        for where in ("bit_on", "bit_off"):
            v = of[where].to_numpy()
            row |= {where: v.mean(), f"{where}_sd": v.std(ddof=1) if len(v) > 1 else np.nan}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def judge_gates(table: pd.DataFrame) -> list[Verdict]:
    """Return what the gates of the full cell do in each task, and whether its own gate moves clearly the most.

    With more than one unit this is a mean over units, of which each may do something else.

    >>> gates = (("i", 0.01), ("f", 0.005), ("o", 0.97))
    >>> rows = [("show", "full", 1, 1, 20, g, 9, v, 0.01, 0.004, 0.001) for g, v in gates]
    >>> for verdict in judge_gates(pd.DataFrame(rows, columns=COLUMNS)):
    ...     print(verdict.text.split(";")[0])
    show: the output gate is .970 ± .010 where the bit is on and .004 ± .001 elsewhere
    """
    found = []
    groups: Any = table[table["arm"] == "full"].groupby(SIZED, sort=False)
    for (task, *size), rows in groups:
        of: dict[str, dict[str, Any]] = {row["gate"]: row for row in rows.to_dict("records")}
        own, name = GATE_OF[str(task)], f"{task}{size_in_words(table, task, size)}"
        moved = {gate: abs(row["bit_on"] - row["bit_off"]) for gate, row in of.items()}
        others = [gate for gate in of if gate != own]
        times = moved[own] / max(1e-3, *(moved[gate] for gate in others))
        told = "; ".join(f"the {GATES[gate]} {_numbers(of[gate])}" for gate in others)
        if of[own]["networks"] < 2:
            found.append(Verdict(str(task), False, f"{name}: nothing can be told of what gates do by one network"))
            continue
        holds = times > CLEARLY
        end = f"its own gate moves {times:.0f} times as far as any other" if holds else "no gate moves clearly the most"
        first = f"{name}: the {GATES[own]} is {_numbers(of[own], ' where the bit is on and ', ' elsewhere')}"
        found.append(Verdict(str(task), holds, f"{first}; {told}: {end} ({of[own]['networks']} networks)"))
    return found


def _numbers(row: dict[str, Any], between: str = " and ", after: str = "") -> str:
    return between.join(f"{_short(row[w])} ± {_short(row[f'{w}_sd'])}" for w in ("bit_on", "bit_off")) + after


def _short(v: float) -> str:
    return f"{v:.3f}".removeprefix("0")
