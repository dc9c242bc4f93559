"""A trained run, looked into: the numbers, the pictures, and a page to play with.

N series · T time steps · H units · C classes, or targets
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.checks.duplicates import count_known
from glasscell.errors import DataError, UsageError
from glasscell.explorer.encoding import halved
from glasscell.explorer.payload import network_of, payload_of
from glasscell.facts import Note
from glasscell.inspection.evidence import effect_of_steps, score_under_clamps
from glasscell.inspection.traces import trace
from glasscell.runs import milestones
from glasscell.runs.explained_folder import Explained, ExplainedFolder, OnStage
from glasscell.runs.insights import about_layer, draw_pictures, score_probes
from glasscell.runs.model_file import load_model
from glasscell.runs.selection import Selection, select_series
from glasscell.runs.sentences import Runs
from glasscell.runs.trained import Trained, read_report
from glasscell.system.tables import SINGLE
from glasscell.training.prediction import predict_series

SHOWN = 3  # earlier epochs, at half the bits: the page grows by one and a half networks
MAX_STEPS_LEFT_OUT = 500  # one by one: each takes a reading


def look_into(
    trained: Trained,
    file: str | None,
    tell: OnStage,
    *,
    series: list[str] | None = None,
    limit: int = 20,
    csv: bool = False,
    **options: Any,
) -> Explained:
    """Look into what a run's network does with some series.

    Parameters
    ----------
    trained : Trained
    file : str, optional
        Series to look at; by default the run's own.
    tell : callable
        Called with what is being done.
    series : list of str, optional
        Ids of the series to show; by default `limit` of them, spread over the classes.
    limit : int
    csv : bool
        Write the numbers as trace.csv, too.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError
    """
    tell(Runs.READING_SERIES())
    chosen = select_series(trained, file, options, ids=series, limit=limit)
    answers = predict_series(trained.network, chosen.few.x, padded=trained.obstacle is not None)
    trained.check(chosen.few, answers)
    return Explained(
        trained.obstacle or _payload(trained, chosen.few, answers),
        trained.source,
        {"series": chosen.few.ids.tolist(), "n": len(chosen.many)},
        [*chosen.left_out, *_notes(trained, chosen.many, chosen.few)],
        write=partial(_write, trained=trained, chosen=chosen, answers=answers, csv=csv, tell=tell),
        folder=trained.explained_in,
    )


def _write(
    folder: ExplainedFolder, trained: Trained, chosen: Selection, answers: np.ndarray, csv: bool, tell: OnStage
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
    clamped = None if known is None else score_under_clamps(trained.network, known.x, trained.truth(known))
    if clamped is not None:
        folder.tabulate("clamps", clamped, SINGLE)
    tell(Runs.DRAWING())
    for name, figure in draw_pictures(trained, many, of_many, few, seen, answers, effect).items():
        folder.draw(name, figure)
    summary = {
        "layers": [about_layer(layer) for layer in of_many.layers],
        "probes": score_probes(trained, many, of_many),
        "clamps": None if clamped is None else json.loads(str(clamped.to_json(orient="records"))),
        "kernel_and_loop_differ_by": float(np.abs(seen.answers - answers).max()),
    }
    for name in ("layers", "probes"):
        if summary[name]:
            folder.tabulate(name, pd.json_normalize(summary[name], sep="_"), SINGLE)
    return summary


def _effect(trained: Trained, few: Sequences) -> np.ndarray | None:
    """Return what each step changed, of the digits or of the first series; None if it has too many steps."""
    if few.lengths[0] > MAX_STEPS_LEFT_OUT or len(trained.network.output_shape) != 2:
        return None
    shown = few.x if trained.input == "digit" else few.x[:1, : few.lengths[0]]
    return effect_of_steps(trained.network, shown)


def _with_known_labels(trained: Trained, many: Sequences) -> Sequences | None:
    """Return the series whose labels the network knows, which can be scored; None if there are none."""
    truth = trained.truth(many)
    if truth is None or len(trained.network.output_shape) != 2:
        return None
    known = many.select(truth >= 0 if trained.classes is not None else many.has_label)
    return known if len(known) else None


def _notes(trained: Trained, many: Sequences, few: Sequences) -> list[Note]:
    """Return what is to be known of the numbers and pictures."""
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
    reads = re.sub(r"_(TRAIN|TEST)$", "", few.name)  # in the archives' names, one part of the same
    try:
        return payload_of(
            trained.network,
            few.x,
            ids=few.ids.tolist(),
            truth=known,
            answers=answers,
            classes=trained.classes,
            channels=trained.channels or few.channels,  # a model knows no names
            offset=few.offset,
            title="glasscell: an LSTM reads " + ("digits" if trained.input == "digit" else reads),
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
        raise DataError(error.args[0]).of(str(trained.path)) from error


def _history_of(trained: Trained) -> dict[str, Any] | None:
    """Return the network after some of the epochs that its run has kept, as `payload_of` takes them; None without any.

    Parameters
    ----------
    trained : Trained
        Of a run, or of somebody else's model, which has no epochs.

    Raises
    ------
    DataError
        If a file of weights is damaged.
    """
    if not milestones.kept(trained.path):
        return None
    report = read_report(trained.path)
    last = report.get("best_epoch") or report.get("epochs")
    if not isinstance(last, int):
        return None  # not known before the run is finished
    model = load_model(trained.path)  # another one than `trained.network`, which stays as it is
    shown = []
    for epoch in milestones.choose(trained.path, last, SHOWN):
        milestones.put_back(trained.path, epoch, model)
        shown.append({"epoch": epoch, "network": halved(network_of(model))})
    return {"last": last, "kept": shown}


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return how long the layers of a network remember, given the summary of `explain`."""
    half_lives = [(layer["layer"], layer["half_life_in_steps"]["median"]) for layer in summary["layers"]]
    known = [Runs.HALF_LIFE(layer=layer, steps=steps) for layer, steps in half_lives if steps is not None]
    return [Runs.HALF_LIVES(layers=known)] if known else []
