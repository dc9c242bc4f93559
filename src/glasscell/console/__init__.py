"""What the user sees while a command works: sentences, tables, bars, Ctrl-C, and the start of TensorFlow."""
