"""What any program needs from its machine: files, tables, versions, its place in a cluster. Knows no model."""
