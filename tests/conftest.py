"""What all tests share: quiet TensorFlow, hypothesis profiles, and the `product` marker.

`pytest` runs every test in seconds: where many choices meet, each pair of choices is tried together at least once.
`pytest --nightly` tries the full products, and gives hypothesis more examples and fresh seeds.
"""

import itertools
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # read once, when TensorFlow is first imported

from allpairspy import AllPairs
from hypothesis import settings

collect_ignore = ["keras_with_our_lstm.py"]  # replaces Keras's LSTM when imported: only for the process made for it

settings.register_profile("ci", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=500, deadline=None, print_blob=True)


def pytest_addoption(parser):
    parser.addoption("--nightly", action="store_true", help="full products in place of pairs; more random examples")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "product(**axes): parametrise by all pairs of choices, or by all choices nightly"
    )
    settings.load_profile("nightly" if config.getoption("--nightly") else "ci")


def pytest_generate_tests(metafunc):
    for marker in metafunc.definition.iter_markers("product"):
        names, choices = list(marker.kwargs), [list(axis) for axis in marker.kwargs.values()]
        every = metafunc.config.getoption("--nightly")
        metafunc.parametrize(names, [tuple(row) for row in (itertools.product if every else _pairs)(*choices)])


def _pairs(*choices):
    return AllPairs(choices)
