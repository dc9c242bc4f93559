"""Other formats and frameworks: export of trained networks, and import of foreign networks."""
