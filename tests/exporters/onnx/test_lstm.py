import numpy as np
import pytest
from support import oracle
from support.onnx import run
from support.random_networks import variant_of

from glasscell.exporters.onnx import lstm
from glasscell.exporters.onnx.lstm import Reader, fits_a_node
from glasscell.inference.cell import Weights
from glasscell.variants import GREFF, Variant

N, T, D, H = 6, 9, 3, 4


def reader_of(rng, name, **how):
    weights = {
        key: v.astype("float32") for key, v in oracle.random_weights(rng, D, H, name).items()
    }
    options = {"backwards": False, "zero_where_masked": False} | how
    return Reader(Weights(**weights), Variant(**variant_of(name)), **options), weights


def read(reader, x, mask=None, start=None):
    """Return what `lstm.read` makes of x: h in the order of time, the output, the states."""

    def whole(graph, x, *rest):
        rest = list(rest)
        real = None if mask is None else rest.pop(0)
        reading = lstm.read(graph, reader, x, real, rest or None)
        return reading.sequence, reading.last, *reading.states

    sequence, last, *states = run(whole, x, *([] if mask is None else [mask]), *(start or []))
    return sequence, last, states


@pytest.mark.few(20)
@pytest.mark.product(
    name=oracle.NAMES,
    kind=oracle.MASKS,
    backwards=[False, True],
    zero_where_masked=[False, True],
    has_start=[False, True],
)
def test_it_reads_as_the_papers_cell(name, kind, backwards, zero_where_masked, has_start):
    rng = np.random.default_rng(5)
    reader, weights = reader_of(rng, name, backwards=backwards, zero_where_masked=zero_where_masked)
    x = rng.normal(size=(N, T, D)).astype("float32")
    mask = oracle.random_mask(rng, kind, N, T)
    start = (
        [s.astype("float32") for s in oracle.random_start(rng, N, H, name)] if has_start else None
    )
    found = read(reader, x, mask, start)
    truth = oracle.lstm(
        x,
        weights,
        name,
        start,
        mask,
        go_backwards=backwards,
        zero_output_for_mask=zero_where_masked,
    )
    in_time = truth[0][:, ::-1] if backwards else truth[0]
    oracle.assert_close(found, (in_time, truth[1], truth[2]), 5e-6)


@pytest.mark.parametrize("name", oracle.NAMES)
@pytest.mark.parametrize("has_mask", [False, True])
def test_a_step_is_a_series_of_one(name, has_mask):
    rng = np.random.default_rng(6)
    reader, weights = reader_of(rng, name)
    x, start = rng.normal(size=(N, D)).astype("float32"), oracle.random_start(rng, N, H, name)
    start = [s.astype("float32") for s in start]
    real = rng.random((N, 1)) < 0.5
    found = run(
        lambda graph, x, real, *s: lstm.step(graph, reader, x, real if has_mask else None, s),
        x,
        real,
        *start,
    )
    for n in range(N):
        after, _ = oracle.step(x[n], [s[n] for s in start], weights, name)
        truth = after if real[n, 0] or not has_mask else [s[n] for s in start]
        oracle.assert_close([v[n] for v in found], truth, 5e-6)


def test_all_but_full_gate_recurrence_are_nodes():
    assert [name for name, variant in GREFF.items() if not fits_a_node(variant)] == ["FGR"]
    # none of its biases holds a gate at 1
    assert not fits_a_node(Variant(gate_activation="softsign", input_gate=False))
    assert not fits_a_node(Variant(input_activation="gelu"))


@pytest.mark.parametrize(
    ("mixed", "change"),
    [("GATES", [0, 1, 3, 2]), ("GATES", [0, 3, 2, 1]), ("PEEPHOLES", [0, 1, 2])],
)
def test_exchanged_gates_are_seen(mixed, change, monkeypatch):
    rng = np.random.default_rng(7)
    reader, weights = reader_of(rng, "V")
    x = rng.normal(size=(N, T, D)).astype("float32")
    truth, *_ = oracle.lstm(x, weights, "V")
    monkeypatch.setattr(lstm, mixed, change)
    assert np.abs(read(reader, x)[0] - truth).max() > 0.05


