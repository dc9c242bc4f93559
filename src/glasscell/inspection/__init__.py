"""Inspection of a network: its gates at every step, clamps, and evidence for its predictions."""
