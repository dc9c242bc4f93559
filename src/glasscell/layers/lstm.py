"""The Keras layer: `keras.layers.LSTM` in every argument and weight, with glasscell's cell inside.

Keras handles arguments, weights, states, dropout factors and saving; `engines.lstm` is the
recurrence.
"""

import dataclasses
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.errors import BackendError
from glasscell.recurrence import engines, loop
from glasscell.recurrence.context import is_exported
from glasscell.system.sentences import System
from glasscell.variants import GREFF, Variant

NO_STEP = "expected series of at least one step"

if keras.backend.backend() != "tensorflow":
    raise BackendError(System.BACKEND, backend=keras.backend.backend())


@keras.saving.register_keras_serializable(package="glasscell")
class LSTMCell(keras.layers.LSTMCell):
    """One LSTM step as a Keras cell, for `keras.layers.RNN` and `keras.layers.StackedRNNCells`.

    It runs the readable loop, since the native kernel processes whole series.

    Parameters
    ----------
    units : int
        H, the number of memory cells.
    activation : str or callable
        Activation of the block input z.
    recurrent_activation : str or callable
        Activation of the gates i, f and o.
    *args
        Further positional arguments, from `use_bias` on; order and defaults are those of
        `keras.layers.LSTMCell`.
    variant : Variant or str, optional
        Structure of the cell, or a key of `GREFF`: "V", "NIG", "NFG", "NOG", "NIAF", "NOAF",
        "CIFG", "NP" or "FGR". By default the standard cell with the activations given.
    output_activation : str or callable, optional
        φ in h = o·φ(c). By default the same as `activation`, as in Keras.
    **kwargs
        Other arguments of `keras.layers.LSTMCell`, such as `dropout`, with its defaults.

    Raises
    ------
    ValueError
        If `units` is below 1, `variant` is unknown, or an activation contradicts it.

    Notes
    -----
    `keras.layers.RNN` calls it with x (N, D) and the states h and c (N, H). It returns h and the
    new states. With full gate recurrence the states are h, c, i, f, o.

    Examples
    --------
    >>> import glasscell, keras
    >>> rnn = keras.layers.RNN([glasscell.LSTMCell(3), glasscell.LSTMCell(2, variant="CIFG")])
    >>> rnn(keras.ops.zeros((4, 5, 1))).shape
    TensorShape([4, 2])
    """

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        *args,
        variant=None,
        output_activation=None,
        **kwargs,
    ):
        self.variant = _resolve_variant(
            variant, activation, recurrent_activation, output_activation
        )
        activations: list[Any] = [self.variant.input_activation, self.variant.gate_activation]
        super().__init__(units, *activations, *args, **kwargs)
        if self.variant.full_gate_recurrence:
            self.state_size = [units] * 5  # h, c, and the last step's i, f, o

    @property
    def output_activation(self):
        """φ in h = o·φ(c), as a function."""
        return keras.activations.get(self.variant.output_activation)

    def build(self, input_shape):
        """Create Keras's three weights, and a variant's `peephole_kernel` and `gate_kernel`.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of the input, (N, D).
        """
        super().build(input_shape)
        recurrent = {
            "initializer": self.recurrent_initializer,
            "regularizer": self.recurrent_regularizer,
            "constraint": self.recurrent_constraint,
        }
        self.peephole_kernel = self.gate_kernel = None
        if self.variant.peepholes:
            self.peephole_kernel = self.add_weight(
                shape=(3, self.units), name="peephole_kernel", **recurrent
            )
        if self.variant.full_gate_recurrence:
            shape = (3 * self.units, 3 * self.units)
            self.gate_kernel = self.add_weight(shape=shape, name="gate_kernel", **recurrent)

    def call(self, inputs, states, training=False):
        """Compute one time step.

        Parameters
        ----------
        inputs : tensor (N, D)
            Input of this step.
        states : list of tensors (N, H)
            h and c; with full gate recurrence also i, f and o.
        training : bool
            Whether dropout is applied.

        Returns
        -------
        h : tensor (N, H)
            Output.
        states : list of tensors (N, H)
            States after this step.
        """
        inputs = tf.cast(inputs, self.compute_dtype)
        h, c, *ifo = states
        h, state = loop.lstm(
            tf.expand_dims(inputs, 1),
            self._weight_tensors(),
            self.variant,
            initial_state=State(h, c, tuple(ifo)),
            unroll=True,
            **self._dropout_factors(inputs, h, training),
        )
        return h, [state.h, state.c, *state.ifo]

    def _weight_tensors(self) -> Weights:
        """Return the weights as tensors of the compute dtype."""
        variables = [getattr(self, name) for name in Weights._fields]
        weights: list[Any] = [
            None if v is None else tf.cast(v.value, self.compute_dtype) for v in variables
        ]
        return Weights(*weights)

    def _dropout_factors(self, x, h, training):
        """Return the dropout factors of x (N, D) and h (N, H), drawn as Keras draws them."""
        draw = {
            "input_keep": (self.dropout, self.get_dropout_mask, x),
            "recurrent_keep": (self.recurrent_dropout, self.get_recurrent_dropout_mask, h),
        }
        factors = {}
        for name, (rate, mask_of, v) in draw.items():
            keep = mask_of(v) if training and 0 < rate < 1 else None
            factors[name] = keep if keep is None or isinstance(keep, list) else [keep]
        return factors

    def get_config(self):
        """Return the arguments of the cell.

        Returns
        -------
        dict
            Every argument, including those that Keras omits.
        """
        return {
            **super().get_config(),
            "implementation": self.implementation,
            **_variant_config(self.variant),
        }


