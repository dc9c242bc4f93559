"""Files in: a module for each kind of file, and one for where files come from."""
