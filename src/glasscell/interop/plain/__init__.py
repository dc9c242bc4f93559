"""Answers without TensorFlow: a network read from an npz file, by NumPy and the kernel's core alone."""
