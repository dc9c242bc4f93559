"""Run the exports of make.py without glasscell: by one runtime, NumPy and the standard library.

    PYTHONPATH=tests python -m elsewhere.answers FOLDER FORMAT…  onnx, litert, c, npz, savedmodel,
                                                                 keras
    PYTHONPATH=tests python -m elsewhere.answers FOLDER          the table of the edges in all that
                                                                 were asked

Labels must be those of glasscell, what it predicts nothing for must have no answer, and numbers
must be within 1e-5: of probabilities; of numbers in deviations of what was trained on; of forecasts
in mean changes of the values before.
"""

import csv
import importlib.util
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from elsewhere import runtimes
from elsewhere.runtimes import Arrays

FILES = {
    "onnx": "network.onnx",
    "litert": "network-{}.tflite",
    "c": "network",
    "npz": "network.npz",
    "savedmodel": "savedmodel",
    "keras": "network.keras",
}
# of the others one is as good
BATCHES = {"onnx": (1, 7, 64), "savedmodel": (1, 7, 64), "litert": (1, 7, 64)}
TOLERANCE = 1e-5
CASES = ("article", "vowels", "slopes", "gaps", "counter", "steps", "sales", "book")
NOT_ASKED = {("onnx", "N 0"): "ends the process", ("litert", "N 0"): "N is fixed"}
REFUSED, UNANSWERED = "refused", "not answered"
OTHERWISE = {  # than the run, as docs/how-to/formats.md has it
    **{
        (format, edge, "article"): REFUSED
        for format in ("onnx", "savedmodel")
        for edge in ("T 0", "T 1", "T above")
    },
    **{("litert", "T above", case): REFUSED for case in CASES},
    **{("keras", "N 0", case): REFUSED for case in CASES},
    **{(format, "T 0", "book"): REFUSED for format in ("savedmodel", "keras")},
    ("litert", "3e38", "sales"): UNANSWERED,  # numbers are float32, and their sums overflow
}
EXPECTED = ("", REFUSED, UNANSWERED, *NOT_ASKED.values())


def read(path: Path) -> tuple[dict[str, dict[str, Arrays]], float]:
    """Return inputs and expected outputs, by name of the edge case, and the unit of difference."""
    found: dict[str, dict[str, Arrays]] = {}
    with np.load(path) as arrays:
        for key in [key for key in arrays if key != "unit"]:
            edge, side, name = key.split("/")
            found.setdefault(edge, {}).setdefault(side, {})[name] = arrays[key]
        return found, float(arrays["unit"])


def ask_in_parts(ask: runtimes.Ask, inputs: Arrays, batch: int) -> Arrays:
    """Return the answers to all series, asked so many at a time."""
    n = len(next(iter(inputs.values())))
    parts = [
        ask({name: v[k : k + batch] for name, v in inputs.items()}) for k in range(0, n, batch)
    ]
    return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}


def compare(
    found: Arrays, wanted: Arrays, unit: np.ndarray, labels: list[str] | None
) -> tuple[float, str]:
    """Return the largest difference of answers, and what else differs, if anything does."""
    answers, right = found["answers"], wanted["answers"]
    if answers.shape != right.shape:
        return np.inf, f"shape {answers.shape}, not {right.shape}"
    answered = found.get("answered", np.ones_like(wanted["answered"]))
    if not np.array_equal(answered, wanted["answered"]):
        return np.inf, "answered"
    if not np.array_equal(np.isnan(answers), np.isnan(right)):
        return np.inf, "NaN"
    if labels is not None:
        largest = np.where(answered, np.array(labels)[np.nan_to_num(answers).argmax(-1)], "")
        if not np.array_equal(found.get("label", largest), wanted["label"]):
            return np.inf, "labels"
    off = float(np.nanmax(np.abs(answers - right) / unit, initial=0.0))
    return off, "" if off <= TOLERANCE else f"{off:.0e}"


def without_first(predicted: Arrays) -> Arrays:
    """Return that nothing is predicted for the first series."""
    answers, answered = predicted["answers"].copy(), predicted["answered"].copy()
    answers[0], answered[0] = np.nan, False
    return {"answers": answers, "answered": answered}


def unit_of(asked: Arrays, unit: float) -> np.ndarray:
    """Return the unit of difference; for forecasts, the mean change of each series' values."""
    if "values" not in asked:
        return np.array(unit)
    change = np.abs(np.diff(asked["values"], append=np.nan))
    change = np.nansum(change, 1) / np.maximum((~np.isnan(change)).sum(1), 1)
    return np.where(change > 0, change, 1)[:, None, None]


