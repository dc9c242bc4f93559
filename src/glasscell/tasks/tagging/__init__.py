"""Tagging: a label for every step."""
