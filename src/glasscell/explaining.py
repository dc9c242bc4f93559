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
from glasscell.advice import count_known
from glasscell.clamps import lstm_layers
from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.evidence import effect_of_steps, score_under_clamps
from glasscell.explorer.bundle import write_page
from glasscell.explorer.payload import payload_of
from glasscell.predicting import predict_series
from glasscell.probes import probe_answers
from glasscell.storage import check_table, storage_trouble, to_json, write_whole
from glasscell.subjects import Subject, open_subject, spread_over_classes
from glasscell.tracing import ARRAYS, LayerTrace, Trace, trace, traces
from glasscell.writing import write_tables

MOST = 1000  # series that means over many are taken of
MOST_BYTES = 2**30  # of a trace that is in memory at once
MOST_STEPS = 20_000  # of a series that a page can show
MOST_LEFT_OUT = 500  # steps that are left out one by one: each takes a reading
MOST_ORIGINS = 2000  # steps of which each one's memory is split by all before it
SOME = 100  # series whose trace is in memory at once
SUFFIXES = (".png", ".svg", ".csv", ".npz")
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
        "notes": _notes(subject, many, few, known),
        "probes": _probe_scores(subject, many, of_many),
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
    effect: np.ndarray | None,
) -> dict[str, Any]:
    layer, names = seen.layers[0], subject.classes or ["answer"]
    steps = int(layer.mask[0].nonzero()[0].max(initial=0)) + 1
    one = {name: getattr(layer, name)[0, :steps] for name in ARRAYS}
    title = f"series {few.ids[0]}, {layer.name}"
    units = np.sort(np.argsort(-np.abs(one["c"][-1]))[:LINES]).tolist()
    unit = int(np.argmax(np.abs(one["c"][0 if layer.backwards else -1])))
    strided = [layer for layer in subject.network.layers if layer.name == "stride"]
    x = np.asarray(strided[0](few.x[:1]) if strided else few.x[:1])[0, :steps]
    first = of_many.layers[0]
    truth = subject.truth(many) if subject.classes else None
    pictures = {
        "gates": gate_plots.gates_over_time(one, x, few.channels, title),
        "memory": gate_plots.memory_and_output(one["c"], one["h"], units),
        "saturation": gate_plots.saturation_scatter(first.saturation()),
        "by_class": gate_plots.mean_gates_by_class(
            {gate: getattr(first, gate) for gate in ("i", "f", "o")}, first.mask, truth, names
        ),
    }
    if steps <= MOST_ORIGINS:
        origins = layer.origins(0, unit)[:steps, :steps]
        pictures["origin"] = gate_plots.memory_by_origin(origins, one["c"][:, unit], f"unit {unit} of {title}")
    if effect is not None:
        probed = _probed(subject, seen, steps)
        pictures["evidence"] = gate_plots.evidence_by_step(effect[0, :steps], names, probed, title=title)
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
    truth = subject.truth(many)
    if subject.classes is None or truth is None or (truth < 0).all():
        return None
    known = truth >= 0
    truth, mask = truth[known], of_many.layers[-1].mask[known]
    probes = _probes_within(subject, mask.shape[1])
    if probes is None:
        return None
    told = probe_answers(probes, _h_read_out(of_many)[known])
    rows = []
    for t, answers in zip(probes["steps"].tolist(), told.transpose(1, 0, 2), strict=True):
        there = mask[:, t]
        if there.any():
            right = (answers[there].argmax(1) == truth[there]).mean()
            sure = float(answers[there].max(1).mean())
            rows.append({"step": t, "series": int(there.sum()), "accuracy": float(right), "confidence": sure})
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
            score=subject.score,
            trained_on=bool(count_known(subject.fingerprints, few) == len(few)),
        )
    except ValueError as error:
        raise DataError(f"{subject.path}: {error}") from error
