"""Forecasts of glasscell's defaults against baselines, statsforecast and neuralforecast's LSTM.

    python benchmarks/forecasts.py --group made --csv made.csv   the half to develop defaults on
    python benchmarks/forecasts.py --group made --half aside     the held-out half, to inspect once
    python benchmarks/forecasts.py --group real --each           real sets of packages; also by set
    python benchmarks/forecasts.py --group named                 sets others named, to inspect once
    python benchmarks/forecasts.py --group m1                    M1 yearly, 141 series, five seeds
    python benchmarks/forecasts.py --kinds shapes nonlinear --contenders glasscell LSTM
    python benchmarks/forecasts.py --group real --sets Cigar Nile

The contenders are in forecast_contenders.py, the sets in forecast_groups.py. Each contender fits
and predicts each set in a separate process, from origins that are a horizon apart. After an origin
it sees only known future covariates. MASE, pinball and coverage are glasscell's measures, with the
same season for all. CPU time is that of the process from the data to the forecasts, without
imports. With --csv, each measurement is saved at once, and a further run resumes there. Needs the
extra "forecasters".
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import forecast_groups as groups
import numpy as np
import pandas as pd
from forecast_contenders import CONTENDERS, QUANTILES
from forecast_tables import by_contender, by_set

from glasscell.system.environment import silence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
COLUMNS = [
    "set",
    "contender",
    "seed",
    "series",
    "origin",
    "MASE",
    "pinball",
    "coverage",
    "cpu",
    "wall",
]
KEYS: Any = {"set": str, "contender": str, "series": str}
ORIGINS = {"made": 1, "real": 3, "named": 3, "m1": 1}
SEEDS = {"made": 1, "real": 1, "named": 1, "m1": 5}


class Job(NamedTuple):
    """The work of a process: a set, a contender of `CONTENDERS`, a seed, and latest origins."""

    set: str
    contender: str
    seed: int
    origins: list[int]


def origins_of(name: str, most: int) -> list[int]:
    """Return the origins that all series of a set have room for, from the first; at least one."""
    with silence():  # imports TensorFlow
        from glasscell.tasks.forecasting.baselines.past_origins import count_origins

    one, panel = _panel(name)
    room = min(count_origins(panel.values, one.horizon, most, _season(one)))
    return list(range(max(room, 1), 0, -1))


def measured(job: Job) -> Iterator[dict[str, Any]]:
    """Yield the rows of a job, done in this process."""
    from glasscell.tasks.forecasting.panels.panel import cut_off

    forecast = CONTENDERS[job.contender].begin()
    one, panel = _panel(job.set)
    season, done = _season(one), []
    for origin in job.origins:
        seen = cut_off(panel, origin * one.horizon)
        cpu, wall = _cpu(), time.perf_counter()
        found = forecast(seen, one.horizon, season, job.seed)
        done.append(
            (origin, seen, found, {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall})
        )
    # here because it imports TensorFlow, which not all use
    from glasscell.tasks.forecasting.backtest import measure

    for origin, seen, found, spent in done:
        for name, answers in found.items():
            is_timed = isinstance(answers, np.ndarray)
            seconds = spent if is_timed else dict.fromkeys(spent, np.nan)
            for n, answer in enumerate(answers if is_timed else answers()):
                past = seen.values[n]
                how = measure(
                    panel.values[n][len(past) :][: one.horizon], answer, QUANTILES, past, season
                )
                keys = {
                    "set": job.set,
                    "contender": name,
                    "seed": job.seed,
                    "series": panel.ids[n],
                    "origin": origin,
                }
                yield keys | {key: how[key] for key in ("MASE", "pinball", "coverage")} | seconds


def in_a_process(job: Job) -> Any:
    """Return the rows of a job, done in a new process; None, with a message, if it fails."""
    command = [sys.executable, str(Path(__file__).resolve()), "--job", json.dumps(job)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode:
        print(f"failed: {job}\n{done.stderr[-2000:]}", file=sys.stderr, flush=True)
        return None
    return pd.DataFrame(json.loads(done.stdout.strip().splitlines()[-1]))[COLUMNS]


def jobs_of(
    names: Sequence[str], contenders: Sequence[str], seeds: int, most: int, done: set[tuple]
) -> Iterator[Job]:
    """Yield the requested jobs without the finished (set, contender, seed, origin)."""
    for name in names:
        origins = origins_of(name, most)
        for seed in range(seeds):
            for key in contenders:
                one = CONTENDERS[key]
                left = [origin for origin in origins if (name, one.first, seed, origin) not in done]
                if left and (one.has_seed or not seed):
                    yield Job(name, key, seed, left)


def compare(names: Sequence[str], options: argparse.Namespace) -> tuple[Any, int]:
    """Do the remaining jobs of some sets; return all rows and the number of failed jobs."""
    path, failed = options.csv, 0
    rows: Any = pd.DataFrame({key: [] for key in COLUMNS})
    if path and path.exists():
        # a series may be called NA
        rows = pd.read_csv(path, dtype=KEYS, keep_default_na=False, na_values=[""])
    done = set(rows[["set", "contender", "seed", "origin"]].itertuples(index=False, name=None))
    for job in jobs_of(names, options.contenders, options.seeds, options.origins, done):
        found = in_a_process(job)
        if found is None:
            failed += 1
            continue
        first = found[found["contender"] == CONTENDERS[job.contender].first]
        spent = first.drop_duplicates("origin")[["cpu", "wall"]].sum()
        about = f"{job.set}, {job.contender}, seed {job.seed}: MASE {first['MASE'].mean():.3f}"
        print(
            f"{about}, {spent['cpu']:.1f} s of CPU, {spent['wall']:.1f} s",
            file=sys.stderr,
            flush=True,
        )
        if path:
            with path.open(
                "a"
            ) as file:  # in one write, so that an interrupted run leaves no partial job
                file.write(found.to_csv(index=False, header=not path.stat().st_size))
        rows = pd.concat([rows, found], ignore_index=True) if len(rows) else found
    return rows, failed


def _panel(name: str) -> tuple[Any, Any]:
    from glasscell.tasks.forecasting.panels.frames import from_frame

    one = groups.load(name)
    return one, from_frame(one.frame, known=one.known, frequency=one.frequency)


def _season(one: Any) -> int:
    """Return the steps of a season by frequency, for measures and for contenders that need it."""
    from glasscell.tasks.forecasting.panels.seasons import candidates_for

    return next(iter(candidates_for(one.frequency)), 1)


def _cpu() -> float:
    """Return the CPU seconds of this process and its finished children."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    """Measure what is missing, and print a table for each kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--group", choices=groups.GROUPS, default="made")
    parser.add_argument("--half", choices=groups.HALVES, default="developed")
    parser.add_argument("--kinds", nargs="+", help="only these kinds")
    parser.add_argument("--sets", nargs="+", help="only these names")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument(
        "--origins", type=int, help="1 of made panels and M1, 3 of real sets, where there is room"
    )
    parser.add_argument("--seeds", type=int, help="1; 5 of M1")
    parser.add_argument(
        "--csv", type=Path, help="keep measurements there, and go on from those that are there"
    )
    parser.add_argument("--each", action="store_true", help="a table of sets as well")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        warnings.filterwarnings("ignore")
        print("\n" + json.dumps(list(measured(Job(*json.loads(options.job))))))
        return
    options.origins = options.origins or ORIGINS[options.group]
    options.seeds = options.seeds or SEEDS[options.group]
    kinds = groups.kinds_of(options.group, options.half)
    if wrong := set(options.kinds or kinds) - set(kinds):
        parser.error(f"no such kinds: {', '.join(sorted(wrong))}; there are: {', '.join(kinds)}")
    there = [name for names in kinds.values() for name in names]
    if wrong := set(options.sets or there) - set(there):
        parser.error(
            f"no such sets in this half: {', '.join(sorted(wrong))}; there are: {', '.join(there)}"
        )
    failures = 0
    for kind, names in kinds.items():
        names = [name for name in names if not options.sets or name in options.sets]
        if kind not in (options.kinds or kinds) or not names:
            continue
        rows, failed = compare(names, options)
        rows, failures = rows[rows["set"].isin(names)], failures + failed
        if not len(rows):
            continue
        print(f"\n{kind}: {rows['set'].nunique()} of {len(names)} sets\n")
        print("\n".join(by_contender(rows)), flush=True)
        if options.each:
            print("\n" + "\n".join(by_set(rows)), flush=True)
    if failures:
        raise SystemExit(f"{failures} failed")


if __name__ == "__main__":
    main()
