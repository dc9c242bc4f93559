"""Series with a label for every step: read, divided, measured; knows no model."""
