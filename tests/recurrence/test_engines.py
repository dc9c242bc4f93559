"""`engines`: which implementation it chooses, why, and that it is the one that runs."""

import numpy as np
import pytest
import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.recurrence import loop
from glasscell.recurrence.engines import choose_engine, lstm, read
from glasscell.recurrence.kernel import library, operation
from glasscell.variants import GREFF, Variant


@pytest.fixture
def built(monkeypatch):
    """Let the kernel be there, whether or not it is."""
    monkeypatch.setattr(library, "load", lambda: (None, None))
    monkeypatch.setattr(library, "describe", lambda: "it serves here")


@pytest.fixture
def said(monkeypatch, built):
    """Have both implementations say that they were called, and with what."""
    calls = []
    for name, module in (("kernel", operation), ("loop", loop)):
        monkeypatch.setattr(
            module,
            "lstm",
            lambda *args, name=name, **how: calls.append((name, args, how)) or (name, None),
        )
    return calls


def tensors(x=(2, 3, 4), kernel=(4, 20), recurrent_kernel=(5, 20), dtype="float32"):
    rng = np.random.default_rng(0)
    return [tf.constant(rng.normal(size=shape), dtype) for shape in (x, kernel, recurrent_kernel)]


def test_the_kernel_where_it_serves(built):
    assert choose_engine() == choose_engine("kernel") == ("kernel", "it serves here")
    assert choose_engine(variant=GREFF["CIFG"], dtype=tf.float32).engine == "kernel"
    assert choose_engine("loop") == ("loop", "requested by engine='loop'")


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"dtype": tf.float64}, "the kernel supports float32, not float64"),
        ({"variant": GREFF["FGR"]}, "the kernel does not support full gate recurrence"),
        (
            {"variant": Variant(input_activation="gelu")},
            "input_activation is 'gelu'; the kernel supports linear, tanh, ",
        ),
        ({"variant": Variant(output_activation=tf.sin)}, "output_activation is <"),
    ],
)
def test_the_loop_elsewhere_and_why(built, what, reason):
    choice = choose_engine(**what)
    assert choice.engine == "loop"
    assert choice.reason.startswith(reason)
    with pytest.raises(ValueError, match="engine='kernel' does not work here") as refused:
        choose_engine("kernel", **what)
    assert choice.reason in str(refused.value)
    assert "use engine='auto' or 'loop'" in str(refused.value)


def test_the_loop_where_the_kernel_is_not_there(monkeypatch):
    monkeypatch.setattr(library, "load", lambda: (None, "no C++ compiler"))
    assert choose_engine() == ("loop", "no C++ compiler")
    with pytest.raises(ValueError, match=r"engine='kernel' does not work here: no C\+\+ compiler"):
        lstm(*tensors(), engine="kernel")
    assert lstm(*tensors())[0].shape == (2, 5)


def test_the_loop_within_xla(built):
    chosen = []
    tf.function(lambda: chosen.append(choose_engine()), jit_compile=True, autograph=False)()
    assert chosen[0].engine == "loop"
    assert "XLA" in chosen[0].reason


def test_an_engine_that_is_not_known_is_refused():
    for ask in (choose_engine, lambda engine: lstm(*tensors(), engine=engine)):
        with pytest.raises(ValueError, match="engine='turbo': expected 'auto', 'kernel' or 'loop'"):
            ask("turbo")


@pytest.mark.parametrize(
    ("engine", "dtype", "ran"),
    [
        ("auto", "float32", "kernel"),
        ("kernel", "float32", "kernel"),
        ("loop", "float32", "loop"),
        ("auto", "float64", "loop"),
    ],
)
def test_what_was_chosen_runs_with_all_that_was_given(said, engine, dtype, ran):
    x, kernel, recurrent_kernel = tensors(dtype=dtype)
    state = State(*tensors((2, 5), (2, 5), (1,), dtype)[:2])
    how = {
        "initial_state": state,
        "mask": tf.ones((2, 3), tf.bool),
        "return_sequences": True,
        "go_backwards": True,
    }
    how |= {
        "time_major": False,
        "zero_output_for_mask": True,
        "input_keep": [x[:, 0]],
        "recurrent_keep": [state.h],
    }
    bias = kernel[0]
    assert lstm(x, kernel, recurrent_kernel, bias, GREFF["V"], state.h, engine=engine, **how) == (
        ran,
        None,
    )
    ((name, args, given),) = said
    assert name == ran
    assert args[0] is x
    assert args[1] == Weights(kernel, recurrent_kernel, bias, state.h)
    assert args[2] == GREFF["V"]
    assert {key: given[key] for key in how} == how


