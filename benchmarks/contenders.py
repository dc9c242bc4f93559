"""One LSTM layer in each library: glasscell, Keras, PyTorch and JAX.

Each contender is a short function of x and the weights. It returns two calls: one computes the last
h, the other the gradient of its sum with respect to x and all weights, as within a stack of layers.
"""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, NamedTuple

import timing
from timing import OURS


class Shape(NamedTuple):
    """N series of T steps of D features, H units."""

    T: int
    N: int
    D: int
    H: int

    @property
    def forward_flops(self) -> int:
        """Return twice the multiplications of x·kernel + h·recurrent_kernel, over all steps."""
        return 2 * self.T * self.N * (self.D + self.H) * 4 * self.H

    @property
    def both_flops(self) -> int:
        """Return those of forward, weight gradients (the same), dh and dx; zero h saves none."""
        dh, dx = (2 * self.T * self.N * width * 4 * self.H for width in (self.H, self.D))
        return 2 * self.forward_flops + dh + dx


class Task:
    """The input of every contender: a shape, and random numbers that keep the states moderate."""

    def __init__(self, shape: Shape):
        import numpy as np

        self.shape = shape
        rng = np.random.default_rng(0)

        def normal(*size: int, scale: float = 1.0) -> Any:
            return (scale * rng.normal(size=size)).astype("float32")

        self.x = normal(shape.N, shape.T, shape.D)
        self.kernel = normal(shape.D, 4 * shape.H, scale=(shape.D + shape.H) ** -0.5)
        self.recurrent_kernel = normal(shape.H, 4 * shape.H, scale=(shape.D + shape.H) ** -0.5)
        self.bias = normal(4 * shape.H, scale=0.1)

    @cached_property
    def x_by_step(self) -> Any:
        """Return x (T, N, D), for libraries that are faster with it."""
        import numpy as np

        return np.ascontiguousarray(self.x.transpose(1, 0, 2))


class Calls(NamedTuple):
    """`forward` returns h (N, H); `both` returns dkernel (D, 4H) after all gradients."""

    forward: Callable[[], Any]
    both: Callable[[], Any]
    before: Callable[[], Any] = lambda: None


def in_tensorflow(layer: Any, task: Task, jit_compile: bool = False) -> Calls:
    """Call a Keras layer in a traced tf.function, with or without XLA, at the least overhead."""
    import tensorflow as tf

    x = tf.constant(task.x)
    layer.build(x.shape)
    layer.set_weights([task.kernel, task.recurrent_kernel, task.bias])
    weights = [variable.value for variable in layer.trainable_variables]

    @tf.function(jit_compile=jit_compile)
    def forward(x):
        return layer(x)

    @tf.function(jit_compile=jit_compile)
    def both(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x))
        return loss, tape.gradient(loss, [x, *weights])

    traced_forward, traced_both = forward.get_concrete_function(x), both.get_concrete_function(x)

    def both_there():
        loss, (_, dkernel, *_) = traced_both(x)
        loss.numpy()
        return dkernel

    return Calls(lambda: traced_forward(x).numpy(), both_there)


def glasscell(task: Task, **options: Any) -> Calls:
    """Return the calls of glasscell's layer."""
    from glasscell import LSTM

    return in_tensorflow(LSTM(task.shape.H, **options), task)


def keras(task: Task, jit_compile: bool = False) -> Calls:
    """Return the calls of Keras's layer, in a tf.function with or without XLA."""
    import keras

    return in_tensorflow(keras.layers.LSTM(task.shape.H), task, jit_compile)


def pytorch(task: Task, threads: int) -> Calls:
    """Return the calls of PyTorch's layer, time-major; `forward` runs without autograd."""
    import torch

    lstm = torch.nn.LSTM(task.shape.D, task.shape.H)
    weights = (task.kernel.T, task.recurrent_kernel.T, task.bias, 0 * task.bias)
    with torch.no_grad():
        for parameter, v in zip(lstm.parameters(), weights, strict=True):
            parameter.copy_(torch.from_numpy(v))
    x = torch.from_numpy(task.x_by_step).requires_grad_()
    of = [x, *lstm.parameters()]

    def forward():
        with torch.inference_mode():
            return lstm(x)[1][0][0]

    def both():
        return torch.autograd.grad(lstm(x)[1][0].sum(), of)[1].T

    return Calls(forward, both, before=partial(torch.set_num_threads, threads))


def jax(task: Task, joined: bool) -> Calls:
    """Return the calls of a compiled JAX scan, with one matmul per step or two; unrolled by two.

    Each was faster than the other at some shape, and both faster than one large x·kernel before the
    scan.
    """
    import jax
    import jax.numpy as jnp

    def last_h(x, kernel, recurrent_kernel, bias):
        both_kernels = jnp.concatenate([kernel, recurrent_kernel])

        def step(state, x_t):
            h, c = state
            if joined:
                a = jnp.concatenate([x_t, h], axis=1) @ both_kernels + bias
            else:
                a = x_t @ kernel + h @ recurrent_kernel + bias
            i, f, z, o = jnp.split(a, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(z)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zero = jnp.zeros((task.shape.N, task.shape.H))
        return jax.lax.scan(step, (zero, zero), x, unroll=1 if joined else 2)[0][0]

    arguments = [
        jnp.asarray(v) for v in (task.x_by_step, task.kernel, task.recurrent_kernel, task.bias)
    ]
    forward = jax.jit(last_h)
    both = jax.jit(
        jax.value_and_grad(lambda *arguments: last_h(*arguments).sum(), argnums=(0, 1, 2, 3))
    )
    return Calls(
        lambda: jax.block_until_ready(forward(*arguments)),
        lambda: jax.block_until_ready(both(*arguments))[1][1],
    )


CONTENDERS: dict[str, Callable[[Task], Calls]] = {
    OURS: glasscell,
    f"{OURS}-loop": partial(glasscell, engine="loop"),
    "keras": keras,
    "keras-xla": partial(keras, jit_compile=True),
    "pytorch-1": partial(pytorch, threads=1),
    "pytorch-all": partial(pytorch, threads=timing.cores()),
    "jax": partial(jax, joined=False),
    "jax-joined": partial(jax, joined=True),
}
