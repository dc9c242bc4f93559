"""`explain` for runs on series: tables, figures, and the explorer.

N series · T time steps · H units · C classes, or targets
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.checks.copies import count_known
from glasscell.errors import DataError, UsageError
from glasscell.explorer.bundle import to_inline_json
from glasscell.explorer.frames import encode_frames
from glasscell.explorer.series.payload import network_of, payload_of
from glasscell.facts import Note
from glasscell.inspection.evidence import effect_of_steps, probe_answers, score_under_clamps
from glasscell.inspection.traces import ARRAYS, LayerTrace, Trace, trace
from glasscell.networks.anatomy import anatomy_of
from glasscell.plots import gates as gate_plots
from glasscell.runs import milestones
from glasscell.runs.explained_folder import Explained, ExplainedFolder, OnStage
from glasscell.runs.options import Choice, ExplainSeries, declared, reading
from glasscell.runs.report import report_if_finished
from glasscell.runs.run_folder import load_model
from glasscell.runs.sentences import Runs
from glasscell.runs.series.selection import Selection, select_series
from glasscell.runs.series.trained_run import Trained
from glasscell.system.table_writing import SINGLE
from glasscell.training.prediction import predict_series

SHOWN = 19  # maximum of earlier epochs in the explorer
# for them, or the size of the trained network if larger: digits' explorer stays below 900 KB
EPOCHS_BYTES = 340_000
MAX_STEPS_LEFT_OUT = 500  # one by one: each needs a run of the network
MAX_STEPS_BY_ORIGIN = 2000  # of a series whose memory at each step is split by earlier steps
UNITS_DRAWN = 6  # as lines: those with the largest memories


def of_a_path(act: Callable[..., Any], opened: Callable[..., Trained]) -> Callable[..., Any]:
    """Return `act` as a function of a path, which is `opened` first."""
    return lambda path, *given, **options: act(opened(path), *given, **options)


def look_into(
    trained: Trained,
    file: str | None,
    tell: OnStage,
    *,
    options: Choice | None = None,
    **former: Any,
) -> Explained:
    """Return an explanation of a run's network on some series.

    Parameters
    ----------
    trained : Trained
    file : str, optional
        Series to show; by default the run's own.
    tell : callable
        Called with progress messages.
    options : Choice or ExplainSeries, optional
        Series to show, by default some of each class; an `ExplainSeries` also has whether to write
        trace.csv, and how to read the file.
    **former
        The same one by one, from tasks written for an earlier release.

    Raises
    ------
    UsageError, DataError
    """
    if options is None:
        of_command = {name: former.pop(name) for name in declared(ExplainSeries) if name in former}
        options = ExplainSeries(**of_command)
    with_csv = isinstance(options, ExplainSeries) and options.csv
    tell(Runs.READING_SERIES())
    reader = reading(options) | former
    chosen = select_series(trained, file, reader, ids=options.series, limit=options.limit)
    answers = predict_series(trained.network, chosen.few.x, padded=trained.obstacle is not None)
    trained.check(chosen.few, answers)
    return Explained(
        trained.obstacle or _payload(trained, chosen.few, answers),
        trained.source,
        {"series": chosen.few.ids.tolist(), "n": len(chosen.many)},
        [*chosen.left_out, *_notes(trained, chosen.many, chosen.few)],
        write=partial(
            _write,
            trained=trained,
            chosen=chosen,
            answers=answers,
            csv=with_csv,
            tell=tell,
        ),
        folder=trained.explained_in,
    )


def _write(
    folder: ExplainedFolder,
    trained: Trained,
    chosen: Selection,
    answers: np.ndarray,
    csv: bool,
    tell: OnStage,
) -> dict[str, Any]:
    many, few = chosen.many, chosen.few
    tell(Runs.TRACING())
    of_many = trace(trained.network, many.x)
    seen = trace(trained.network, few.x) if chosen.places is None else of_many.select(chosen.places)
    folder.write("trace.npz", seen.to_npz(few.ids.tolist()))
    if csv:
        folder.tabulate("trace", seen.to_frame(few.ids.tolist()))
    if few.lengths[0] <= MAX_STEPS_LEFT_OUT:
        tell(Runs.LEAVING_STEPS_OUT())
    effect = _effect(trained, few)
    known = _with_known_labels(trained, many)
    if known is not None:
        tell(Runs.CLAMPING())
    clamped = (
        None
        if known is None
        else score_under_clamps(trained.network, known.x, trained.truth(known))
    )
    if clamped is not None:
        folder.tabulate("clamps", clamped, SINGLE)
    tell(Runs.DRAWING())
    for name, figure in _pictures(trained, many, of_many, few, seen, answers, effect).items():
        folder.draw(name, figure)
    summary = {
        "layers": [_describe_layer(layer) for layer in of_many.layers],
        "probes": _score_probes(trained, many, of_many),
        "clamps": None if clamped is None else json.loads(str(clamped.to_json(orient="records"))),
        "kernel_and_loop_differ_by": float(np.abs(seen.answers - answers).max()),
    }
    for name in ("layers", "probes"):
        if summary[name]:
            folder.tabulate(name, pd.json_normalize(summary[name], sep="_"), SINGLE)
    return summary


def _describe_layer(layer: LayerTrace) -> dict[str, Any]:
    """Return the half-lives of a layer's memory, and how often its gates are closed and open."""
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
        **{
            f"{gate}_{end}": float(means.loc[gate, end])
            for gate in ("i", "f", "o")
            for end in ("closed", "open")
        },
    }


