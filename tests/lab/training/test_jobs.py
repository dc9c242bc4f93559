"""The lab in parallel processes or Dask, and killed: real commands, the same tables.

Dask's threads and joblib's processes in one process with other tests have hung; none of either is
started here.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from glasscell.lab import runs
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.sentences import Lab

psutil = pytest.importorskip("psutil")  # comes with distributed
pytest.importorskip("distributed")

SMALL = Experiment(tasks=("write",), seeds=2, learning_rates=(0.1,), updates=60, length=10)
PATIENCE = 300  # seconds for what takes ten on a quiet machine
# jobs; what comes; how long ago
MOMENTS = ((2, "cells/*.json", 0.0), (1, "cells/*.npz", 0.0), (1, "table.csv", 0.0))
NIGHTLY_MOMENTS = 20
TABLES = ("table.csv", "runs.csv", "gates.csv", "table.md")
CLUSTER = Path(__file__).parents[2] / "support/local_cluster.py"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def begin(folder):
    runs.start(SMALL, folder)
    return folder


@pytest.fixture
def folder(tmp_path):
    return begin(tmp_path / "lab")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = begin(tmp_path_factory.mktemp("whole") / "lab")
    runs.run(folder, jobs=1)
    return folder


def same_tables(one, other):
    for name in TABLES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert {path.relative_to(one) for path in one.rglob("*")} == {
        path.relative_to(other) for path in other.rglob("*")
    }


@contextmanager
def started(*command, **options):
    """Start Python in its own process group, and kill what is left of the group at the end."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    arguments = [sys.executable, *map(str, command)]
    with subprocess.Popen(
        arguments, start_new_session=True, text=True, **(pipes | options)
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def cluster(workers, **environment):
    """Start a Dask cluster, and give its scheduler's address and its workers' process ids."""
    with started(CLUSTER, workers, stderr=None, env=os.environ | environment) as process:
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]


def lab(folder, *how):
    return started("-m", "glasscell", "lab", "gates", "--resume", folder, *how)


def finish(process):
    """Wait until a process has ended, and all that have its stderr from it."""
    out, err = process.communicate(timeout=PATIENCE)
    return Answer(process.returncode, out, err)


def wait_until(come, process):
    """Wait for something while a process runs, and say whether it came."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if come():
            return True
        time.sleep(0.02)
    return False


def count(folder, pattern="cells/*.json"):
    return len(list(folder.glob(pattern)))


def seconds_of(process):
    return process.cpu_times().user


def lost(folder, says):
    return f"glasscell: {says}{Lab.KEPT(command=f'glasscell lab gates --resume {folder}')}\n"


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- Dask -----------------------------------------------------------------------------------------


@pytest.mark.long(13)
@pytest.mark.parametrize(
    "loses", [0, pytest.param(1, marks=pytest.mark.nightly)]
)  # each worker is a process to start
def test_a_cluster_even_one_that_loses_a_worker_gives_the_same_table(loses, whole, folder):
    with (
        cluster(1 + loses) as (address, workers),
        lab(folder, "--dask", address, "--quiet") as process,
    ):
        if loses:
            assert wait_until(lambda: count(folder), process)
            os.kill(workers[0], signal.SIGKILL)
            assert count(folder) < len(SMALL.conditions())
        assert finish(process) == (0, "", "")
    same_tables(folder, whole)


@pytest.mark.nightly  # a process that is killed is, below, told of by the same lines
@pytest.mark.long(33)
def test_a_condition_at_which_workers_die_is_reported_in_one_message(folder):
    with cluster(1, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as (address, (worker,)):
        kill_when_busy = psutil.Process(worker)
        idle = seconds_of(kill_when_busy)
        with lab(folder, "--dask", address) as process:
            assert wait_until(lambda: seconds_of(kill_when_busy) > idle + 1, process)
            kill_when_busy.kill()
            answer = finish(process)
    assert answer == (
        138,
        "",
        lost(folder, str(Lab.WORKERS_DIED())),
    )


@pytest.mark.nightly  # that nobody answers, test_lab.py of the commands has too
@pytest.mark.long(13)
def test_who_cannot_train_is_reported_in_one_message_and_earlier_results_stay(whole, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "lab")
    next(folder.glob("cells/*-write-NIG-*.json")).unlink()  # so that there is something to do
    before = contents(folder)
    nobody = "tcp://127.0.0.1:9"
    with (
        cluster(0) as (address, _),
        lab(folder, "--dask", address) as one,
        lab(folder, "--dask", nobody) as other,
    ):
        no_workers, no_scheduler = finish(one), finish(other)
    says = f"glasscell: {Lab.NO_WORKERS(address=address)}\n"
    assert no_workers == (2, "", says)
    assert no_scheduler[:2] == (2, "")
    assert re.fullmatch(
        f"glasscell: no Dask scheduler responds at {nobody!r} .*HOST:8786\n", no_scheduler.err
    )
    assert contents(folder) == before


# --- Processes ------------------------------------------------------------------------------------


@pytest.mark.nightly  # one process that is killed, below, leaves the same tables
@pytest.mark.long(49)
def test_killed_again_and_again_it_gives_the_same_table(request, whole, tmp_path):
    """Only the process that waits for the others is killed: they end, too, for `finish` to end."""
    folder, moments = begin(tmp_path / "0"), MOMENTS
    if request.config.getoption("--nightly"):
        rng = random.Random(0)
        moments = [(*rng.choice(MOMENTS)[:2], rng.uniform(0, 3)) for _ in range(NIGHTLY_MOMENTS)]
    for k, (jobs, file, delay) in enumerate(moments, start=1):
        before = count(folder, file)
        with lab(folder, "--jobs", jobs, "--quiet") as process:
            wait_until(
                lambda folder=folder, file=file, before=before: count(folder, file) > before,
                process,
            )
            time.sleep(delay)
            process.kill()
            answer = finish(process)
        assert "Traceback" not in answer.err
        if delay == 0:
            assert answer.code == -signal.SIGKILL
            assert not (folder / "result.json").exists()
        if answer.code == 0:
            same_tables(folder, whole)
            folder = begin(tmp_path / str(k))
    runs.run(folder, jobs=1)
    same_tables(folder, whole)


@pytest.mark.nightly  # runs that are killed are resumed in lab/test_runs, in CI
@pytest.mark.long(10)
def test_a_process_that_is_killed_is_reported_in_one_message_and_nothing_is_lost(whole, folder):
    with lab(folder, "--jobs", "2") as process:
        trains = []

        def begun():
            with suppress(psutil.Error):  # joblib has helpers that end while they are asked for
                children = psutil.Process(process.pid).children()
                trains[:] = [child for child in children if "LokyProcess-1" in child.cmdline()]
                return bool(trains) and seconds_of(trains[0]) > 1
            return False

        assert wait_until(begun, process)
        trains[0].kill()
        answer = finish(process)
    assert answer == (138, "", lost(folder, str(Lab.KILLED())))
    runs.run(folder, jobs=1)
    same_tables(folder, whole)
