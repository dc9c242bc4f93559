"""`kernel`: the same bits on any number of cores; as many threads as set; no leaks.

Each process here is set up before TensorFlow starts, and does what is in `process`; two run side by
side.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.kernel_cases import BOUND, NAMED, Case, assert_same, needs_kernel

from glasscell.recurrence.kernel import core, library

pytestmark = [
    needs_kernel,
    pytest.mark.skipif(
        sys.platform != "linux", reason="looks into /proc, and chooses cores as Linux does"
    ),
]

TESTS = Path(__file__).parents[2]
CORES = os.cpu_count() or 1


@pytest.fixture(scope="module")
def vectors(request):
    """Give the instruction sets to compare: this machine's best and last, nightly all."""
    offered = offered_vectors()
    return (
        offered
        if request.config.getoption("--nightly")
        else list(dict.fromkeys((offered[0], offered[-1])))
    )


@pytest.fixture(scope="module")
def processes(vectors):
    """Run them all, two at a time, the longest first, and give what each one says."""
    # threads first, before any other has had some awake
    both = ("threads", "digests", "training", "vectors")
    jobs = {
        "two threads": (2, CORES, [*both, "errors", "fork", "growth"], ""),
        "one thread": (1, CORES, both, ""),
        "three threads on one core": (3, 1, ["threads", "digests"], ""),
    }
    for name in vectors[1:]:
        jobs[name] = (0, 1, ["threads", "vectors", "errors"], name)
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "support.kernel_process",
            json.dumps(list(jobs.values())),
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(jobs, json.loads(done.stdout.splitlines()[-1]), strict=True))


def offered_vectors():
    """Give the instruction sets that this machine has."""
    best = (
        library.vectors()
        if library.LIBRARY.exists() and not os.environ.get("GLASSCELL_VECTORS")
        else "baseline"
    )
    return core.VECTORS[core.VECTORS.index(best) :]


# --- The same bits --------------------------------------------------------------------------------


@pytest.mark.nightly  # it starts processes on several numbers of cores
@pytest.mark.long(18)
def test_outputs_and_gradients_are_the_same_bits_on_any_number_of_cores(processes):
    digests = {name: answer["digests"] for name, answer in processes.items() if "digests" in answer}
    assert len(digests) == 3
    first = digests["one thread"]
    # each case has bits of its own
    assert len({one for pair in first.values() for one in pair}) == len(first)
    for name, said in digests.items():
        assert said == first, name


@pytest.mark.nightly  # it starts processes on several numbers of cores
@pytest.mark.long(1)
def test_training_from_one_seed_is_the_same_bits_on_any_number_of_cores(processes):
    """TensorFlow's op determinism is on, for the sums that are its own."""
    one, two = (processes[name]["training"] for name in ("one thread", "two threads"))
    assert one == two


@pytest.mark.nightly  # CI checks the core with every instruction set
@pytest.mark.long(1)
def test_every_instruction_set_gives_the_loops_numbers(processes, vectors):
    said = {
        answer["vectors"]: answer["errors"] for answer in processes.values() if "errors" in answer
    }
    assert sorted(said) == sorted(vectors)
    for errors in said.values():
        # ten times the steps and the units of the cases that BOUND is for: √10 times the error
        assert {what: e for what, e in errors.items() if e > 10**0.5 * BOUND} == {}


def test_calls_from_several_threads_at_once_do_not_disturb_each_other():
    cases = [
        Case(n, NAMED[name], batch=20, time=15, units=33, kind="holes")
        for n, name in enumerate(("NP", "V", "CIFG"))
    ]
    alone = [case.by_kernel() for case in cases]
    together = [[] for _ in cases]

    def work(case, answers):
        for _ in range(15):
            answers.append(case.by_kernel())

    workers = [
        threading.Thread(target=work, args=pair) for pair in zip(cases, together, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for answers, truth in zip(together, alone, strict=True):
        assert len(answers) == 15
        for answer in answers:
            assert_same(answer, truth)


# --- Threads and memory ---------------------------------------------------------------------------


@pytest.mark.long(1)
def test_as_many_threads_as_tensorflow_was_given_and_none_left(processes, vectors):
    """Where none was set, as many as there are cores: one, for these processes."""
    told = {"one thread": 1, "two threads": 2, "three threads on one core": 3} | dict.fromkeys(
        vectors[1:], 1
    )
    for name, threads in told.items():
        said = processes[name]["threads"]
        assert said["told"] == threads
        assert said["working"] == threads - 1  # and the caller's own
        assert said["remaining"] == 0
        # of a core: all sleep, once the next call has not come for some tens of microseconds
        assert said["idle"] < 0.1


@pytest.mark.long(1)
def test_a_forked_child_works_and_ends(processes):
    assert processes["two threads"]["fork"] == {"child": True, "parent": True}


@pytest.mark.long(1)
def test_ten_thousand_steps_do_not_grow(processes):
    """A hundred bytes lost at each would be a megabyte; Python and the allocator use less."""
    assert processes["two threads"]["growth"] < 1e6
