"""Forecasts without a network, which it must improve on, and widths of intervals from past errors."""
