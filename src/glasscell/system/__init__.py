"""System services for any program: files, tables, versions, place in a cluster. Independent of models."""
