"""Figures of plain arrays. Knows no model; every function returns a matplotlib Figure."""
