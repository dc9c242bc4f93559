"""Differences between exports and the network: every cell, one or two directions, every gap.

python benchmarks/leaving.py --to onnx
"""

import argparse
import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from glasscell.console.startup import import_quietly
from glasscell.exporters.formats import FORMATS
from glasscell.inference.meaning import Meaning
from glasscell.variants import ARTICLE, GREFF

CELLS = {**GREFF, "ARTICLE": ARTICLE}
STEPS, CHANNELS, BATCHES = 40, 3, (1, 7, 64)


def series(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return 64 series (64, 40, 3): whole, or with gaps of a kind; each has at least one value."""
    x = rng.normal(size=(max(BATCHES), STEPS, CHANNELS)).astype("float32")
    missing = np.zeros(x.shape, bool)
    if kind == "lengths of 1 to 40":
        lengths = rng.integers(1, STEPS + 1, len(x))
        lengths[:2] = 1, STEPS
        missing |= (np.arange(STEPS) >= lengths[:, None])[..., None]
    if kind == "gaps in the middle":
        missing |= (rng.random(x.shape[:2]) < 0.4)[..., None]
    if kind == "single values":
        missing |= rng.random(x.shape) < 0.3
    missing[:, 0, 0] = False
    x[missing] = np.nan
    return x


KINDS = ("whole", "lengths of 1 to 40", "gaps in the middle", "single values")


def network_of(cell: str, bidirectional: bool, seed: int):
    """Return a network of two layers with random weights that uses the last h and the mean."""
    builder = import_quietly(partial(import_module, "glasscell.networks.builder"))
    rng = np.random.default_rng(seed)
    network = builder.build_network(
        CHANNELS, 2, units=(5, 4), variant=CELLS[cell], bidirectional=bidirectional, read_out="both"
    )
    for weight in network.weights:
        if "scaling" not in weight.path:
            weight.assign(rng.normal(size=weight.shape) * 0.5)
    return network


def measure(to: str, seeds: int) -> pd.DataFrame:
    """Return the largest difference of all probabilities for each cell and kind of gap."""
    form, agreement = (
        FORMATS[to].load(),
        import_quietly(partial(import_module, "glasscell.exporters.agreement")),
    )
    meaning = Meaning(tuple("abc"), ("no", "yes"), prior=(0.5, 0.5))
    rows = {}
    for cell in CELLS:
        for bidirectional in (False, True):
            found = dict.fromkeys(KINDS, 0.0)
            for seed in range(seeds):
                network = network_of(cell, bidirectional, seed)
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / f"model{FORMATS[to].suffix}"
                    form.write(network, meaning, path)
                    for kind in KINDS:
                        x = series(kind, np.random.default_rng(seed))
                        wanted, _ = agreement.answers_of(network, x, meaning)
                        for n in BATCHES:
                            answers, _ = form.answer_with_runtime(path, x[:n], meaning)
                            found[kind] = max(
                                found[kind], float(np.abs(answers - wanted[:n]).max())
                            )
            rows[cell, "bidirectional" if bidirectional else "unidirectional"] = found
    return pd.DataFrame(rows).T


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", choices=list(FORMATS), default="onnx", help="the format")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    table = measure(arguments.to, arguments.seeds)
    print("| cell | direction | " + " | ".join(KINDS) + " |\n|" + " --- |" * (2 + len(KINDS)))
    for (cell, directions), row in table.iterrows():  # pyright: ignore
        print(
            f"| {cell} | {directions} | " + " | ".join(f"{v:.1e}" for v in row) + " |", flush=True
        )
