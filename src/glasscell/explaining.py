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

from glasscell import gate_plots
from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.evidence import effect_of_steps, score_under_clamps
from glasscell.explorer.page import write_page
from glasscell.explorer.payload import payload_of
from glasscell.predicting import predict_series
from glasscell.probes import probe_answers
from glasscell.storage import check_table, storage_trouble, to_json, write_whole
from glasscell.subjects import Subject, open_subject, spread_over_classes
from glasscell.tracing import ARRAYS, LayerTrace, Trace, trace, traces
from glasscell.writing import write_tables

MOST = 1000  # series that means over many are taken of
SOME = 100  # series whose trace is in memory at once
LINES = 6  # units that are drawn as lines
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
    many = subject.first_series(file, options, MOST)
    if series:
        few = subject.named_series(file, options, series)
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
    write("trace.npz", seen.to_npz())
    if csv:
        write("trace.csv", lambda part: seen.to_frame(few.ids.tolist()).to_csv(part, index=False, lineterminator="\n"))
    tell("what each step changed")
    effect = effect_of_steps(subject.network, few.x)
    tell("clamping gates")
    clamped = _clamped(subject, many)
    if clamped is not None:
        write("clamps.csv", lambda part: clamped.to_csv(part, index=False, lineterminator="\n"))
    tell("drawing")
    for name, figure in _pictures(subject, many, of_many, few, seen, answers, effect).items():
        for kind in ("png", "svg"):
            write(f"{name}.{kind}", lambda part, figure=figure, kind=kind: figure.savefig(part, dpi=150, format=kind))
    summary = {
        "run": str(path),
        "data": subject.source if file is None else file,
        "page": str(page),
        "series": few.ids.tolist(),
        "layers": [_about_layer(layer) for layer in of_many.layers],
        "n": len(many),
        "probes": _probe_scores(subject, many, of_many),
        "clamps": None if clamped is None else json.loads(str(clamped.to_json(orient="records"))),
        "kernel_and_loop_differ_by": float(np.abs(seen.answers - answers).max()),
    }
    tell("writing the page")
    with storage_trouble(page, "ask again"):
        write_whole(page, write_page(told))
    write("explain.json", to_json(summary | {"files": files}))
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


def _clamped(subject: Subject, many: Sequences) -> pd.DataFrame | None:
    """Return how good the answers are under clamps, where there are labels to tell."""
    truth = subject.truth(many)
    if truth is None or (truth.dtype.kind == "i" and (truth < 0).any()):
        return None
    return score_under_clamps(subject.network, many.x, truth)


def _about_layer(layer: LayerTrace) -> dict[str, Any]:
    means: Any = layer.saturation().groupby("gate")[["closed", "open"]].mean()
    half_lives = layer.half_lives()
    return {
        "layer": layer.name,
        "backwards": layer.backwards,
        "units": layer.c.shape[-1],
        "half_life_in_steps": {
            "median": _or_none(np.median(half_lives)),
            "least": _or_none(half_lives.min()),
            "most": _or_none(half_lives.max()),
        },
        **{f"{gate}_{end}": float(means.loc[gate, end]) for gate in ("i", "f", "o") for end in ("closed", "open")},
    }


def _or_none(v: Any) -> float | None:
    """Return a number, or None for infinity, which JSON has no word for."""
    return float(v) if np.isfinite(v) else None


def _pictures(
    subject: Subject,
    many: Sequences,
    of_many: Trace,
    few: Sequences,
    seen: Trace,
    answers: np.ndarray,
    effect: np.ndarray,
) -> dict[str, Any]:
    layer, names = seen.layers[0], subject.classes or ["answer"]
    steps = int(layer.mask[0].nonzero()[0].max(initial=0)) + 1
    one = {name: getattr(layer, name)[0, :steps] for name in ARRAYS}
    title = f"series {few.ids[0]}, {layer.name}"
    units = np.sort(np.argsort(-np.abs(one["c"][-1]))[:LINES]).tolist()
    unit = int(np.argmax(np.abs(one["c"][0 if layer.backwards else -1])))
    x = few.x[0, : few.lengths[0]]
    first = of_many.layers[0]
    truth = subject.truth(many) if subject.classes else None
    pictures = {
        "gates": gate_plots.gates_over_time(one, x if len(x) == steps else None, few.channels, title),
        "memory": gate_plots.memory_and_output(one["c"], one["h"], units),
        "saturation": gate_plots.saturation_scatter(first.saturation()),
        "origin": gate_plots.memory_by_origin(
            layer.origins(0, unit)[:steps, :steps], one["c"][:, unit], f"unit {unit} of {title}"
        ),
        "evidence": gate_plots.evidence_by_step(effect[0, :steps], names, _probed(subject, seen, steps), title=title),
        "by_class": gate_plots.mean_gates_by_class(
            {gate: getattr(first, gate) for gate in ("i", "f", "o")}, first.mask, truth, names
        ),
    }
    if subject.input == "digit":
        best = answers.argmax(1)
        towards = np.take_along_axis(effect, best[:, None, None], axis=2)[..., 0]
        pictures["digits"] = gate_plots.digits_by_row(few.x, towards, [names[k] for k in best])
    return pictures


def _probed(subject: Subject, seen: Trace, steps: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return at which steps there are probes, and what they tell of the first series."""
    probes = _probes_within(subject, steps)
    return None if probes is None else (probes["steps"], probe_answers(probes, _h_read_out(seen)[:1])[0])


def _probe_scores(subject: Subject, many: Sequences, of_many: Trace) -> list[dict[str, float]] | None:
    """Return how often each probe is right, and how sure it is, among the series that are as long."""
    truth, mask = subject.truth(many), of_many.layers[-1].mask
    probes = _probes_within(subject, mask.shape[1])
    if probes is None or truth is None or subject.classes is None:
        return None
    told = probe_answers(probes, _h_read_out(of_many))
    rows = []
    for t, answers in zip(probes["steps"].tolist(), told.transpose(1, 0, 2), strict=True):
        there = mask[:, t]
        if there.any():
            right = (answers[there].argmax(1) == truth[there]).mean()
            rows.append({"step": t, "accuracy": float(right), "confidence": float(answers[there].max(1).mean())})
    return rows


def _probes_within(subject: Subject, steps: int) -> dict[str, np.ndarray] | None:
    """Return the probes of the first steps, if there are any."""
    if subject.probes is None:
        return None
    there = subject.probes["steps"] < steps
    return {name: v[there] for name, v in subject.probes.items()} if there.any() else None


def _h_read_out(seen: Trace) -> np.ndarray:
    """Return h (N, T, H) of the layer that is read out, both directions side by side."""
    pair = seen.layers[-2:] if seen.layers[-1].backwards else seen.layers[-1:]
    return np.concatenate([layer.h for layer in pair], axis=-1)


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
            accuracy=subject.accuracy,
        )
    except ValueError as error:
        raise DataError(f"{subject.path}: {error}") from error
