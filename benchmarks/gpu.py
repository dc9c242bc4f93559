"""One LSTM layer on a GPU: glasscell's by cuDNN, Keras's, glasscell's loop, and its CPU kernel.

    python benchmarks/gpu.py                needs a GPU that TensorFlow sees

Forward and backward as in layer.py, at its five shapes. No number in the docs comes from it so far.
"""

import argparse
import os
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import contenders
import timing
from layer import FIVE
from timing import OURS, Timed

WAYS = {
    OURS: contenders.glasscell,
    f"{OURS}-kernel": partial(contenders.glasscell, engine="kernel"),
    f"{OURS}-loop": partial(contenders.glasscell, engine="loop"),
    "keras": contenders.keras,
}


def main() -> None:
    """Read the command line, measure, print a table in milliseconds."""
    parser = argparse.ArgumentParser(description="An LSTM layer on a GPU.")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json", metavar="PATH", help="write all measurements there")
    options = parser.parse_args()
    import tensorflow as tf

    from glasscell.recurrence.engines import choose_engine

    if not tf.config.list_logical_devices("GPU"):
        parser.error("TensorFlow sees no GPU here; layer.py measures on CPUs")
    print(f"{tf.config.list_logical_devices('GPU')}; glasscell chooses {choose_engine()}\n")
    measured = {}
    for shape in FIVE:
        task = contenders.Task(shape)
        both = {name: Timed(way(task).both) for name, way in WAYS.items()}
        seconds = measured[str(shape)] = timing.time_in_turn(both, options.repetitions)
        print(shape)
        for name, values in seconds.items():
            print(f"  {name:18} {timing.spread_text(timing.spread(values), 1000)} ms")
    timing.write_json(options.json, measured)


if __name__ == "__main__":
    main()
