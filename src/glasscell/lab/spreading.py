"""Cells spread over cores by joblib, or over machines by joblib's Dask backend."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import joblib

from glasscell.errors import UsageError
from glasscell.lab import cells
from glasscell.lab.cells import Cell
from glasscell.lab.experiment import Experiment, Setting
from glasscell.storage import one_line

PATIENCE = 5  # seconds to wait for a scheduler, and for its workers


def train_all(
    wanted: list[Setting],
    experiment: Experiment,
    jobs: int,
    dask: str | None = None,
    heed: Callable[[], Any] = lambda: None,
) -> Iterator[Cell]:
    """Give cells as they are finished, in no particular order.

    Parameters
    ----------
    wanted : list of Setting
    experiment : Experiment
    jobs : int
        Processes on this machine; with 1 it is this one.
    dask : str, optional
        Address of a Dask scheduler, whose workers are used in place of those; each needs glasscell.
    heed : callable
        Called often where this process trains itself; what it raises stops the training.

    Raises
    ------
    UsageError
        If no scheduler answers there, or it has no workers.

    Examples
    --------
    >>> few = Experiment(seeds=1, learning_rates=(0.1,), updates=3, held_out=10)
    >>> [cell.setting.arm for cell in train_all([Setting("write", "full")], few, jobs=1)]
    ['full']
    """
    jobs = min(jobs, len(wanted))
    if dask is None and jobs > 1:
        yield from _parallel(wanted, experiment, n_jobs=jobs)
        return
    if dask is None:
        cells.use_one_core()
        for cell in wanted:
            yield cells.train_cell(cell, experiment, lambda updates: heed())
        return
    with _scheduler(dask) as client, joblib.parallel_config("dask", client=client, wait_for_workers_timeout=PATIENCE):
        yield from _parallel(wanted, experiment, n_jobs=-1)


def _parallel(wanted: list[Setting], experiment: Experiment, n_jobs: int) -> Iterator[Cell]:
    options: dict[str, Any] = {"return_as": "generator_unordered", "batch_size": 1}
    parallel: Any = joblib.Parallel(n_jobs=n_jobs, **options)
    yield from parallel(joblib.delayed(cells.train_cell_elsewhere)(cell, experiment) for cell in wanted)


@contextmanager
def _scheduler(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--dask needs the package distributed: pip install 'glasscell[dask]'") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {address!r} ({one_line(error)}); start one with `dask scheduler`, and give "
            "the address that it prints, as tcp://HOST:8786"
        ) from None
    try:
        if not client.scheduler_info()["workers"]:
            raise UsageError(f"the Dask scheduler at {address!r} has no workers: start some, dask worker {address}")
        yield client
    finally:
        client.close()
