"""`kernel`: outputs, states and all gradients in float32, against `cell` in float64."""

import math

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import oracle
from support.kernel_cases import (
    BOUND,
    NAMED,
    SIZE_OF_TERMS,
    UNBOUNDED,
    Case,
    assert_close,
    by_loop,
    needs_kernel,
)

from glasscell import cell
from glasscell.cell import State
from glasscell.variants import PLAIN_ACTIVATIONS, Variant

pytestmark = needs_kernel


# --- Against the loop in float64 ------------------------------------------------------------------


@st.composite
def variants(draw):
    """Draw a cell that the kernel serves: one with a name, or one of any gates and activations."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(NAMED.values())))
    gates = draw(st.tuples(*[st.booleans()] * 3))
    coupled = gates[0] and gates[1] and draw(st.booleans())
    activations = draw(st.tuples(*[st.sampled_from(PLAIN_ACTIVATIONS)] * 3))
    return Variant(*gates, coupled, draw(st.booleans()), False, *activations)


@st.composite
def cases(draw):
    variant = draw(variants())
    # A cell of any make-up may multiply what it holds at every step, and the error with it.
    longest = 20 if variant in NAMED.values() else 2 if variant.gate_activation in UNBOUNDED else 3
    return Case(
        draw(st.integers(0, 2**32 - 1)),
        variant,
        batch=draw(st.integers(1, 12)),
        time=draw(st.integers(1, longest)),
        inputs=draw(st.integers(1, 10)),
        units=draw(st.integers(1, 40)),  # two and a half of the widest vectors
        leading=draw(st.sampled_from([(), (), (1,), (3,), (2, 2)])),
        kind=draw(st.sampled_from(oracle.MASKS)),
        bias=draw(st.booleans()),
        start=draw(st.sampled_from(["none", "each", "one for all"])),
        input_factors=draw(st.sampled_from([0, 0, 1, 4])),
        recurrent_factors=draw(st.sampled_from([0, 0, 1, 4])),
        go_backwards=draw(st.booleans()),
        return_sequences=draw(st.booleans()),
        time_major=draw(st.booleans()),
        zero_output_for_mask=draw(st.booleans()),
    )


@settings(max_examples=2 * settings.default.max_examples)
@given(cases())
def test_outputs_states_and_all_gradients(case):
    truth, distance_from_kinks = case.truth_and_distance_from_kinks()
    assume(distance_from_kinks > 1e-5)
    ours = case.by_kernel()
    try:
        assert_close(ours, truth)
    except AssertionError:
        # One case in a thousand is so made (one unit that amplifies, a sum that cancels) that its
        # numbers mean little: rounding what is given, half a unit up or down, moves them as far.
        # The bound is 42 units: so may be the error.
        both = zip(*map(tf.nest.flatten, (ours, truth, case.how_unsure(truth))), strict=True)
        if not all(
            np.abs(mine.numpy() - true.numpy()).max() <= 80 * unsure for mine, true, unsure in both
        ):
            raise


@pytest.mark.long(3)
@pytest.mark.parametrize("time", [400, pytest.param(100, marks=pytest.mark.nightly)])
@pytest.mark.parametrize(
    "name",
    [
        "V",
        "NFG",
        *(pytest.param(name, marks=pytest.mark.nightly) for name in ("NP", "ARTICLE", "CIFG")),
    ],
)
def test_long_series(name, time):
    """Each step rounds at random: the error in the state decays, or stays without a forget gate.

    So the errors of T steps add up like √T at most, as do those of the T·N terms of a weight's
    gradient.
    """
    case = Case(variant=NAMED[name], time=time, kind="holes")
    assert_close(case.by_kernel(), case.truth(), BOUND * math.sqrt(time / 20))


# --- Against `cell.step`, taken by hand -----------------------------------------------------------


def by_hand(
    x,
    kernel,
    recurrent_kernel,
    bias,
    variant,
    peephole_kernel=None,
    *,
    initial_state,
    mask,
    **options,
):
    """Take T steps, forwards or backwards; a series stays as it was where its mask is False."""
    state, outputs, seen = initial_state, [], False
    steps = range(x.shape[1])
    for t in reversed(steps) if options["go_backwards"] else steps:
        after, _ = cell.step(
            x[:, t], state, kernel, recurrent_kernel, bias, variant, peephole_kernel
        )
        real = mask[:, t, None]
        state = State(
            *(tf.where(real, new, old) for new, old in zip(after[:2], state[:2], strict=True))
        )
        seen = seen | real
        outputs.append(tf.where(seen, state.h, tf.zeros_like(state.h)))
    return tf.stack(outputs, 1), state


@pytest.mark.few(20)
@pytest.mark.product(name=NAMED, kind=oracle.MASKS[1:], go_backwards=[False, True])
def test_steps_taken_by_hand(name, kind, go_backwards):
    case = Case(variant=NAMED[name], kind=kind, go_backwards=go_backwards)
    assert_close(case.by_kernel(), case.run(by_hand, case.tensors("float64")))


# --- Against finite differences -------------------------------------------------------------------


@pytest.mark.few(9)
@pytest.mark.product(
    name=NAMED,
    kind=["none", "holes"],
    recurrent_factors=[0, 4],
    leading=[(), (2,)],
    return_sequences=[False, True],
)
def test_gradients_are_what_the_loss_changes_by(
    name, kind, recurrent_factors, leading, return_sequences
):
    """Along a random direction in each array, by the loop in float64; no derivative is used."""
    how = {
        "recurrent_factors": recurrent_factors,
        "leading": leading,
        "return_sequences": return_sequences,
    }
    case = Case(variant=NAMED[name], kind=kind, **how)
    _, gradients = case.by_kernel()
    tensors = case.tensors("float64")
    rng = np.random.default_rng(1)

    def loss(name, moved):
        return case.loss(case.outputs(by_loop, {**tensors, name: moved})).numpy()

    for name, v in tensors.items():
        direction = rng.normal(size=v.shape)
        direction /= np.abs(
            direction
        ).sum()  # so that the slope is off by no more than the gradient's largest error
        ε = 1e-4  # the difference is off by ε² and 1e-16/ε, both far below
        slope = (loss(name, v + ε * direction) - loss(name, v - ε * direction)) / (2 * ε)
        largest = np.abs(gradients[name]).max()
        assert largest > SIZE_OF_TERMS / 2
        assert abs(np.sum(direction * gradients[name]) - slope) <= BOUND * max(
            largest, SIZE_OF_TERMS
        )
