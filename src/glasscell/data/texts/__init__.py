"""Text input: characters or bytes, held-out files, and annotations; independent of any model."""
