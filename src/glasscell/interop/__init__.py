"""Other formats and frameworks: what is trained here leaves for anywhere, what was trained elsewhere comes in."""
