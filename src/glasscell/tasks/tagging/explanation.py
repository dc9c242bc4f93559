"""The explorer of a tagging run: its network, and the held-out series or those of a file.

N series · T time steps · D channels · C classes
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from glasscell.errors import DataError
from glasscell.explorer.bundle import Assembly
from glasscell.explorer.encoding import (
    MOST_WEIGHTS,
    WHOLE_WEIGHTS,
    begin_payload,
    check_weights,
    encode_array,
    expect,
    halved,
)
from glasscell.explorer.sentences import Explorer
from glasscell.explorer.series.payload import network_made_of
from glasscell.facts import Note
from glasscell.networks.anatomy import anatomy_of
from glasscell.runs.config import stem_of
from glasscell.runs.explained_folder import Explained, OnStage, choose, explaining
from glasscell.runs.report import report_if_finished
from glasscell.runs.tracing import tracing
from glasscell.tasks.tagging.options import ExplainOptions, FileOptions
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.trained_run import TaggingRun, open_run

PAGE = Assembly(Path(__file__).parent / "web")
MOST_NUMBERS = 60_000  # in all series together


class Shown(NamedTuple):
    """A series, or a part of one.

    Parameters
    ----------
    begin : int
        Number of its first step in the whole series.
    x : array (T, D)
        Raw values without the offsets of the channels; NaN is missing.
    tags : sequence (T,)
        Labels; None for an unlabeled step.
    """

    name: str
    begin: int
    x: np.ndarray
    tags: Any


SOME = ExplainOptions()


def look_into(
    path: Path,
    file: str | None,
    tell: OnStage,
    *,
    options: ExplainOptions = SOME,
) -> Explained:
    """Return the explorer of a run."""
    run = open_run(path)
    data = run.settings.data
    tell(TagRuns.READING())
    found = _held_out(run) if file is None else _given(run, file, options)
    shown, notes = _fitting(
        _chosen(found, options.series, options.limit, file or TagRuns.WHAT_WAS_HELD_OUT())
    )
    report = report_if_finished(path)
    payload = payload_of(
        run.network,
        shown,
        classes=run.classes,
        channels=run.channels,
        run=path.name,
        reads=stem_of(data),
        offset=np.array([*run.offsets.values()]),
        score=report if report.keys() >= {"accuracy", "n"} else None,
    )
    if payload["rounded"]:
        notes.append(TagRuns.ROUNDED())
    summary = {"series": [one.name for one in shown], "steps": sum(len(one.x) for one in shown)}
    return Explained(payload, data, summary, notes, PAGE)


explain = explaining(look_into)
trace_to = tracing(open_run)


def lines(summary: Mapping[str, Any]) -> list[Note]:
    """Return what the explorer shows, given the summary of `explain`."""
    names = summary["series"]
    code = TagRuns.SHOWN if len(names) == 1 else TagRuns.SHOWN_TOGETHER
    return [code(series=names[0], n=len(names), steps=summary["steps"], data=summary["data"])]


def _held_out(run: TaggingRun) -> list[Shown]:
    data = run.held_out()
    parts = data.held_out
    begins = [part.begin for part in parts]
    return [*map(Shown, data.names(parts), begins, data.x(parts), data.tags(parts))]


def _given(run: TaggingRun, file: str, options: FileOptions) -> list[Shown]:
    table = run.read(file, options)
    tags = table.y or [np.full(len(v), None, object) for v in table.x]
    return [
        Shown(id, 0, *one)
        for id, *one in zip(table.series.ids.tolist(), table.x, tags, strict=True)
    ]


def _chosen(
    found: list[Shown], names: list[str] | None, limit: int, where: str | Note
) -> list[Shown]:
    """Return the requested series, or the first that have a value."""
    if names is None:
        found = [one for one in found if not np.isnan(one.x).all()]
    places = choose([one.name for one in found], names, limit, where)
    if not places:
        raise DataError(TagRuns.NO_VALUE, where=where)
    return [found[n] for n in places]


def _fitting(chosen: list[Shown]) -> tuple[list[Shown], list[Note]]:
    """Return as many series as the explorer can hold, or a part of the first; notes on the rest."""
    numbers = np.cumsum([one.x.size for one in chosen])
    shown = chosen[: max(1, int(np.sum(numbers <= MOST_NUMBERS)))]
    notes = (
        [TagRuns.FIRST_SHOWN(shown=len(shown), n=len(chosen))] if len(shown) < len(chosen) else []
    )
    first, most = shown[0], MOST_NUMBERS // shown[0].x.shape[1]
    if len(first.x) > most:
        notes.append(TagRuns.BEGINNING_SHOWN(series=first.name, n=len(first.x), shown=most))
        shown[0] = first._replace(x=first.x[:most], tags=first.tags[:most])
    return shown, notes


def payload_of(
    model: keras.Model,
    shown: Sequence[Shown],
    *,
    classes: Sequence[str],
    channels: Sequence[str],
    run: str,
    reads: str,
    offset: np.ndarray | None = None,
    score: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the data with which the explorer labels steps of series, also after a user's edits.

    `offset` (D,).

    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> about = {"classes": ["up", "down"], "channels": ["x"], "run": "r", "reads": "x"}
    >>> series = Shown("a", 0, np.ones((4, 1)), ["up", "up", None, "flat"])
    >>> payload = payload_of(build_tagging_network(1, 2, units=3), [series], **about)
    >>> payload["labels"], payload["examples"][0]["tags"]
    (['up', 'down', 'flat'], [[0, 2], [-1, 1], [2, 1]])
    """
    weights = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS)
    known = {tag for one in shown for tag in one.tags if tag is not None}
    labels = [*map(str, classes), *sorted(known - {*classes})]
    number = {label: k for k, label in enumerate(labels)} | {None: -1}
    examples = []
    for name, begin, x, tags in shown:
        x = np.asarray(x, "float32")
        id = str(name)
        expect(not np.isnan(x).all(), Explorer.NO_VALUES, series=id)
        examples.append(
            {
                **{"name": id, "id": id, "truth": None, "answer": None},
                **{"steps": len(x), "x": encode_array(x), "begin": int(begin)},
                "tags": [[number[tag], len(list(same))] for tag, same in groupby(tags)],
            }
        )
    network = network_made_of(anatomy_of(model))
    return {
        **begin_payload(
            f"glasscell: an LSTM labels every step of {reads}",
            run=run,
            reads=reads,
            channels=channels,
        ),
        "task": "classification",
        "input": "series",
        "classes": [str(name) for name in classes],
        "labels": labels,
        "offsets": None if offset is None or not offset.any() else [float(v) for v in offset],
        "longest": max((example["steps"] for example in examples), default=0),
        "network": network if weights <= WHOLE_WEIGHTS else halved(network),
        "rounded": weights > WHOLE_WEIGHTS,
        "probes": None,
        "examples": examples,
        "score": None,
        "steps_score": None
        if score is None
        else {"accuracy": float(score["accuracy"]), "n": int(score["n"])},
        "examples_trained_on": False,
    }