def _or_none(v: Any) -> float | None:
    """Return a number, or None for infinity, which JSON lacks."""
    return float(v) if np.isfinite(v) else None


def _pictures(
    trained: Trained,
    many: Sequences,
    of_many: Trace,
    few: Sequences,
    seen: Trace,
    answers: np.ndarray,
    effect: np.ndarray | None,
) -> dict[str, Any]:
    """Return an explanation's figures by name: of the first of `few`, and the gates in `many`."""
    layer, names = seen.layers[0], _names_of_answers(trained)
    steps = int(layer.mask[0].nonzero()[0].max(initial=0)) + 1
    one = {name: getattr(layer, name)[0, :steps] for name in ARRAYS}
    title = f"series {few.ids[0]}, {layer.name}"
    units = np.sort(np.argsort(-np.abs(one["c"][-1]))[:UNITS_DRAWN]).tolist()
    unit = int(np.argmax(np.abs(one["c"][0 if layer.backwards else -1])))
    join_steps = anatomy_of(trained.network).shortening
    x = np.asarray(few.x[:1] if join_steps is None else join_steps(few.x[:1]))[0, :steps]
    first = of_many.layers[0]
    truth = trained.truth(many) if trained.classes else None
    pictures = {
        "gates": gate_plots.gates_over_time(
            one, x, [*map(_without_offset, few.channels, few.offset)], title
        ),
        "memory": gate_plots.memory_and_output(one["c"], one["h"], units),
        "saturation": gate_plots.saturation_scatter(first.saturation()),
        "by_class": gate_plots.mean_gates_by_class(
            {gate: getattr(first, gate) for gate in ("i", "f", "o")}, first.mask, truth, names
        ),
    }
    if steps <= MAX_STEPS_BY_ORIGIN:
        origins = layer.origins(0, unit)[:steps, :steps]
        pictures["origin"] = gate_plots.memory_by_origin(
            origins, one["c"][:, unit], f"unit {unit} of {title}"
        )
    if effect is not None:
        probed = _probed(trained, seen, steps)
        pictures["evidence"] = gate_plots.evidence_by_step(
            effect[0, :steps], names, probed, title=title
        )
        pictures |= trained.more_pictures(few, answers, effect)
    return pictures


def _names_of_answers(trained: Trained) -> list[str]:
    C = trained.network.output_shape[-1]
    return trained.classes or (
        ["prediction"] if C == 1 else [f"prediction {k}" for k in range(1, C + 1)]
    )


def _without_offset(channel: str, offset: float) -> str:
    """Return the name of a channel with its offset subtracted."""
    return f"{channel} {'−' if offset > 0 else '+'} {abs(offset):.15g}" if offset else channel


