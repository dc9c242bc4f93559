"""A label for every step."""
