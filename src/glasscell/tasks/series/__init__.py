"""A label for each series: a class or a number."""
