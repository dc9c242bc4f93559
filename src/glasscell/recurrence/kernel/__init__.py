"""The native kernel: the recurrence, forward and backward, as one TensorFlow CPU operation each.

lstm.h is the core's contract, recurrence.cpp the mathematics, tensorflow_op.cpp what TensorFlow sees of it; `library`
loads it, `support` says where it serves, `operation` calls it, `gradients` differentiates it.
"""
