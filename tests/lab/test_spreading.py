"""Cells spread over processes and over a Dask cluster: the same tables, also if a worker is killed."""

import os
import signal
import time

import pytest
from test_running import TINY, make, same_tables

from glasscell.errors import UsageError
from glasscell.lab import running

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Train in one process of its own, so that it has as many threads as the others."""
    folder = tmp_path_factory.mktemp("alone") / "lab"
    make(folder, jobs=2)
    return folder


def test_two_processes_give_what_one_gives(alone, tmp_path):
    make(tmp_path / "lab")
    same_tables(tmp_path / "lab", alone)


@pytest.mark.filterwarnings("ignore")
def test_a_worker_may_be_killed(alone, tmp_path):
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        victim = []

        def kill(done, logs):
            if not victim:
                victim.append(next(iter(cluster.workers.values())).pid)
                os.kill(victim[0], signal.SIGKILL)

        make(tmp_path / "lab", dask=cluster.scheduler_address, on_cell=kill)
    assert victim
    same_tables(tmp_path / "lab", alone)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://127.0.0.1:x"])
def test_where_no_scheduler_answers_that_is_told_within_seconds(address, tmp_path):
    running.start(TINY, tmp_path / "lab")
    begun = time.monotonic()
    with pytest.raises(UsageError, match="no Dask scheduler answers at"):
        running.run(tmp_path / "lab", dask=address)
    assert time.monotonic() - begun < 15
