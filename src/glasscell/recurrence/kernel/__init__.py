"""The native kernel: the recurrence as two TensorFlow CPU operations, forward and backward.

cpu/ contains the mathematics, independent of TensorFlow, with cpu/lstm.h as its interface;
tensorflow_op.cpp wraps it for TensorFlow. `library` loads it, `support` decides where it applies,
`operation` calls it, `gradients` differentiates it. The same mathematics is also a second library,
with c_interface.cpp as its interface: `core` loads and calls it for prediction without TensorFlow.
"""
