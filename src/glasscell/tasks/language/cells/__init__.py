"""Which unit of a language model knows what, and whether it is the cause."""
