"""Training of conditions in several processes by joblib, or on several machines by Dask."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import Any

import joblib

from glasscell.errors import UsageError, WorkerLost
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.sentences import Lab
from glasscell.lab.training import outcomes
from glasscell.lab.training.outcomes import Outcome
from glasscell.system.files import one_line

PATIENCE = 5  # seconds to wait for a scheduler, and for its workers


def train_all(
    wanted: list[Condition],
    experiment: Experiment,
    jobs: int,
    dask: str | None = None,
    heed: Callable[[], Any] = lambda: None,
) -> Iterator[Outcome]:
    """Yield outcomes as they finish, in no particular order.

    >>> few = Experiment(seeds=1, learning_rates=(0.1,), updates=3, held_out=10)
    >>> [outcome.condition.arm for outcome in train_all([Condition("write", "full")], few, jobs=1)]
    ['full']
    """
    jobs = min(jobs, len(wanted))
    if dask is None and jobs > 1:
        yield from _in_processes(wanted, experiment, jobs)
        return
    if dask is None:
        outcomes.use_one_core()
        for condition in wanted:
            yield outcomes.train_condition(condition, experiment, lambda *_: heed())
        return
    with _scheduler(dask) as client:
        yield from _on_cluster(wanted, experiment, client)


def _in_processes(wanted: list[Condition], experiment: Experiment, jobs: int) -> Iterator[Outcome]:
    options: dict[str, Any] = {"return_as": "generator_unordered", "batch_size": 1}
    parallel: Any = joblib.Parallel(n_jobs=jobs, **options)
    try:
        yield from parallel(
            joblib.delayed(_train_for)(os.getpid(), condition, experiment) for condition in wanted
        )
    except BrokenProcessPool:
        raise WorkerLost(Lab.KILLED) from None


def _on_cluster(wanted: list[Condition], experiment: Experiment, client: Any) -> Iterator[Outcome]:
    # joblib's Dask backend hangs if a condition cannot be trained
    from distributed import as_completed

    train = outcomes.train_condition_elsewhere
    sent = [client.submit(train, condition, experiment, pure=False) for condition in wanted]
    for future in as_completed(sent, loop=client.loop):
        yield future.result()


def _train_for(parent: int, condition: Condition, experiment: Experiment) -> Outcome:
    _end_with(parent)
    return outcomes.train_condition_elsewhere(condition, experiment)


@cache
def _end_with(parent: int) -> None:
    """End this process soon after its parent; joblib's processes would outlive a killed one."""

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _scheduler(address: str) -> Iterator[Any]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError(Lab.NO_DASK) from None
    if "://" not in address:
        raise UsageError(Lab.DASK_ADDRESS, address=address)
    log = logging.getLogger("distributed.client")
    before, log.disabled = log.disabled, True  # the errors below cover its messages
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        log.disabled = before
        raise UsageError(Lab.NO_SCHEDULER, address=address, words=one_line(error)) from None
    try:
        if not client.scheduler_info()["workers"]:
            raise UsageError(Lab.NO_WORKERS, address=address)
        yield client
    except CancelledError:
        raise WorkerLost(Lab.SCHEDULER_GONE, address=address) from None
    except KilledWorker:
        raise WorkerLost(Lab.WORKERS_DIED) from None
    except (RuntimeError, ImportError) as error:
        missing = error.__cause__ or error
        if not isinstance(missing, ImportError):
            raise
        raise UsageError(Lab.LACKS_PACKAGE, words=one_line(missing)) from None
    finally:
        client.close()
        log.disabled = before
