"""What any program needs of its machine: files, tables, versions, its place in a cluster. Knows no model."""
