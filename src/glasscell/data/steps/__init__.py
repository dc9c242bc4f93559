"""Series with a label for every step, read from tables and frames; knows no model."""
