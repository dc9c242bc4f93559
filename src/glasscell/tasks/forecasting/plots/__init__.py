"""Forecasts drawn."""
