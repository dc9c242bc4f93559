"""Panels of series to forecast: reading, windows, baselines, past errors; without networks."""
