"""Runs on disk: training, resuming, prediction, inspection and comparison."""
