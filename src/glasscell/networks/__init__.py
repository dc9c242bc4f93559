"""Networks of these layers: built, taken apart, and read as streams."""
