"""The speed of this machine's float32 product of two large matrices: an upper bound for an LSTM."""

import contextlib
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import timing
from timing import Timed

SIZE = 2048
FLOPS = 2 * SIZE**3
ONE_CORE, ALL_CORES = "sgemm, one core", "sgemm, all cores"
SetThreads = Callable[[int], Any]


@dataclass(frozen=True)
class Sgemm:
    """The fastest product on one core and on all, and the speed of each library."""

    timed: dict[str, Timed]
    libraries: dict[str, str]
    gflops: dict[str, dict[str, float]]


def find_sgemm() -> Sgemm:
    """Compare the libraries, and return the fastest on one core and on all."""
    found = Sgemm({}, {}, {})
    for place, threads in ((ONE_CORE, 1), (ALL_CORES, timing.cores())):
        timed = {
            library: Timed(call, partial(set_threads, threads))
            for library, (call, set_threads) in products().items()
            if set_threads is not anything or place == ALL_CORES
        }
        seconds = timing.time_in_turn(timed, 3)
        found.gflops[place] = {
            name: FLOPS / statistics.median(v) / 1e9 for name, v in seconds.items()
        }
        best = max(found.gflops[place], key=lambda name: found.gflops[place][name])
        found.libraries[place], found.timed[place] = best, timed[best]
    return found


def anything(_: int) -> None:
    """Do nothing: TensorFlow's threads cannot be set once it runs."""


def products() -> dict[str, tuple[Callable[[], Any], SetThreads]]:
    """Return a·b by each library, and how to set the library's threads.

    NumPy's OpenBLAS and PyTorch's MKL do not use every machine's vector instructions. TensorFlow's
    oneDNN may be twice as fast; PyTorch has it, too, for tensors in its layout.
    """
    import numpy as np
    import tensorflow as tf
    from threadpoolctl import threadpool_limits

    a, b = np.random.default_rng(0).normal(size=(2, SIZE, SIZE)).astype("float32")
    in_tf = tf.constant(a), tf.constant(b)
    calls: dict[str, tuple[Callable[[], Any], SetThreads]] = {
        "TensorFlow": (lambda: tf.matmul(*in_tf)[0, 0].numpy(), anything),
        "NumPy": (lambda: a @ b, lambda threads: threadpool_limits(threads, "blas")),
    }
    with contextlib.suppress(ModuleNotFoundError):
        import torch

        in_torch = torch.from_numpy(a), torch.from_numpy(b)
        calls["PyTorch"] = (lambda: torch.matmul(*in_torch), torch.set_num_threads)
        if torch.backends.mkldnn.is_available():
            in_onednn = [v.to_mkldnn() for v in in_torch]
            calls["oneDNN"] = (
                lambda: torch.nn.functional.linear(*in_onednn),
                torch.set_num_threads,
            )
    return calls
