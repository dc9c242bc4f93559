"""Text input: characters or bytes, held-out files, annotations of positions; independent of any model."""
