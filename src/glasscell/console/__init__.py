"""What the user sees while a command works: sentences, tables, bars, Ctrl-C, TensorFlow's start."""
