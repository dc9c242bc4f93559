"""`kernel.gradients`: derivatives, and derivatives of those, whoever watches what.

T time steps · N series · D features · H units · … leading axes
"""

from itertools import combinations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.kernel_cases import (
    NAMED,
    Case,
    assert_close,
    assert_same,
    by_kernel,
    by_loop,
    graph,
    needs_kernel,
)

from glasscell.variants import GREFF, Variant

pytestmark = needs_kernel

# A gradient of a gradient is a sum of some hundred products of float32 numbers of size 1 and more,
# each off by the 5e-6 that a first derivative may be off by.
SECOND_DERIVATIVE = 5e-5
# One of ⟨w, g⟩ is a sum of fewer. Of 300 random cases the loop in float32 was off from the loop in
# float64 by 4.5e-6 at most, and the kernel by 4.6e-6: the roundings of numbers of size 1, some of
# which cancel. A nightly run draws more.
OF_A_PRODUCT = 2e-5


def penalty_gradient(case, lstm, tensors, inner=lambda function: function):
    """Differentiate the sum of all squared first derivatives: a gradient penalty."""

    @inner
    def first(tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            loss = case.loss({name: v**2 + v for name, v in case.outputs(lstm, tensors).items()})
        return tape.gradient(loss, tensors, unconnected_gradients="zero")

    with tf.GradientTape() as outer:
        outer.watch(tensors)
        penalty = tf.add_n([tf.reduce_sum(g**2) for g in first(tensors).values()])
    return outer.gradient(penalty, tensors, unconnected_gradients="zero")


SMALL = {"batch": 2, "time": 3, "inputs": 2, "units": 3}


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("NP", {"kind": "holes", "start": "none"}),
        ("NP", {"return_sequences": False, "recurrent_factors": 4, "bias": False}),
        ("V", {"kind": "left-padded", "go_backwards": True}),
        ("CIFG", {"time_major": True, "leading": (2,), "start": "one for all"}),
        ("ARTICLE", {"kind": "right-padded", "zero_output_for_mask": True}),
    ],
)
def test_second_derivatives(name, how):
    case = Case(variant=NAMED[name], **SMALL, **how)
    truth = penalty_gradient(case, by_loop, case.tensors("float64"))
    assert_close(penalty_gradient(case, by_kernel, case.tensors()), truth, SECOND_DERIVATIVE)


@pytest.mark.nightly  # outside a graph they are in the short suite
@pytest.mark.long(3)
def test_second_derivatives_in_a_graph_and_of_a_graph():
    case = Case(variant=GREFF["V"], kind="holes", input_factors=4, **SMALL)
    truth = penalty_gradient(case, by_loop, case.tensors("float64"))
    whole = graph(lambda tensors: penalty_gradient(case, by_kernel, tensors))
    assert_close(whole(case.tensors()), truth, SECOND_DERIVATIVE)
    assert_close(
        penalty_gradient(case, by_kernel, case.tensors(), inner=graph), truth, SECOND_DERIVATIVE
    )


class Watched:
    """The derivatives of a case at both orders, for tapes that each watch some of its tensors.

    The second derivatives are those of ⟨w, g⟩, where g are the gradients that the inner tape took
    of a loss that is curved in all that comes out, and w are random.
    """

    def __init__(self, **how):
        self.case = Case(**SMALL, **how)
        rng = np.random.default_rng(1)
        self.w = {name: rng.normal(size=v.shape) for name, v in self.case.arrays.items()}

    def derivatives(self, lstm, tensors, inner, outer):
        """Return g, for the inner tape's variables, and derivatives of ⟨w, g⟩ for the outer's."""
        with tf.GradientTape() as outer_tape:
            outer_tape.watch([tensors[name] for name in outer])
            with tf.GradientTape() as inner_tape:
                inner_tape.watch([tensors[name] for name in inner])
                loss = self.case.loss(
                    {k: v**2 + v for k, v in self.case.outputs(lstm, tensors).items()}
                )
            g = inner_tape.gradient(loss, {name: tensors[name] for name in inner})
            product = tf.add_n(
                [tf.reduce_sum(v * tf.constant(self.w[name], v.dtype)) for name, v in g.items()]
            )
        sources = {name: tensors[name] for name in outer}
        return g, outer_tape.gradient(product, sources, unconnected_gradients="zero")

    def truth(self, inner, outer):
        """Return the same by the loop in float64."""
        return self.derivatives(by_loop, self.case.tensors("float64"), inner, outer)

    def check(self, inner, outer, truth, wrap=lambda function: function):
        """Compare what the kernel gives for tapes that watch `inner` and `outer`."""
        run = wrap(lambda tensors: self.derivatives(by_kernel, tensors, inner, outer))
        g, second = run(self.case.tensors())
        assert_close(g, truth[0])
        assert_close(second, truth[1], OF_A_PRODUCT)