def check_program(folder: Path, unit: float) -> tuple[float, str]:
    """Return the exported program's difference from `glasscell predict`'s table, as `compare`."""
    with (folder / "predicted.csv").open(encoding="utf-8", newline="") as file:
        own_header, *own = csv.reader(file)
    header, *rows = runtimes.program(folder / "network", folder / "file.csv")
    first = header.index("answer") + ("p(" in header[-1])  # column of numbers
    if header != own_header or [row[:first] for row in rows] != [row[:first] for row in own]:
        return np.inf, "rows"
    found, wanted = (
        np.array([[float(v or "nan") for v in row[first:]] for row in part]) for part in (rows, own)
    )
    off = float(np.nanmax(np.abs(found - wanted) / unit))
    return off, "" if off <= TOLERANCE and np.array_equal(
        np.isnan(found), np.isnan(wanted)
    ) else f"{off:.0e}"


def refusal(ask: runtimes.Ask, asked: Arrays) -> str:
    """Return what came of it where a runtime is to refuse: that it does."""
    try:
        ask(asked)
    except Exception:  # of each runtime another
        return REFUSED
    return "answered where to be refused"


def check(folder: Path, format: str) -> Iterator[tuple[str, float, str]]:
    """Give each edge of a case in a format: name, largest difference, and result, "" if equal."""
    asked, unit = read(folder / "asked.npz")
    series = asked.pop("all")
    for batch in BATCHES.get(format, (64,)):
        path = folder / FILES[format].format(batch)
        ask, labels = getattr(runtimes, format)(path), runtimes.labels_of(path)
        found = ask_in_parts(ask, series["asked"], batch)
        yield "all", *compare(found, series["predicted"], unit_of(series["asked"], unit), labels)
    if format == "c" and (folder / "file.csv").is_file():
        yield "file", *check_program(folder, unit)
    for edge, one in asked.items():
        if (format, edge) in NOT_ASKED:
            yield edge, 0.0, NOT_ASKED[format, edge]
        elif (other := OTHERWISE.get((format, edge, folder.name))) == REFUSED:
            yield edge, 0.0, refusal(ask, one["asked"])
            ask = getattr(runtimes, format)(path)  # what has refused may be left unable to answer
        else:
            wanted = without_first(one["predicted"]) if other == UNANSWERED else one["predicted"]
            off, words = compare(ask(one["asked"]), wanted, unit_of(one["asked"], unit), labels)
            yield edge, off, words or other or ""


def table(outcomes: list[list[str]]) -> str:
    """Return the table of formats and edges, given format, case, edge and outcome of each."""
    formats, edges = (
        [*dict.fromkeys(column)] for column in list(zip(*outcomes, strict=True))[::2][:2]
    )
    edges = [edge for edge in edges if edge not in ("all", "file")]
    lines = [["format", *edges], ["---"] * (1 + len(edges))]
    for format in formats:
        cells = []
        for edge in edges:
            found = {
                case: words for form, case, at, words in outcomes if (form, at) == (format, edge)
            }
            same = [words or "ok" for words in found.values()]
            cells.append(
                same[0]
                if len({*same}) == 1
                else "; ".join(f"{k}: {v}" for k, v in found.items() if v)
            )
        lines.append([format, *cells])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Check some formats on all cases; exit with 1 for a difference; without any, print a table."""
    folder, formats = Path(sys.argv[1]), sys.argv[2:]
    if importlib.util.find_spec("glasscell"):
        sys.exit("glasscell is installed here: nothing would be shown")
    with (folder / "outcomes.csv").open("a+", encoding="utf-8", newline="") as file:
        differ = False
        for format, case in itertools.product(formats, CASES):
            if (format, case) == ("keras", "article"):  # whose cell Keras does not have
                continue
            found = list(check(folder / case, format))
            csv.writer(file).writerows([format, case, edge, words] for edge, _, words in found)
            off = max(difference for edge, difference, _ in found if edge in ("all", "file"))
            wrong = [f"; {edge}: {words}" for edge, _, words in found if words not in EXPECTED]
            print(f"{format} {case}: largest difference {off:.1e}", *wrong, sep="", flush=True)
            differ = differ or bool(wrong)
        if differ:
            sys.exit("not as glasscell answers")
        if not formats:
            file.seek(0)
            print(table(list(csv.reader(file))))


if __name__ == "__main__":
    main()
