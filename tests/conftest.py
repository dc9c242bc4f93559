"""Shared by all tests: quiet TensorFlow, hypothesis profiles, `long`, `product`, `few`, `undrawn`.

`pytest` runs the short suite: every module, in minutes. `pytest -m long` runs the rest, as CI does
after it, and `pytest -m ""` both. Where many choices meet, each pair of choices is tried together
at least once, or each choice, where a case is dear; of many cases alike a `few` are tried, and
those marked `nightly` are left out. `pytest --nightly` tries the full products and all cases, draws
all pictures, and gives hypothesis more examples and fresh seeds.
"""

import gc
import itertools
import os
import random
import signal
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # read once, when TensorFlow is first imported
# Nor may NumPy's threads wait for each other, spinning, while the other of two processes that test
# has the core: of the article in NumPy three epochs took 6.4 s of two cores, and take 0.3 s of one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Who tests in the background of a shell has processes that ignore Ctrl-C, and so have those that
# these start; nohup's ignore that the terminal is closed.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

import pytest
from allpairspy import AllPairs
from hypothesis import settings

collect_ignore = ["support"]  # no tests; one module in it replaces Keras's LSTM when it is imported

settings.register_profile("ci", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=500, deadline=None, print_blob=True)


def pytest_addoption(parser):
    parser.addoption(
        "--nightly",
        action="store_true",
        help="full products in place of pairs; more random examples",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "product(**axes): parametrise by all pairs of choices, or by all choices nightly"
    )
    config.addinivalue_line(
        "markers", "each(**axes): parametrise by each choice at least once, or by all nightly"
    )
    config.addinivalue_line(
        "markers",
        "few(n): n of the cases of a test, with all choices if there are enough; or all nightly",
    )
    config.addinivalue_line("markers", "nightly: one of several cases alike, for --nightly only")
    config.addinivalue_line("markers", "gpu: needs a GPU; left out where TensorFlow sees none")
    config.addinivalue_line(
        "markers", "peers: needs PyTorch or JAX, of the extra `peers`; left out without them"
    )
    config.addinivalue_line(
        "markers", "long(seconds): left to CI, for it takes about as many on an idle core"
    )
    settings.load_profile("nightly" if config.getoption("--nightly") else "ci")


def pytest_generate_tests(metafunc):
    for kind, some in (("product", _pairs), ("each", _each)):
        for marker in metafunc.definition.iter_markers(kind):
            names, choices = list(marker.kwargs), [list(axis) for axis in marker.kwargs.values()]
            every = metafunc.config.getoption("--nightly")
            metafunc.parametrize(
                names, [tuple(row) for row in (itertools.product if every else some)(*choices)]
            )


def _sees_gpu():
    return Path("/dev/nvidia0").exists()  # to ask TensorFlow would take seconds


def _pairs(*choices):
    return AllPairs(choices)


def _each(*choices):
    """Iterate over the choices of all axes in parallel; shorter ones start again, shifted."""
    for k in range(max(map(len, choices))):
        yield [axis[(k + j * (k // len(axis))) % len(axis)] for j, axis in enumerate(choices)]


def _beyond_a_few(items):
    """Return the cases that tests marked `few` skip: at random, as long as each choice is tried."""
    cases = defaultdict(list)
    for item in items:
        if item.get_closest_marker("few") and not any(
            map(item.get_closest_marker, ("long", "nightly"))
        ):
            cases[item.nodeid.partition("[")[0]].append(item)
    for name, left in cases.items():
        random.Random(name).shuffle(left)  # the same in both of two processes
        seen = set()
        for _ in range(min(left[0].get_closest_marker("few").args[0], len(left))):
            taken = max(left, key=lambda item: len(_choices(item) - seen))
            seen |= _choices(taken)
            left.remove(taken)
    return {item for left in cases.values() for item in left}


def _choices(item):
    return {(name, repr(choice)) for name, choice in item.callspec.params.items()}


def pytest_collection_modifyitems(config, items):
    for_gpu = [item for item in items if item.get_closest_marker("gpu")]
    if for_gpu and not _sees_gpu():
        config.hook.pytest_deselected(items=for_gpu)
        items[:] = [item for item in items if item not in for_gpu]
    if not config.getoption("--nightly"):
        left_out = {item for item in items if item.get_closest_marker("nightly")} | _beyond_a_few(
            items
        )
        if left_out:
            config.hook.pytest_deselected(items=list(left_out))
            items[:] = [item for item in items if item not in left_out]
    # The files that take longest come first, so that neither of two processes is left with one when
    # the other is done.
    seconds = Counter()
    for item in items:
        seconds[item.path] += sum(marker.args[0] for marker in item.iter_markers("long"))
    items.sort(key=lambda item: -seconds[item.path])


def pytest_collection_finish(session):
    """Let Python's search for garbage pass over all that was imported, which is most of it."""
    gc.collect()
    gc.freeze()


@contextmanager
def _undrawn(config):
    with pytest.MonkeyPatch.context() as patch:
        if not config.getoption("--nightly"):
            from matplotlib.figure import Figure

            patch.setattr(
                Figure, "savefig", lambda figure, file, **how: Path(file).write_bytes(b"undrawn")
            )
        yield


@pytest.fixture
def undrawn(request):
    """Make all figures of a test about other things; matplotlib renders them only nightly."""
    with _undrawn(request.config):
        yield


@pytest.fixture(scope="session")
def undraw(request):
    """Give the same as a context, for what makes runs that many tests share."""
    return lambda: _undrawn(request.config)
