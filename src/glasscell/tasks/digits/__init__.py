"""The article's digits."""
