"""Prediction for 1 and 10,000 series by C and ONNX exports and `glasscell.predict`; size of the C.

    python benchmarks/exported.py              needs cc, strip, onnx and onnxruntime
    python benchmarks/exported.py --variants   differences between C and the network for all cells

An LSTM of 50 units with 8 steps of 8 channels and 10 labels, as in answer.py, but with all stages
of a run: scaling, missing values, softmax.
"""

import argparse
import ctypes
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import timing
from timing import OURS, Timed

STEPS, CHANNELS, UNITS, LABELS = 8, 8, 50, 10
COUNTS = (1, 10_000)
FLAGS = {"C": ("-O3",), "C, this CPU": ("-O3", "-march=native", "-ffp-contract=fast")}
MANY = """
#include "network.h"
void many(const float *x, size_t series, size_t steps, float *scratch, float *answers)
{
    network_answer answer;
    for (size_t k = 0; k < series; k++) {
        network_predict(x + k * steps * NETWORK_CHANNELS, steps, scratch, &answer);
        for (int c = 0; c < NETWORK_ANSWERS; c++)
            answers[k * NETWORK_ANSWERS + (size_t)c] = answer.answers[c];
    }
}
"""


def compiled(folder: Path, flags: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return a function that predicts x (N, T, D) by a folder's C, with one call from Python."""
    import numpy as np

    (folder / "many.c").write_text(MANY, encoding="utf-8")
    file = folder / f"many{'-'.join(flags)}.so"
    sources = [folder / "network.c", folder / "many.c"]
    subprocess.run(
        ["cc", "-std=c99", *flags, "-shared", "-fPIC", "-o", file, *sources, "-lm"], check=True
    )
    many = ctypes.CDLL(str(file)).many
    many.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    scratch = np.empty(100_000, "float32")

    def answer(x):
        answers = np.empty((len(x), LABELS), "float32")
        many(x.ctypes.data, len(x), x.shape[1], scratch.ctypes.data, answers.ctypes.data)
        return answers

    return answer


def in_onnxruntime(file: Path) -> Callable[[Any], Any]:
    """Return a function that predicts x (N, T, D) by the exported file, on all cores."""
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return lambda x: session.run(["probabilities"], {"series": x})[0]


def cpu_seconds(call: Callable[[], Any]) -> float:
    """Return the minimum CPU time of a call over all threads, which depends least on other load."""
    found = []
    for _ in range(10):
        began = time.process_time()
        call()
        found.append(time.process_time() - began)
    return min(found)


def sizes_of(folder: Path) -> dict[str, int]:
    """Return the bytes of weights, program, the network's code and data, and stack and state."""
    program, part = folder / "program", folder / "network.o"
    common = ["cc", "-std=c99", "-Os"]
    subprocess.run([*common, "-fstack-usage", "-c", "-o", part, folder / "network.c"], check=True)
    subprocess.run(
        [*common, "-o", program, folder / "network.c", folder / "main.c", "-lm"], check=True
    )
    subprocess.run(["strip", program], check=True)
    size = subprocess.run(["size", part], check=True, capture_output=True, text=True).stdout
    text, data = (int(v) for v in size.splitlines()[1].split()[:2])
    stack = sum(
        int(line.split("\t")[1])
        for line in part.with_suffix(".su").read_text(encoding="utf-8").splitlines()
    )
    (folder / "scratch.c").write_text(
        '#include <stdio.h>\n#include "network.h"\n'
        f'int main(void) {{ printf("%lu", sizeof(float) * NETWORK_SCRATCH({STEPS})); return 0; '
        f"}}\n",
        encoding="utf-8",
    )
    subprocess.run([*common, "-o", folder / "scratch", folder / "scratch.c"], check=True)
    scratch = int(subprocess.run([folder / "scratch"], check=True, capture_output=True).stdout)
    return {
        "program": program.stat().st_size,
        "network": text + data,
        "stack": stack,
        "scratch": scratch,
    }


def differences(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the largest difference of probabilities per variant, unidirectional and bidirectional.

    The networks have two layers with random weights and use the last h and the mean, for 64 series
    of 1 to 40 steps with gaps.
    """
    import numpy as np

    from glasscell import variants
    from glasscell.exporters.export import write_export
    from glasscell.exporters.network_export import ExportableNetwork
    from glasscell.inference.meaning import Meaning
    from glasscell.networks.builder import build_network

    found = {}
    for name, variant in (variants.GREFF | {"original tutorial": variants.ARTICLE}).items():
        row = []
        for bidirectional in (False, True):
            rng = np.random.default_rng(0)
            network = build_network(
                3,
                4,
                units=(16, 12),
                variant=variant,
                bidirectional=bidirectional,
                read_out="both",
                seed=0,
            )
            for weight in network.weights:
                if "deviation" not in weight.path:
                    weight.assign(rng.normal(size=weight.shape) * 0.4)
            path = folder / f"{name}{bidirectional}"
            exported = write_export(
                ExportableNetwork(network, Meaning(("x", "y", "z"), tuple("abcd"))), path, to="c"
            )
            assert exported.agreement is not None, "needs cc"
            row.append(exported.agreement.difference)
        found[name] = (row[0], row[1])
    return found


def measure(repetitions: int, folder: Path) -> dict[str, Any]:
    """Export a network, compare the contenders' predictions, and time them."""
    import numpy as np

    import glasscell
    from glasscell.exporters.c.compiler import compile_program, run, to_csv
    from glasscell.exporters.export import write_export
    from glasscell.exporters.network_export import ExportableNetwork
    from glasscell.inference.meaning import Meaning
    from glasscell.networks.builder import build_network

    network = build_network(CHANNELS, LABELS, units=UNITS)
    meaning = Meaning(tuple(f"x{k}" for k in range(CHANNELS)), tuple(map(str, range(LABELS))))
    path = folder / "network"
    exported = write_export(ExportableNetwork(network, meaning), path, to="c")
    weights = 4 * sum(int(np.prod(weight.shape)) for weight in network.weights)
    compile_program(path, folder / "program", flags=("-O3",))
    contenders = {name: compiled(path, flags) for name, flags in FLAGS.items()}
    write_export(ExportableNetwork(network, meaning), folder / "network.onnx")
    contenders["ONNX, onnxruntime"] = in_onnxruntime(folder / "network.onnx")
    contenders |= {OURS: lambda x: glasscell.predict(network, x)}
    rng = np.random.default_rng(0)
    summaries, cpu = {}, {}
    for n in COUNTS:
        x = rng.normal(size=(n, STEPS, CHANNELS)).astype("float32")
        content = to_csv(x, meaning)
        wanted = contenders[OURS](x)
        for answer in contenders.values():
            np.testing.assert_allclose(answer(x), wanted, atol=1e-5)
        timed = {
            name: Timed(lambda answer=answer, x=x: answer(x)) for name, answer in contenders.items()
        }
        cpu = {name: cpu_seconds(one.call) for name, one in timed.items()}
        timed["C, a program that reads CSV"] = Timed(
            lambda content=content: run(folder / "program", content)
        )
        summaries[f"{n:,} series"] = timing.summarise(timing.time_in_turn(timed, repetitions))
    sizes = {"weights": weights} | sizes_of(path)
    return {
        "summaries": summaries,
        "cpu_seconds": cpu,
        "bytes": sizes,
        "compiler": exported.runtime,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repetitions", type=int, default=5, metavar="N", help="of each contender (default: 5)"
    )
    parser.add_argument("--json", metavar="PATH", help="write all measurements there; - is stdout")
    parser.add_argument(
        "--variants", action="store_true", help="errors of the exports of all cells"
    )
    options = parser.parse_args()
    timing.check_options(parser, options)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    console = timing.open_console(options.json)
    if options.variants:
        with tempfile.TemporaryDirectory() as folder:
            found = differences(Path(folder))
        table = timing.new_table(
            console, "largest difference", "cell", "unidirectional", "bidirectional"
        )
        for name, row in found.items():
            table.add_row(name, *(f"{v:.1e}" for v in row))
        console.print(table)
        timing.write_json(options.json, found)
        return
    timing.warn_if_busy(console)
    setting = timing.describe_setting()
    with tempfile.TemporaryDirectory() as folder:
        results = measure(options.repetitions, Path(folder))
    timing.show_setting(console, setting)
    console.print(results["compiler"])
    timing.show_times(
        console, f"{STEPS} steps, {CHANNELS} channels, {UNITS} units", results["summaries"], {}
    )
    for name, seconds in results["cpu_seconds"].items():
        console.print(f"{name}: {1e3 * seconds:.1f} ms of CPU for {COUNTS[-1]:,} series")
    for name, size in results["bytes"].items():
        console.print(f"{name}: {size:,} bytes")
    timing.write_json(options.json, {"setting": setting} | results)


if __name__ == "__main__":
    main()
