"""Texts in: characters or bytes, files held out, marks of what stands where; knows no model."""