def test_arrays_of_numpy_count_by_their_dtype(said):
    x, kernel, recurrent_kernel = (v.numpy() for v in tensors())
    lstm(x, kernel, recurrent_kernel)
    lstm(x.astype("float64"), kernel.astype("float64"), recurrent_kernel.astype("float64"))
    assert [name for name, *_ in said] == ["kernel", "loop"]


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (((3, 2, 3, 4), (4, 20), (5, 20)), "leading axes"),
        (((2, 3, 4), (3, 4, 20), (3, 5, 20)), "leading axes"),
        (((2, 3, 0), (0, 20), (5, 20)), "at least one feature"),
        (((1,) * 6 + (2, 3, 4), (1,) * 6 + (4, 20), (1,) * 6 + (5, 20)), "9 axes"),
    ],
)
def test_shapes_that_only_the_loop_takes(said, shapes, reason):
    assert lstm(*tensors(*shapes)) == ("loop", None)
    x, *weights = tensors(*shapes)
    *_, choice = read(x, Weights(*weights))
    assert choice.engine == "loop"
    assert reason in choice.reason
    with pytest.raises(ValueError, match=f"engine='kernel' does not work here: .*{reason}"):
        lstm(*tensors(*shapes), engine="kernel")


def test_networks_side_by_side_run_on_the_kernel(said):
    assert lstm(*tensors((6, 2, 3, 4), (6, 4, 20), (6, 5, 20))) == ("kernel", None)


@pytest.mark.parametrize("time_major", [False, True])
def test_unrolling_needs_a_known_length_whichever_runs(said, time_major):
    _, kernel, recurrent_kernel = tensors()
    shape = (None, 2, 4) if time_major else (2, None, 4)

    def run(x):
        return lstm(x, kernel, recurrent_kernel, unroll=True, time_major=time_major)

    with pytest.raises(ValueError, match="unroll=True needs a known number of time steps"):
        tf.function(run, autograph=False).get_concrete_function(tf.TensorSpec(shape))
    assert lstm(*tensors(), unroll=True, engine="loop") == ("loop", None)
    assert said[-1][2]["unroll"]
    assert lstm(*tensors(), unroll=True) == ("kernel", None)


@pytest.mark.parametrize("engine", ["auto", "loop"])
@pytest.mark.parametrize("time_major", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_one_row_of_the_mask_may_serve_all_series(engine, time_major):
    x, *weights = tensors(x=(3, 2, 4) if time_major else (2, 3, 4))
    row = tf.constant([True, False, True])
    row, every = (
        (row[:, None], tf.stack([row] * 2, 1)) if time_major else (row[None], tf.stack([row] * 2))
    )
    options = {"engine": engine, "return_sequences": True, "time_major": time_major}
    want, _ = lstm(x, *weights, mask=every, **options)
    np.testing.assert_array_equal(lstm(x, *weights, mask=row, **options)[0], want)
    unknown = tf.function(lambda x: lstm(x, *weights, mask=row, **options)[0])
    traced = unknown.get_concrete_function(tf.TensorSpec([None, None, 4]))
    np.testing.assert_allclose(traced(x), want, rtol=1e-6)


@pytest.mark.parametrize("engine", ["auto", "loop"])
def test_what_does_not_go_together_is_refused_in_one_way(engine):
    x, kernel, recurrent_kernel = tensors()
    with pytest.raises(
        ValueError, match=r"kernel has the shape \(…, 4, 20\): expected \(…, 4, 24\)"
    ):
        lstm(x, kernel, tf.zeros((6, 24)), engine=engine)
    with pytest.raises(
        ValueError, match=r"kernel has the shape \(…, 3, 20\): expected \(…, 4, 20\)"
    ):
        lstm(x, kernel[:3], recurrent_kernel, engine=engine)
    with pytest.raises(
        ValueError, match=r"recurrent_kernel has the shape \(…, 5, 21\): expected \(…, 5, 20\)"
    ):
        lstm(x, kernel, tf.zeros((5, 21)), engine=engine)
    with pytest.raises(ValueError, match="variant='CIFG': expected a Variant"):
        lstm(x, kernel, recurrent_kernel, variant="CIFG", engine=engine)


@pytest.mark.parametrize("engine", ["auto", "loop"])
def test_a_pair_of_h_and_c_is_a_state(engine):
    x, *weights = tensors()
    h, c = tf.ones((2, 5)), tf.fill((2, 5), 0.5)
    want, _ = lstm(x, *weights, initial_state=State(h, c), engine=engine)
    np.testing.assert_array_equal(lstm(x, *weights, initial_state=(h, c), engine=engine)[0], want)
