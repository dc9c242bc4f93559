"""Runs of language models: trained on text, measured beside simpler codes, and asked to write."""
