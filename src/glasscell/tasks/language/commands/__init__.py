"""Commands that only runs of text have."""
