"""Waiting time, in total and by stage, for each command on the file of docs/learn/first-file.md.

python benchmarks/waiting.py                    three repetitions, in rotation; some minutes
python benchmarks/waiting.py --measure none     a training without evaluation
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

PAGE = Path(__file__).parents[1] / "docs/learn/first-file.md"
STAGES = (  # of a training; each ends with the last line that matches
    ("start, read", r"\d+ series of .* steps"),
    ("first epoch", r"epoch 1/"),
    ("other epochs", r"epoch \d+/"),
    ("measure", r"(fold|second network, epoch) \d+/"),
)


def wait(folder: str, *command: str) -> tuple[float, float, list[tuple[float, str]]]:
    """Return the wall seconds of a command, its CPU seconds, and the time of each line on stderr."""
    began, lines = time.perf_counter(), []
    process = subprocess.Popen(
        [sys.executable, "-m", "glasscell", *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    for line in process.stderr:
        lines.append((time.perf_counter() - began, line.decode()))
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "".join(line for _, line in lines)
    return taken, usage.ru_utime + usage.ru_stime, lines


def stages_of(lines: list[tuple[float, str]], taken: float) -> dict[str, float]:
    """Return the seconds of each stage of a training, given its lines; missing stages are skipped."""
    found, end = {}, 0.0
    for name, pattern in STAGES:
        ends = [at for at, line in lines if re.match(pattern, line)]
        if ends:
            found[name], end = ends[-1] - end, ends[-1]
    return found | {"draw, write": taken - end}


def main() -> None:
    """Print a table of commands and seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--measure", default="auto", help="as in `glasscell train`")
    options = parser.parse_args()
    script = re.search(r"```python make_gestures.py\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    train = ("train", "gestures.csv", "--measure", options.measure, "--name", "run", "--overwrite")
    commands = [
        ("--help",),
        ("train", "--help"),
        ("data", "gestures.csv"),
        train,
        *((do, "run", "another_day.csv") for do in ("predict", "evaluate")),
    ]
    taken: dict[str, list[tuple[float, float]]] = {}
    stages: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-c", script[1]], cwd=folder, check=True)
        for _ in range(options.repetitions):
            for command in commands:
                seconds, of_cores, lines = wait(folder, *command)
                name = " ".join(command) if "--help" in command else command[0]
                taken.setdefault(name, []).append((seconds, of_cores))
                if command is train:
                    stages.append(stages_of(lines, seconds))
    print("| command | seconds (min–max) | CPU seconds |\n| --- | --- | --- |")
    for name, times in taken.items():
        wall, cores = zip(*times, strict=True)
        print(f"| `{name}` | {median(wall):.2f} ({min(wall):.2f}–{max(wall):.2f}) | {median(cores):.2f} |")
    for name in stages[0]:
        of_stage = [one[name] for one in stages]
        print(f"| `train`: {name} | {median(of_stage):.1f} ({min(of_stage):.1f}–{max(of_stage):.1f}) | |")


if __name__ == "__main__":
    main()
