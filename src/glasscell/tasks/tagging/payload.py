"""What the page for labelled steps reads: a network that answers every step, and series with what is known of theirs.

N series · T time steps · D channels · C classes
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import keras
import numpy as np

from glasscell.explorer.encoding import begin_payload, encode_array, expect, halved
from glasscell.explorer.limits import MOST_WEIGHTS, WHOLE_WEIGHTS, check_weights
from glasscell.explorer.payload import network_made_of
from glasscell.explorer.sentences import Explorer
from glasscell.networks.anatomy import anatomy_of

MOST_NUMBERS = 60_000  # of all series together


def steps_payload_of(
    model: keras.Model,
    series: Sequence[np.ndarray],
    tags: Sequence[Sequence[str | None]],
    *,
    names: Sequence[str],
    begins: Sequence[int],
    classes: Sequence[str],
    channels: Sequence[str],
    run: str,
    reads: str,
    offset: np.ndarray | None = None,
    score: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the page needs to label the steps of series, and of those that its reader makes of them.

    Parameters
    ----------
    model : keras.Model
        Of `networks.tagger.build_tagging_network`.
    series : sequence of N arrays (T_n, D)
        Raw but for `offset`; NaN where nothing was measured.
    tags : sequence of N sequences (T_n,)
        Labels; None where a step has none.
    names : sequence of N
        What to call the series.
    begins : sequence of N int
        The number of the first step of each in what it is a part of.
    classes : sequence of C
    channels : sequence of D
    run, reads : str
        What the run is called, and what it was trained on.
    offset : array (D,), optional
        What was subtracted from each channel.
    score : mapping, optional
        "accuracy" over "n" labelled steps that were held out.

    Returns
    -------
    dict
        Strings, numbers, lists, dicts and None only.

    Raises
    ------
    UsageError
        If the network is too large for the page, has weights that are not finite, or what the page cannot compute; or
        if a series has no values.

    Examples
    --------
    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> about = {"names": ["a"], "begins": [0], "classes": ["up", "down"], "channels": ["x"], "run": "r", "reads": "x"}
    >>> model = build_tagging_network(1, 2, units=3)
    >>> payload = steps_payload_of(model, [np.ones((4, 1))], [["up", "up", None, "flat"]], **about)
    >>> payload["labels"], payload["examples"][0]["tags"]
    (['up', 'down', 'flat'], [[0, 2], [-1, 1], [2, 1]])
    """
    weights = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    check_weights(weights, MOST_WEIGHTS, Explorer.MANY_WEIGHTS)
    known = {tag for one in tags for tag in one if tag is not None}
    labels = [*map(str, classes), *sorted(known - {*classes})]
    number = {label: k for k, label in enumerate(labels)} | {None: -1}
    examples = []
    for name, begin, x, own in zip(names, begins, series, tags, strict=True):
        x = np.asarray(x, "float32")
        id, D = str(name), len(channels)
        expect(x.ndim == 2 and x.shape[1] == D, Explorer.SHAPE_OF_SERIES, series=id, found=x.shape, channels=D)
        expect(len(own) == len(x), Explorer.LABELS_OF_SERIES, series=id, found=len(own), expected=len(x))
        expect(not np.isnan(x).all(), Explorer.NO_VALUES, series=id)
        examples.append(
            {
                **{"name": str(name), "id": str(name), "truth": None, "answer": None},
                **{"steps": len(x), "x": encode_array(x), "begin": int(begin)},
                "tags": [[number[tag], len(list(same))] for tag, same in groupby(own)],
            }
        )
    network = network_made_of(anatomy_of(model), "every")
    return {
        **begin_payload(f"glasscell: an LSTM labels every step of {reads}", run=run, reads=reads, channels=channels),
        "task": "classification",
        "input": "series",
        "classes": [str(name) for name in classes],
        "labels": labels,
        "offsets": None if offset is None or not offset.any() else [float(v) for v in offset],
        "longest": max((len(x) for x in series), default=0),
        "network": network if weights <= WHOLE_WEIGHTS else halved(network),
        "rounded": weights > WHOLE_WEIGHTS,
        "probes": None,
        "examples": examples,
        "score": None,
        "steps_score": None if score is None else {"accuracy": float(score["accuracy"]), "n": int(score["n"])},
        "examples_trained_on": False,
    }