@keras.saving.register_keras_serializable(package="glasscell")
class LSTM(keras.layers.LSTM):
    """A drop-in for `keras.layers.LSTM`: same arguments, weights and outputs, and other cells too.

    Parameters
    ----------
    units : int
        H, the number of memory cells.
    activation : str or callable
        Activation of the block input z.
    recurrent_activation : str or callable
        Activation of the gates i, f and o.
    use_bias : bool
        Whether the cell has a bias.
    kernel_initializer, recurrent_initializer, bias_initializer : str or Initializer
        Initial values of the weights of x and of h, and of the bias.
    unit_forget_bias : bool
        Whether the bias of the forget gate starts at 1.
    kernel_regularizer, recurrent_regularizer, bias_regularizer : str or Regularizer, optional
        Penalties on the weights of x and of h, and on the bias.
    activity_regularizer : str or keras.regularizers.Regularizer, optional
        Penalty on the output.
    kernel_constraint, recurrent_constraint, bias_constraint : str or Constraint, optional
        Constraints of the weights of x and of h, and of the bias.
    dropout, recurrent_dropout : float
        Dropout rates of x and of h in training.
    seed : int, optional
        Random seed of dropout.
    return_sequences : bool
        Whether to return h of every step, or only of the last.
    return_state : bool
        Whether to return the last states too.
    go_backwards : bool
        Process from the last step to the first. A returned sequence is in this order.
    stateful : bool
        Whether a batch starts from the last states of the previous one.
    unroll : bool
        Unroll the loop in the graph, which needs a known T. The kernel ignores it.
    use_cudnn : bool or "auto"
        Whether to use cuDNN. "auto" uses it where Keras would. With True a call raises ValueError
        where it cannot.
    variant : Variant or str, optional
        Structure of the cell, or a key of `GREFF`: "V", "NIG", "NFG", "NOG", "NIAF", "NOAF",
        "CIFG", "NP" or "FGR". By default the standard cell with the activations given.
    output_activation : str or callable, optional
        φ in h = o·φ(c). By default the same as `activation`, as in Keras.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.
    **kwargs
        Other arguments of `keras.layers.LSTM`: `implementation`, `zero_output_for_mask`, `name`,
        `dtype`.

    Raises
    ------
    ValueError
        If `units` is below 1, or `variant`, `engine` or `use_cudnn` has none of the values above;
        or if an activation contradicts `variant`. The first call raises it if the requested engine
        does not support the cell.

    Notes
    -----
    `layer.choice` reports what runs: its `engine` is "kernel", "loop" or "cudnn", and its `reason`
    a text.

    Call it with x (N, T, D), and optionally `mask` (N, T), `initial_state` and `training`. It
    returns h (N, H), or (N, T, H) with `return_sequences`. With `return_state` it also returns h
    and c (N, H) after the last step; with full gate recurrence the states are h, c, i, f, o. Dtypes
    follow the layer's dtype policy.

    Examples
    --------
    >>> import glasscell, keras
    >>> layer = glasscell.LSTM(50, variant="NFG", return_sequences=True, engine="loop")
    >>> layer(keras.ops.zeros((2, 8, 3))).shape
    TensorShape([2, 8, 50])
    >>> layer.choice
    Choice(engine='loop', reason="requested by engine='loop'")
    """

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        use_cudnn="auto",
        *,
        variant=None,
        output_activation=None,
        engine="auto",
        **kwargs,
    ):
        if use_cudnn not in ("auto", True, False):
            raise ValueError(f"use_cudnn={use_cudnn!r}: expected 'auto', True or False")
        engines.check_engine(engine)
        # Keras's LSTM would build Keras's cell: call the constructor of its base RNN instead
        keras.layers.RNN.__init__(
            self,
            LSTMCell(
                units,
                activation,
                recurrent_activation,
                use_bias=use_bias,
                kernel_initializer=kernel_initializer,
                recurrent_initializer=recurrent_initializer,
                bias_initializer=bias_initializer,
                unit_forget_bias=unit_forget_bias,
                kernel_regularizer=kernel_regularizer,
                recurrent_regularizer=recurrent_regularizer,
                bias_regularizer=bias_regularizer,
                kernel_constraint=kernel_constraint,
                recurrent_constraint=recurrent_constraint,
                bias_constraint=bias_constraint,
                dropout=dropout,
                recurrent_dropout=recurrent_dropout,
                seed=seed,
                variant=variant,
                output_activation=output_activation,
                implementation=kwargs.pop("implementation", 2),
                dtype=kwargs.get("dtype"),
                trainable=kwargs.get("trainable", True),
                name="lstm_cell",
            ),
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = keras.layers.InputSpec(ndim=3)
        self.use_cudnn = use_cudnn
        self.engine = engine
        self._last_choice = None
        self.watcher: Any = (
            None  # called instead of engines.read while gates are traced or clamped: see clamps.py
        )

    @property
    def choice(self) -> engines.Choice:
        """Which `engine` ran or would run, "kernel", "loop" or "cudnn", and the `reason`.

        Calls of a graph do not change it; tracing one does.
        """
        if self.watcher is not None:
            return engines.WATCHED
        return self._last_choice or engines.choose_engine(
            self.engine, self.variant, self.compute_dtype, self.use_cudnn
        )

    @property
    def variant(self) -> Variant:
        """The structure of the cell."""
        return self.cell.variant

    @property
    def output_activation(self):
        """φ in h = o·φ(c), as a function."""
        return self.cell.output_activation

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Run the recurrence; Keras calls this with the initial states.

        Parameters
        ----------
        sequences : tensor (N, T, D)
            Input series.
        initial_state : list of tensors (N, H)
            h and c; with full gate recurrence also i, f and o.
        mask : bool tensor (N, T) or (N, T, 1), or None
            Where a step is real. Of a list, the first is used.
        training : bool
            Whether dropout is applied.

        Returns
        -------
        last_output, outputs : tensor (N, H), or (N, T, H) with `return_sequences`
            Both are the output of the layer; Keras picks one.
        states : list of tensors (N, H)
            States after the last step.
        """
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        if mask is not None:
            mask = tf.cast(mask, tf.bool)
            mask = mask[..., 0] if mask.shape.rank == 3 else mask
        sequences = tf.cast(sequences, self.compute_dtype)
        if sequences.shape[1] is None:  # like Keras's loop, which raises without a step
            has_steps: Any = tf.debugging.assert_positive(tf.shape(sequences)[1], NO_STEP)
            with tf.control_dependencies([has_steps]):
                sequences = tf.identity(sequences)
        h, c, *ifo = initial_state
        options: dict[str, Any] = {
            "engine": self.engine,
            "initial_state": State(h, c, tuple(ifo)),
            "mask": mask,
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
            **self.cell._dropout_factors(sequences[:, 0], h, training),
        }
        read = self.watcher or partial(engines.read, use_cudnn=self.use_cudnn)
        output, state, choice = read(
            sequences, self.cell._weight_tensors(), self.variant, **options
        )
        if self.watcher is None and not is_exported():  # an exported graph runs elsewhere
            self._last_choice = choice
        return output, output, [state.h, state.c, *state.ifo]

    def get_config(self):
        """Return the arguments of the layer.

        Returns
        -------
        dict
            Every argument, including those that Keras omits.
        """
        return {
            **super().get_config(),
            "use_cudnn": self.use_cudnn,
            "implementation": self.cell.implementation,
            "engine": self.engine,
            **_variant_config(self.variant),
        }


def _resolve_variant(variant, activation, recurrent_activation, output_activation) -> Variant:
    """Combine `variant` and the three activations; raise ValueError for contradictions."""
    if isinstance(variant, dict):  # from get_config: the other arguments agree with it
        activations = {
            name: _by_name(v) for name, v in variant.items() if name.endswith("_activation")
        }
        return Variant(**{**variant, **activations})
    if isinstance(variant, str):
        if variant not in GREFF:
            raise ValueError(
                f"variant={variant!r}: expected a Variant, or one of {', '.join(GREFF)}"
            )
        variant = GREFF[variant]
    if variant is None:
        output_activation = activation if output_activation is None else output_activation
        return Variant(
            input_activation=_by_name(activation),
            gate_activation=_by_name(recurrent_activation),
            output_activation=_by_name(output_activation),
        )
    if not isinstance(variant, Variant):
        raise ValueError(f"variant={variant!r}: expected a Variant, or one of {', '.join(GREFF)}")
    for argument, value, default, field in (
        ("activation", activation, "tanh", "input_activation"),
        ("recurrent_activation", recurrent_activation, "sigmoid", "gate_activation"),
        ("output_activation", output_activation, None, "output_activation"),
    ):
        if value != default and _by_name(value) != getattr(variant, field):
            raise ValueError(
                f"{argument}={value!r} contradicts variant.{field}={getattr(variant, field)!r}: "
                f"leave {argument} out, or change the variant"
            )
    return variant


def _by_name(activation) -> Any:
    """Return the Keras name of an activation if it has one, else the function itself."""
    if activation in (None, "identity"):
        return "linear"
    function = keras.activations.get(activation)
    name = keras.activations.serialize(function)
    return name if isinstance(name, str) else function


def _variant_config(variant: Variant) -> dict:
    fields = dataclasses.asdict(variant)
    for name in ("input_activation", "gate_activation", "output_activation"):
        fields[name] = keras.activations.serialize(keras.activations.get(fields[name]))
    return {"variant": fields, "output_activation": fields["output_activation"]}
