"""A trained run, looked into: the numbers, the pictures, and a page to play with.

N series · T time steps · H units · C classes, or targets
"""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.explorer.bundle import write_page
from glasscell.explorer.payload import payload_of
from glasscell.inspection.clamps import lstm_layers
from glasscell.inspection.evidence import effect_of_steps, score_under_clamps
from glasscell.inspection.traces import trace, traces
from glasscell.runs.description import count_known
from glasscell.runs.insights import about_layer, draw_pictures, score_probes
from glasscell.runs.trained import Subject, open_subject, spread_over_classes
from glasscell.system.files import check_table, storage_trouble, to_json, write_whole
from glasscell.system.tables import write_tables
from glasscell.training.prediction import predict_series

MOST = 1000  # series that means over many are taken of
MOST_BYTES = 2**30  # of a trace that is in memory at once
MOST_STEPS = 20_000  # of a series that a page can show
MOST_LEFT_OUT = 500  # steps that are left out one by one: each takes a reading
SOME = 100  # series whose trace is in memory at once
SUFFIXES = (".png", ".svg", ".csv", ".npz")
OnStage = Callable[[str], None]


def explain(
    path: Path,
    file: str | None = None,
    *,
    page: Path | None = None,
    series: list[str] | None = None,
    limit: int = 20,
    csv: bool = False,
    on_stage: OnStage | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Write what a run's network does with some series into its folder `explain`, and the page; return a summary.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        Series to look at; by default the run's own: the test digits, or what it was trained on.
    page : Path, optional
        Where the page goes; by default `explorer.html` beside the rest.
    series : list of str, optional
        Ids of the series to show; by default `limit` of them, spread over the classes.
    limit : int
    csv : bool
        Write the numbers as trace.csv, too.
    on_stage : callable, optional
        Told what is being done.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    tell = on_stage or (lambda stage: None)
    subject = open_subject(path)
    tell("reading the series")
    many = _as_fits(subject, subject.first_series(file, options, MOST))
    if series:
        few = _as_fits(subject, subject.named_series(file, options, series))
    else:
        few = many.select(spread_over_classes(subject.truth(many), len(many), limit))
    answers = predict_series(subject.network, few.x)
    told = _payload(subject, few, answers)  # refuses what cannot be shown, before anything is written
    folder = path / "explain"
    page = page or folder / "explorer.html"
    with storage_trouble(folder, "ask again"):
        folder.mkdir(exist_ok=True)
    files = []

    def write(name: str, content: Any) -> None:
        with storage_trouble(folder / name, "ask again"):
            write_whole(folder / name, content)
        files.append(name)

    tell("tracing gates")
    seen, of_many = trace(subject.network, few.x), trace(subject.network, many.x)
    write("trace.npz", seen.to_npz(few.ids.tolist()))
    if csv:
        write("trace.csv", lambda part: seen.to_frame(few.ids.tolist()).to_csv(part, index=False, lineterminator="\n"))
    if few.lengths[0] <= MOST_LEFT_OUT:
        tell("what each step changed")
    effect = _effect(subject, few)
    known = _with_known_labels(subject, many)
    if known is not None:
        tell("clamping gates")
    clamped = None if known is None else score_under_clamps(subject.network, known.x, subject.truth(known))
    if clamped is not None:
        write("clamps.csv", lambda part: clamped.to_csv(part, index=False, lineterminator="\n"))
    tell("drawing")
    for name, figure in draw_pictures(subject, many, of_many, few, seen, answers, effect).items():
        for kind in ("png", "svg"):
            write(f"{name}.{kind}", lambda part, figure=figure, kind=kind: figure.savefig(part, dpi=150, format=kind))
    summary = {
        "run": str(path),
        "data": subject.source if file is None else file,
        "page": str(page),
        "series": few.ids.tolist(),
        "layers": [about_layer(layer) for layer in of_many.layers],
        "n": len(many),
        "notes": _notes(subject, many, few, known),
        "probes": score_probes(subject, many, of_many),
        "clamps": None if clamped is None else json.loads(str(clamped.to_json(orient="records"))),
        "kernel_and_loop_differ_by": float(np.abs(seen.answers - answers).max()),
    }
    tell("writing the page")
    with storage_trouble(page, "ask again"):
        write_whole(page, write_page(told))
    before = _written_before(folder)
    write("explain.json", to_json(summary | {"files": files}))
    for name in before - set(files):  # of an earlier look, at other series
        (folder / name).unlink(missing_ok=True)
    return summary | {"folder": str(folder), "files": files}


def trace_to(path: Path, file: str | None, output: str, **options: Any) -> int:
    """Write what every gate did at every step of a file's series to a table; return the number of its rows.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        As in `explain`.
    output : str
        A name that ends with .csv or .parquet; "-" is standard output, as CSV.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    check_table(output, file or "-")
    subject = open_subject(path)
    return write_tables(_trace_tables(subject, file, options), output)


def _trace_tables(subject: Subject, file: str | None, options: dict[str, Any]) -> Iterator[pd.DataFrame]:
    for series in subject.series(file, options):
        ids = iter(series.ids.tolist())
        for part in traces(subject.network, series.x, batch_size=SOME):
            yield part.to_frame(list(islice(ids, len(part))))


def _as_fits(subject: Subject, series: Sequences) -> Sequences:
    """Return as many of the first series as can be traced in memory."""
    too_long = np.flatnonzero(series.lengths > MOST_STEPS)
    if len(too_long):
        k = too_long[0]
        raise DataError(
            f"series {str(series.ids[k])!r} has {series.lengths[k]} steps: expected at most {MOST_STEPS}, or neither "
            "pictures nor page could be read; choose others with --series, or take the numbers: glasscell trace"
        )
    units = sum(layer.units for layer in lstm_layers(subject.network).values())
    return series.select(slice(max(1, MOST_BYTES // (24 * units * series.x.shape[1]))))


def _effect(subject: Subject, few: Sequences) -> np.ndarray | None:
    """Return what each step changed, of the digits or of the first series; None if it has too many steps."""
    if few.lengths[0] > MOST_LEFT_OUT:
        return None
    shown = few.x if subject.input == "digit" else few.x[:1, : few.lengths[0]]
    return effect_of_steps(subject.network, shown)


def _with_known_labels(subject: Subject, many: Sequences) -> Sequences | None:
    """Return the series whose labels the network knows, which can be scored; None if there are none."""
    truth = subject.truth(many)
    if truth is None:
        return None
    known = many if subject.classes is None else many.select(truth >= 0)
    return known if len(known) else None


def _notes(subject: Subject, many: Sequences, few: Sequences, known: Sequences | None) -> list[str]:
    """Return what is to be known of the numbers and pictures, a sentence each."""
    notes = []
    trained_on = count_known(subject.fingerprints, many)
    if trained_on:
        notes.append(f"{trained_on} of the {len(many)} series were trained on: good answers to them prove little")
    unknown = 0 if many.y is None or known is None else len(many) - len(known)
    if unknown:
        notes.append(f"{unknown} series have labels that the network never saw: they are not scored")
    if few.lengths[0] > MOST_LEFT_OUT:
        notes.append(f"series {few.ids[0]} has more than {MOST_LEFT_OUT} steps: what each step changed is not drawn")
    return notes


def _written_before(folder: Path) -> set[str]:
    """Return the files that an earlier look has written."""
    try:
        names = json.loads((folder / "explain.json").read_text(encoding="utf-8"))["files"]
        return {name for name in names if name == Path(name).name and Path(name).suffix in SUFFIXES}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return set()  # missing, or damaged


def _payload(subject: Subject, few: Sequences, answers: np.ndarray) -> dict[str, Any]:
    truth = subject.truth(few)
    known = [None] * len(few) if truth is None else [None if v == -1 and subject.classes else v for v in truth.tolist()]
    title = "glasscell: an LSTM reads digits" if subject.input == "digit" else f"glasscell: an LSTM reads {few.name}"
    try:
        return payload_of(
            subject.network,
            few.x,
            ids=few.ids.tolist(),
            truth=known,
            answers=answers,
            classes=subject.classes,
            channels=subject.channels,
            title=title,
            run=subject.path.name,
            task=subject.task,
            probes=subject.probes,
            input=subject.input,
            score=subject.score,
            trained_on=bool(count_known(subject.fingerprints, few) == len(few)),
        )
    except ValueError as error:
        raise DataError(f"{subject.path}: {error}") from error
