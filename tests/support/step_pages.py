"""Pages for labelled steps: networks of random weights, series with gaps, and their payload."""

import numpy as np

from glasscell.tasks.tagging import explanation as tagging_page
from glasscell.tasks.tagging.explanation import Shown
from glasscell.tasks.tagging.network import build_tagging_network

CLASSES = ["rest", "walk", "run"]


def draw(seed=0, steps=(40, 25), both=True, **more):
    """Draw a network of random weights and series with gaps; some labels are missing or new."""
    rng = np.random.default_rng(seed)
    model = build_tagging_network(2, len(CLASSES), units=6, bidirectional=both, seed=seed, **more)
    for v in model.trainable_variables:
        v.assign(np.asarray(v) + 0.4 * rng.normal(size=v.shape))
    model.get_layer("scaling").mean.assign([0.5, -1.0])
    model.get_layer("scaling").deviation.assign([2.0, 3.0])
    x = [3 * rng.normal(size=(T, 2)).cumsum(0).astype("float32") / 4 for T in steps]
    for one in x:
        one[rng.random(one.shape) < 0.1] = np.nan
        one[7:10] = np.nan
        one[-2:] = np.nan
    tags = [
        [*(CLASSES[k] for k in np.sort(rng.integers(0, 3, len(one) - 3))), None, None, "swim"]
        for one in x
    ]
    return model, x, tags


def payload_of(model, x, tags, **more):
    about = {"classes": CLASSES, "channels": ["left", "right"], "run": "first", "reads": "walks"}
    shown = [Shown(f"walk {n}", 100 * n, *one) for n, one in enumerate(zip(x, tags, strict=True))]
    return tagging_page.payload_of(model, shown, **about | more)
