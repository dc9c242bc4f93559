"""Panels of series to forecast: reading, windows, baselines and past errors. Nothing here depends on a network."""