@pytest.mark.parametrize("name", ["ARTICLE", "NFG", "FGR"])
def test_a_memory_that_counts_to_30_and_back(name):
    """Some runtimes clip a memory cell at 10."""
    weights = {
        key: np.zeros_like(v, "float32")
        for key, v in oracle.random_weights(np.random, 1, 1, name).items()
    }
    weights["kernel"][0, 2] = 9.0  # z = ±1
    weights["bias"][[0, 1, 3]] = 30.0  # all gates open
    reader = Reader(
        Weights(**weights), Variant(**variant_of(name)), backwards=False, zero_where_masked=False
    )
    x = np.concatenate([np.ones((2, 30, 1)), -np.ones((2, 29, 1))], 1).astype("float32")
    sequence, _, (_, c, *_) = read(reader, x)
    if name == "ARTICLE":
        assert sequence[0, 29, 0] == pytest.approx(30.0)
    np.testing.assert_allclose(c, 1.0, atol=1e-5)


@pytest.mark.parametrize("name", ["NP", "FGR"])
@pytest.mark.parametrize("has_mask", [False, True])
def test_of_no_step_states_stay(name, has_mask):
    rng = np.random.default_rng(8)
    reader, _ = reader_of(rng, name)
    mask = np.zeros((N, 0), bool) if has_mask else None
    sequence, last, states = read(reader, np.zeros((N, 0, D), "float32"), mask)
    assert sequence.shape == (N, 0, H)
    assert not np.any([last, *states])


@pytest.mark.few(12)
@pytest.mark.parametrize("part", ["input_activation", "gate_activation", "output_activation"])
@pytest.mark.parametrize(
    "activation", ["elu", "hard_sigmoid", "leaky_relu", "relu", "silu", "softsign", "linear"]
)
@pytest.mark.parametrize("coupled", [False, True])
def test_other_activations(part, activation, coupled):
    from glasscell.recurrence.loop import lstm as loop

    rng = np.random.default_rng(9)
    weights = Weights(
        **{
            key: (0.2 * v).astype("float32")
            for key, v in oracle.random_weights(rng, D, H, "V").items()
        }
    )
    variant = Variant(coupled=coupled, peepholes=True, **{part: activation})
    x, mask = rng.normal(size=(N, T, D)).astype("float32"), oracle.random_mask(rng, "holes", N, T)
    reader = Reader(weights, variant, backwards=False, zero_where_masked=False)
    truth, _ = loop(x, weights, variant, mask=mask, return_sequences=True)
    np.testing.assert_allclose(read(reader, x, mask)[0], truth, rtol=1e-4, atol=1e-5)


@pytest.mark.few(6)
@pytest.mark.parametrize("absent", ["input_gate", "forget_gate", "output_gate"])
@pytest.mark.parametrize("activation", ["hard_sigmoid", "tanh", "relu", "linear", "softsign"])
def test_an_absent_gate_is_1_whatever_the_activation(absent, activation):
    from glasscell.recurrence.loop import lstm as loop

    rng = np.random.default_rng(10)
    weights = Weights(
        **{
            key: (0.2 * v).astype("float32")
            for key, v in oracle.random_weights(rng, D, H, "V").items()
        }
    )
    variant = Variant(peepholes=True, gate_activation=activation, **{absent: False})
    x = rng.normal(size=(N, T, D)).astype("float32")
    reader = Reader(weights, variant, backwards=False, zero_where_masked=False)
    truth, _ = loop(x, weights, variant, return_sequences=True)
    np.testing.assert_allclose(read(reader, x)[0], truth, rtol=1e-4, atol=1e-5)