def _probed(trained: Trained, seen: Trace, steps: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the steps that have probes, and the probes' predictions for the first series."""
    probes = _probes_within(trained, steps)
    if probes is None:
        return None
    return probes["steps"], probe_answers(
        probes, _h_read_out(seen)[:1], anatomy_of(trained.network).rescaling
    )[0]


def _score_probes(
    trained: Trained, many: Sequences, of_many: Trace
) -> list[dict[str, float]] | None:
    """Return the accuracy and mean confidence of each probe on the series that reach its step."""
    truth = trained.truth(many)
    if trained.classes is None or truth is None or (truth < 0).all():
        return None
    known = truth >= 0
    truth, mask = truth[known], of_many.layers[-1].mask[known]
    probes = _probes_within(trained, mask.shape[1])
    if probes is None:
        return None
    probed = probe_answers(probes, _h_read_out(of_many)[known])
    rows = []
    for t, answers in zip(probes["steps"].tolist(), probed.transpose(1, 0, 2), strict=True):
        there = mask[:, t]
        if there.any():
            right = (answers[there].argmax(1) == truth[there]).mean()
            sure = float(answers[there].max(1).mean())
            rows.append(
                {
                    "step": t,
                    "series": int(there.sum()),
                    "accuracy": float(right),
                    "confidence": sure,
                }
            )
    return rows


def _probes_within(trained: Trained, steps: int) -> dict[str, np.ndarray] | None:
    """Return the probes of the first `steps` steps; None if there are none."""
    if trained.probes is None:
        return None
    there = trained.probes["steps"] < steps
    return {name: v[there] for name, v in trained.probes.items()} if there.any() else None


def _h_read_out(seen: Trace) -> np.ndarray:
    """Return h (N, T, H) of the last layer; a bidirectional layer's are concatenated."""
    pair = seen.layers[-2:] if seen.layers[-1].backwards else seen.layers[-1:]
    return np.concatenate([layer.h for layer in pair], axis=-1)


def _effect(trained: Trained, few: Sequences) -> np.ndarray | None:
    """Return each step's effect; None if series are long or predictions stepwise.

    If series have any length, that is for the first one only.
    """
    if few.lengths[0] > MAX_STEPS_LEFT_OUT or len(trained.network.output_shape) != 2:
        return None
    shown = few.x[:1, : few.lengths[0]] if trained.meaning.steps is None else few.x
    return effect_of_steps(trained.network, shown)


def _with_known_labels(trained: Trained, many: Sequences) -> Sequences | None:
    """Return the series that can be scored, whose labels the network knows, or None."""
    truth = trained.truth(many)
    if truth is None or len(trained.network.output_shape) != 2:
        return None
    known = many.select(truth >= 0 if trained.classes is not None else many.has_label)
    return known if len(known) else None


def _notes(trained: Trained, many: Sequences, few: Sequences) -> list[Note]:
    """Return notes on the numbers and figures."""
    notes = []
    trained_on = count_known(trained.fingerprints, many)
    if trained_on:
        notes.append(Runs.LOOKED_AT_TRAINED(n=trained_on, of=len(many)))
    truth = None if trained.classes is None else trained.truth(many)
    unknown = 0 if truth is None else int((many.has_label & (truth < 0)).sum())
    if unknown:
        notes.append(Runs.OTHER_LABELS(n=unknown, classes=trained.classes or []))
    if many.labelled is not None:
        notes.append(Runs.UNLABELLED(n=(~many.labelled).sum()))
    if few.lengths[0] > MAX_STEPS_LEFT_OUT:
        notes.append(Runs.STEPS_NOT_DRAWN(series=str(few.ids[0]), most=MAX_STEPS_LEFT_OUT))
    return notes


def _payload(trained: Trained, few: Sequences, answers: np.ndarray) -> dict[str, Any]:
    truth = trained.truth(few)
    is_known = few.has_label if trained.classes is None or truth is None else truth >= 0
    known = (
        [None] * len(few)
        if truth is None
        else [v if known else None for v, known in zip(truth.tolist(), is_known, strict=True)]
    )
    reads = re.sub(r"_(TRAIN|TEST)$", "", few.name)  # parts of one data set in the archives
    try:
        return payload_of(
            trained.network,
            few.x,
            ids=few.ids.tolist(),
            truth=known,
            answers=answers,
            classes=trained.classes,
            channels=trained.channels or few.channels,  # a model has no names
            offset=few.offset,
            title=f"glasscell: an LSTM reads {trained.subject or reads}",
            run=trained.path.name,
            task=trained.task,
            probes=trained.probes,
            input=trained.input,
            masking=trained.masking,
            words=trained.words,
            reads=reads,
            score=trained.score,
            epochs=_history_of(trained),
            trained_on=bool(count_known(trained.fingerprints, few) == len(few)),
        )
    except (DataError, UsageError) as error:
        raise (error if error.file else DataError(error.args[0]).of(str(trained.path))) from error


def _history_of(trained: Trained) -> dict[str, Any] | None:
    """Return the network after kept epochs of its run, as for `payload_of`; None without any."""
    if not milestones.kept(trained.path):
        return None
    report = report_if_finished(trained.path)
    last = report.get("best_epoch") or report.get("epochs")
    if not isinstance(last, int):
        return None  # unknown until the run is finished
    model = load_model(trained.path)  # a copy, since its weights are changed
    network = network_of(trained.network)
    most = max(EPOCHS_BYTES, len(to_inline_json(network)))
    earlier: dict[int, dict[str, Any]] = {}
    kept = milestones.choose(milestones.kept(trained.path), last, SHOWN)
    while kept:
        for epoch in kept:
            if epoch not in earlier:
                milestones.put_back(trained.path, epoch, model)
                earlier[epoch] = network_of(model)
        frames = encode_frames(network, [earlier[epoch] for epoch in kept])
        size = len(frames["coded"])
        if size <= most:
            return {"last": last, "kept": kept, **frames}
        kept = milestones.choose(kept, last, min(len(kept) - 1, len(kept) * most // size))
    return None


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return a note on the half-lives of the layers' memories, given the summary of `explain`."""
    half_lives = [
        (layer["layer"], layer["half_life_in_steps"]["median"]) for layer in summary["layers"]
    ]
    known = [
        Runs.HALF_LIFE(layer=layer, steps=steps) for layer, steps in half_lives if steps is not None
    ]
    return [Runs.HALF_LIVES(layers=known)] if known else []
