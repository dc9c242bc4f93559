"""Prediction without TensorFlow: a network from an npz file, by NumPy and the kernel's core."""
