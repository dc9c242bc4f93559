"""Checks for problems in series, one module each, with warnings before training or prediction."""
