"""Runs of series with a label for every step."""
