"""Two cells of your own in the lab, compared with the standard cell and those without a gate.

In this folder: glasscell lab gates --arm own_cell:coupled --arm own_cell:blind
"""

import tensorflow as tf

from glasscell import State, Variant, step

coupled = Variant(coupled=True)  # one gate for both input and forgetting: f = 1 − i


def blind(x, state, kernel, recurrent_kernel, bias):
    """Take a step with gates that see only x, not the last output; shapes as `glasscell.step`."""
    return step(x, State(tf.zeros_like(state.h), state.c), kernel, recurrent_kernel, bias)
