"""The sets of forecasts.py, by group, half and kind; and M1's yearly series."""

import archive
import made_panels
import numpy as np
import pandas as pd
import real_panels
from forecast_sets import ForecastSet

GROUPS, HALVES = ("made", "real", "named", "m1"), ("developed", "aside")
M1, M1_ASIDE = "M1 yearly", "M1 yearly, the last 40"  # the last by name
ASIDE = 40


def kinds_of(group: str, half: str) -> dict[str, list[str]]:
    """Return the names of sets by kind; sets named by others have no halves but are included."""
    is_aside = half == "aside"
    if group == "made":
        numbers = made_panels.ASIDE if is_aside else made_panels.DEVELOPED_ON
        return {kind: [f"{kind} {number}" for number in numbers] for kind in made_panels.KINDS}
    if group == "real":
        chosen = real_panels.set_aside if is_aside else real_panels.developed_on
        both = {"panels": real_panels.PANELS, "single series": real_panels.SINGLES}
        kinds = {kind: list(chosen(sets)) for kind, sets in both.items()}
        return (
            kinds
            if is_aside
            else kinds | {"developed on before": sorted(real_panels.DEVELOPED_BEFORE)}
        )
    if group == "named":
        both = {
            "named panels": real_panels.NAMED_PANELS,
            "named single series": real_panels.NAMED_SINGLES,
        }
        return {kind: sorted(sets) for kind, sets in both.items()}
    return {M1: [M1_ASIDE if is_aside else M1]}


def load(name: str) -> ForecastSet:
    """Return the set with a name."""
    if name in (M1, M1_ASIDE):
        return m1_yearly(aside=name == M1_ASIDE)
    kind, _, number = name.rpartition(" ")
    return (
        made_panels.make(kind, int(number)) if kind in made_panels.KINDS else real_panels.load(name)
    )


def m1_yearly(aside: bool = False) -> ForecastSet:
    """Return M1's yearly series: all but the last 40 by name, or those 40."""
    path = archive.folder() / "m1_yearly_dataset/m1_yearly_dataset.tsf"
    lines = path.read_text(encoding="latin-1").split("@data\n")[1].splitlines()
    series = {line.split(":")[0]: line.split(":")[2].split(",") for line in lines if line}
    names = sorted(series)
    names = names[-ASIDE:] if aside else names[:-ASIDE]
    parts = [
        pd.DataFrame({"unique_id": k, "ds": range(len(series[k])), "y": np.array(series[k], float)})
        for k in names
    ]
    return ForecastSet(M1_ASIDE if aside else M1, pd.concat(parts), 6, None)
