import numpy as np
import pytest

from glasscell.errors import UsageError
from glasscell.networks.builder import build_network
from glasscell.networks.streams import Stream

FORMS = [
    {"units": 5},
    {"units": (4, 3), "read_out": "mean"},
    {"units": 4, "variant": "FGR"},
    {"units": (5, 4), "read_out": "both", "dropout": 0.5},
    {"units": 4, "variant": "FGR", "read_out": "both", "stride": 2},
    {"units": 4, "variant": "CIFG", "read_out": "mean"},
    {"units": 4, "stride": 3},
    {
        "units": (3, 4),
        "stride": 2,
        "read_out": "mean",
        "activation": "linear",
        "mean": [3.0, 1.0],
        "deviation": [2.0, 9.0],
    },
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_after_t_steps_a_stream_answers_what_the_network_answers_to_t_steps(form):
    rng = np.random.default_rng(3)
    x = rng.normal(1, 2, (4, 10, 3)).astype("float32")
    x[rng.random((4, 10)) < 0.2] = np.nan
    x[:, 0] = 1  # a series of nothing has no answer to compare with
    network = build_network(3, 2, seed=1, **form)
    network.get_layer("scaling").adapt(x)
    stream = Stream(network, streams=4)
    for t in range(10):
        # one step at a time, and all at once, round differently
        np.testing.assert_allclose(stream.step(x[:, t]), network(x[:, : t + 1]), rtol=2e-5, atol=2e-6)


def test_streams_begin_anew_together_or_one_by_one():
    network, x = build_network(2, 2, units=4), np.random.default_rng(0).normal(size=(6, 3, 2)).astype("float32")
    stream = Stream(network, streams=3)
    first = [stream.step(v) for v in x]
    stream.reset()
    np.testing.assert_array_equal([stream.step(v) for v in x], first)
    stream.reset([1])
    again = stream.step(x[0])
    np.testing.assert_array_equal(again[1], first[0][1])
    assert not np.array_equal(again[0], first[0][0])


def test_what_cannot_be_streamed_is_told():
    with pytest.raises(UsageError, match="bidirectional"):
        Stream(build_network(2, 2, bidirectional=True))
    network = build_network(2, 2, stride=3)
    with pytest.raises(UsageError, match="streams=0"):
        Stream(network, 0)
    stream = Stream(network, 2)
    with pytest.raises(UsageError, match=r"expected \(2, 2\)"):
        stream.step(np.ones((2, 3)))
    stream.step(np.ones((2, 2)))
    with pytest.raises(UsageError, match="1 of 3 steps"):
        stream.reset([0])


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_what_is_infinite_is_refused_as_in_training(value):
    stream = Stream(build_network(2, 2), 3)
    x = np.zeros((3, 2))
    x[1, 0] = value
    with pytest.raises(UsageError, match="x of stream 1, channel 0 is infinite"):
        stream.step(x)
    x[1, 0] = np.nan
    assert np.isfinite(stream.step(x)).all()


def test_many_streams_are_no_retracing(caplog):
    for _ in range(6):
        stream = Stream(build_network(1, 2, units=2))
        stream.step([[1.0]])
    assert "retracing" not in caplog.text
