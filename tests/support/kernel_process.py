"""Processes of `test_determinism`: ``python -m support.kernel_process <jobs as JSON>``.

A job is [threads told to TensorFlow, or 0 for its default; cores; functions; instruction set, or
""]. It prints a JSON list: for each job an object with the answer of each function. All are forked
off one process that has imported TensorFlow, which takes seconds, but not started it.
"""

import hashlib
import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from support.kernel_cases import NAMED, SIZE_OF_TERMS, Case, by_kernel, by_loop

from glasscell import LSTM, article
from glasscell.recurrence.kernel import library
from glasscell.settings.article import DigitsSettings

# Each large enough for several threads, and so that the work does not come out even: few series,
# more series than one tile holds, one feature, units that fill no vector, networks side by side,
# dropout; so many series and steps that what is saved of them, over 16 MB, goes past the caches
# with AVX-512.
CASES = {
    "one series": {"batch": 1, "time": 60, "inputs": 33, "units": 200},
    "two series, one feature": {"batch": 2, "time": 90, "inputs": 1, "units": 77, "kind": "holes"},
    "many series": {"batch": 61, "time": 9, "inputs": 8, "units": 50, "kind": "right-padded"},
    "many units": {"batch": 7, "time": 4, "inputs": 5, "units": 515, "return_sequences": False},
    "many series and steps": {"batch": 73, "time": 65, "inputs": 3, "units": 150},
    "networks": {
        "leading": (3,),
        "batch": 5,
        "time": 12,
        "inputs": 9,
        "units": 41,
        "time_major": True,
    },
    "dropout": {
        "batch": 19,
        "time": 12,
        "inputs": 17,
        "units": 48,
        "recurrent_factors": 4,
        "input_factors": 4,
    },
    "tiny numbers in many series": {
        "batch": 61,
        "time": 9,
        "inputs": 8,
        "units": 50,
        "bias": False,
    },
}


def digest(arrays):
    return hashlib.sha256(
        b"".join(np.asarray(v).tobytes() for v in tf.nest.flatten(arrays))
    ).hexdigest()


def large_cases():
    cases = {
        name: Case(variant=NAMED["NP" if "series" in name else "V"], **how)
        for name, how in CASES.items()
    }
    tiny = cases["tiny numbers in many series"].arrays
    for name in (
        "x",
        "h0",
        "c0",
    ):  # so that much of what comes is denormal: TensorFlow's threads make zeros of that
        tiny[name] *= np.float32(1e-37)
    return cases


def digests():
    """Give each case's outputs and gradients as a number: from this thread and TensorFlow's."""
    both = {
        name: (case.by_kernel, tf.function(case.by_kernel, autograph=False))
        for name, case in large_cases().items()
    }
    return {name: [digest(run()) for run in runs] for name, runs in both.items()}


def errors():
    """Give the largest error of any output or gradient in each case."""

    def error(mine, true):
        return float(
            np.abs(mine.numpy() - true.numpy()).max() / max(np.abs(true).max(), SIZE_OF_TERMS)
        )

    both = {name: (case.by_kernel(), case.truth()) for name, case in large_cases().items()}
    return {
        name: max(map(error, tf.nest.flatten(ours), tf.nest.flatten(truth)))
        for name, (ours, truth) in both.items()
    }


def training():
    """Give the weights after some epochs of the tutorial's training, and of Keras's with ours."""
    after = {"article": digest(article.prepare(DigitsSettings()).run(2).model.get_weights())}
    x = np.random.default_rng(0).normal(size=(300, 12, 6)).astype("float32")
    keras.utils.set_random_seed(1)
    inner = [
        LSTM(40, engine="kernel", return_sequences=True, dropout=0.2),
        LSTM(33, engine="kernel", variant="V"),
    ]
    model = keras.Sequential([keras.Input((12, 6)), *inner, keras.layers.Dense(1)])
    model.compile("adam", "mse", jit_compile=False)
    model.fit(x, x.sum((1, 2))[:, None], batch_size=64, epochs=2, verbose=0)
    return after | {"keras": digest(model.get_weights())}


def growth():
    """Give the bytes by which 10,000 training steps of a small layer make the process grow."""
    case = Case(batch=32, time=10, inputs=8, units=32, kind="holes")
    tensors = case.tensors()
    step = tf.function(lambda: case.run(by_kernel, tensors), autograph=False)

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    for _ in range(1000):
        step()
    for _ in range(100):
        case.by_kernel()
    before = resident()
    for _ in range(10_000):
        step()
    for _ in range(300):
        case.by_kernel()
    return resident() - before


def threads():
    """Give how many threads the kernel adds, how many remain, and their idle fraction of a core."""
    case = large_cases()["many series"]

    def count():
        return len(list(Path("/proc/self/task").iterdir()))

    for _ in range(3):  # whatever threads TensorFlow itself wants
        case.run(by_loop, case.tensors())
    before = count()
    for _ in range(20):
        case.by_kernel()
    working = count() - before
    wall, used = time.perf_counter(), time.process_time()
    time.sleep(0.5)
    idle = (time.process_time() - used) / (time.perf_counter() - wall)
    # they end after a second without work; a busy machine lets them end late
    deadline = time.perf_counter() + 20
    while count() > before and time.perf_counter() < deadline:
        time.sleep(0.1)
    return {
        "told": library.threads(),
        "working": working,
        "remaining": count() - before,
        "idle": idle,
    }


def fork():
    """Give whether a child forked while helpers wait can work and end, and its parent continue."""
    case = large_cases()["many series"]
    before = digest(case.by_kernel())
    child = os.fork()
    if child == 0:
        v = np.ones((50, 50))
        os._exit(0 if (v @ v).sum() == 50**3 else 1)
    deadline = time.monotonic() + 60
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    return {"child": ended == (child, 0), "parent": digest(case.by_kernel()) == before}


def vectors():
    return library.vectors()


def work(job):
    told, cores, whats, vectors = job
    os.environ["GLASSCELL_VECTORS"] = vectors
    # TensorFlow's threads will be started by this one
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    if told:  # TensorFlow refuses to be told once it is started
        tf.config.threading.set_intra_op_parallelism_threads(told)
    tf.config.experimental.enable_op_determinism()
    return {what: globals()[what]() for what in whats}


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        print(json.dumps(pool.map(work, json.loads(sys.argv[1]), chunksize=1)))
