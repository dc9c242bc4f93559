"""The next steps of each series."""
