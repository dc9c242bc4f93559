"""Forecasts without a network, which it must beat, and intervals from past errors."""
