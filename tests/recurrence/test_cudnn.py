"""cuDNN: used where possible, with the right parameters, and never with masks or in exports.

There is no GPU here: a stand-in reads the parameters that Keras packs (support/cudnn_stand_in.py).
Tests marked `gpu` run where there is one.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import cudnn_stand_in, oracle
from support.facts import raises

from glasscell import LSTM
from glasscell.cell import State, Weights
from glasscell.recurrence import cudnn, loop
from glasscell.recurrence.engines import choose_engine, read
from glasscell.recurrence.sentences import Recurrence
from glasscell.variants import ARTICLE, GREFF


@pytest.fixture
def calls(monkeypatch):
    """Let TensorFlow see a GPU; return what its LSTM was called with."""
    found = []
    cudnn_stand_in.put_in_place(monkeypatch, found)
    return found


def drawn(seed=0, N=4, T=6, D=3, H=5):
    rng = np.random.default_rng(seed)
    weights = oracle.random_weights(rng, D, H)
    x, start = rng.normal(size=(N, T, D)), oracle.random_start(rng, N, H)
    return rng, x, weights, start


def in_tensors(x, weights, start):
    arrays = Weights(**{name: tf.constant(v) for name, v in weights.items()})
    return tf.constant(x), arrays, State(*map(tf.constant, start))


@pytest.mark.few(6)
@pytest.mark.product(
    kind=oracle.MASKS,
    go_backwards=[False, True],
    zero_output_for_mask=[False, True],
    time_major=[False, True],
)
def test_it_reads_as_the_paper_says(kind, go_backwards, zero_output_for_mask, time_major, calls):
    rng, x, weights, start = drawn()
    mask = oracle.random_mask(rng, kind, *x.shape[:2])
    how = {"mask": mask, "go_backwards": go_backwards, "zero_output_for_mask": zero_output_for_mask}
    y, last, states = oracle.lstm(x, weights, start=start, **how)
    if mask is not None:
        x[~mask] = np.nan  # what is masked is never looked at

    def turned(v):
        return v if v is None or not time_major else np.moveaxis(v, 0, 1)

    given = in_tensors(turned(x), weights, start)
    how = how | {
        "mask": None if mask is None else tf.constant(turned(mask)),
        "time_major": time_major,
    }
    for return_sequences, wanted in ((True, turned(y)), (False, last)):
        output, state, choice = read(
            *given[:2], initial_state=given[2], return_sequences=return_sequences, **how
        )
        assert choice.engine == "cudnn"
        oracle.assert_close([output, state.h, state.c], [wanted, *states], 1e-12)  # float64
    fits = mask is None or (
        mask.any(1).all() and all((np.diff(row.astype(int)) <= 0).all() for row in mask)
    )
    assert bool(calls) == fits  # else the loop


def test_two_gates_exchanged_are_noticed(monkeypatch):
    _, x, weights, start = drawn()
    cudnn_stand_in.put_in_place(monkeypatch, order="ifoz")
    x, arrays, state = in_tensors(x, weights, start)
    output, *_ = read(x, arrays, initial_state=state)
    assert np.abs(output - loop.lstm(x, arrays, initial_state=state)[0]).max() > 0.01


@pytest.mark.long(4)
@pytest.mark.parametrize(
    "kind",
    [
        "right-padded",
        *(pytest.param(kind, marks=pytest.mark.nightly) for kind in ("none", "holes")),
    ],
)
def test_its_gradients_are_the_loop_s(kind, calls):
    rng, x, weights, start = drawn(1)
    mask = oracle.random_mask(rng, kind, *x.shape[:2])
    x, arrays, state = in_tensors(x, weights, start)

    @tf.function
    def gradients(engine):
        with tf.GradientTape() as tape:
            tape.watch([x, *arrays[:3]])
            output, _, _ = read(
                x, arrays, engine=engine, initial_state=state, mask=mask, return_sequences=True
            )
            loss = tf.reduce_sum(tf.sin(output))
        return tape.gradient(loss, [x, *arrays[:3]])

    oracle.assert_close(gradients("auto"), gradients("loop"), 1e-12)


def test_which_way_is_chosen(calls):
    assert choose_engine().engine == "cudnn"
    assert choose_engine("loop").engine == "loop"
    assert choose_engine(use_cudnn=False) == (
        "loop",
        f"requested by use_cudnn=False: {cudnn.OTHERWISE}",
    )
    for variant in (ARTICLE, GREFF["V"], GREFF["CIFG"], GREFF["FGR"]):
        choice = choose_engine(variant=variant)
        assert choice.engine == "loop"
        assert choice.reason.startswith(
            "cuDNN supports only the standard cell: the loop runs instead"
        )
        with pytest.raises(
            ValueError, match="does not work here: cuDNN supports only the standard cell"
        ):
            choose_engine(variant=variant, use_cudnn=True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"use_bias": False}, "cuDNN requires a bias"),
        ({"unroll": True}, "cuDNN cannot unroll steps"),
        ({"variant": "V"}, "cuDNN supports only the standard cell"),
        ({"activation": "relu"}, "cuDNN supports only the standard cell"),
        ({"use_cudnn": False}, "requested by use_cudnn=False"),
        ({"engine": "loop"}, "requested by engine='loop'"),
    ],
)
def test_what_cudnn_does_not_have_takes_the_loop_and_says_so(arguments, reason, calls):
    layer = LSTM(3, **arguments)
    layer(np.ones((2, 4, 3), "float32"))
    assert layer.choice.engine == "loop"
    assert layer.choice.reason.startswith(reason)
    assert calls == []


@pytest.mark.parametrize(
    ("dropout", "engine"),
    [({"dropout": 0.5}, "cudnn"), ({"recurrent_dropout": 0.5}, "loop")],
    ids=str,
)
def test_dropout_while_training(dropout, engine, calls):
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    layer = LSTM(3, **dropout, seed=1)
    by_cudnn = layer(x, training=True)
    assert layer.choice.engine == engine
    if engine == "cudnn":
        assert not np.allclose(by_cudnn, layer(x))  # something was dropped, and
        other = LSTM(3, engine="loop", **dropout, seed=1)
        other.build(x.shape)
        other.set_weights(layer.get_weights())
        np.testing.assert_allclose(by_cudnn, other(x, training=True), atol=1e-6)  # the same


@pytest.mark.skipif(choose_engine().engine != "kernel", reason="no kernel was built")
def test_the_kernel_where_it_is_asked_for_or_the_cpu_is(calls, monkeypatch):
    assert choose_engine("kernel").engine == "kernel"
    monkeypatch.undo()
    monkeypatch.setattr(cudnn, "sees_gpu", lambda: True)
    chosen = []

    def choose():
        chosen.append(choose_engine())

    def choose_on_the_cpu():
        with tf.device("CPU"):
            choose()

    choose_on_the_cpu()
    tf.function(choose_on_the_cpu, autograph=False)()
    with tf.device("CPU"):
        tf.function(choose, autograph=False)()
    assert [choice.engine for choice in chosen] == ["kernel"] * 3


def test_xla_and_exports_never_hold_it(calls, tmp_path):
    chosen = []
    tf.function(lambda: chosen.append(choose_engine()), jit_compile=True, autograph=False)()
    assert chosen[0].engine == "loop"
    assert "XLA" in chosen[0].reason
    model = keras.Sequential([keras.Input((None, 2)), LSTM(3)])
    model.export(tmp_path / "model", verbose=False)
    assert calls == []
    assert b"Cudnn" not in (tmp_path / "model/saved_model.pb").read_bytes()


def test_the_layer_shares_its_weights_with_both_ways(calls):
    layer = LSTM(4, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(3, 5, 2)).astype("float32")
    by_cudnn = layer(x)
    assert layer.choice.engine == "cudnn"
    layer.engine = "loop"
    np.testing.assert_allclose(by_cudnn, layer(x), atol=1e-6)
    assert len(calls) == 1


def test_second_derivatives_are_refused_by_a_sentence():
    cudnn._refuse_second_derivatives()
    from tensorflow.python.framework.ops import get_gradient_function

    with tf.Graph().as_default() as graph:
        v = tf.compat.v1.placeholder(tf.float32, (None, None, None))
        params, lengths = (
            tf.compat.v1.placeholder(tf.float32, (None,)),
            tf.compat.v1.placeholder(tf.int32, (None,)),
        )
        made = {
            "input": v,
            "input_h": v,
            "input_c": v,
            "params": params,
            "sequence_lengths": lengths,
        }
        made |= {
            "output": v,
            "output_h": v,
            "output_c": v,
            "output_backprop": v,
            "output_h_backprop": v,
        }
        tf.raw_ops.CudnnRNNBackpropV3(
            **made, output_c_backprop=v, reserve_space=params, host_reserved=tf.zeros([1], tf.int8)
        )
        operation = next(op for op in graph.get_operations() if op.type == "CudnnRNNBackpropV3")
        with raises(Recurrence.NO_SECOND_DERIVATIVES):
            get_gradient_function(operation)(operation)


def test_a_cudnn_that_cannot_run_is_reported(monkeypatch, calls):
    def broken(**_):
        raise tf.errors.NotFoundError(None, None, "no such library")

    monkeypatch.setattr(tf.raw_ops, "CudnnRNNV3", broken)
    with raises(Recurrence.NO_CUDNN):
        LSTM(3)(np.ones((2, 4, 3), "float32"))


@pytest.mark.gpu
def test_a_graph_that_names_no_device_is_the_gpu_s():
    assert tf.function(lambda: choose_engine().engine == "cudnn", autograph=False)()


@pytest.mark.gpu
def test_on_a_gpu_it_answers_as_the_loop_does():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 30, 5)).astype("float32")
    for mask in (None, oracle.random_mask(rng, "right-padded", 8, 30) | (np.arange(30) == 0)):
        layer = LSTM(16, return_sequences=True)
        by_cudnn = layer(x, mask=mask)
        assert layer.choice.engine == "cudnn"
        layer.engine = "loop"
        # cuDNN may compute in TF32
        np.testing.assert_allclose(by_cudnn, layer(x, mask=mask), atol=2e-4)