def subsets(names):
    return [list(some) for size in range(1, len(names) + 1) for some in combinations(names, size)]


@pytest.mark.nightly  # the next one draws what is watched
@pytest.mark.long(6)
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("NP", "holes"),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (("NP", "none"), ("V", "none"), ("V", "holes"))
        ),
    ],
)
def test_every_subset_of_what_is_watched(name, kind):
    """The loop computes each block of the Hessian once; the result of a subset is their sum."""
    watched = Watched(variant=NAMED[name], kind=kind)
    names = list(watched.case.arrays)
    # x, three weights, h0, c0, and peepholes; FGR's gate kernel is left
    assert len(names) == {"NP": 6, "V": 7}[name]
    first, second = {}, {}  # to the loop
    for row in names:
        g, second[row] = watched.truth([row], names)
        first |= g
    for some in subsets(names):
        sums = {name: tf.add_n([second[row][name] for row in some]) for name in some}
        watched.check(some, some, ({name: first[name] for name in some}, sums))


EVERYTHING = ["x", "kernel", "recurrent_kernel", "bias", "peephole_kernel", "h0", "c0"]
SOME = st.sets(st.sampled_from(EVERYTHING), min_size=1)


@settings(
    max_examples=settings.default.max_examples // 2
)  # of both orders, and the loop's: a tenth of a second each
@given(
    seed=st.integers(0, 2**32 - 1),
    inner=SOME,
    outer=SOME,
    name=st.sampled_from(list(NAMED)),
    kind=st.sampled_from(oracle.MASKS),
    return_sequences=st.booleans(),
)
def test_two_tapes_may_watch_what_they_like(seed, inner, outer, name, kind, return_sequences):
    watched = Watched(seed=seed, variant=NAMED[name], kind=kind, return_sequences=return_sequences)
    inner, outer = (
        sorted(some & watched.case.arrays.keys()) or ["kernel"] for some in (inner, outer)
    )
    watched.check(inner, outer, watched.truth(inner, outer))


@pytest.mark.nightly  # second derivatives in a graph are above
def test_two_tapes_in_a_graph_may_watch_what_they_like():
    watched = Watched(variant=GREFF["V"], kind="holes")
    inner, outer = ["kernel", "bias"], ["kernel", "x"]
    watched.check(inner, outer, watched.truth(inner, outer), graph)


def test_a_step_along_the_gradient_is_differentiated():
    """As in meta-learning: the loss after a gradient step, differentiated by earlier weights."""
    case = Case(kind="holes", **SMALL)

    def after_one_step(lstm, tensors):
        weights = {
            name: tf.Variable(v)
            for name, v in tensors.items()
            if "kernel" in name or name == "bias"
        }
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = case.loss(case.outputs(lstm, {**tensors, **weights}))
            gradients = inner.gradient(loss, weights)
            moved = {name: v - 0.1 * gradients[name] for name, v in weights.items()}
            loss = case.loss({k: v**2 for k, v in case.outputs(lstm, {**tensors, **moved}).items()})
        return outer.gradient(loss, weights)

    truth = after_one_step(by_loop, case.tensors("float64"))
    assert_close(after_one_step(by_kernel, case.tensors()), truth, SECOND_DERIVATIVE)


@pytest.mark.nightly  # Jacobians and products, at the end, of one order
@pytest.mark.long(5)
def test_hessians_and_their_products_are_the_loops():
    case = Case(**SMALL)

    def of_the_bias(lstm, tensors):
        bias, w = tensors["bias"], tf.cast(np.linspace(-1, 1, 12), tensors["bias"].dtype)

        def gradient():
            with tf.GradientTape() as tape:
                tape.watch(bias)
                loss = case.loss({k: v**2 for k, v in case.outputs(lstm, tensors).items()})
            return tape.gradient(loss, bias)

        with tf.GradientTape(persistent=True) as outer:
            outer.watch(bias)
            g = gradient()
        with tf.autodiff.ForwardAccumulator(bias, w) as forward:
            product = forward.jvp(gradient())
        return {"hessian": outer.jacobian(g, bias, experimental_use_pfor=False), "product": product}

    truth = of_the_bias(by_loop, case.tensors("float64"))
    assert_close(of_the_bias(by_kernel, case.tensors()), truth, OF_A_PRODUCT)


