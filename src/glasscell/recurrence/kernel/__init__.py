"""The native kernel: the recurrence, forward and backward, as one TensorFlow CPU operation each.

cpu/ contains the mathematics, which knows no TensorFlow, with cpu/lstm.h as its contract; tensorflow_op.cpp is what
TensorFlow sees of it. `library` loads it, `support` says where it serves, `operation` calls it, `gradients`
differentiates it. The same mathematics is a second library, with c_interface.cpp as its door: `core` loads and calls
that, without TensorFlow, to answer.
"""
