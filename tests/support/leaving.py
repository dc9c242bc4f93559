"""Networks of random weights for export to other formats, and tolerances of their predictions."""

import numpy as np

from glasscell.exporters.agreement import answers_of, made_series
from glasscell.exporters.export import write_export
from glasscell.exporters.network_export import ExportableNetwork
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import build_network

# One of each kind that `build_network` makes; the variants are in `GREFF` and tried with both
# directions besides.
FORMS = {
    "plain": {"units": 5},
    "one unit": {"units": 1},
    "two layers": {"units": (4, 3), "dropout": 0.3, "noise": 0.2},
    "two directions": {"units": (4, 3), "bidirectional": True, "read_out": "both", "dropout": 0.3},
    "mean": {"units": 6, "read_out": "mean", "bidirectional": True},
    "strided": {"units": 3, "stride": 3, "read_out": "both"},
    "numbers": {
        "activation": "linear",
        "mean": [500.0, -1.0],
        "deviation": [20.0, 3.0],
        "units": 4,
    },
}


def leaving_network(form="plain", *, channels=3, seed=0, **more):
    """Return a network of random weights (biases, peepholes, scaling), and its meaning."""
    rng = np.random.default_rng(seed)
    arguments = FORMS[form] | more
    network = build_network(channels, 2, seed=seed, **arguments)
    for weight in network.weights:
        if "deviation" not in weight.path:
            weight.assign(rng.normal(size=weight.shape) * (0.6 if "kernel" in weight.path else 0.4))
    scaling = anatomy_of(network).scaling
    scaling.deviation.assign(rng.uniform(0.5, 3, channels))
    labels = None if arguments.get("activation") == "linear" else ("no, never", "ja — ü")
    prior = (0.25, 0.75) if labels else (arguments.get("mean", (0.0,))[0] - 20.0, -2.0)
    names = tuple(f"channel {k}" for k in range(channels))
    return network, Meaning(names, labels, ("left", "right"), {"left": "m/s"}, prior=prior)


def export_network(network, meaning, path, *, samples=(), **how):
    """Export a network that reads series."""
    return write_export(ExportableNetwork(network, meaning, samples), path, **how)


def asked(network, meaning, n=24, seed=0):
    """Return raw series of every kind, and the network's answers to them."""
    x = made_series(network, meaning, n, seed=seed)
    return x, answers_of(network, x, meaning)
