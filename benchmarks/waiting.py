"""Waiting time, in all and by stage: commands on docs/learn/first-file.md's file, or trainings.

python benchmarks/waiting.py                              three times, in rotation; some minutes
python benchmarks/waiting.py --measure none               a training without evaluation
python benchmarks/waiting.py 60x30 300x188 JapaneseVowels trainings on synthetic sets (series x
                                                          steps), on a set of aeon (which must be
                                                          installed), or on a FILE
python benchmarks/waiting.py 60x30 --against OLD/src      the same with the sources of another
                                                          checkout, in rotation
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

PAGE = Path(__file__).parents[1] / "docs/learn/first-file.md"
STAGES = (  # of a training; each ends with the last line that matches
    ("start, read", r"\d+ series of .* steps"),
    ("training", r"training  epoch \d+/"),
    ("evaluation", r"(fold|second network  epoch) \d+/"),
)
# of the waves of synthetic series, in cycles a step
SPEEDS = {"slow": 0.03, "middle": 0.05, "fast": 0.08}


class Waited(NamedTuple):
    """A command's wall and CPU seconds, the time of each line on stderr, and its output."""

    seconds: float
    of_cores: float
    lines: list[tuple[float, str]]
    output: str


def wait(folder: str, *command: str, source: str | None = None) -> Waited:
    """Run a command in a folder, with the installed sources or those in another folder."""
    environment = os.environ | ({} if source is None else {"PYTHONPATH": source})
    began, lines = time.perf_counter(), []
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "glasscell", *command],
            cwd=folder,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
        )
        assert process.stderr is not None
        for line in process.stderr:
            lines.append((time.perf_counter() - began, line.decode()))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, "".join(line for _, line in lines)
        output.seek(0)
        return Waited(seconds, usage.ru_utime + usage.ru_stime, lines, output.read().decode())


def stages_of(waited: Waited) -> dict[str, float]:
    """Return the seconds of each stage of a training; missing stages are skipped."""
    stages, end = {}, 0.0
    for name, pattern in STAGES:
        ends = [at for at, line in waited.lines if re.search(pattern, line)]
        if ends:
            stages[name], end = ends[-1] - end, ends[-1]
    return stages | {"draw, write": waited.seconds - end}


def make(n: int, steps: int, seed: int = 0) -> pd.DataFrame:
    """Return noisy waves of three speeds and random phases, as a table with a row for each step."""
    rng, t, parts = np.random.default_rng(seed), np.arange(steps), []
    for k, (label, speed) in zip(range(n), [*SPEEDS.items()] * n, strict=False):
        angle = 6 * np.pi * speed * t * 30 / steps + rng.uniform(0, 2 * np.pi)
        u, v = (wave(angle) + 0.3 * rng.normal(size=steps) for wave in (np.sin, np.cos))
        parts.append(
            pd.DataFrame(
                {"id": f"s{k}", "step": t, "u": u.round(3), "v": v.round(3), "label": label}
            )
        )
    return pd.concat(parts)


def file_of(data: str, folder: str) -> str:
    """Return the file of a set: one that is made in a folder, one of aeon, or the given one."""
    if size := re.fullmatch(r"(\d+)x(\d+)", data):
        make(int(size[1]), int(size[2])).to_csv(Path(folder) / f"{data}.csv", index=False)
        return f"{data}.csv"
    if Path(data).exists():
        return str(Path(data).resolve())
    import archive

    return str(archive.path(data, "TRAIN"))


def time_trainings(sets: Sequence[str], options: argparse.Namespace) -> None:
    """Print a table of trainings: seconds by stage, what they promised, and their scores."""
    sources = {"": None} if options.against is None else {" (before)": options.against, "": None}
    trainings: dict[str, list[Waited]] = {}
    with tempfile.TemporaryDirectory() as folder:
        files = {data: file_of(data, folder) for data in sets}
        for _ in range(options.repetitions):
            for data, file in files.items():
                for name, source in sources.items():
                    command = (
                        "train",
                        file,
                        "--measure",
                        options.measure,
                        "--name",
                        "run",
                        "--overwrite",
                        "--json",
                    )
                    found = wait(folder, *command, source=source)
                    trainings.setdefault(f"{Path(data).stem}{name}", []).append(found)
    stages = [name for name, _ in STAGES] + ["draw, write"]
    print(
        "| "
        + " | ".join(
            [
                "set",
                "seconds",
                "CPU seconds",
                *stages,
                "accuracy or R²",
                "folds stopped",
                "announced",
            ]
        )
    )
    for name, found in trainings.items():
        report: dict[str, Any] = json.loads(found[-1].output)
        seconds = [
            in_words([one.seconds for one in found]),
            in_words([one.of_cores for one in found]),
        ]
        by_stage = [in_words([stages_of(one).get(stage, 0.0) for one in found]) for stage in stages]
        score = report.get("accuracy", report.get("r2"))
        scored = f"{score:.4f} ({report['measured_on']})"
        announced = "; ".join(
            line.strip() for _, line in found[-1].lines if " in all" in line or "about" in line
        )
        stopped = str(report.get("folds_stopped_after", ""))
        print("| " + " | ".join([name, *seconds, *by_stage, scored, stopped, announced]))


def in_words(seconds: Sequence[float]) -> str:
    """Return the median, with the range."""
    return f"{median(seconds):.1f} ({min(seconds):.1f}–{max(seconds):.1f})"


def main() -> None:
    """Print a table of commands and seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "sets", nargs="*", help="NxT, a set of aeon, or a file; by default all commands on one file"
    )
    parser.add_argument(
        "--against", metavar="FOLDER", help="sources of another checkout to compare with"
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--measure", default="auto", help="as in `glasscell train`")
    options = parser.parse_args()
    if options.sets:
        time_trainings(options.sets, options)
        return
    script = re.search(
        r"```python make_gestures.py\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
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
                waited = wait(folder, *command)
                name = " ".join(command) if "--help" in command else command[0]
                taken.setdefault(name, []).append((waited.seconds, waited.of_cores))
                if command is train:
                    stages.append(stages_of(waited))
    print("| command | seconds (min–max) | CPU seconds |\n| --- | --- | --- |")
    for name, times in taken.items():
        wall, cores = zip(*times, strict=True)
        print(
            f"| `{name}` | {median(wall):.2f} ({min(wall):.2f}–{max(wall):.2f}) | "
            f"{median(cores):.2f} |"
        )
    for name in stages[0]:
        of_stage = [one[name] for one in stages]
        print(
            f"| `train`: {name} | {median(of_stage):.1f} "
            f"({min(of_stage):.1f}–{max(of_stage):.1f}) | |"
        )


if __name__ == "__main__":
    main()
