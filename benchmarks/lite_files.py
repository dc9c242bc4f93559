"""Size and time of a network as LiteRT files: loops, LiteRT's own LSTM, and its integer version.

python benchmarks/lite_files.py
"""

import tempfile
import timeit
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np

from glasscell.console.startup import import_quietly
from glasscell.inference.meaning import Meaning
from glasscell.system.environment import silence

CHANNELS, STEPS = 12, 40
FORMS = {
    "loops": {},
    "`--fused`": {"fused": True},
    "`--int8`": {"int8": True, "min_agreement": 0.0},
}
SHAPES = {
    "32 units": {"units": 32},
    "32 units, bidirectional": {"units": 32, "bidirectional": True},
    "128 units": {"units": 128},
}


def microseconds(path: Path) -> float:
    """Return the time of one series, the best of five times a hundred."""
    from ai_edge_litert.interpreter import Interpreter

    with silence():
        interpreter = Interpreter(str(path))
        interpreter.allocate_tensors()
    (series,) = interpreter.get_input_details()
    interpreter.set_tensor(series["index"], np.ones(series["shape"], "float32"))
    interpreter.invoke()
    return min(timeit.repeat(interpreter.invoke, number=100, repeat=5)) * 1e4


if __name__ == "__main__":
    exporting = import_quietly(partial(import_module, "glasscell.exporters.export"))
    from glasscell.exporters.network_export import ExportableNetwork
    from glasscell.networks.builder import build_network

    meaning = Meaning(tuple(f"x{k}" for k in range(CHANNELS)), tuple("abcdefghi"))
    print("| network | form | bytes | µs per series | largest difference |\n|" + " --- |" * 5)
    for shape, arguments in SHAPES.items():
        network = build_network(CHANNELS, 9, seed=0, **arguments)
        for form, options in FORMS.items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.tflite"
                exported = exporting.write_export(
                    ExportableNetwork(network, meaning), path, steps=STEPS, **options
                )
                size, time = path.stat().st_size, microseconds(path)
            print(
                f"| {shape} | {form} | {size:,} | {time:,.0f} | "
                f"{exported.agreement.difference:.1e} |",
                flush=True,
            )
