"""Inspection of a network: its gates at every step, clamps, and the evidence for its predictions."""