def test_one_tensor_in_two_places_is_differentiated_in_each():
    """As the state that starts h and c, and as the gradient of two outputs that are added up."""
    case = Case(return_sequences=False, **SMALL)

    def second(lstm, tensors):
        start = tensors["h0"]
        with tf.GradientTape() as outer:
            outer.watch(start)
            with tf.GradientTape() as inner:
                inner.watch(start)
                v = case.outputs(lstm, {**tensors, "c0": start})
                loss = tf.reduce_sum((v["output"] + v["h"] + v["c"]) ** 3)
            g = inner.gradient(loss, start)
            penalty = tf.reduce_sum(g**2)
        return {"start": outer.gradient(penalty, start)}

    assert_close(
        second(by_kernel, case.tensors()),
        second(by_loop, case.tensors("float64")),
        SECOND_DERIVATIVE,
    )


@pytest.mark.parametrize(
    ("variant", "time"),
    [(Variant(False, False, False, peepholes=True), 3), (GREFF["V"], 0)],
    ids=["no gates", "no steps"],
)
def test_weights_that_nothing_hangs_on_have_second_derivatives_of_zero(variant, time):
    case = Case(variant=variant, **{**SMALL, "time": time})
    truth = penalty_gradient(case, by_loop, case.tensors("float64"))
    assert_close(penalty_gradient(case, by_kernel, case.tensors()), truth, SECOND_DERIVATIVE)


@pytest.mark.product(
    kind=["none", "holes"], recurrent_factors=[0, 4], return_sequences=[False, True]
)
def test_a_graph_called_under_a_tape_recomputes_what_it_did_not_keep(
    kind, recurrent_factors, return_sequences
):
    how = {
        "kind": kind,
        "recurrent_factors": recurrent_factors,
        "return_sequences": return_sequences,
    }
    case = Case(variant=GREFF["V"], **how)
    forward = graph(lambda tensors: case.outputs(by_kernel, tensors))
    tensors = case.tensors()
    (op,) = [
        op
        for op in forward.get_concrete_function(tensors).graph.get_operations()
        if op.type == "GlasscellLSTM"
    ]
    assert not op.get_attr("save")
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        outputs = forward(tensors)
        loss = case.loss(outputs)
    assert_same([outputs, tape.gradient(loss, tensors)], case.by_kernel())


@pytest.mark.parametrize("wrap", [lambda function: function, graph], ids=["eager", "graph"])
def test_what_was_kept_serves_more_than_one_gradient(wrap):
    case = Case(variant=GREFF["V"], kind="holes")

    @wrap
    def twice(tensors):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(tensors)
            outputs = case.outputs(by_kernel, tensors)
            loss = case.loss(outputs)
        whole = tape.gradient(loss, tensors)
        parts = [tape.gradient(outputs["output"], tensors), tape.gradient(outputs["c"], tensors)]
        return outputs, whole, parts, tape.gradient(loss, tensors)

    outputs, whole, parts, again = twice(case.tensors())
    assert_same([outputs, whole], case.by_kernel())
    assert_same(again, whole)
    case.upstream = {
        "output": np.ones(outputs["output"].shape),
        "h": np.zeros((3, 17)),
        "c": np.zeros((3, 17)),
    }
    assert_same(parts[0], case.by_kernel()[1])
    case.upstream |= {"output": np.zeros(outputs["output"].shape), "c": np.ones((3, 17))}
    assert_same(parts[1], case.by_kernel()[1])


def test_tf_gradients_are_the_tapes():
    case = Case(variant=GREFF["V"], kind="holes")

    @graph
    def gradients(tensors):
        return tf.gradients(case.loss(case.outputs(by_kernel, tensors)), list(tensors.values()))

    assert_same(gradients(case.tensors()), list(case.by_kernel()[1].values()))


@pytest.mark.parametrize("sources", [("kernel",), ("x",), ("h0", "c0"), ("recurrent_kernel", "x")])
def test_gradients_of_some_inputs_are_those_of_all(sources):
    case = Case()
    with tf.GradientTape() as tape:
        tensors = case.tensors()
        tape.watch([tensors[name] for name in sources])
        loss = case.loss(case.outputs(by_kernel, tensors))
    _, all_gradients = case.by_kernel()
    assert_same(
        tape.gradient(loss, [tensors[name] for name in sources]),
        [all_gradients[name] for name in sources],
    )


@pytest.mark.long(1)
def test_forward_mode_and_jacobians_are_the_loops():
    case = Case(batch=2, time=3, inputs=2, units=3, return_sequences=False)
    answers = []
    for lstm in (by_kernel, by_loop):
        x = case.tensors()["x"]

        def run(x, lstm=lstm):
            return case.outputs(lstm, {**case.tensors(), "x": x})["output"]

        with tf.autodiff.ForwardAccumulator(
            x, tf.constant(case.upstream["h"][:, None, :2], tf.float32) * x
        ) as forward:
            y = run(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = run(x)
        answers.append({"jvp": forward.jvp(y), "jacobian": tape.jacobian(z, x)})
    assert_close(*answers)
