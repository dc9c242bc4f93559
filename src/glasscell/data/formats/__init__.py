"""File input: a module per kind of file, and one for the sources of files."""
