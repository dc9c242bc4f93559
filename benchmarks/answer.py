"""Prediction for 1 and 10,000 series: an LSTM of 50 units and output layer, in current libraries.

    python benchmarks/answer.py   needs the extra "peers"; see README.md in this folder

Each contender is a short function of the weights. It returns a function from x (N, 8, 8) to the ten
outputs of each series (N, 10), both NumPy arrays. Everything between the two is timed.
"""

import argparse
import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import timing
from timing import OURS, Timed

STEPS, FEATURES, UNITS, CLASSES = 8, 8, 50, 10
COUNTS = (1, 10_000)
Answer = Callable[[Any], Any]


class Weights(NamedTuple):
    """In Keras's layout and order, i f z o: three of an LSTM, and two of the output layer."""

    kernel: Any
    recurrent_kernel: Any
    bias: Any
    out_kernel: Any
    out_bias: Any


class Contender(NamedTuple):
    """A prediction function and a preparation; `answer` is None if glasscell lacks it."""

    answer: Answer | None
    before: Callable[[], Any] = lambda: None


def random_weights() -> Weights:
    """Return weights that keep states moderate."""
    import numpy as np

    rng = np.random.default_rng(0)
    shapes = ((FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,), (UNITS, CLASSES), (CLASSES,))
    return Weights(*((rng.normal(size=shape) / UNITS**0.5).astype("float32") for shape in shapes))


def keras_model(layer: Any, weights: Weights) -> Any:
    """Return a model of `layer`, Keras's or glasscell's LSTM, and an output layer."""
    import keras

    model = keras.Sequential([keras.Input((STEPS, FEATURES)), layer, keras.layers.Dense(CLASSES)])
    model.set_weights(list(weights))
    return model


def in_function(model: Any, jit_compile: bool = False) -> Contender:
    """Call a Keras model in a tf.function for any number of series, with the least overhead."""
    import tensorflow as tf

    x_like = tf.TensorSpec((None, STEPS, FEATURES))
    function = tf.function(model, jit_compile=jit_compile).get_concrete_function(x_like)
    return Contender(lambda x: function(tf.constant(x)).numpy())


def glasscell(weights: Weights, **options: Any) -> Contender:
    """Call a Keras model with glasscell's layer in a tf.function."""
    from glasscell import LSTM

    return in_function(keras_model(LSTM(UNITS, **options), weights))


def glasscell_predict(weights: Weights) -> Contender:
    """Pass the same model to `glasscell.predict`."""
    import glasscell

    predict: Any = getattr(glasscell, "predict", None)
    model = keras_model(glasscell.LSTM(UNITS), weights)
    return Contender(predict and (lambda x: predict(model, x)))


def glasscell_plain(weights: Weights) -> Contender:
    """Predict by the kernel's core and NumPy, as `load_run(RUN).predict` does."""
    from glasscell.inference.cell import Layer
    from glasscell.inference.cell import Weights as OfCell
    from glasscell.inference.meaning import Meaning
    from glasscell.inference.network import Network, answer
    from glasscell.variants import STANDARD

    layer = Layer(OfCell(*weights[:3]), STANDARD, go_backwards=False)
    names = [tuple(map(str, range(n))) for n in (FEATURES, CLASSES)]
    meaning = Meaning(names[0], targets=names[1])
    network = Network(
        1,
        None,
        ((layer,),),
        "last",
        (weights.out_kernel, weights.out_bias),
        ("linear",),
        None,
        meaning,
    )
    return Contender(lambda x: answer(network, x)[0])


def keras(weights: Weights, jit_compile: bool = False) -> Contender:
    """Call a Keras model in a tf.function, with or without XLA."""
    import keras

    return in_function(keras_model(keras.layers.LSTM(UNITS), weights), jit_compile)


def keras_predict(weights: Weights, **options: Any) -> Contender:
    """Pass the array to a Keras model's `predict`."""
    import keras

    model = keras_model(keras.layers.LSTM(UNITS), weights)
    return Contender(lambda x: model.predict(x, verbose=0, **options))


def pytorch(weights: Weights, threads: int) -> Contender:
    """Call a PyTorch module, without autograd."""
    import torch

    lstm, read_out = (
        torch.nn.LSTM(FEATURES, UNITS, batch_first=True),
        torch.nn.Linear(UNITS, CLASSES),
    )
    parameters = (*lstm.parameters(), *read_out.parameters())
    arrays = (weights.kernel.T, weights.recurrent_kernel.T, weights.bias, 0 * weights.bias)
    with torch.no_grad():
        for parameter, v in zip(
            parameters, (*arrays, weights.out_kernel.T, weights.out_bias), strict=True
        ):
            parameter.copy_(torch.from_numpy(v))

    def answer(x):
        with torch.inference_mode():
            return read_out(lstm(torch.from_numpy(x))[1][0][0]).numpy()

    return Contender(answer, before=partial(torch.set_num_threads, threads))


# the nodes of Keras's `model.export(format="onnx")`, which needs tf2onnx and thus an old protobuf
ONNX = """
<ir_version: 9, opset_import: ["" : 17]>
answer (float[N, steps, features] x) => (float[N, classes] y)
{
    x_by_step = Transpose <perm = [1, 0, 2]> (x)
    _, h = LSTM <hidden_size = UNITS> (x_by_step, kernel, recurrent_kernel, bias)
    last_h = Squeeze (h, direction)
    y = Gemm (last_h, out_kernel, out_bias)
}
"""


