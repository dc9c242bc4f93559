"""Prediction without TensorFlow: a network from an npz file, computed by NumPy and the kernel's core."""
