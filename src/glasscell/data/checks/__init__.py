"""Checks for problems in series, one module each, with warnings issued before training or prediction."""
