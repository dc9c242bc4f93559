"""Parallel training of the networks of an experiment, and their outcomes."""
