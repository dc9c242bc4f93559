"""The digits of the original tutorial."""
