"""System services for any program: files, tables, versions, cluster. Independent of models."""
