"""Series with a label for each step, read from tables and frames, independent of any model."""
