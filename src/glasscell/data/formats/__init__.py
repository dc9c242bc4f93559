"""Files in: one module for each kind of file, and where files come from."""
