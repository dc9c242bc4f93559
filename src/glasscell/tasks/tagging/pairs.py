"""Two runs that label every step, paired on the steps that both held out."""

from glasscell.facts import Note
from glasscell.runs.comparison import Finished, Pairs, by_difference, pair, read_kept
from glasscell.runs.config import read_about
from glasscell.runs.sentences import Runs
from glasscell.tasks.tagging.scores import BLOCKS, number_units
from glasscell.tasks.tagging.sentences import TagRuns

COLUMNS = {"id": str, "step": "int64", "truth": str, "answer": str}


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the labelled steps that two runs held out, or why there are none.

    Steps of a series are not independent: whole series are drawn again and again, or where there are fewer than five,
    twenty blocks of steps.
    """
    abouts = [read_about(run.path, ("sha256", "name")) for run in (first, second)]
    # the same numbers and labels, or the same file, though other channels of it
    if abouts[0]["sha256"] != abouts[1]["sha256"] and not abouts[0]["name"] == abouts[1]["name"] != "-":
        return TagRuns.OTHER_FILES()
    pairs = pair(["id", "step"], *(read_kept(run, "held_out.csv", COLUMNS) for run in (first, second)))
    if not len(pairs):
        return TagRuns.NO_STEP_IN_BOTH()
    if (pairs["truth"] != pairs["truth_2"]).any():
        return TagRuns.OTHER_LABELS()
    pairs = pairs[pairs["truth"] != ""]
    if len(pairs) < BLOCKS:
        return TagRuns.TOO_FEW_IN_BOTH(n=len(pairs), least=BLOCKS)
    rights = [(pairs[name] == pairs["truth"]).to_numpy("float64") for name in ("answer", "answer_2")]
    unit = number_units(pairs["id"])
    units = int(unit.max()) + 1
    return Pairs(
        "accuracy of steps",
        Runs.ACCURACY(),
        TagRuns.STEPS(n=len(pairs)),
        by_difference,
        *rights,
        drawn=unit,
        counts={"units": units},
        over=TagRuns.OVER_UNITS(units=units),
    )