def onnxruntime(weights: Weights, threads: int) -> Contender:
    """Run ONNX's LSTM node in onnxruntime."""
    import numpy as np
    import onnx.parser  # pyright: ignore[reportMissingImports]
    import onnxruntime

    def in_onnx_order(v):
        """Reorder the last axis from i f z o to i o f z, transpose, and add a direction axis."""
        i, f, z, o = np.split(v, 4, axis=-1)
        return np.concatenate([i, o, f, z], axis=-1).T[np.newaxis]

    constants = {
        "kernel": in_onnx_order(weights.kernel),
        "recurrent_kernel": in_onnx_order(weights.recurrent_kernel),
        "bias": np.concatenate(
            [in_onnx_order(weights.bias), np.zeros((1, 4 * UNITS), "float32")], axis=1
        ),
        "direction": np.array([0]),
        "out_kernel": weights.out_kernel,
        "out_bias": weights.out_bias,
    }
    model = onnx.parser.parse_model(ONNX.replace("UNITS", str(UNITS)))
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(v, name) for name, v in constants.items()
    )
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return Contender(lambda x: session.run(None, {"x": x})[0])


def jax(weights: Weights) -> Contender:
    """Call a compiled scan in JAX."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    @jax.jit
    def answer(x, kernel, recurrent_kernel, bias, out_kernel, out_bias):
        both_kernels = jnp.concatenate([kernel, recurrent_kernel])

        def step(state, x_t):
            h, c = state
            i, f, z, o = jnp.split(
                jnp.concatenate([x_t, h], axis=1) @ both_kernels + bias, 4, axis=1
            )
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(z)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zero = jnp.zeros((len(x), UNITS))
        (h, _), _ = jax.lax.scan(step, (zero, zero), jnp.swapaxes(x, 0, 1))
        return h @ out_kernel + out_bias

    held = [jnp.asarray(v) for v in weights]
    return Contender(lambda x: np.asarray(answer(x, *held)))


CONTENDERS: dict[str, Callable[[Weights], Contender]] = {
    OURS: glasscell,
    f"{OURS}-predict": glasscell_predict,
    f"{OURS}-plain": glasscell_plain,
    f"{OURS}-loop": partial(glasscell, engine="loop"),
    "keras": keras,
    "keras-xla": partial(keras, jit_compile=True),
    "keras-predict": keras_predict,
    "keras-predict-whole": partial(keras_predict, batch_size=max(COUNTS)),
    "pytorch-1": partial(pytorch, threads=1),
    "pytorch-all": partial(pytorch, threads=timing.cores()),
    "onnxruntime-1": partial(onnxruntime, threads=1),
    "onnxruntime-all": partial(onnxruntime, threads=timing.cores()),
    "jax": jax,
}
DEFAULT = [name for name in CONTENDERS if name != f"{OURS}-loop"]


def prepare(names: list[str]) -> tuple[dict[str, Contender], dict[str, str]]:
    """Build the contenders; return those that can run, and why the rest cannot."""
    weights = random_weights()
    able: dict[str, Contender] = {}
    left_out: dict[str, str] = {}
    for name in names:
        try:
            contender = CONTENDERS[name](weights)
        except ModuleNotFoundError as error:
            left_out[name] = f"{error.name} is not installed: pip install glasscell[peers]"
            continue
        if contender.answer:
            able[name] = contender
    return able, left_out


def compete(
    able: dict[str, Contender], count: int, repetitions: int
) -> tuple[timing.Seconds, float]:
    """Time predictions for `count` series; also return the largest difference of contenders."""
    import numpy as np

    x = np.random.default_rng(1).normal(size=(count, STEPS, FEATURES)).astype("float32")
    timed = {
        name: Timed(partial(answer, x), before) for name, (answer, before) in able.items() if answer
    }
    answers = [np.asarray(one.call()) for one in timed.values()]
    return timing.time_in_turn(timed, repetitions), float(np.ptp(answers, axis=0).max())


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Time prediction for one series and for 10,000.")
    timing.add_options(parser, CONTENDERS, DEFAULT)
    options = parser.parse_args()
    timing.check_options(parser, options)

    from glasscell.console.startup import import_quietly

    import_quietly(partial(import_module, "glasscell.layers.lstm"))
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # of retracing, which is intended here
    console = timing.open_console(options.json)
    timing.warn_if_busy(console)
    able, left_out = prepare(options.only)
    seconds: dict[str, timing.Seconds] = {}
    differences = []
    for count in COUNTS:
        things = f"{count:,} series"
        seconds[things], difference = compete(able, count, options.repetitions)
        differences.append(difference)
    summaries = {things: timing.summarise(those) for things, those in seconds.items()}
    timing.show_times(
        console, f"T {STEPS}  D {FEATURES}  H {UNITS}, {CLASSES} outputs", summaries, left_out
    )
    for things, summary in summaries.items():
        if ratio := timing.ratio_text(summary["ours_to_best_peer"]):
            console.print(
                f"{things}: {OURS}'s time ÷ {summary['best_peer']}'s, the best peer: {ratio}"
            )
    console.print(f"two contenders' outputs differ by at most {max(differences):.0e}")
    setting = timing.describe_setting("torch", "jax", "onnxruntime")
    timing.show_setting(console, setting, "torch", "jax", "onnxruntime")
    results = {"repetitions": options.repetitions, "setting": setting, "summary": summaries}
    timing.write_json(options.json, results | {"left_out": left_out, "seconds": seconds})


if __name__ == "__main__":
    main()
