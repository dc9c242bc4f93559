"""Forecasters in other formats: raw values in, quantiles of the steps ahead out."""
